# shellcheck shell=sh
# For the scripts beside it: `tool NAME [ARG...]` runs one of the four tools, and `scratch` is a folder
# that goes away at the end. Sourced, not run.

# The tools come from $ONEHEAD_BIN, from PATH, or are built from this checkout.
checkout=$(dirname -- "$0")/../..
tool() {
    tool_name=$1
    shift
    if [ -n "${ONEHEAD_BIN-}" ]; then
        "$ONEHEAD_BIN/$tool_name" "$@"
    elif command -v "$tool_name" >/dev/null 2>&1; then
        "$tool_name" "$@"
    elif command -v cargo >/dev/null 2>&1; then
        cargo run --quiet --manifest-path "$checkout/Cargo.toml" --bin "$tool_name" -- "$@"
    else
        echo "error: no $tool_name in \$ONEHEAD_BIN or on PATH, and no cargo to build it" >&2
        echo "hint: set ONEHEAD_BIN to the folder that holds the four tools" >&2
        return 2
    fi
}

scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
