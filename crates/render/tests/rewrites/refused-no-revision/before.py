down_revision = 'b2'
