"""add users

Revision ID: a1
Revises: z9
Create Date: 2024-01-02 03:04:05

"""
from alembic import op

# revision identifiers, used by Alembic.
revision = 'a1'
down_revision = 'z9'
branch_labels = None
depends_on = None


def upgrade():
    pass
    op.execute('UPDATE x SET a = \'b2\'')
    y = 'b2'
