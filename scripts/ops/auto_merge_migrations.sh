#!/bin/sh
# Merges the heads of every Alembic environment: scan | graph | render | stage. Shows the merge revision
# first and asks, unless CI is 1 or true or --yes is given. Commits exactly the new file.
#
# usage: scripts/ops/auto_merge_migrations.sh [--yes] [--repo DIR] [-m MESSAGE]
#
# exit codes: 0 one head, 1 heads remain, 2 could not run
set -u

usage="usage: auto_merge_migrations.sh [--yes] [--repo DIR] [-m MESSAGE]"
repo=.
message="Merge migration heads"
yes=no
case ${CI-} in 1 | true) yes=yes ;; esac
while [ $# -gt 0 ]; do
    case $1 in
        --yes) yes=yes ;;
        --repo)
            repo=${2:?$usage}
            shift
            ;;
        -m)
            message=${2:?$usage}
            shift
            ;;
        *)
            echo "error: unknown argument $1" >&2
            echo "$usage" >&2
            exit 2
            ;;
    esac
    shift
done

# shellcheck source=scripts/ops/tools.sh disable=SC1091
. "$(dirname -- "$0")/tools.sh"

# Through files and not through pipes, since a POSIX shell forgets the status of all but the last.
tool onehead-scan --repo "$repo" >"$scratch/scan.json" || exit 2
tool onehead-graph <"$scratch/scan.json" >"$scratch/graph.json" || exit 2
tool onehead-graph --format text --exit-code <"$scratch/scan.json" && exit 0
tool onehead-render -m "$message" <"$scratch/graph.json" >"$scratch/plan.json" || exit 2
tool onehead-render -m "$message" --format diff <"$scratch/graph.json" >"$scratch/plan.diff" || exit 2

if [ ! -s "$scratch/plan.diff" ]; then
    echo "nothing was written: no merge revision fixes this"
    exit 1
fi
echo
cat "$scratch/plan.diff"
echo

if [ "$yes" = no ]; then
    if [ ! -t 0 ]; then
        echo "nothing was written: there is no terminal for the question" >&2
        echo "next: add --yes, or set CI=1 in the environment" >&2
        exit 1
    fi
    printf 'write and commit this merge revision? [y/N] '
    read -r answer || answer=no
    case $answer in
        y | Y | yes) ;;
        *)
            echo "nothing was written"
            exit 1
            ;;
    esac
fi

tool onehead-stage --repo "$repo" --commit -m "$message" <"$scratch/plan.json" >"$scratch/done.json" || exit 2
git -C "$repo" --no-pager log -1 --stat --format='committed as %h: %s'

tool onehead-scan --repo "$repo" >"$scratch/scan.json" || exit 2
tool onehead-graph --format text --exit-code <"$scratch/scan.json"
