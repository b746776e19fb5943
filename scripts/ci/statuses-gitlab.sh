#!/usr/bin/env bash
# Posts a commit status for the head of every merge request that was judged.
#
# usage: glab mr list --output json --per-page 100 | onehead ci rejudge --format json >rejudge.json
#        GITLAB_TOKEN=… CI_PROJECT_ID=… scripts/ci/statuses-gitlab.sh <rejudge.json
#
# exit codes: 0 done, or the token may not (said on stderr), 2 it failed otherwise
set -euo pipefail
# shellcheck source=scripts/ci/gitlab.sh disable=SC1091
. "$(dirname -- "$0")/gitlab.sh"

# GitLab knows no state `error`: what is not known is not green.
jq --compact-output '.requests | unique_by(.commit)[] | {
    commit, name: .status.context, description: .status.description,
    state: (if .status.state == "success" then "success" else "failed" end)}' >"$scratch/wanted"
while IFS= read -r wanted; do
    commit=$(jq --raw-output .commit <<<"$wanted")
    there=$(every "$project/repository/commits/$commit/statuses?name=onehead&per_page=100") || give_up "the statuses"
    if jq --exit-status --argjson wanted "$wanted" '
        any(.name == $wanted.name and .status == $wanted.state and .description == $wanted.description)' \
        <<<"$there" >/dev/null; then
        continue
    fi
    jq 'del(.commit)' <<<"$wanted" >"$scratch/status.json"
    call POST "$project/statuses/$commit" "$scratch/status.json" || give_up "the statuses"
done <"$scratch/wanted"
