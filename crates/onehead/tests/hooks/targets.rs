//! Several targets: each branch is judged against the one that it is merged into.

use serde_json::Value;

use crate::support::{CLIENT_HOOKS, Ended, ONEHEAD, Repo, World};

/// The remote has `main` (a, m) and `release/1` (a, r), which left `main` at a; both are targets.
fn released(world: &World) -> Repo {
    released_by(world, "['main', 'release/*']")
}

fn released_by(world: &World, target: &str) -> Repo {
    let repo = world.repo("repo");
    repo.write("onehead.toml", &format!("target = {target}\n"));
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "Set the targets"]);
    repo.git(&["tag", "parted"]);
    repo.git(&["checkout", "-q", "-b", "release/1"]);
    repo.commit_migration("r", "'a'");
    repo.git(&["checkout", "-q", "main"]);
    repo.commit_migration("m", "'a'");
    repo.git(&["push", "-q", "--no-verify", "origin", "main", "release/1"]);
    repo
}

/// A branch of its own that follows nothing, with a migration.
fn branch(repo: &Repo, name: &str, from: &str, id: &str, parent: &str) {
    repo.git(&["checkout", "-q", "--no-track", "-b", name, from]);
    repo.commit_migration(id, parent);
}

fn is(ended: &Ended, code: i32, said: &str) {
    assert_eq!(ended.code, code, "{}", ended.text);
    assert!(ended.text.contains(said), "{said}: {}", ended.text);
}

/// The target of the forecast, and what told it.
fn chosen(repo: &Repo, command: &[&str]) -> (String, String) {
    let ended = repo.onehead(&[command, &["--format", "json"]].concat());
    onehead_schemas::validate("check", &ended.text).expect("the document fits its schema");
    let document: Value = serde_json::from_str(&ended.text).expect("a document");
    let forecast = &document["forecast"];
    let word = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    (word(&forecast["target"]), word(&forecast["chosen"]["by"]))
}

fn pair(target: &str, by: &str) -> (String, String) {
    (target.to_owned(), by.to_owned())
}

#[test]
fn the_nearest_is_where_a_branch_is_merged() {
    let world = World::new();
    let repo = released(&world);
    // On m, so main has nothing beside it; release/1 would not even have its parent.
    branch(&repo, "feature", "main", "f", "'m'");
    for command in [&["ci"][..], &["check", "--target"]] {
        assert_eq!(chosen(&repo, command), pair("origin/main", "nearest"));
    }
    let said = "target  origin/main: the nearest of origin/main, origin/release/1";
    is(&repo.onehead(&["ci"]), 0, said);
    branch(&repo, "fix", "release/1", "f", "'r'");
    assert_eq!(chosen(&repo, &["ci"]), pair("origin/release/1", "nearest"));
    is(&repo.onehead(&["ci"]), 0, "merging into origin/release/1");
    // Left release/1 where r was not there yet, so it collides there, and with main as well, which is not asked.
    branch(&repo, "late", "release/1~1", "l", "'a'");
    repo.git(&["branch", "-q", "--set-upstream-to", "origin/release/1"]);
    let ended = repo.onehead(&["ci"]);
    is(&ended, 1, "2 after merging into origin/release/1");
    assert!(
        !ended.text.contains("only on origin/main"),
        "{}",
        ended.text
    );
}

#[test]
fn of_two_that_are_as_near_the_first_of_the_list_counts() {
    for (list, first) in [
        ("['main', 'release/*']", "origin/main"),
        ("['release/*', 'main']", "origin/release/1"),
    ] {
        let world = World::new();
        let repo = released_by(&world, list);
        branch(&repo, "between", "parted", "b", "'a'");
        assert_eq!(chosen(&repo, &["ci"]), pair(first, "nearest"));
    }
}

#[test]
fn what_git_knows_of_the_branch_counts_more() {
    let world = World::new();
    let repo = released(&world);
    branch(&repo, "between", "parted", "b", "'a'");
    repo.git(&["branch", "-q", "--set-upstream-to", "origin/release/1"]);
    assert_eq!(chosen(&repo, &["ci"]), pair("origin/release/1", "upstream"));
    // What `gh pr create` writes.
    repo.git(&["config", "branch.between.gh-merge-base", "main"]);
    assert_eq!(chosen(&repo, &["ci"]), pair("origin/main", "upstream"));
    // A branch of its own on the remote, as after a push with `-u`, tells nothing.
    repo.git(&["config", "--unset", "branch.between.gh-merge-base"]);
    repo.git(&["push", "-q", "--no-verify", "-u", "origin", "between"]);
    assert_eq!(chosen(&repo, &["ci"]), pair("origin/main", "nearest"));
    // Work on a target that is not pushed yet.
    repo.git(&["checkout", "-q", "release/1"]);
    let itself = "target  origin/release/1: the branch itself; the targets are origin/main, origin/release/1";
    is(&repo.onehead(&["ci"]), 0, itself);
    let ended = repo.onehead(&["ci", "--format", "json"]);
    onehead_schemas::validate("check", &ended.text).expect("the document fits its schema");
    repo.commit_migration("s", "'r'");
    assert_eq!(chosen(&repo, &["ci"]), pair("origin/release/1", "itself"));
}

#[test]
fn the_base_that_ci_names_counts_most() {
    let world = World::new();
    let repo = released(&world);
    branch(&repo, "between", "parted", "b", "'a'");
    for variable in [
        "GITHUB_BASE_REF=release/1",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=release/1",
        "BITBUCKET_PR_DESTINATION_BRANCH=release/1",
        "SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/release/1",
        "BUILDKITE_PULL_REQUEST_BASE_BRANCH=release/1",
        "CHANGE_TARGET=release/1",
    ] {
        let ended = repo.run(&["env", variable, ONEHEAD, "ci"]);
        is(&ended, 1, "2 after merging into origin/release/1");
        assert!(!ended.text.contains("target  "), "{}", ended.text);
    }
    // A push to a target, and a merge queue of it, with a detached HEAD.
    repo.git(&["checkout", "-q", "--detach", "between"]);
    for git_ref in ["release/1", "gh-readonly-queue/release/1/pr-7-c0ffee"] {
        let variable = format!("GITHUB_REF=refs/heads/{git_ref}");
        let ended = repo.run(&["env", &variable, ONEHEAD, "ci"]);
        is(&ended, 1, "target  origin/release/1: the branch itself");
    }
    is(
        &repo.run(&["env", "CI_COMMIT_BRANCH=release/1", ONEHEAD, "ci"]),
        1,
        "target  origin/release/1: the branch itself",
    );
}

#[test]
fn a_push_to_a_target_is_judged_by_what_that_was() {
    let world = World::new();
    let repo = released(&world);
    repo.hooks(CLIENT_HOOKS);
    // r is gone, and main never had it: only the old value tells.
    repo.git(&["checkout", "-q", "release/1"]);
    repo.git(&["rm", "-q", "migrations/versions/r.py"]);
    repo.commit_migration("s", "'a'");
    let ended = repo.try_git(&["push", "-q", "origin", "release/1"]);
    assert_ne!(ended.code, 0, "{}", ended.text);
    assert!(ended.text.contains("error[OH074]"), "{}", ended.text);
    assert!(!ended.text.contains("merging into"), "{}", ended.text);
    // The same as a branch of its own is compared with the release that it is near.
    let ended = repo.try_git(&["push", "-q", "origin", "release/1:refs/heads/topic"]);
    assert_ne!(ended.code, 0, "{}", ended.text);
    assert!(
        ended.text.contains("target  origin/release/1"),
        "{}",
        ended.text
    );
    // A release that is new has no old value, and is merged nowhere.
    branch(&repo, "next", "main", "n", "'a'");
    repo.git(&["merge", "-q", "--no-verify", "-m", "x", "origin/main"]);
    let ended = repo.try_git(&["push", "-q", "origin", "next:refs/heads/release/2"]);
    assert!(ended.text.contains("error[OH001]"), "{}", ended.text);
    assert!(!ended.text.contains("merging into"), "{}", ended.text);
}

#[test]
fn each_ref_of_a_push_has_its_own_target() {
    let world = World::new();
    let repo = released(&world);
    repo.hooks(CLIENT_HOOKS);
    branch(&repo, "feature", "main", "f", "'m'");
    branch(&repo, "fix", "release/1", "g", "'r'");
    repo.git(&["push", "-q", "origin", "feature", "fix"]);
    branch(&repo, "late", "parted", "l", "'a'");
    repo.git(&["branch", "-q", "--set-upstream-to", "origin/release/1"]);
    let ended = repo.try_git(&["push", "-q", "origin", "late:refs/heads/late"]);
    assert_ne!(ended.code, 0, "{}", ended.text);
    assert!(
        ended.text.contains("2 after merging into origin/release/1"),
        "{}",
        ended.text
    );
}

#[test]
fn a_server_knows_the_targets_as_well() {
    let world = World::new();
    let repo = released_by(&world, "['origin/main', 'release/*']");
    world.at("repo.git").hooks(&["pre-receive"]);
    branch(&repo, "feature", "main", "f", "'m'");
    branch(&repo, "fix", "release/1", "g", "'r'");
    repo.git(&["push", "-q", "origin", "feature", "fix"]);
    repo.git(&["push", "-q", "origin", "feature:main", "fix:release/1"]);
    // Beside r and g, on the release.
    branch(&repo, "late", "release/1", "l", "'r'");
    let ended = repo.try_git(&["push", "-q", "origin", "late"]);
    assert_ne!(ended.code, 0, "{}", ended.text);
    assert!(
        ended.text.contains("2 after merging into release/1"),
        "{}",
        ended.text
    );
    repo.git(&["push", "-q", "origin", "late:refs/heads/release/2"]);
}

#[test]
fn a_commit_is_warned_of_its_own_target() {
    let world = World::new();
    let repo = released(&world);
    repo.hooks(CLIENT_HOOKS);
    repo.git(&["checkout", "-q", "-b", "late", "release/1~1"]);
    repo.git(&["branch", "-q", "--set-upstream-to", "origin/release/1"]);
    repo.migration("l", "'a'");
    repo.git(&["add", "."]);
    let ended = repo.try_git(&["commit", "-qm", "Add l"]);
    is(&ended, 0, "2 after merging into origin/release/1");
    is(
        &ended,
        0,
        "target  origin/release/1: the base of the branch",
    );
}

#[test]
fn cut_history_does_not_tell_which_target_is_meant() {
    let world = World::new();
    let repo = released(&world);
    branch(&repo, "fix", "release/1", "f", "'r'");
    repo.git(&["push", "-q", "--no-verify", "origin", "fix"]);
    let url = format!("file://{}", world.path("repo.git").display());
    let arguments = [
        "clone",
        "-q",
        "--depth=1",
        "--no-single-branch",
        "-b",
        "fix",
    ];
    let clone = [&arguments[..], &[&url, "clone"]].concat();
    world.at(".").git(&clone);
    let clone = world.at("clone");
    let ended = clone.onehead(&["ci"]);
    is(
        &ended,
        2,
        "this clone is shallow, so it is not known which of `origin/main`, `origin/release/1` this is merged into",
    );
    is(&ended, 2, "add `--fetch` to fetch it");
    is(
        &clone.onehead(&["ci", "--target", "origin/release/1", "--fetch"]),
        0,
        "",
    );
    let clone = world.at("clone");
    is(
        &clone.onehead(&["ci", "--fetch"]),
        0,
        "target  origin/release/1: the nearest of",
    );
}

#[test]
fn what_a_list_names_and_is_not_there_is_said() {
    let world = World::new();
    let repo = world.repo("repo");
    let set = |list: &str| {
        repo.write("onehead.toml", &format!("target = {list}\n"));
        repo.git(&["add", "."]);
        repo.git(&["commit", "-q", "--allow-empty", "-m", "Set the targets"]);
        repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    };
    set("['main', 'stable/*']");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.commit_migration("b", "'a'");
    let said = "the only one of `target` that is here; no branch here matches `stable/*`";
    is(&repo.onehead(&["ci"]), 0, &format!("origin/main: {said}"));
    let doctor = repo.onehead(&["doctor"]);
    assert!(doctor.text.contains(said), "{}", doctor.text);
    let document = repo.onehead(&["doctor", "--format", "json"]).text;
    onehead_schemas::validate("doctor", &document).expect("the document fits its schema");
    // A name is no glob: a branch that does not exist is an error, as it is without a list.
    repo.git(&["checkout", "-q", "main"]);
    set("['main', 'relaese/1']");
    is(&repo.onehead(&["ci"]), 2, "target `relaese/1` not found");
    let doctor = repo.onehead(&["doctor"]);
    is(&doctor, 1, "cannot run: target `relaese/1` not found");
    set("['stable/*']");
    let none = "no branch matches `target` of the settings (`stable/*`)";
    is(&repo.onehead(&["ci"]), 2, none);
}

#[test]
fn history_is_that_of_the_first_target_unless_one_is_named() {
    let world = World::new();
    let repo = released(&world);
    repo.git(&["checkout", "-q", "release/1"]);
    let target = |args: &[&str]| {
        let ended = repo.onehead(&[&["history"], args].concat());
        assert_eq!(ended.code, 0, "{}", ended.text);
        ended.text
    };
    let of_first = target(&[]);
    let said = "note: this is the history of origin/main, the first target of the settings";
    assert!(of_first.contains(said), "{of_first}");
    let named = target(&["--target", "origin/release/1"]);
    assert!(named.contains("origin/release/1"), "{named}");
    assert!(!named.contains("origin/main"), "{named}");
}

#[test]
fn a_fix_says_into_which_target_it_merges_and_why() {
    let world = World::new();
    let repo = released(&world);
    branch(&repo, "fix", "release/1", "s", "'a'");
    let ended = repo.onehead(&["fix", "--target", "--dry-run"]);
    let said = "note: the target is origin/release/1: the nearest of origin/main, origin/release/1";
    assert!(ended.text.contains(said), "{}", ended.text);
}

#[test]
fn a_new_revision_is_compared_with_branches_of_its_own_target() {
    let world = World::new();
    let repo = released(&world);
    branch(&repo, "for-main", "parted", "f", "'a'");
    repo.git(&["merge", "-q", "--no-edit", "main"]);
    branch(&repo, "for-release", "release/1", "s", "'a'");
    branch(&repo, "mine", "release/1", "p", "'r'");
    repo.write(
        "migrations/versions/n.py",
        "revision = 'n'\ndown_revision = 'a'\n",
    );
    let ended = repo.onehead(&["hook", "revision", "migrations/versions/n.py"]);
    is(&ended, 0, "note: for-release has `s` on the same parent");
    assert!(!ended.text.contains("for-main"), "{}", ended.text);
    assert!(!ended.text.contains("main has `m`"), "{}", ended.text);
}
