#!/bin/sh
# The story of the problem, from a run: two clones, two migrations on one parent, one bare remote that
# checks what is pushed. First without hooks in the clones, then with them. docs/story.md tells it.
#
# usage: scripts/story_two_clones.sh DIR      (DIR must not exist; needs git and onehead on PATH)
set -eu

dir=${1:?usage: scripts/story_two_clones.sh DIR}
if [ -e "$dir" ]; then
    echo "error: $dir exists already" >&2
    echo "hint: name a folder that does not exist, or remove it" >&2
    exit 2
fi
mkdir -p "$dir"
cd "$dir"

# Nothing of this machine has a say.
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE CI
HOME=$PWD
export HOME GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0
hour=8

say() { printf '\n# %s\n' "$*"; }

# as NAME: who types the next commands, an hour later
as() {
    who=$1
    hour=$((hour + 1))
    GIT_AUTHOR_NAME=$who GIT_COMMITTER_NAME=$who
    GIT_AUTHOR_EMAIL=$who@example.com GIT_COMMITTER_EMAIL=$who@example.com
    GIT_AUTHOR_DATE="2024-03-01T$(printf %02d $hour):00:00+00:00"
    GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
    export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
    export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}

# run COMMAND...: shows it, runs it in the clone of whoever it is, shows what it says
run() {
    shown=
    for word; do
        case $word in
            *[!A-Za-z0-9./:=_-]*) shown="$shown '$word'" ;;
            *) shown="$shown $word" ;;
        esac
    done
    printf '%s$%s\n' "$who" "$shown"
    status=0
    (cd "$who" && "$@") >out 2>&1 </dev/null || status=$?
    sed 's/ *$//' out
}

# must STATUS COMMAND...: the same, and ends the story if the command ends otherwise
must() {
    wanted=$1
    shift
    run "$@"
    if [ "$status" != "$wanted" ]; then
        echo "error: ended with $status, expected $wanted" >&2
        exit 1
    fi
}

# migration ID PARENT NAME: what `alembic revision` would write
migration() {
    parent="'$2'"
    [ "$2" != none ] || parent=None
    cat >"$who/migrations/versions/$1_$3.py" <<PY
"""$(printf %s "$3" | tr _ ' ')

Revision ID: $1
Revises: $([ "$2" = none ] || echo "$2")
Create Date: 2024-03-01 $(printf %02d $hour):00:00

"""
from alembic import op


revision = '$1'
down_revision = $parent
branch_labels = None
depends_on = None


def upgrade():
    op.execute('-- $3')


def downgrade():
    pass
PY
}

# A project with one migration, a bare remote with a hook of onehead, and two clones.
say "a bare remote with a hook of onehead"
git init --quiet --bare --initial-branch=main remote.git
who=remote.git
must 0 onehead install-hooks
git init --quiet --initial-branch=main setup
as setup
mkdir -p setup/migrations/versions
printf '[alembic]\nscript_location = migrations\n' >setup/alembic.ini
: >setup/migrations/env.py
cat >setup/migrations/script.py.mako <<'MAKO'
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
MAKO
migration a100 none create_users
git -C setup add -A
git -C setup commit --quiet -m "create users"
git -C setup push --quiet ../remote.git main
for name in ann bob; do
    git clone --quiet remote.git $name
    git -C $name remote set-url origin ../remote.git
    git -C $name config pull.rebase false
done

say "WITHOUT HOOKS: both add a migration on a100"
as ann
migration b200 a100 create_orders
must 0 git add -A
must 0 git commit --quiet -m 'create orders'
must 0 git push --quiet
as bob
migration c300 a100 create_payments
must 0 git add -A
must 0 git commit --quiet -m 'create payments'

say "Bob is behind, and the pull is clean: git sees two new files and nothing else"
must 0 git pull --quiet --no-edit

say "the remote is the first to notice"
must 1 git push --quiet
must 1 onehead check
must 0 onehead auto-merge --yes
must 0 git push --quiet

say "WITH HOOKS: both install them and go on from there"
as ann
must 0 git pull --quiet
must 0 onehead install-hooks
head=$(cd ann && grep -l "'b200', 'c300'" migrations/versions/*.py | sed 's|.*/||; s|_.*||')
migration d400 "$head" create_invoices
must 0 git add -A
must 0 git commit --quiet -m 'create invoices'
must 0 git push --quiet
as bob
must 0 onehead install-hooks
migration e500 "$head" create_search
must 0 git add -A
must 0 git commit --quiet -m 'create search'

say "the same pull stops before the merge is recorded"
must 1 git pull --quiet --no-edit
must 0 onehead auto-merge --yes
must 0 git commit --quiet --no-edit
must 0 git push --quiet

say "the remote is green"
who=remote.git
must 0 onehead check --source main
