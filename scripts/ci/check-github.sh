#!/usr/bin/env bash
# What the Action runs: `onehead ci`, with annotations, the summary of the job, report files and outputs. Never
# fails for what it found: the last step of the Action does that, after everything is posted.
#
# In the environment: ONEHEAD_TARGET, the branch that work lands on, if it cannot be known otherwise; ONEHEAD_ALSO,
# more report files, a FORMAT=FILE on each line.
set -euo pipefail
# shellcheck source=scripts/ci/forge.sh disable=SC1091
. "$(dirname -- "$0")/forge.sh"

reports=${RUNNER_TEMP:?a folder for temporary files}/onehead-reports
mkdir -p "$reports"

# On pull_request_target our own branch is checked out. The pull request is brought as objects, and HEAD is put on
# it: no file of it is ever written, so nothing can run it.
if [ "${GITHUB_EVENT_NAME-}" = pull_request_target ]; then
    number=$(jq --raw-output .pull_request.number "$GITHUB_EVENT_PATH")
    numeric "the number of the pull request" "$number"
    git fetch --quiet --no-tags origin "+refs/pull/$number/head:refs/remotes/pull/$number"
    git update-ref --no-deref HEAD "refs/remotes/pull/$number"
fi

look=(--also "json=$reports/onehead.json" --also "sarif=$reports/onehead.sarif" --also "markdown=$reports/onehead.md")
if [ -n "${ONEHEAD_TARGET-}" ]; then
    look+=("--target=$ONEHEAD_TARGET")
fi
if lacks_target; then
    look+=(--fetch)
fi
while IFS= read -r also; do
    [ -z "$also" ] || look+=("--also=$also")
done <<<"${ONEHEAD_ALSO-}"

rm -f "$reports"/onehead.*
exit_code=0
onehead ci "${look[@]}" || exit_code=$?

case $exit_code in
    0) verdict=clean ;;
    1) verdict=findings ;;
    *) verdict=error ;;
esac
if [ "$verdict" = error ]; then
    tell "could not run. The log of this step says why."
    printf '%s' '{"environments": [], "findings": []}' >"$reports/onehead.json"
elif [ -n "${GITHUB_STEP_SUMMARY-}" ]; then
    cat "$reports/onehead.md" >>"$GITHUB_STEP_SUMMARY"
fi

# What will be there once it has landed, where that is known.
environments='(.forecast // .).environments'
findings=$(jq '[.findings, (.environments, .forecast.environments // [] | .[].findings), .forecast.findings // []]
    | add | length' "$reports/onehead.json")
heads=$(jq --ascii-output --compact-output \
    "[$environments"'[] | {key: .name, value: [.heads[] | (.head // .).id]}] | from_entries' "$reports/onehead.json")
{
    printf 'verdict=%s\n' "$verdict"
    printf 'exit-code=%s\n' "$exit_code"
    printf 'findings=%s\n' "$findings"
    printf 'heads=%s\n' "$heads"
    printf 'report=%s\n' "$reports/onehead.json"
    printf 'sarif=%s\n' "$reports/onehead.sarif"
    printf 'markdown=%s\n' "$reports/onehead.md"
} >>"${GITHUB_OUTPUT:-/dev/stdout}"
