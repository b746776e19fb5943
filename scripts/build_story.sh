#!/bin/sh
# Builds the story that onehead is about: a repository with the migrations a -> b -> c, two branches that
# each add one migration on c, both merged. Nothing conflicts, and Alembic has two heads.
#
# usage: scripts/build_story.sh DIR      (DIR must not exist)
set -eu

dir=${1:?usage: scripts/build_story.sh DIR}
if [ -e "$dir" ]; then
    echo "error: $dir exists already" >&2
    echo "hint: name a folder that does not exist, or remove it" >&2
    exit 2
fi

# The repository's own settings and dates, so that it is the same on every machine.
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
hour=0

git_in() { git -C "$dir" "$@"; }

# as NAME: who makes the next commits
as() {
    GIT_AUTHOR_NAME=$1 GIT_COMMITTER_NAME=$1
    GIT_AUTHOR_EMAIL="$(printf %s "$1" | tr 'A-Z ' 'a-z.')@example.com"
    GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
    export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
}

# tick: an hour passes
tick() {
    hour=$((hour + 1))
    GIT_AUTHOR_DATE="2024-03-01T$(printf %02d "$hour"):00:00+00:00"
    GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
    export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}

# migration ID PARENT MESSAGE: a revision file, as Alembic writes it, and its commit
migration() {
    tick
    id=$1 parent=$2 message=$3
    down=None
    [ "$parent" = none ] || down="'$parent'"
    slug=$(printf %s "$message" | tr 'A-Z ' 'a-z_')
    cat >"$dir/migrations/versions/${id}_$slug.py" <<PY
"""$message

Revision ID: $id
Revises: $([ "$parent" = none ] || echo "$parent")
Create Date: 2024-03-01 $(printf %02d "$hour"):00:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '$id'
down_revision = $down
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('$slug', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('$slug')
PY
    git_in add alembic.ini migrations
    git_in commit --quiet -m "$message"
}

git init --quiet --initial-branch=main "$dir"
git_in config user.name "Onehead Story"
git_in config user.email story@example.com
git_in config commit.gpgsign false
mkdir -p "$dir/migrations/versions"

cat >"$dir/alembic.ini" <<'INI'
[alembic]
script_location = migrations
sqlalchemy.url = sqlite:///story.db
INI

cat >"$dir/migrations/env.py" <<'PY'
from alembic import context
from sqlalchemy import engine_from_config

connectable = engine_from_config(context.config.get_section("alembic"), prefix="sqlalchemy.")
with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
PY

cat >"$dir/migrations/script.py.mako" <<'MAKO'
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

# revision identifiers, used by Alembic.
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
MAKO

as "Cleo Fox"
migration a1f0c2d4e6b8 none "create users"
migration b2e1d3c5f7a9 a1f0c2d4e6b8 "create orders"
migration c3d2e4f6a8b0 b2e1d3c5f7a9 "create invoices"

as "Ann Bee"
git_in switch --quiet -c add-payments
migration d4c3b5a7f9e1 c3d2e4f6a8b0 "create payments"

as "Bob Cat"
git_in switch --quiet -c add-search main
migration e5b4a6c8d0f2 c3d2e4f6a8b0 "create search index"

as "Cleo Fox"
git_in switch --quiet main
tick
git_in merge --quiet --no-ff -m "Merge pull request #1 from add-payments" add-payments
tick
git_in merge --quiet --no-ff -m "Merge pull request #2 from add-search" add-search

echo "built $dir: both branches are merged, nothing conflicts, and there are two heads"
