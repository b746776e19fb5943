"""add users

Revision ID: 1f2e3d4c5b6a
Revises: aa11, bb22
Create Date: 2024-05-01 12:33:44.123456

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = '1f2e3d4c5b6a'
down_revision: Union[str, Sequence[str], None] = ('aa11', 'bb22')
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = ["cc" "33"]


def upgrade() -> None:
    global down_revision
    op.add_column('users', sa.Column('id', sa.Integer()))
