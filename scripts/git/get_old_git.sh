#!/bin/sh
# Prints a folder that holds the oldest git that onehead supports: Debian's package of it (bullseye, git 2.30), unpacked into
# DIR. It comes through apt with lists of its own: nothing of the system changes.
#
# usage: scripts/git/get_old_git.sh DIR
set -eu

dir=${1:?usage: get_old_git.sh DIR}
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/bin"
dir=$(cd "$dir" && pwd)
if [ ! -x "$dir/bin/git" ]; then
    echo 'deb http://deb.debian.org/debian bullseye main' >"$dir/sources.list"
    own() {
        apt-get -qq -o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=- \
            -o "Dir::State::lists=$dir/lists" -o "Dir::Cache=$dir/cache" -o APT::Sandbox::User=root "$@" >&2
    }
    own update
    (cd "$dir" && own download 'git=1:2.30*')
    dpkg -x "$dir"/git_*.deb "$dir"
    # It was built for /usr, where its commands and templates are not now.
    cat >"$dir/bin/git" <<EOF
#!/bin/sh
GIT_EXEC_PATH='$dir/usr/lib/git-core' GIT_TEMPLATE_DIR='$dir/usr/share/git-core/templates' exec '$dir/usr/bin/git' "\$@"
EOF
    chmod +x "$dir/bin/git"
fi
echo "$dir/bin"
