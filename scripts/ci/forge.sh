# shellcheck shell=bash
# For the scripts beside it. Sourced, not run.

# tell TEXT: on stderr, and in the summary of the job where there is one. The text is one of ours, or escaped.
tell() {
    printf 'onehead: %s\n' "$1" >&2
    if [ -n "${GITHUB_STEP_SUMMARY-}" ]; then
        printf '\n> **onehead**: %s\n' "$1" >>"$GITHUB_STEP_SUMMARY"
    fi
}

# give_up WHAT: ends the script after a call that failed, whose stderr is in $scratch/refused. A token that
# may only read is no failure: what could not be posted is said, and the verdict of the check stands.
give_up() {
    local said
    said=$(tr -d '`\r' <"$scratch/refused" | tr '\n' ' ' | cut -c 1-300)
    if grep -q 'HTTP 40[134]' "$scratch/refused"; then
        tell "could not post $1: the token lacks the permission. The verdict stands. The forge answered: \`$said\`"
        exit 0
    fi
    tell "could not post $1. The forge answered: \`$said\`"
    exit 2
}

# numeric WHAT VALUE: refuses whatever is not a number, since it becomes a part of an address.
numeric() {
    case $2 in
        '' | *[!0-9]*)
            printf 'error: %s is %s, which is not a number\n' "$1" "$2" >&2
            exit 2
            ;;
    esac
}

# lacks_target: whether a clone of depth 1 has the merge that the forge made of a pull request, and not the target.
lacks_target() {
    [ "${GITHUB_EVENT_NAME-}" = pull_request ] && [ "$(git rev-parse --is-shallow-repository)" = true ] &&
        ! git rev-parse --quiet --verify 'HEAD^1^{commit}' >/dev/null
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
