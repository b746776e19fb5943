#!/usr/bin/env bash
# Tells the pull requests concerned that a merge revision was pushed: the one of this event, else those that
# brought the heads.
#
# usage: tell-authors-github.sh COMMIT FIXED.json VERDICT.json
set -euo pipefail
here=$(dirname -- "$0")
# shellcheck source=scripts/ci/github.sh disable=SC1091
. "$here/github.sh"

commit=${1:?usage: tell-authors-github.sh COMMIT FIXED.json VERDICT.json}
fixed=${2:?usage: tell-authors-github.sh COMMIT FIXED.json VERDICT.json}
verdict=${3:?usage: tell-authors-github.sh COMMIT FIXED.json VERDICT.json}

# The ids of merge revisions are made here. Those of the heads come from the pull request, so they are not repeated.
jq --arg commit "$commit" --arg actions "${ONEHEAD_DEFAULT_TOKEN-}" '
    "<!-- onehead:auto-merge -->" as $marker
    | ([.done.written[].revision | select(test("^[0-9a-f]+$")) | "`\(.)`"] | join(", ")) as $ids
    | {ok: false, $marker, body: ($marker + "\n### onehead: the heads are merged\n\n"
        + "Commit \($commit) holds the merge revision \($ids). "
        + "It changes no revision that was there, and its `upgrade()` is empty. "
        + "Before you go on: `git pull`.\n"
        + if $actions == "true" then "\nIt was pushed with the token of the workflow, which starts no other workflow: "
            + "close and open the pull request, or push again, to have it checked.\n" else "" end)}' \
    "$fixed" >"$scratch/note.json"
tell "pushed $commit, which contains the merge revision."

requests() {
    local number=null
    [ -z "${GITHUB_EVENT_PATH-}" ] || number=$(jq '.pull_request.number' "$GITHUB_EVENT_PATH")
    if [ "$number" != null ]; then
        printf '%s\n' "$number"
    else
        jq '[.environments[].heads[].attribution.pull_request // empty] | unique[]' "$verdict"
    fi
}
for number in $(requests); do
    "$here/comment-github.sh" "$scratch/note.json" "$number"
done
