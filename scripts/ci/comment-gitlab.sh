#!/usr/bin/env bash
# Posts the one note of a merge request, updates it, or ticks it.
#
# usage: onehead ci comment --format json >comment.json
#        GITLAB_TOKEN=… CI_PROJECT_ID=… scripts/ci/comment-gitlab.sh comment.json NUMBER
#
# exit codes: 0 done, or the token may not (said on stderr), 2 it failed otherwise
set -euo pipefail
here=$(dirname -- "$0")
# shellcheck source=scripts/ci/gitlab.sh disable=SC1091
. "$here/gitlab.sh"
# shellcheck source=scripts/ci/one-comment.sh disable=SC1091
. "$here/one-comment.sh"

usage="usage: comment-gitlab.sh DOCUMENT NUMBER"
keep_one_comment "${1:?$usage}" "${2:?$usage}"
