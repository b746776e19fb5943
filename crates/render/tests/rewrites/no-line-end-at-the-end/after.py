revision = 'a1'
down_revision = 'z9'