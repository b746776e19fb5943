//! Refs that are read from files, held against git.

use onehead_fixtures::GitSandbox;
use onehead_git::{Connection, Inherit, RefName};
use pretty_assertions::assert_eq;

use crate::connect;

const NAMES: [&str; 16] = [
    "HEAD",
    "main",
    "heads/main",
    "refs/heads/main",
    "origin",
    "origin/main",
    "origin/HEAD",
    "remotes/origin/main",
    "refs/remotes/origin/HEAD",
    "v1",
    "both",
    "side",
    "nothing",
    "main~0",
    "@",
    "ORIG_HEAD",
];

fn sandbox() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("a", "a\n");
    let oid = sandbox.commit_all("Ann Bee", "One");
    for name in [
        "refs/heads/side",
        "refs/remotes/origin/main",
        "refs/tags/v1",
        "refs/tags/both",
        "refs/heads/both",
    ] {
        sandbox.git(&["update-ref", name, &oid]);
    }
    sandbox.git(&["update-ref", "ORIG_HEAD", &oid]);
    sandbox.git(&[
        "symbolic-ref",
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
    ]);
    sandbox
}

fn agree(sandbox: &GitSandbox, git: &Connection, directory: &str) {
    for name in NAMES {
        let args = [
            "-C",
            directory,
            "rev-parse",
            "--symbolic-full-name",
            "--verify",
            "--quiet",
            name,
        ];
        let ran = sandbox.run("git", &args, "");
        let expected = RefName::new(ran.stdout.trim()).filter(|name| name.starts_with("refs/"));
        assert_eq!(git.full_name(name).unwrap(), expected, "{name}");
    }
    for name in [
        "HEAD",
        "refs/remotes/origin/HEAD",
        "refs/heads/main",
        "refs/heads/no",
    ] {
        let ran = sandbox.run(
            "git",
            &["-C", directory, "symbolic-ref", "--quiet", name],
            "",
        );
        let full = RefName::new(name).unwrap();
        let expected = RefName::new(ran.stdout.trim());
        assert_eq!(git.symbolic_ref(&full).unwrap(), expected, "{name}");
    }
}

#[test]
fn loose_and_packed_refs() {
    let sandbox = sandbox();
    let git = connect(&sandbox);
    agree(&sandbox, &git, ".");
    sandbox.git(&["pack-refs", "--all"]);
    agree(&sandbox, &git, ".");
    sandbox.git(&["checkout", "--quiet", "--detach"]);
    agree(&sandbox, &git, ".");
}

#[test]
fn a_linked_worktree_has_a_head_of_its_own() {
    let sandbox = sandbox();
    sandbox.git(&["worktree", "add", "--quiet", "../linked", "side"]);
    let linked = sandbox.root().with_file_name("linked");
    let git = Connection::discover(&linked, Inherit::No).unwrap().unwrap();
    agree(&sandbox, &git, "../linked");
    assert_eq!(
        git.symbolic_ref(&RefName::head()).unwrap().as_deref(),
        Some("refs/heads/side")
    );
    assert_eq!(git.common_dir(), sandbox.root().join(".git"));
}

#[test]
fn a_branch_without_commits() {
    let sandbox = GitSandbox::new();
    let git = connect(&sandbox);
    assert_eq!(
        git.symbolic_ref(&RefName::head()).unwrap().as_deref(),
        Some("refs/heads/main")
    );
    assert_eq!(git.commit("HEAD").unwrap(), None);
    assert_eq!(git.full_name("main").unwrap(), None);
}

#[test]
fn refs_in_a_table() {
    let sandbox = GitSandbox::without_git();
    let ran = sandbox.run(
        "git",
        &[
            "init",
            "--quiet",
            "--ref-format=reftable",
            "--initial-branch=main",
        ],
        "",
    );
    if ran.code != Some(0) {
        // Before 2.45 there are none.
        return;
    }
    sandbox.git(&["config", "user.name", "Ann Bee"]);
    sandbox.git(&["config", "user.email", "ann.bee@example.com"]);
    sandbox.write("a", "a\n");
    let oid = sandbox.commit_all("Ann Bee", "One");
    for name in [
        "refs/heads/side",
        "refs/remotes/origin/main",
        "refs/tags/v1",
    ] {
        sandbox.git(&["update-ref", name, &oid]);
    }
    sandbox.git(&[
        "symbolic-ref",
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
    ]);
    agree(&sandbox, &connect(&sandbox), ".");
}
