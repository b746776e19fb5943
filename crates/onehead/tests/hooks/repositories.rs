//! Every kind of repository, and what is none.

use pretty_assertions::assert_eq;

use crate::support::{CLIENT_HOOKS, ONEHEAD, World};

#[test]
fn a_linked_worktree_and_a_submodule() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.commit_migration("c", "'a'");
    repo.hooks(CLIENT_HOOKS);
    repo.git(&["worktree", "add", "-q", "-b", "side", "../linked"]);
    let linked = world.at("linked");
    linked.migration("b", "'a'");
    linked.git(&["add", "."]);
    let before = linked.state();
    linked.try_git(&["commit", "-qm", "x"]).exits(1);
    assert_eq!(before, linked.state());
    assert_eq!(repo.git(&["status", "--porcelain"]), "");

    world.at(".").git(&["init", "-q", "-b", "main", "outer"]);
    let outer = world.at("outer");
    outer.git(&["submodule", "--quiet", "add", "../repo", "inner"]);
    outer.git(&["commit", "-qm", "Add inner"]);
    let inner = world.at("outer/inner");
    inner.hooks(CLIENT_HOOKS);
    inner.migration("b", "'a'");
    inner.git(&["add", "."]);
    let before = inner.state();
    inner.try_git(&["commit", "-qm", "x"]).exits(1);
    assert_eq!(before, inner.state());
    // The outer repository has no environment: its commits are not checked.
    outer.hooks(CLIENT_HOOKS);
    outer.write("tool.py", "x = 1\n");
    outer.git(&["add", "tool.py"]);
    outer.git(&["commit", "-qm", "x"]);
}

#[test]
fn ids_of_sha_256() {
    let world = World::new();
    world.at(".").git(&[
        "init",
        "-q",
        "--bare",
        "--object-format=sha256",
        "there.git",
    ]);
    world
        .at(".")
        .git(&["init", "-q", "-b", "main", "--object-format=sha256", "here"]);
    let repo = world.at("here");
    repo.write("migrations/env.py", "");
    repo.hooks(CLIENT_HOOKS);
    repo.migration("a", "None");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "Begin"]);
    repo.git(&["push", "-q", "../there.git", "main"]);
    repo.commit_migration("b", "'a'");
    repo.migration("c", "'a'");
    repo.git(&["add", "."]);
    assert_eq!(repo.try_git(&["commit", "-qm", "x"]).code, 1);
    repo.git(&["commit", "-q", "--no-verify", "-m", "x"]);
    assert_eq!(
        repo.try_git(&["push", "-q", "../there.git", "main"]).code,
        1
    );
    repo.git(&["push", "-q", "../there.git", "HEAD~1:refs/heads/old"]);
    repo.git(&["push", "-q", "../there.git", ":old"]);
}

/// Its index is no empty one: there is none.
#[test]
fn a_bare_repository_has_nothing_to_commit_or_to_fix() {
    let world = World::new();
    let repo = world.forked();
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    let bare = world.at("repo.git");
    for command in [
        &["fix"][..],
        &["fix", "--target", "--dry-run"],
        &["check", "--fix"],
        &["auto-merge"],
        &["hook", "pre-commit"],
        &["hook", "pre-merge-commit"],
    ] {
        let ended = bare.onehead(command);
        assert_eq!(ended.code, 2, "{command:?}: {}", ended.text);
        let text = "is a bare repository without a working tree\nhint: run this in a clone of it\n";
        assert!(ended.text.ends_with(text), "{command:?}: {}", ended.text);
    }
    assert_eq!(bare.onehead(&["check", "--source", "index"]).code, 2);
    // Where it pushes on, there is no terminal to fix at and no branch to fix.
    bare.onehead(&["hook", "pre-push"])
        .exits(1)
        .says("check out the branch");
}

#[test]
fn a_file_is_no_folder_of_a_repository() {
    let world = World::new();
    let repo = world.repo("repo");
    for command in [
        &["check"][..],
        &["doctor"],
        &["install-hooks", "--dry-run"],
        &["hook", "pre-push"],
    ] {
        for place in ["alembic.ini", "missing"] {
            let ended = repo.onehead(&[command, &["--repo", place]].concat());
            assert_eq!(ended.code, 2, "{command:?}: {}", ended.text);
            let text = format!("error: `{place}` is not a folder\nhint: name a folder");
            assert!(ended.text.starts_with(&text), "{command:?}: {}", ended.text);
        }
    }
}

/// Paths that no document can hold are not git's fault.
#[cfg(target_os = "linux")]
#[test]
fn a_repository_whose_path_is_no_text_is_named() {
    for (name, what) in [
        (r"new\nline", "has a line break"),
        (r"caf\351", "is not UTF-8"),
    ] {
        let world = World::new();
        world.repo("repo");
        let script =
            format!("mkdir \"$(printf '{name}')\" && mv repo *[!a-z.]* && cd *[!a-z.]*/repo");
        world
            .at(".")
            .run(&[
                "sh",
                "-c",
                &format!("{script} && exec \"$0\" check"),
                ONEHEAD,
            ])
            .exits(2)
            .says(what);
    }
}
