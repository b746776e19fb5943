"""add users

Revision ID: a1
Revises: b2
Create Date: 2024-01-02 03:04:05

"""
from alembic import op

# revision identifiers, used by Alembic.
revision = 'a1'
down_revision = 'b\x32'
branch_labels = None
depends_on = None


def upgrade():
    pass
