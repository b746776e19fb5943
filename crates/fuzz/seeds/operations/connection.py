"""rows are read and written through the connection

Revision ID: left
Revises: start
"""
import sqlalchemy as sa
from alembic import op

revision = "left"
down_revision = "start"


def upgrade():
    bind = op.get_bind()
    for row in bind.execute(sa.text("SELECT id, age FROM users")):
        bind.execute(sa.text("UPDATE users SET age = :a WHERE id = :i"), {"a": (row.age or 0) + 1, "i": row.id})
