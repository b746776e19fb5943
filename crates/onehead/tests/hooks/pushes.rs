//! What a push is refused for, by the hook of the clone and by that of the server, and what it is not.

use pretty_assertions::assert_eq;

use crate::support::{CLIENT_HOOKS, Repo, World};

/// A repository whose `main` is well and whose `red` has two heads.
fn red(world: &World) -> Repo {
    let repo = world.repo("repo");
    repo.two_branches();
    repo.git(&["push", "-q", "origin", "main"]);
    repo.git(&["checkout", "-q", "-b", "red"]);
    repo.git(&["merge", "-q", "--no-verify", "-m", "x", "topic"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.hooks(CLIENT_HOOKS);
    repo
}

#[test]
fn pushes() {
    let world = World::new();
    let repo = red(&world);
    repo.git(&["tag", "-a", "-m", "bad", "v1", "red"]);
    repo.git(&["tag", "v0", "main"]);
    repo.git(&["push", "-q", "--no-verify", "origin", "red:refs/heads/old"]);
    world.at(".").git(&["init", "-q", "--bare", "fork.git"]);
    repo.git(&["remote", "add", "fork", "../fork.git"]);
    let url = world.path("fork.git");
    let url = url.to_str().expect("UTF-8");
    let cases: &[(&[&str], bool)] = &[
        (&["origin", "red"], false),
        (&["origin", "red:refs/heads/x"], false),
        (&["origin", "red~0:refs/heads/x"], false),
        (&["origin", "+red:main"], false),
        (&["origin", "main", "red"], false),
        (&["--all", "origin"], false),
        (&["origin", "v1"], false),
        (&["fork", "red"], false),
        (&[url, "red"], false),
        // One head here, two after merging into origin/main.
        (&["origin", "topic"], false),
        (&["fork", "topic"], false),
        // Nothing against these.
        (&["origin", "main:refs/heads/y"], true),
        (&["origin", "v0"], true),
        (&["origin", ":old"], true),
        (&["fork", "main"], true),
        (&["origin", "--force", "main~1:refs/heads/y"], true),
    ];
    for (args, well) in cases {
        let mut command = vec!["push", "-q"];
        command.extend(*args);
        let before = (repo.state(), repo.git(&["ls-remote", "origin"]));
        let ended = repo.try_git(&command);
        assert_eq!(ended.code == 0, *well, "push {args:?}: {}", ended.text);
        if !well {
            let after = (repo.state(), repo.git(&["ls-remote", "origin"]));
            assert_eq!(before, after, "push {args:?}");
            assert!(
                ended.text.contains("refused"),
                "push {args:?}: {}",
                ended.text
            );
        }
    }
}

#[test]
fn what_is_there_already_is_not_refused_again() {
    let world = World::new();
    let repo = red(&world);
    repo.git(&["checkout", "-q", "red"]);
    repo.git(&["push", "-q", "--no-verify", "origin", "red"]);
    repo.write("README", "other\n");
    repo.git(&["commit", "-qam", "other"]);
    repo.git(&["push", "-q", "origin", "red"]);
    // Another branch lacks all of it.
    repo.write("README", "another\n");
    repo.git(&["commit", "-qam", "another"]);
    repo.try_git(&["push", "-q", "origin", "red", "red:refs/heads/x"])
        .exits(1);
}

#[test]
fn an_unrelated_history_cannot_be_merged() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.hooks(CLIENT_HOOKS);
    repo.git(&["checkout", "-q", "--orphan", "other"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "Begin again"]);
    let refused = repo.try_git(&["merge", "main"]);
    assert!(
        refused.text.contains("unrelated histories"),
        "{}",
        refused.text
    );
    repo.try_git(&["push", "-q", "origin", "other"])
        .exits(0)
        .says("no common ancestor with origin/main");
    // What is wrong with the commit itself is refused.
    repo.fork();
    repo.try_git(&["push", "-q", "origin", "other"])
        .exits(1)
        .says("OH001");
}

#[test]
fn the_test_command_runs_last() {
    let world = World::new();
    let repo = red(&world);
    repo.write(
        "onehead.toml",
        "[hooks]\ntest = 'pwd; git rev-parse --git-dir; echo heard; exit 7'\n",
    );
    repo.git(&["add", "onehead.toml"]);
    repo.git(&["commit", "-qm", "Settings"]);
    repo.try_git(&["push", "-q", "origin", "main"])
        .exits(1)
        .says("heard")
        .says("exit status: 7");
    repo.try_git(&["push", "-q", "origin", "red"])
        .says_nothing_of("heard");
    let ended = repo.onehead_with(&["hook", "pre-push", "origin", "x"], "");
    assert_eq!((ended.code, ended.text.as_str()), (0, ""));
}

#[test]
fn a_server_refuses() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.two_branches();
    let server = world.at("repo.git");
    server.hooks(&["pre-receive"]);
    repo.git(&["push", "-q", "origin", "main"]);
    for args in [
        // Collides with main.
        &["origin", "topic"][..],
        &["origin", "topic:refs/heads/x", "main:refs/heads/y"],
    ] {
        let before = repo.git(&["ls-remote", "origin"]);
        let mut command = vec!["push", "-q"];
        command.extend(args);
        let ended = repo.try_git(&command);
        assert_eq!(ended.code, 1, "{args:?}: {}", ended.text);
        assert!(ended.text.contains("OH010"), "{args:?}: {}", ended.text);
        assert_eq!(before, repo.git(&["ls-remote", "origin"]));
    }
    repo.git(&["merge", "-q", "-m", "x", "topic"]);
    repo.try_git(&["push", "-q", "origin", "main"])
        .says("OH001");
    repo.onehead(&["auto-merge", "--yes"]).exits(0);
    repo.git(&["push", "-q", "origin", "main", "main:refs/heads/y"]);
    repo.git(&["push", "-q", "origin", ":y"]);
}

#[test]
fn what_stands_in_for_an_object_is_not_judged_in_its_place() {
    let world = World::new();
    let repo = world.repo("repo");
    world.at("repo.git").hooks(&["pre-receive"]);
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    let good = repo.git(&["rev-parse", "main"]);
    repo.fork();
    let bad = repo.git(&["rev-parse", "HEAD"]);
    let (good, bad) = (good.trim(), bad.trim());
    repo.git(&[
        "push",
        "-q",
        "--no-verify",
        "origin",
        &format!("{good}:refs/replace/{bad}"),
    ]);
    repo.try_git(&[
        "push",
        "-q",
        "--no-verify",
        "origin",
        &format!("{bad}:main"),
    ])
    .exits(1)
    .says("OH001");
    repo.git(&["replace", bad, good]);
    repo.onehead(&["ci"]).exits(1).says("OH001");
    // History that was cut by a graft is history all the same.
    repo.git(&["replace", "-d", bad]);
    repo.write(".git/info/grafts", &format!("{bad}\n"));
    repo.onehead(&["check", "--target", "origin/main"])
        .exits(1)
        .says("merging into origin/main adds no problem")
        .says_nothing_of("ancestor");
}
