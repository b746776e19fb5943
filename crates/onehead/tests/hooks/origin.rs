//! A target that is forked already: what a change introduces is refused, what the target has is said, and what the change
//! fixes is said as well.

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::support::{CLIENT_HOOKS, Ended, ONEHEAD, Repo, World};

/// `main` is forked, here and on the remote.
fn forked(world: &World) -> Repo {
    let repo = world.forked();
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    repo
}

/// Beside what is checked out: a branch that changes no migration, one that adds a head, and one that merges the heads.
fn branches(repo: &Repo) {
    for (name, change) in [
        ("docs", readme as fn(&Repo)),
        ("worse", |repo| repo.commit_migration("d", "'a'")),
        ("fix", |repo| repo.commit_migration("e", "('b', 'c')")),
    ] {
        repo.git(&["checkout", "-q", "-b", name, "main"]);
        change(repo);
    }
}

fn readme(repo: &Repo) {
    repo.write("README", "hello\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "docs", "--no-verify"]);
}

fn on(repo: &Repo, branch: &str) {
    repo.git(&["checkout", "-q", branch]);
}

/// The code and the origin of each finding of the check.
fn origins(ended: &Ended) -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&ended.text).expect("a document");
    let findings = document["environments"][0]["findings"].as_array();
    let word = |one: &Value, key: &str| one[key].as_str().unwrap_or("none").to_owned();
    let findings = findings.expect("a list").iter();
    findings
        .map(|one| (word(one, "code"), word(one, "origin")))
        .collect()
}

#[test]
fn each_branch_is_judged_by_what_it_introduces() {
    let world = World::new();
    let repo = forked(&world);
    branches(&repo);
    let json = |branch: &str| {
        on(&repo, branch);
        origins(&repo.onehead(&["ci", "--format", "json"]))
    };
    let fork = |origin: &str| vec![("OH001".to_owned(), origin.to_owned())];
    assert_eq!(json("docs"), fork("inherited"));
    assert_eq!(json("worse"), fork("introduced"));
    assert_eq!(json("fix"), fork("fixed"));
    // The target's own state.
    assert_eq!(json("main"), fork("none"));
    repo.onehead(&["ci"]).exits(1).says("error[OH001]");
}

#[test]
fn the_merge_of_a_request_is_compared_with_its_first_parent() {
    let world = World::new();
    let repo = forked(&world);
    branches(&repo);
    let merge = |branch: &str| {
        repo.git(&["checkout", "-q", "--detach", "main"]);
        let message = ["merge", "-q", "--no-verify", "--no-ff", "-m", "x", branch];
        repo.git(&message);
        let name = format!("HEAD:refs/pull/{branch}/merge");
        repo.git(&["push", "-q", "--no-verify", "origin", &name]);
    };
    let ci = |repo: &Repo, more: &[&str]| {
        let mut words = vec![
            "env",
            "GITHUB_REF=refs/pull/1/merge",
            "GITHUB_BASE_REF=main",
            ONEHEAD,
            "ci",
        ];
        words.extend(more);
        repo.run(&words)
    };
    for (branch, code, said) in [
        ("docs", 0, "inherited[OH001]"),
        ("worse", 1, "error[OH001]"),
        ("fix", 0, "fixed[OH001]"),
    ] {
        merge(branch);
        ci(&repo, &[]).exits(code).says(said);
        // A merge queue, and a merge that somebody made: the same without the ref.
        repo.onehead(&["ci"]).exits(code).says(said);
    }
    // A clone that has nothing but the merge.
    let clone = world.clone_of("refs/pull/docs/merge");
    ci(&clone, &[]).exits(2).says("is not in it");
    ci(&clone, &["--fetch"]).exits(0).says("inherited[OH001]");
}

#[test]
fn what_the_target_has_fixed_since_is_not_held_against_a_branch() {
    let world = World::new();
    let repo = forked(&world);
    branches(&repo);
    repo.git(&["push", "-q", "--no-verify", "origin", "fix:main"]);
    on(&repo, "docs");
    repo.onehead(&["ci"]).exits(0).says("has fixed it since");
    on(&repo, "worse");
    repo.onehead(&["ci"]).exits(1).says("error[OH0");
}

#[test]
fn the_settings_may_ask_for_a_target_without_findings() {
    let world = World::new();
    let repo = forked(&world);
    repo.git(&["checkout", "-q", "-b", "docs"]);
    repo.write("onehead.toml", "fail-on = \"any\"\n");
    readme(&repo);
    repo.onehead(&["ci"]).exits(1).says("error[OH001]");
    repo.write("onehead.toml", "fail-on = \"introduced\"\n");
    readme(&repo);
    repo.onehead(&["ci"]).exits(0).says("inherited[OH001]");
}

#[test]
fn a_target_that_cannot_be_read_gives_nothing_to_inherit() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.write("onehead.toml", "no-such-key = 1\n");
    repo.git(&["add", "."]);
    repo.fork();
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.git(&["rm", "-q", "onehead.toml"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "settings"]);
    repo.onehead(&["ci"]).exits(2).says("error[OH001]");
}

#[test]
fn a_commit_is_judged_by_what_it_introduces_over_head() {
    let world = World::new();
    let repo = forked(&world);
    repo.hooks(CLIENT_HOOKS);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    // A change of a migration that is there.
    let path = "migrations/versions/b.py";
    let text = std::fs::read_to_string(world.path("repo").join(path)).expect("it is there");
    repo.write(path, &(text + "# seen\n"));
    let commit = ["commit", "-qam", "seen"];
    repo.try_git(&commit).exits(0).says("inherited[OH001]");
    repo.migration("d", "'a'");
    repo.git(&["add", "."]);
    repo.try_git(&commit).exits(1).says("error[OH001]");
    repo.git(&["rm", "-qf", "migrations/versions/d.py"]);
    repo.migration("e", "('b', 'c')");
    repo.git(&["add", "."]);
    assert_eq!(repo.try_git(&commit).code, 0);
}

#[test]
fn a_merge_of_the_forked_target_is_not_refused() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    readme(&repo);
    repo.git(&["checkout", "-q", "main"]);
    repo.fork();
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    repo.hooks(CLIENT_HOOKS);
    on(&repo, "topic");
    repo.try_git(&["merge", "-q", "-m", "x", "origin/main"])
        .exits(0)
        .says("inherited[OH001]");
}

#[test]
fn a_push_is_judged_by_what_it_introduces() {
    let world = World::new();
    let repo = forked(&world);
    let change = |branch: &str| {
        repo.git(&["checkout", "-q", "--no-track", "-b", branch, "main"]);
        let path = "migrations/versions/b.py";
        let text = std::fs::read_to_string(world.path("repo").join(path)).expect("it is there");
        repo.write(path, &(text + "# " + branch + "\n"));
        repo.git(&["commit", "-qam", "seen", "--no-verify"]);
    };
    change("topic");
    branches(&repo);
    repo.hooks(CLIENT_HOOKS);
    let push = |name: &str| repo.try_git(&["push", "-q", "origin", name]);
    // To a branch: over the target.
    push("topic").exits(0).says("inherited[OH001]");
    push("worse").exits(1).says("error[OH001]");
    assert_eq!(push("fix").code, 0);
    // To the target: over what it was.
    push("worse:main").exits(1).says("error[OH001]");
    push("topic:main").exits(0).says("inherited[OH001]");
    // A tag is a release: all of it counts.
    change("release");
    repo.git(&["tag", "v1", "release"]);
    push("v1").exits(1).says("error[OH001]");
}

#[test]
fn a_server_judges_a_push_over_the_old_value_of_the_target() {
    let world = World::new();
    let repo = forked(&world);
    branches(&repo);
    let server = world.at("repo.git");
    let receive = |branch: &str, name: &str| {
        repo.git(&["push", "-q", "--no-verify", "origin", branch]);
        let old = repo.git(&["rev-parse", "main"]);
        let new = repo.git(&["rev-parse", branch]);
        let line = format!("{} {} refs/heads/{name}\n", old.trim(), new.trim());
        server.onehead_with(&["hook", "pre-receive"], &line)
    };
    assert_eq!(receive("docs", "main").code, 0);
    receive("worse", "main").exits(1).says("error[OH001]");
    receive("fix", "main").exits(0).says("fixed[OH001]");
    receive("worse", "other").exits(1).says("error[OH001]");
}
