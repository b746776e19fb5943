//! Clones without their whole history: what lies behind its end is not known, and nothing is said of it.

use pretty_assertions::assert_eq;

use crate::support::{CLIENT_HOOKS, Repo, World};

/// On the remote: `main`, and a `topic` that parted from it two commits ago. A clone has only the last commit of each.
fn shallow_clone(world: &World) -> Repo {
    let repo = world.repo("repo");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.commit_migration("b", "'a'");
    repo.commit_migration("d", "'b'");
    repo.git(&["push", "-q", "origin", "topic"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit_migration("c", "'a'");
    repo.commit_migration("e", "'c'");
    repo.git(&["push", "-q", "origin", "main"]);
    let clone = world.clone(&["--depth=1", "--no-single-branch"]);
    clone.hooks(CLIENT_HOOKS);
    clone
}

#[test]
fn a_push_from_a_shallow_clone_is_not_waved_through() {
    let world = World::new();
    let clone = shallow_clone(&world);
    let push = ["push", "-q", "origin", "origin/topic:refs/heads/x"];
    let before = clone.git(&["ls-remote", "origin"]);
    let ended = clone.try_git(&push);
    assert_ne!(ended.code, 0, "{}", ended.text);
    for part in [
        "OH012",
        "this clone is shallow",
        "run `git fetch --unshallow`",
        "push of refs/remotes/origin/topic to refs/heads/x at origin refused",
    ] {
        assert!(ended.text.contains(part), "{part}: {}", ended.text);
    }
    assert_eq!(before, clone.git(&["ls-remote", "origin"]));
    let line = clone.new_branch("refs/remotes/origin/topic", "x");
    let hook = ["hook", "pre-push", "origin", "x"];
    assert_eq!(clone.onehead_with(&hook, &line).code, 2);
    // With the history, what is wrong with it is reported.
    clone.git(&["fetch", "-q", "--unshallow"]);
    clone.onehead_with(&hook, &line).exits(1).says("OH010");
}

#[test]
fn a_shallow_server_refuses_what_it_cannot_tell() {
    let world = World::new();
    let server = shallow_clone(&world);
    let topic = server.git(&["rev-parse", "origin/topic"]);
    let zeros = "0".repeat(40);
    let line = format!("{zeros} {} refs/heads/x\n", topic.trim());
    server
        .onehead_with(&["hook", "pre-receive"], &line)
        .exits(2)
        .says("this clone is shallow")
        .says("push of refs/heads/x refused");
}

/// A shallow clone knows of no file who brought it, unless a later commit did.
#[test]
fn no_author_is_named_where_history_was_cut() {
    let world = World::new();
    let repo = world.forked();
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    let clone = world.clone(&["--depth=1"]);
    clone.migration("d", "'a'");
    let text = clone.onehead(&["check"]).text;
    assert_eq!(
        text.matches("author unknown: this clone is shallow")
            .count(),
        2,
        "{text}"
    );
    assert!(text.contains("not committed yet"), "{text}");
    assert!(!text.contains("Ada"), "{text}");
    clone.git(&["add", "."]);
    clone.git(&["commit", "-q", "--no-verify", "-m", "Add d"]);
    let json = clone.onehead(&["check", "--format", "json"]).text;
    onehead_schemas::validate("check", &json).expect("the document fits its schema");
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let heads = document["environments"][0]["heads"]
        .as_array()
        .unwrap()
        .iter();
    let known: Vec<(String, bool)> = heads
        .map(|head| {
            (
                head["id"].to_string(),
                head["attribution"]["author"] == "Ada",
            )
        })
        .collect();
    let expected = [("b", false), ("c", false), ("d", true)];
    assert_eq!(known, expected.map(|(id, is)| (format!("\"{id}\""), is)));
}
