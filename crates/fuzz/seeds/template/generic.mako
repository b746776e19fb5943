"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""
from alembic import op
${imports if imports else ""}
<%!
    import re
%>
## a comment
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
% for name in re.split(r',\s*', config.get_main_option("databases") or 'a, b'):
% if not loop.last:
def upgrade_${name}():\
    pass
% endif
% endfor
<%text>${raw}</%text>${context.get("x", "%04d" % create_date.year)}
