#!/bin/sh
# Says whether every Alembic environment has the heads that it should have: scan | graph.
#
# usage: scripts/ops/check_migration_heads.sh [OPTION OF onehead-scan...]
#
#   check_migration_heads.sh --repo ../shop
#   check_migration_heads.sh --source HEAD
#
# exit codes: 0 one head, 1 findings (on stderr), 2 could not run
set -u

# shellcheck source=scripts/ops/tools.sh disable=SC1091
. "$(dirname -- "$0")/tools.sh"

# Through files and not through pipes, since a POSIX shell forgets the status of all but the last.
tool onehead-scan "$@" >"$scratch/scan.json" || exit 2
tool onehead-graph --format text --exit-code <"$scratch/scan.json"
