#!/usr/bin/env bash
# Posts the one comment of a pull request, updates it, or ticks it.
#
# usage: onehead ci comment --format json >comment.json
#        GH_TOKEN=… GITHUB_REPOSITORY=owner/name scripts/ci/comment-github.sh comment.json NUMBER
#
# exit codes: 0 done, or the token may not (said on stderr and in the summary), 2 it failed otherwise
set -euo pipefail
here=$(dirname -- "$0")
# shellcheck source=scripts/ci/github.sh disable=SC1091
. "$here/github.sh"
# shellcheck source=scripts/ci/one-comment.sh disable=SC1091
. "$here/one-comment.sh"

usage="usage: comment-github.sh DOCUMENT NUMBER"
keep_one_comment "${1:?$usage}" "${2:?$usage}"
