#!/usr/bin/env bash
# Prints the open pull requests that land on a branch as `onehead ci rejudge` reads them, and fetches their
# heads: as objects, under refs/remotes/pull, without checking anything out.
#
# usage: GH_TOKEN=… GITHUB_REPOSITORY=owner/name scripts/ci/requests-github.sh BRANCH >requests.json
set -euo pipefail
# shellcheck source=scripts/ci/github.sh disable=SC1091
. "$(dirname -- "$0")/github.sh"

branch=${1:?usage: requests-github.sh BRANCH}
base=$(jq --null-input --raw-output --arg branch "$branch" '$branch | @uri')
gh api --paginate "$repo/pulls?state=open&base=$base&per_page=100" --jq '.[] | {
    number, title, url: .html_url, isDraft: .draft, author: {login: .user.login},
    headRefName: .head.ref, headRefOid: .head.sha, baseRefName: .base.ref}' |
    jq --slurp . >"$scratch/requests.json"
jq --raw-output '.[] | "+refs/pull/\(.number)/head:refs/remotes/pull/\(.number)"' "$scratch/requests.json" |
    sort -u >"$scratch/refspecs"
if [ -s "$scratch/refspecs" ]; then
    git fetch --quiet --no-tags --stdin origin <"$scratch/refspecs"
fi
cat "$scratch/requests.json"
