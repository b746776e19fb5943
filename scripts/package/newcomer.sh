#!/usr/bin/env bash
# A team that has never heard of onehead: from an empty virtual environment to a repository that refuses a second
# head at every hook, and back to one head. Says how many seconds each step takes, and fails where a hook lets
# the fork through.
#
# usage: scripts/package/newcomer.sh WHEEL MIGRATIONS DIR
#   WHEEL       of onehead
#   MIGRATIONS  a folder with env.py and versions/, of a real project
#   DIR         where the team works; must not exist
# PYTHON in the environment names the Python for the virtual environment, python3 if it is not set.
set -euo pipefail

wheel=$1 migrations=$2 dir=$3
python=${PYTHON:-python3}
mkdir "$dir"
cd "$dir"
log=$PWD/log
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$PWD/gitconfig" HOME="$PWD"
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE GITHUB_ACTIONS GITHUB_REF GITHUB_BASE_REF CI
git config --global init.defaultBranch main
git config --global user.name 'Ann Bee'
git config --global user.email ann.bee@example.com

# step WHAT COMMAND...: runs it, and says how long it took. What it prints goes to the file $log.
step() {
    local what=$1 start=$EPOCHREALTIME
    shift
    "$@" >"$log" 2>&1 || { cat "$log"; echo "error: $what failed"; exit 1; }
    said "$what" "$start"
}

# refuses WHAT TEXT COMMAND...: the command must fail and say this.
refuses() {
    local what=$1 text=$2 start=$EPOCHREALTIME
    shift 2
    if "$@" >"$log" 2>&1; then
        cat "$log"
        echo "error: $what was let through"
        exit 1
    fi
    grep -qF -- "$text" "$log" || { cat "$log"; echo "error: $what is refused without: $text"; exit 1; }
    said "$what is refused" "$start"
}

said() {
    awk -v what="$1" -v start="$2" -v end="$EPOCHREALTIME" 'BEGIN { printf "  %6.2f s  %s\n", end - start, what }'
}

# migration NAME PARENT: a new revision file, in the index.
migration() {
    printf '"""%s"""\nrevision = "%s"\ndown_revision = "%s"\n\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n' \
        "$1" "$1" "$2" >"migrations/versions/$1.py"
    git add migrations
}

# The project as it was before: one head, no hook, no CI.
git init --quiet --bare origin.git
git clone --quiet origin.git project 2>"$log"
cd project
cp -R "$migrations" migrations
find . -name __pycache__ -prune -exec rm -r {} +
git add .
git commit --quiet -m 'Begin'
git push --quiet -u origin main

install() {
    "$python" -m venv ../venv
    ../venv/bin/python -m pip install --quiet --disable-pip-version-check "$wheel"
}
step 'pip install, into a new virtual environment' install
PATH="$PWD/../venv/bin:$PATH"

# One command, and the one that it names next.
step 'onehead init --yes' onehead init --yes --ci github
cp "$log" ../init.txt
commit=$(sed -n 's/^next: \(git add .* && git commit .*\)/\1/p' ../init.txt)
step "$commit" eval "$commit"
step 'git push' git push --quiet
step 'onehead doctor' onehead doctor
head=$(onehead check | awk '$1 == "ok" { print $NF }')

# Bob brings a migration to main. Ann has one on the same parent, and never sees a conflict.
git switch --quiet -c bob
migration add_search "$head"
git commit --quiet -m 'Add search'
git push --quiet origin bob:main
git switch --quiet -c ann main
migration add_billing "$head"
step 'git commit, which warns of the collision' git commit -m 'Add billing'
grep -qF 'OH010' "$log"

git fetch --quiet
migration add_refunds "$head"
refuses 'git commit of a second head' "2 heads: \`add_billing\`, \`add_refunds\`" git commit -m 'Add refunds'
git rm --quiet --force migrations/versions/add_refunds.py
refuses 'git merge' "2 heads: \`add_billing\`, \`add_search\`" git merge --no-edit origin/main
git merge --abort
refuses 'git push' '1 head here, 2 after merging into origin/main' git push origin ann
refuses 'onehead ci' '1 head here, 2 after merging into origin/main' onehead ci

# The command that all of them name.
step 'onehead fix --target' onehead fix --target
step 'git push' git push --quiet origin ann
step 'onehead ci' onehead ci
step 'git push to main' git push --quiet origin ann:main
[ "$(onehead check --source origin/main | grep -c '^ok ')" = 1 ]
