#!/bin/sh
# Installs the git hooks of a repository, or removes them with --uninstall. `onehead install-hooks` does
# everything; this only finds it, or builds it from this checkout.
#
# usage: scripts/setup/install_git_hooks.sh [OPTION OF onehead install-hooks...]
set -eu

if command -v onehead >/dev/null 2>&1; then
    exec onehead install-hooks "$@"
fi
checkout=$(dirname -- "$0")/../..
if ! command -v cargo >/dev/null 2>&1; then
    echo "error: no onehead on PATH, and no cargo to build it" >&2
    echo "hint: install onehead, or Rust from https://rustup.rs" >&2
    exit 2
fi
# The hooks call the program beside xtask.
cargo build --quiet --manifest-path "$checkout/Cargo.toml" -p onehead -p xtask
exec cargo run --quiet --manifest-path "$checkout/Cargo.toml" -p xtask -- install-hooks "$@"
