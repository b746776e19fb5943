#!/usr/bin/env bash
# Where migrations collide, commits the merge revision, pushes it, and tells the author.
#
# usage: scripts/ci/auto-merge-github.sh BRANCH TARGET    the branch of a pull request, and where it lands
#        scripts/ci/auto-merge-github.sh BRANCH           a target that has two heads after a race
#
# Runs in a clone with history whose remote takes pushes, and puts the branch into its working tree: use no clone
# of your own. No program of the checkout is run: neither post-write hooks, nor the project's Alembic, nor hooks
# of git.
#
# It ends, whatever the push sets off: a branch with one head is left alone; the commit names the heads that it
# merged, and a branch that has a commit for the same heads, and yet collides, is left to people. The push is
# never forced. Where another push was faster, all of it begins again from what was pushed, three times at most.
#
# exit codes: 0 nothing to do, or pushed; 1 people have to look; 2 could not run
set -euo pipefail
here=$(dirname -- "$0")
# shellcheck source=scripts/ci/github.sh disable=SC1091
. "$here/github.sh"

branch=${1:?usage: auto-merge-github.sh BRANCH [TARGET]}
target=${2-}
trailer=Onehead-Merged-Heads
tracked=refs/remotes/origin/$branch
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null

# Puts the branch, as the remote has it now, into the working tree.
update_branch() {
    local refspecs=("+refs/heads/$branch:$tracked")
    [ -z "$target" ] || refspecs+=("+refs/heads/$target:refs/remotes/origin/$target")
    git fetch --quiet --no-tags origin "${refspecs[@]}"
    git checkout --quiet --force -B "$branch" "$tracked"
}

# Whether it collides: what the target would have after the merge, or what the branch itself has.
look() {
    if [ -n "$target" ]; then
        onehead ci --target="refs/remotes/origin/$target" --format json
    else
        onehead check --source HEAD --format json
    fi >"$scratch/verdict.json"
}

# The same for the same heads, in any order, and safe in a commit message whatever they are called.
heads() {
    jq --compact-output '
        [(.environments, .forecast.environments // [])[] | {name} + (.findings[] | {code, revisions})]
        | map(select(.code == "OH001" or .code == "OH010") | {name, revisions: (.revisions | sort)})
        | unique' "$scratch/verdict.json"
}

fix() {
    if [ -n "$target" ]; then
        onehead fix --strategy merge --no-programs --target="refs/remotes/origin/$target" --format json
    else
        onehead fix --strategy merge --no-programs --commit --format json
    fi >"$scratch/fixed.json"
}

push() {
    LC_ALL=C git push --quiet origin "HEAD:refs/heads/$branch" 2>"$scratch/refused"
}

for attempt in 1 2 3; do
    update_branch
    code=0
    look || code=$?
    if [ "$code" = 0 ]; then
        echo "one head: nothing to merge"
        exit 0
    elif [ "$code" != 1 ]; then
        tell "could not read the branch. The log of this step says why."
        exit 2
    fi

    fork=$(heads)
    if [ "$fork" = '[]' ]; then
        tell "nothing was merged: the findings are not forks. The check of the branch lists them."
        exit 1
    fi
    key=$(printf %s "$fork" | git hash-object --stdin)
    git log --format="%(trailers:key=$trailer,valueonly)" HEAD >"$scratch/merged"
    if grep -qxF "$key" "$scratch/merged"; then
        tell "nothing was merged: these heads were merged here before, and the merge was reverted."
        exit 1
    fi

    if ! fix; then
        tell "the heads could not be merged. The log of this step says why; \`onehead fix --dry-run\` shows it on the branch."
        exit 1
    fi
    git commit --quiet --amend --no-edit --trailer "$trailer: $key"

    if push; then
        commit=$(git rev-parse HEAD)
        printf 'merged=%s\n' "$commit" >>"${GITHUB_OUTPUT:-/dev/stdout}"
        # It is pushed, whether or not it can be posted; what could not be posted is said.
        "$here/tell-authors-github.sh" "$commit" "$scratch/fixed.json" "$scratch/verdict.json" || true
        exit 0
    fi
    cat "$scratch/refused" >&2
    if ! grep -qE '\[rejected\]|cannot lock ref|failed to update ref' "$scratch/refused"; then
        tell "the merge revision could not be pushed: the token lacks the permission, or the branch is protected. docs/ci.md says which token is needed."
        exit 1
    fi
    echo "the branch has moved (attempt $attempt): starting again from its newest commit" >&2
done
tell "gave up after three attempts, because the branch moved each time. The next push tries again."
exit 1
