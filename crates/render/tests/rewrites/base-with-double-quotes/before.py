"""add users

Revision ID: a1
Revises: None
Create Date: 2024-01-02 03:04:05

"""
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "a1"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade():
    pass
