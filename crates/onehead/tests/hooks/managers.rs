//! `onehead install-hooks` where another program manages the hooks.

use std::fs;

use pretty_assertions::assert_eq;

use crate::install::files;
use crate::support::{CLIENT_HOOKS, Repo, World};

fn repo(world: &World, path: &str, text: &str) -> Repo {
    let repo = world.repo("repo");
    repo.write(path, text);
    repo
}

/// Installs into a file: what is left of the new text without the lines between the marks is the old
/// text, a second time changes nothing, uninstalling restores it.
fn round_trip(path: &str, text: &str) -> String {
    let world = World::new();
    let repo = repo(&world, path, text);
    let hooks = files(&repo.path.join(".git/hooks"));
    repo.onehead(&["install-hooks"]).exits(0);
    assert_eq!(
        files(&repo.path.join(".git/hooks")),
        hooks,
        "git's own hooks stay"
    );
    let read = || fs::read_to_string(repo.path.join(path)).expect("the file");
    let new = read();
    let mut ours = false;
    let rest: Vec<&str> = new
        .lines()
        .filter(|line| {
            ours |= line.trim() == "# onehead: begin";
            let keep = !ours;
            ours &= line.trim() != "# onehead: end";
            keep
        })
        .collect();
    assert_eq!(rest, text.lines().collect::<Vec<_>>());
    repo.onehead(&["install-hooks"])
        .says("has the entry already");
    assert_eq!(read(), new);
    repo.onehead(&["install-hooks", "--uninstall"]).exits(0);
    assert_eq!(read(), text);
    new
}

fn refused(path: &str, text: &str) -> String {
    let world = World::new();
    let repo = repo(&world, path, text);
    let ended = repo.onehead(&["install-hooks"]);
    ended.exits(2);
    assert_eq!(fs::read_to_string(repo.path.join(path)).unwrap(), text);
    ended.says("--manager none");
    ended.text
}

const PRE_COMMIT: &str = "# what we run
default_stages: [pre-commit]   # only here
repos:
- repo: https://github.com/psf/black   # formats
  rev: 24.1.0
  hooks:
  - id: black
    # args: [--fast]

# the end
ci: {skip: [black]}
";

#[test]
fn pre_commit_gets_an_entry() {
    let new = round_trip(".pre-commit-config.yaml", PRE_COMMIT);
    assert!(
        new.contains("    # args: [--fast]\n# onehead: begin\n- repo: local\n  hooks:\n    - id: onehead-pre-commit\n"),
        "{new}"
    );
    for hook in CLIENT_HOOKS {
        assert!(
            new.contains(&format!("entry: onehead hook {hook}")),
            "{new}"
        );
        assert!(new.contains(&format!("stages: [{hook}]")), "{new}");
    }
    round_trip(".pre-commit-config.yaml", PRE_COMMIT.trim_end());
    round_trip(".pre-commit-config.yaml", &PRE_COMMIT.replace('\n', "\r\n"));
    round_trip(
        ".pre-commit-config.yaml",
        "repos:\n    -   repo: meta\n        hooks:\n        -   id: identity",
    );
    round_trip(".pre-commit-config.yml", PRE_COMMIT);
}

#[test]
fn what_cannot_be_added_to_is_left_alone() {
    let text = refused(".pre-commit-config.yaml", "repos: []\n");
    assert!(text.contains("entry: onehead hook pre-push"), "{text}");
    refused(
        ".pre-commit-config.yaml",
        "repos: [{repo: meta, hooks: [{id: identity}]}]\n",
    );
    refused(".pre-commit-config.yaml", "repos\n");
    refused(".pre-commit-config.yaml", "repos: [\n");
    refused(".pre-commit-config.yaml", "");
    let text = refused("lefthook.toml", "[pre-push]\n");
    assert!(
        text.contains("[pre-push.commands.onehead]\nrun = \"onehead hook pre-push '{1}' '{2}'\"\nuse_stdin = true\n"),
        "{text}"
    );
    let text = refused("lefthook.json", "{}\n");
    let snippet = text.split_once("--manager none`\n").expect("a snippet").1;
    let snippet: serde_json::Value = serde_json::from_str(snippet).expect("JSON");
    assert_eq!(
        snippet["pre-commit"]["commands"]["onehead"]["run"],
        "onehead hook pre-commit"
    );
    refused("lefthook.yml", "pre-push: {commands: {a: {run: b}}}\n");
    refused("lefthook.yml", "pre-commit:\n");
}

#[test]
fn lefthook_gets_commands_or_jobs() {
    let new = round_trip(
        "lefthook.yml",
        "# top
pre-commit:
  parallel: true
  commands:
    lint:
      run: echo lint  # quick
    # more
pre-push:
  jobs:
  - name: test
    run: |
      echo '# not a comment'

      make test

post-merge:
  only:
    - ref: main
# end
",
    );
    for part in [
        "    # onehead: begin\n    onehead:\n      run: onehead hook pre-commit\n    # onehead: end\n",
        "  # onehead: begin\n  - name: onehead\n    run: onehead hook pre-push '{1}' '{2}'\n    use_stdin: true\n",
        "  # onehead: begin\n  commands:\n    onehead:\n      run: onehead hook post-merge {1}\n",
        "# onehead: begin\npost-rewrite:\n  commands:\n    onehead:\n      run: onehead hook post-rewrite {1}\n      use_stdin: true\n",
    ] {
        assert!(new.contains(part), "{part}\nis not in\n{new}");
    }
    round_trip("lefthook.yaml", "colors: false");
}

#[test]
fn husky_scripts_get_lines_and_give_the_rest_its_stdin() {
    let world = World::new();
    let repo = repo(&world, ".husky/pre-push", "#!/bin/sh\necho mine; cat\n");
    repo.write(
        ".husky/pre-commit",
        "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n\nnpm test",
    );
    let before = files(&repo.path.join(".husky"));
    repo.onehead(&["install-hooks"]).exits(0);
    let after = files(&repo.path.join(".husky"));
    assert_eq!(after.len(), CLIENT_HOOKS.len());
    let old = fs::read_to_string(repo.path.join(".husky/pre-commit")).unwrap();
    assert!(
        old.contains("husky.sh\"\n# onehead: begin\ncommand -v onehead ")
            && old.contains("\nonehead hook pre-commit \"$@\" || exit\n# onehead: end\n\nnpm test"),
        "{old}"
    );

    let stub = world.path("bin");
    fs::create_dir_all(&stub).unwrap();
    crate::support::script(&stub.join("onehead"), "#!/bin/sh\necho \"$*\"; cat\n");
    let run = |input: &str| {
        let path = format!("PATH={}:/usr/bin:/bin", stub.display());
        let line = format!("printf '{input}' | sh -e .husky/pre-push origin url");
        repo.run(&["env", &path, "sh", "-c", &line]).text
    };
    assert_eq!(
        run("a b\\nc d\\n"),
        "hook pre-push origin url\na b\nc d\nmine\na b\nc d\n"
    );
    assert_eq!(run(""), "hook pre-push origin url\nmine\n");
    fs::remove_file(stub.join("onehead")).unwrap();
    let missing = run("a b\\n");
    assert!(
        missing.contains("is not installed: run `pip install onehead`"),
        "{missing}"
    );
    assert!(!missing.contains("not found"), "{missing}");

    let ended = repo.onehead(&["install-hooks"]);
    assert_eq!(
        ended.text.matches("has the lines already").count(),
        5,
        "{}",
        ended.text
    );
    assert_eq!(files(&repo.path.join(".husky")), after);
    repo.onehead(&["install-hooks", "--uninstall"]);
    assert_eq!(files(&repo.path.join(".husky")), before);
}

#[test]
fn another_manager_can_be_chosen() {
    let world = World::new();
    let repo = repo(&world, "lefthook.yml", "colors: false\n");
    repo.write(".pre-commit-config.yaml", PRE_COMMIT);
    repo.onehead(&["install-hooks"])
        .says("lefthook is configured as well");
    repo.onehead(&["install-hooks", "--manager", "lefthook"]);
    repo.onehead(&["install-hooks", "--manager", "none"]);
    assert!(repo.path.join(".git/hooks/pre-push").exists());
    repo.onehead(&["install-hooks", "--manager", "husky"])
        .exits(2);
    repo.onehead(&["install-hooks", "--uninstall"]);
    assert!(!repo.path.join(".git/hooks/pre-push").exists());
    assert_eq!(
        fs::read_to_string(repo.path.join("lefthook.yml")).unwrap(),
        "colors: false\n"
    );
    assert_eq!(
        fs::read_to_string(repo.path.join(".pre-commit-config.yaml")).unwrap(),
        PRE_COMMIT
    );
}

#[test]
fn pre_commit_says_what_is_pushed_in_variables() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.commit_migration("b", "'a'");
    repo.git(&["push", "-q", "origin", "main"]);
    repo.git(&["checkout", "-q", "-b", "topic", "main~1"]);
    repo.commit_migration("c", "'a'");
    let push = |more: &[&str]| {
        let mut words = vec![
            "env",
            "PRE_COMMIT=1",
            "PRE_COMMIT_LOCAL_BRANCH=refs/heads/topic",
            "PRE_COMMIT_REMOTE_BRANCH=refs/heads/topic",
            "PRE_COMMIT_REMOTE_NAME=origin",
            "PRE_COMMIT_REMOTE_URL=../repo.git",
        ];
        words.extend(more);
        words.extend([
            "sh",
            "-c",
            "exec \"$0\" hook pre-push </dev/null",
            crate::support::ONEHEAD,
        ]);
        repo.run(&words)
    };
    push(&["PRE_COMMIT_FROM_REF=main~1", "PRE_COMMIT_TO_REF=topic"]).exits(1);
    let ended = push(&[]);
    ended
        .exits(1)
        .says("push of refs/heads/topic to refs/heads/topic at origin refused");
    // `git push --all` would send this one too, and pre-commit would not name it.
    let more = "this checks only refs/heads/topic";
    ended.says_nothing_of(more);
    repo.git(&["branch", "-q", "known", "main"]);
    assert!(!push(&[]).text.contains(more));
    repo.git(&["checkout", "-q", "-b", "other", "main"]);
    repo.commit_migration("d", "'b'");
    push(&[]).exits(1).says(more);
}
