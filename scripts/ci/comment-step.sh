#!/usr/bin/env bash
# What the Action runs to comment: makes the comment of the pull request of this event, and posts it.
set -euo pipefail
# shellcheck source=scripts/ci/forge.sh disable=SC1091
. "$(dirname -- "$0")/forge.sh"

number=$(jq --raw-output .pull_request.number "$GITHUB_EVENT_PATH")
look=(--format json)
if [ -n "${ONEHEAD_TARGET-}" ]; then
    look+=("--target=$ONEHEAD_TARGET")
fi
if lacks_target; then
    look+=(--fetch)
fi
onehead ci comment "${look[@]}" >"$scratch/comment.json" || [ -s "$scratch/comment.json" ]
"$(dirname -- "$0")/comment-github.sh" "$scratch/comment.json" "$number"
