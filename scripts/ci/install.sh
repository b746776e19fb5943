#!/usr/bin/env bash
# Installs exactly one version of onehead from PyPI, into an environment of its own, and puts it on the path of
# the steps that follow.
#
# usage: ONEHEAD_VERSION=0.1.0 scripts/ci/install.sh
#
# The checkout may be that of somebody whom nobody knows. So nothing of it is run or imported: Python starts
# isolated (-I, or else it would import from the working folder), in another folder, and pip takes a wheel and builds
# nothing. An onehead of that version which is there already, at an absolute path, is taken as it is.
set -euo pipefail

version=${ONEHEAD_VERSION:?the version to install}
case $version in
    *[!0-9A-Za-z.]*)
        printf 'error: %s is not a version\n' "$version" >&2
        exit 2
        ;;
esac
cd "${RUNNER_TEMP:?a folder for temporary files}"

there=$(command -v onehead || true)
case $there in
    /*)
        if [[ "$("$there" --version) " == "onehead $version "* ]]; then
            printf 'onehead %s is %s\n' "$version" "$there"
            exit 0
        fi
        ;;
esac

python=$(command -v python3 || command -v python)
home=$RUNNER_TEMP/onehead-$version
"$python" -I -m venv "$home"
programs=$home/bin
[ -d "$programs" ] || programs=$home/Scripts
"$programs/python" -I -m pip install --quiet --no-input --disable-pip-version-check \
    --only-binary :all: "onehead==$version"
printf '%s\n' "$programs" >>"$GITHUB_PATH"
"$programs/onehead" --version
