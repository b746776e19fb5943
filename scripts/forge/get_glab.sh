#!/bin/sh
# Prints the path of GitLab's client: that of this machine, else Debian's package unpacked into DIR. The release that
# this machine may have (bookworm) has no such package, so it comes from the next one (trixie), through apt with
# lists of its own: nothing of the system changes.
#
# usage: scripts/forge/get_glab.sh DIR
set -eu

dir=${1:?usage: get_glab.sh DIR}
if command -v glab; then
    exit 0
fi
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
dir=$(cd "$dir" && pwd)
if [ ! -x "$dir/usr/bin/glab" ]; then
    echo 'deb http://deb.debian.org/debian trixie main' >"$dir/sources.list"
    own() {
        apt-get -qq -o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=- \
            -o "Dir::State::lists=$dir/lists" -o "Dir::Cache=$dir/cache" "$@" >&2
    }
    own update
    (cd "$dir" && own download glab)
    dpkg -x "$dir"/glab_*.deb "$dir"
fi
echo "$dir/usr/bin/glab"
