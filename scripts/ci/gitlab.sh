# shellcheck shell=bash
# How the scripts beside it speak to GitLab: through `glab api`. Sourced, not run.

# shellcheck source=scripts/ci/forge.sh disable=SC1091
. "$(dirname -- "${BASH_SOURCE[0]}")/forge.sh"

numeric CI_PROJECT_ID "${CI_PROJECT_ID:?the number of the project}"
# shellcheck disable=SC2034 # for the scripts that source this
project=projects/$CI_PROJECT_ID
if [ -n "${CI_SERVER_HOST-}" ]; then
    export GITLAB_HOST=$CI_SERVER_HOST
fi
export NO_PROMPT=1

# call METHOD PATH [FILE]: sends a JSON file. What is refused is in $scratch/refused.
call() {
    glab api --method "$1" "$2" ${3:+--header "Content-Type: application/json" --input "$3"} \
        >/dev/null 2>"$scratch/refused"
}

# every PATH: a list that may have several pages, as one list.
every() {
    glab api --paginate "$1" 2>"$scratch/refused" | jq --slurp 'add // []'
}

# Whose token this is.
token_login() {
    glab api user 2>"$scratch/refused" | jq --raw-output .username
}

list_comments() {
    every "$project/merge_requests/$1/notes?per_page=100" | jq 'map({id, body, login: .author.username})'
}
add_comment() { call POST "$project/merge_requests/$1/notes" "$2"; }
change_comment() { call PUT "$project/merge_requests/$1/notes/$2" "$3"; }
delete_comment() { call DELETE "$project/merge_requests/$1/notes/$2"; }
