//! A change of published revisions, at each check.

use crate::support::{CLIENT_HOOKS, ONEHEAD, Repo, World};

/// `main` with a and b is pushed, and `z` goes in between without a hook.
fn inserted(world: &World) -> Repo {
    let repo = world.repo("repo");
    repo.commit_migration("b", "'a'");
    repo.git(&["push", "-q", "origin", "main"]);
    insert(&repo);
    repo.git(&["add", "migrations"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "Insert z"]);
    repo
}

fn insert(repo: &Repo) {
    repo.migration("z", "'a'");
    repo.migration("b", "'z'");
}

#[test]
fn a_push_to_the_target_is_compared_with_what_it_was() {
    let world = World::new();
    let repo = inserted(&world);
    repo.hooks(CLIENT_HOOKS);
    let ended = repo.try_git(&["push", "-q", "origin", "main"]);
    assert_ne!(ended.code, 0, "{}", ended.text);
    assert!(ended.text.contains("error[OH070]"), "{}", ended.text);
    // What the remote has and this clone lacks is not known.
    let oid = "1234567890123456789012345678901234567890";
    let line = format!("refs/heads/main HEAD refs/heads/main {oid}\n");
    let head = repo.git(&["rev-parse", "HEAD"]);
    let line = line.replace("HEAD", head.trim());
    let ended = repo.onehead_with(&["hook", "pre-push", "origin"], &line);
    assert_eq!(ended.code, 2, "{}", ended.text);
}

#[test]
fn a_server_compares_as_well() {
    let world = World::new();
    let repo = inserted(&world);
    world.at("repo.git").hooks(&["pre-receive"]);
    for branch in ["main", "main:refs/heads/topic"] {
        let ended = repo.try_git(&["push", "-q", "origin", branch]);
        assert_ne!(ended.code, 0, "{}", ended.text);
        assert!(ended.text.contains("error[OH070]"), "{}", ended.text);
    }
    repo.git(&[
        "commit",
        "-q",
        "--amend",
        "-m",
        "Insert z",
        "-m",
        "Onehead-Accept: b never released",
    ]);
    repo.git(&["push", "-q", "origin", "main:refs/heads/topic"]);
    repo.git(&["push", "-q", "origin", "main"]);
}

#[test]
fn a_commit_is_warned_of() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.commit_migration("b", "'a'");
    repo.git(&["push", "-q", "origin", "main"]);
    insert(&repo);
    repo.git(&["add", "migrations"]);
    let ended = repo.onehead(&["hook", "pre-commit"]);
    assert_eq!(ended.code, 0, "{}", ended.text);
    assert!(ended.text.contains("warning[OH070]"), "{}", ended.text);
}

#[test]
fn the_merge_that_a_forge_made_is_compared_with_its_target() {
    let world = World::new();
    let repo = inserted(&world);
    repo.git(&["branch", "topic"]);
    repo.git(&["reset", "-q", "--hard", "origin/main"]);
    repo.git(&["merge", "-q", "--no-ff", "--no-verify", "-m", "x", "topic"]);
    repo.git(&[
        "push",
        "-q",
        "--no-verify",
        "origin",
        "HEAD:refs/pull/1/merge",
    ]);
    // A clone of nothing but this commit.
    world.at(".").git(&["init", "-q", "clone"]);
    let clone = world.at("clone");
    let url = format!("file://{}", world.path("repo.git").display());
    clone.git(&["remote", "add", "origin", &url]);
    clone.git(&["fetch", "-q", "--depth=1", "origin", "refs/pull/1/merge"]);
    clone.git(&["checkout", "-q", "FETCH_HEAD"]);
    let ci = |more: &[&str]| {
        let command = [
            "env",
            "GITHUB_REF=refs/pull/1/merge",
            "GITHUB_BASE_REF=main",
        ];
        clone.run(&[&command, more].concat())
    };
    let ended = ci(&[ONEHEAD, "ci"]);
    assert_eq!(ended.code, 2, "{}", ended.text);
    assert!(ended.text.contains("--fetch"), "{}", ended.text);
    let ended = ci(&[ONEHEAD, "ci", "--fetch"]);
    assert_eq!(ended.code, 1, "{}", ended.text);
    assert!(ended.text.contains("OH070"), "{}", ended.text);
    let accepted = "ONEHEAD_REQUEST_TEXT=Roles\n\nOnehead-Accept: b never released";
    let ended = ci(&[accepted, ONEHEAD, "ci"]);
    assert_eq!(ended.code, 0, "{}", ended.text);
    assert!(
        ended.text.contains("accepted by the request"),
        "{}",
        ended.text
    );
}
