#!/usr/bin/env bash
# Posts a commit status for the head of every pull request that was judged. One that says the same already is
# left alone: a commit takes a thousand statuses, and then no more.
#
# usage: onehead ci rejudge --format json <requests.json >rejudge.json
#        GH_TOKEN=… GITHUB_REPOSITORY=owner/name scripts/ci/statuses-github.sh <rejudge.json
#
# exit codes: 0 done, or the token may not (said on stderr and in the summary), 2 it failed otherwise
set -euo pipefail
# shellcheck source=scripts/ci/github.sh disable=SC1091
. "$(dirname -- "$0")/github.sh"

details=
if [ -n "${GITHUB_RUN_ID-}" ]; then
    details=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID
fi

# What the commit has by that name, as a list of at most one.
present() {
    gh api "$repo/commits/$1/status?per_page=100" --jq '.statuses' 2>"$scratch/refused" |
        jq --arg context "$2" 'map(select(.context == $context) | {state, description})'
}

jq --compact-output '.requests | unique_by(.commit)[] | {commit} + .status' >"$scratch/wanted"
while IFS= read -r wanted; do
    commit=$(jq --raw-output .commit <<<"$wanted")
    context=$(jq --raw-output .context <<<"$wanted")
    there=$(present "$commit" "$context") || give_up "the statuses"
    if jq --exit-status --argjson there "$there" '[{state, description}] == $there' <<<"$wanted" >/dev/null; then
        continue
    fi
    jq --arg details "$details" 'del(.commit) + if $details == "" then {} else {target_url: $details} end' \
        <<<"$wanted" >"$scratch/status.json"
    call POST "$repo/statuses/$commit" "$scratch/status.json" || give_up "the statuses"
done <"$scratch/wanted"
