#!/usr/bin/env bash
# The target has moved: judges every open pull request that lands on it, and posts the statuses.
#
# usage: GH_TOKEN=… GITHUB_REPOSITORY=owner/name scripts/ci/rejudge-github.sh BRANCH
#
# exit codes: 0 judged, whatever the verdicts are, 2 could not run
set -euo pipefail
here=$(dirname -- "$0")
branch=${1:?usage: rejudge-github.sh BRANCH}
judged=$(mktemp -d)
trap 'rm -rf "$judged"' EXIT

# rejudge FORMAT FILE: with an answer, exit codes 1 and 2 only say that some may not land or are not known.
rejudge() {
    onehead ci rejudge --target="origin/$branch" --format "$1" <"$judged/requests.json" >"$2" || [ -s "$2" ]
}

git fetch --quiet --no-tags origin "+refs/heads/$branch:refs/remotes/origin/$branch"
"$here/requests-github.sh" "$branch" >"$judged/requests.json"
rejudge json "$judged/rejudge.json"
rejudge text "$judged/rejudge.txt"
cat "$judged/rejudge.txt"
if [ -n "${GITHUB_STEP_SUMMARY-}" ]; then
    # Titles and branches are of whoever opened them: shown in a block that no line of theirs can end.
    {
        printf '### onehead: open pull requests, checked again\n\n~~~~~~~~\n'
        sed 's/^ *~/ &/' "$judged/rejudge.txt"
        printf '~~~~~~~~\n'
    } >>"$GITHUB_STEP_SUMMARY"
fi
"$here/statuses-github.sh" <"$judged/rejudge.json"
