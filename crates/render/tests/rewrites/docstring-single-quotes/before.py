'''
add users
Revises: b2 '''
from alembic import op

# revision identifiers, used by Alembic.
revision = 'a1'
down_revision = 'b2'
branch_labels = None
depends_on = None


def upgrade():
    pass
