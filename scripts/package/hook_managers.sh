#!/usr/bin/env bash
# Starts the hooks in every way of the real pre-commit, prek, lefthook and husky: by commits, pushes and switches, by hand, as in
# CI, between two refs. Each finds a fork, and lets go on what is fine.
#
# usage: scripts/package/hook_managers.sh FOLDER
#   FOLDER   holds onehead
# pre-commit, prek, lefthook, git and npx are on PATH; npx fetches husky.
set -u
PATH=$(cd "$1" && pwd):$PATH
for program in onehead git pre-commit prek lefthook npx; do
  command -v $program >/dev/null || { echo "$program not found"; exit 2; }
done
# shellcheck disable=SC2046  # names, one word each
unset $(git rev-parse --local-env-vars) CI GITHUB_ACTIONS GITHUB_REF GITHUB_BASE_REF
world=$(mktemp -d); trap 'rm -rf "$world"' EXIT
export HOME=$world GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$world/gitconfig NO_COLOR=1
git config --global user.name Ann; git config --global user.email ann@example.org
git config --global init.defaultBranch main
failed=0

revision() { # ID PARENT
  printf 'revision = "%s"\ndown_revision = %s\n' "$1" "$2" >"migrations/versions/$1.py"
}
# Whatever post-checkout says.
switch() { git switch --quiet "$@" >/dev/null 2>&1; }
save() { git add --all && git commit --quiet --no-verify -m "$1"; }

# A clone of an empty remote, with one migration that is not committed yet.
project() {
  cd "$world" || exit 2
  rm -rf project origin.git
  git init --quiet --bare origin.git
  git clone --quiet origin.git project 2>/dev/null
  cd project || exit 2
  mkdir -p migrations/versions
  printf '[alembic]\nscript_location = migrations\n' >alembic.ini
  touch migrations/env.py
  touch migrations/script.py.mako
  revision a None
}
# main is fine and pushed, red has two heads and a commit behind them.
branches() {
  save start; git push --quiet --no-verify origin main
  git remote set-head origin main
  switch --create red
  revision b '"a"'; revision c '"a"'; save fork
  echo more >README; save more
  switch main
}

expect() { # WHAT STATUS COMMAND...: 0, or 1 with a finding
  local what=$1 wanted=$2 got; shift 2
  "$@" >"$world/said" 2>&1 </dev/null; got=$?
  [ "$got" = 0 ] || got=1 # git and the managers have codes of their own
  if [ "$got" != "$wanted" ]; then
    echo "FAILED: $what: expected $wanted"; sed 's/^/    /' "$world/said"; failed=1
  elif [ "$got" = 1 ] && ! grep -q 'OH0[01]' "$world/said"; then
    echo "FAILED: $what: refused without a finding"; sed 's/^/    /' "$world/said"; failed=1
  else
    echo "ok: $what"
  fi
}

commits_and_pushes() { # MANAGER: through the hooks that it has put into git
  switch main
  echo "$RANDOM" >README; git add README
  expect "$1: commit without migrations" 0 git commit -m readme
  switch red
  echo "$RANDOM" >README; git add README
  expect "$1: commit without migrations on a red branch" 0 git commit -m readme
  expect "$1: push of a red branch" 1 git push origin red
  switch main
  switch --create "red-$1"
  revision b '"a"'; revision c '"a"'; git add --all
  expect "$1: commit of a fork" 1 git commit -m fork
  git reset --quiet --hard; switch main
}

switches() { # MANAGER: after a switch of branches it is said what is left behind, and nothing is refused
  switch red
  if git switch main >"$world/said" 2>&1 </dev/null && grep -q 'note: red has 2 revisions that are not here' "$world/said"; then
    echo "ok: $1: switch of branches"
  else
    echo "FAILED: $1: switch of branches"; sed 's/^/    /' "$world/said"; failed=1
  fi
}

for manager in pre-commit prek; do
  project
  printf '%s\n' 'repos:' '- repo: local' '  hooks:' '  - id: x' '    name: x' '    entry: "true"' '    language: system' \
    >.pre-commit-config.yaml
  onehead install-hooks --manager pre-commit --post-checkout >/dev/null || exit 2
  branches
  $manager install -t pre-commit -t pre-merge-commit -t pre-push -t post-checkout >/dev/null 2>&1 || exit 2
  commits_and_pushes "$manager"
  switches "$manager"
  expect "$manager: run --all-files, fine" 0 $manager run --all-files
  switch red
  expect "$manager: run --all-files" 1 $manager run --all-files
  expect "$manager: run --hook-stage pre-push --all-files" 1 $manager run --hook-stage pre-push --all-files
  expect "$manager: from main to red" 1 $manager run --from-ref main --to-ref red
  expect "$manager: pre-push from main to red" 1 $manager run --hook-stage pre-push --from-ref main --to-ref red
  expect "$manager: what introduces nothing" 0 $manager run --from-ref red~1 --to-ref red
done

project
printf 'output: [summary, failure, execution, execution_out]\n' >lefthook.yml
onehead install-hooks --manager lefthook --post-checkout >/dev/null || exit 2
branches
lefthook install >/dev/null 2>&1 || exit 2
commits_and_pushes lefthook
switches lefthook
expect "lefthook: run pre-commit, fine" 0 lefthook run pre-commit --force
switch red
expect "lefthook: run pre-commit" 1 lefthook run pre-commit --force
expect "lefthook: run pre-push" 1 lefthook run pre-push --force

project
mkdir .husky
onehead install-hooks --manager husky --post-checkout >/dev/null || exit 2
branches
npx --yes husky@9.1.7 >/dev/null 2>&1 || { echo "npx husky failed"; exit 2; }
commits_and_pushes husky
switches husky
switch red
expect "husky: .husky/pre-commit by hand" 1 sh -e .husky/pre-commit
expect "husky: .husky/pre-push by hand" 1 sh -e .husky/pre-push
exit $failed
