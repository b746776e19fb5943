# shellcheck shell=bash
# Keeps the one comment of a pull request, whatever the forge. Sourced, not run, behind github.sh or gitlab.sh, which say
# how to list, add, change and delete one.
#
# The comment is found by its marker among those of the login of the token: a marker that another login
# writes does not count. The text travels in a file, never as an argument.
#
# Two runs at once may both find none and both post. So each looks again after it has posted: the oldest comment
# stays, and every run deletes the later ones. The last run leaves exactly one.

# ours DOCUMENT NUMBER LOGIN: oldest first, as a list of {id, body}.
ours() {
    list_comments "$2" | jq --arg login "$3" --slurpfile wanted "$1" '
        map(select(.login == $login and (.body // "" | startswith($wanted[0].marker)))) | sort_by(.id)'
}

# says DOCUMENT: whether the first of a list on stdin says what the document does. Forges have their own line breaks.
says() {
    jq --exit-status --slurpfile wanted "$1" '
        def plain: gsub("\r"; "") | rtrimstr("\n"); (.[0].body | plain) == ($wanted[0].body | plain)' >/dev/null
}

# shellcheck disable=SC2154 # forge.sh makes $scratch
# keep_one_comment DOCUMENT NUMBER: posts what `onehead ci comment --format json` wrote, updates it, or ticks it.
keep_one_comment() {
    local document=$1 number=$2 login found first later
    numeric NUMBER "$number"
    login=$(token_login) || give_up "the comment"
    found=$(ours "$document" "$number" "$login") || give_up "the comment"
    if [ "$found" = '[]' ] && jq --exit-status '.ok' "$document" >/dev/null; then
        return
    fi

    jq '{body}' "$document" >"$scratch/body.json"
    if [ "$found" = '[]' ]; then
        add_comment "$number" "$scratch/body.json" || give_up "the comment"
        found=$(ours "$document" "$number" "$login") || give_up "the comment"
    fi
    first=$(jq '.[0].id' <<<"$found")
    if ! says "$document" <<<"$found"; then
        change_comment "$number" "$first" "$scratch/body.json" || give_up "the comment"
    fi
    for later in $(jq '.[1:][].id' <<<"$found"); do
        # The other run may have been faster.
        delete_comment "$number" "$later" || grep -q 'HTTP 404' "$scratch/refused" || give_up "the comment"
    done
}
