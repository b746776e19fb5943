//! `onehead init` at a terminal, and what it protects from.

use std::fs;

use pretty_assertions::assert_eq;

use crate::support::{ONEHEAD, World, at_terminal};

#[test]
fn answers_at_a_terminal() {
    let world = World::new();
    let repo = world.repo("repo");
    let command = format!("exec '{ONEHEAD}' init --ci github");
    let hook = repo.path.join(".git/hooks/pre-push");
    let before = repo.state();
    for keys in [&b"n\n"[..], b"\n", b"what\n", b"\x04", b"\x03"] {
        let (code, shown) = at_terminal(&repo, &command, keys);
        assert_eq!(code, 1, "{keys:?}: {shown}");
        assert!(shown.contains("write this? [y/N]"), "{keys:?}: {shown}");
        assert!(
            shown.contains("+      - run: onehead ci"),
            "{keys:?}: {shown}"
        );
        assert_eq!(before, repo.state(), "{keys:?}");
        assert!(!hook.exists(), "{keys:?}");
    }
    let (code, shown) = at_terminal(&repo, &command, b"y\n");
    assert_eq!(code, 0, "{shown}");
    assert!(repo.path.join(".github/workflows/onehead.yml").exists());
    assert!(hook.exists());

    // Nothing is left to ask about.
    repo.onehead(&["init", "--ci", "github"])
        .exits(0)
        .says("nothing to write");
}

#[test]
fn without_a_terminal_and_without_an_answer_nothing_is_done() {
    let world = World::new();
    let repo = world.repo("repo");
    let before = repo.state();
    repo.onehead(&["init"])
        .exits(1)
        .says("no terminal for the question");
    assert_eq!(before, repo.state());
    assert!(!repo.path.join(".git/hooks/pre-push").exists());
}

#[test]
fn every_check_refuses_afterwards() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.onehead(&["init", "--yes", "--ci", "github"]).exits(0);
    repo.onehead(&["doctor"]).exits(0);
    repo.git(&["add", ".github"]);
    repo.git(&["commit", "-qm", "Keep migrations at one head"]);
    repo.git(&["push", "-q"]);

    repo.migration("b", "'a'");
    repo.migration("c", "'a'");
    repo.git(&["add", "migrations"]);
    assert_eq!(repo.try_git(&["commit", "-qm", "two heads"]).code, 1);
    repo.git(&["commit", "-q", "--no-verify", "-m", "two heads"]);
    assert_eq!(repo.try_git(&["push", "-q"]).code, 1);
    assert_eq!(repo.onehead(&["ci"]).code, 1);

    // In the middle of a fork it says so, and changes nothing that is there.
    let hooks = fs::read_dir(repo.path.join(".git/hooks")).unwrap().count();
    repo.onehead(&["init", "--yes"])
        .exits(1)
        .says("next: onehead check --fix");
    assert_eq!(
        fs::read_dir(repo.path.join(".git/hooks")).unwrap().count(),
        hooks
    );
}

#[test]
fn a_linked_worktree_gets_the_files_and_all_of_them_the_hooks() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.git(&["worktree", "add", "-q", "../linked", "-b", "side"]);
    let linked = world.at("linked");
    linked
        .onehead(&["init", "--yes", "--ci", "gitlab"])
        .exits(0);
    assert!(linked.path.join(".gitlab-ci.yml").exists());
    assert!(!repo.path.join(".gitlab-ci.yml").exists());
    assert!(repo.path.join(".git/hooks/pre-push").exists());
}
