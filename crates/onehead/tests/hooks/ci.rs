//! `onehead ci`, on what the CIs check out.

use pretty_assertions::assert_eq;

use crate::support::{ONEHEAD, Repo, World};

/// The remote has `main` (a, c) and `topic` (a, b), with some commits in between.
fn remote(world: &World) -> Repo {
    let repo = world.repo("repo");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.commit_migration("b", "'a'");
    for number in 0..5 {
        repo.write("README", &format!("{number}\n"));
        repo.git(&["commit", "-qam", "more"]);
    }
    repo.git(&["checkout", "-q", "main"]);
    repo.commit_migration("c", "'a'");
    repo.git(&["push", "-q", "origin", "main", "topic"]);
    repo
}

#[test]
fn a_branch_is_checked_as_it_would_land() {
    let world = World::new();
    remote(&world);
    let clone = world.clone(&[]);
    clone.onehead(&["ci"]).exits(0);
    clone.git(&["checkout", "-q", "topic"]);
    clone
        .onehead(&["ci"])
        .exits(1)
        .says("OH010")
        .says_nothing_of("::error");
    let ended = clone.run(&["env", "GITHUB_ACTIONS=true", ONEHEAD, "ci"]);
    let annotation = "::error file=migrations/versions/b.py,line=3,title=OH010 target-collision::1 head here, 2 after merging into origin/main%0Ahint: ";
    ended.says(annotation);
}

#[test]
fn the_document_of_a_landing_names_both_sides() {
    let world = World::new();
    remote(&world);
    let clone = world.clone(&["--branch", "topic"]);
    let json = clone.onehead(&["check", "--target", "--format", "json"]);
    assert_eq!(json.code, 1, "{}", json.text);
    onehead_schemas::validate("check", &json.text).expect("the document fits its schema");
    let document: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    let heads = document["forecast"]["environments"][0]["heads"]
        .as_array()
        .unwrap()
        .clone();
    let sides: Vec<(&str, &str)> = heads
        .iter()
        .map(|one| {
            (
                one["head"]["id"].as_str().unwrap(),
                one["held_by"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(sides, [("b", "here"), ("c", "target")]);
}

#[test]
fn a_merge_that_the_ci_made_is_the_result() {
    let world = World::new();
    let repo = remote(&world);
    repo.git(&["checkout", "-q", "--detach", "main"]);
    repo.git(&["merge", "-q", "--no-verify", "-m", "x", "topic"]);
    repo.onehead(&["ci"])
        .exits(1)
        .says("OH001")
        .says_nothing_of("merging into");
    // The same in a clone that holds nothing but this commit.
    repo.git(&[
        "push",
        "-q",
        "--no-verify",
        "origin",
        "HEAD:refs/pull/1/merge",
    ]);
    let clone = world.clone(&["--depth=1"]);
    clone.git(&["fetch", "-q", "--depth=1", "origin", "refs/pull/1/merge"]);
    clone.git(&["checkout", "-q", "FETCH_HEAD"]);
    clone.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    clone
        .run(&[
            "env",
            "GITHUB_REF=refs/pull/1/merge",
            "GITHUB_BASE_REF=main",
            ONEHEAD,
            "ci",
        ])
        .exits(1);
}

#[test]
fn a_shallow_clone_is_deepened_or_refused() {
    let world = World::new();
    remote(&world);
    let clone = world.clone(&["--depth=1", "--branch=topic"]);
    clone
        .onehead(&["ci", "--target", "origin/main"])
        .exits(2)
        .says("--fetch");
    clone
        .run(&["env", "GITHUB_BASE_REF=main", ONEHEAD, "ci"])
        .exits(2);
    clone.git(&[
        "fetch",
        "-q",
        "--depth=1",
        "origin",
        "main:refs/remotes/origin/main",
    ]);
    clone
        .onehead(&["ci", "--target", "origin/main"])
        .exits(2)
        .says("fetch-depth: 0");
    clone
        .onehead(&["ci", "--target", "origin/main", "--fetch"])
        .exits(1)
        .says("OH010");
}
