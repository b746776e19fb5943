"""a check beside a table that SQLite builds anew: older SQLAlchemy forgets it, this one does not

Revision ID: left
Revises: start
"""
import sqlalchemy as sa
from alembic import op

revision = "left"
down_revision = "start"


def upgrade():
    with op.batch_alter_table("users") as batch:
        batch.create_check_constraint("ck_age", "age >= 0")
