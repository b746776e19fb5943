# shellcheck shell=bash
# How the scripts beside it speak to GitHub: through `gh api`. Sourced, not run.

# shellcheck source=scripts/ci/forge.sh disable=SC1091
. "$(dirname -- "${BASH_SOURCE[0]}")/forge.sh"

# shellcheck disable=SC2034 # for the scripts that source this
repo=repos/${GITHUB_REPOSITORY:?the repository, as owner/name}

# A server of one's own is another host with another variable for the token.
if [ -n "${GITHUB_SERVER_URL-}" ]; then
    export GH_HOST=${GITHUB_SERVER_URL#*://}
    export GH_ENTERPRISE_TOKEN=${GH_ENTERPRISE_TOKEN-${GH_TOKEN-}}
fi
export GH_PROMPT_DISABLED=1

# call METHOD PATH [FILE]: sends a JSON file. What is refused is in $scratch/refused.
call() {
    gh api --method "$1" "$2" ${3:+--input "$3"} --silent 2>"$scratch/refused"
}

# Whose token this is. An installation token has no user, but it has a viewer.
token_login() {
    if [ -n "${ONEHEAD_LOGIN-}" ]; then
        printf %s "$ONEHEAD_LOGIN"
    else
        gh api graphql -f query='{ viewer { login } }' --jq .data.viewer.login 2>/dev/null ||
            printf %s 'github-actions[bot]'
    fi
}

list_comments() {
    gh api --paginate "$repo/issues/$1/comments?per_page=100" \
        --jq '.[] | {id, body, login: .user.login}' 2>"$scratch/refused" | jq --slurp .
}
add_comment() { call POST "$repo/issues/$1/comments" "$2"; }
change_comment() { call PATCH "$repo/issues/comments/$2" "$3"; }
delete_comment() { call DELETE "$repo/issues/comments/$2"; }
