//! Every way in which a hook is started: by git, by a hook manager outside of a commit or a push, by hand.

use pretty_assertions::assert_eq;

use crate::support::{ONEHEAD, Repo, World};

/// HEAD has two heads, and nothing is staged.
fn forked(world: &World) -> Repo {
    let repo = world.repo("repo");
    repo.commit_migration("c", "'a'");
    repo.git(&["tag", "fine"]);
    repo.commit_migration("b", "'a'");
    repo
}

/// What the hook says with these variables.
fn with(repo: &Repo, variables: &[&str], hook: &str) -> (i32, String) {
    let mut words = vec!["env"];
    words.extend(variables);
    words.extend([ONEHEAD, "hook", hook]);
    let ended = repo.run(&words);
    (ended.code, ended.text)
}

const OF_A_COMMIT: &str = "GIT_INDEX_FILE=.git/index";

#[test]
fn without_a_commit_everything_is_checked() {
    let world = World::new();
    let repo = forked(&world);
    for variables in [&[][..], &["PRE_COMMIT=1"]] {
        let (code, text) = with(&repo, variables, "pre-commit");
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("OH001"), "{text}");
        assert!(text.contains("onehead check --fix"), "{text}");
    }
    repo.write("README", "staged\n");
    repo.git(&["add", "README"]);
    assert_eq!(with(&repo, &[], "pre-commit").0, 1);
    assert_eq!(with(&repo, &[OF_A_COMMIT], "pre-commit").0, 0);
    // What is staged is what counts.
    repo.migration("b", "'c'");
    repo.git(&["add", "."]);
    let (code, text) = with(&repo, &[], "pre-commit");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("HEAD has migration errors"), "{text}");
}

#[test]
fn without_a_push_head_is_checked() {
    let world = World::new();
    let repo = forked(&world);
    for variables in [&[][..], &["PRE_COMMIT=1"]] {
        let (code, text) = with(&repo, variables, "pre-push");
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("git started no push"), "{text}");
    }
    // Of a branch that follows none, and as lefthook starts it.
    repo.git(&["checkout", "-q", "-b", "new"]);
    assert_eq!(with(&repo, &[], "pre-push").0, 1);
    assert_eq!(repo.onehead(&["hook", "pre-push", "{1}", "{2}"]).code, 1);
    let refs = [
        "PRE_COMMIT=1",
        "PRE_COMMIT_FROM_REF=fine",
        "PRE_COMMIT_TO_REF=new",
    ];
    let (code, text) = with(&repo, &refs, "pre-push");
    assert_eq!(code, 1, "{text}");
    // git runs the hook where everything is pushed already, and says where to.
    let nothing = repo.onehead(&["hook", "pre-push", "origin", "../repo.git"]);
    assert_eq!((nothing.code, nothing.text.as_str()), (0, ""));
}

#[test]
fn between_two_refs_counts_what_the_second_introduces() {
    let world = World::new();
    let repo = forked(&world);
    repo.git(&["tag", "forked"]);
    repo.write("README", "more\n");
    repo.git(&["commit", "-q", "--no-verify", "-am", "More"]);
    let between = |from: &str, to: &str| {
        let from = format!("PRE_COMMIT_FROM_REF={from}");
        let to = format!("PRE_COMMIT_TO_REF={to}");
        with(&repo, &["PRE_COMMIT=1", &from, &to], "pre-commit")
    };
    let (code, text) = between("fine", "HEAD");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("HEAD has these findings"), "{text}");
    assert_eq!(between("forked", "HEAD"), (0, String::new()));
    assert_eq!(between("origin/main", "fine"), (0, String::new()));
    // What FROM has had since is not missing in TO.
    repo.git(&["checkout", "-q", "-b", "old", "forked"]);
    repo.write("README", "other\n");
    repo.git(&["commit", "-q", "--no-verify", "-am", "Other"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.migration("b", "'c'");
    repo.git(&["commit", "-q", "--no-verify", "-am", "Fix it"]);
    assert_eq!(between("main", "old"), (0, String::new()));
    let (code, text) = between("nowhere", "HEAD");
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("`nowhere` names no commit"), "{text}");
}

#[test]
fn between_two_refs_a_collision_with_the_target_counts() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.two_branches();
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    let refs = [
        "PRE_COMMIT=1",
        "PRE_COMMIT_FROM_REF=origin/main",
        "PRE_COMMIT_TO_REF=topic",
    ];
    let (code, text) = with(&repo, &refs, "pre-commit");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("OH010"), "{text}");
}

#[test]
fn a_merge_that_cannot_be_made_is_not_offered() {
    let world = World::new();
    let repo = forked(&world);
    repo.write("migrations/versions/d.py", "revision = (\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "Break it"]);
    let (code, text) = with(&repo, &[], "pre-push");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("fix them first"), "{text}");
    assert!(!text.contains("next: run"), "{text}");
}

#[test]
fn a_named_repository_is_looked_at_from_anywhere() {
    let world = World::new();
    let repo = forked(&world);
    let elsewhere = world.at(".");
    let line = repo.new_branch("refs/heads/main", "other");
    elsewhere
        .onehead_with(&["hook", "pre-push", "--repo", "repo", "origin"], &line)
        .exits(1)
        .says("`onehead auto-merge --repo repo`");
    elsewhere
        .onehead(&["hook", "pre-commit", "--repo", "repo"])
        .exits(1)
        .says("`onehead check --repo repo --fix`");
}
