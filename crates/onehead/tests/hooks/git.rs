//! Every way in which a second head gets into a repository, with real git and real hooks: it is
//! caught by its hook or at the push at the latest, and what git alone would leave behind is left.

use crate::support::{CLIENT_HOOKS, Repo, World};
use pretty_assertions::assert_eq;

/// Where a case is refused.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Caught {
    /// By the command itself, which leaves everything as it was.
    AtOnce,
    /// By the merge, which stays open: as git leaves it with this command.
    OpenMerge(&'static [&'static str]),
    /// By the push.
    AtPush,
    /// Nowhere: it is well.
    Well,
}

struct Case {
    name: &'static str,
    /// Without hooks.
    before: fn(&Repo),
    command: &'static [&'static str],
    caught: Caught,
}

/// On `main`: a, c. On `topic`: a, b. Each has one head, together they have two.
fn two_branches(repo: &Repo) {
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.commit_migration("b", "'a'");
    repo.git(&["checkout", "-q", "main"]);
    repo.commit_migration("c", "'a'");
}

/// On `main`: a, c, b in a row; the commit after it moves `b` onto `a`.
fn in_a_row(repo: &Repo) {
    repo.commit_migration("c", "'a'");
    repo.commit_migration("b", "'c'");
}

const CASES: &[Case] = &[
    Case {
        name: "commit",
        before: |repo| {
            repo.commit_migration("c", "'a'");
            repo.migration("b", "'a'");
            repo.git(&["add", "."]);
        },
        command: &["commit", "-qm", "x"],
        caught: Caught::AtOnce,
    },
    Case {
        name: "first commit of a migration",
        before: |repo| {
            repo.migration("b", "'a'");
            repo.git(&["add", "."]);
        },
        command: &["commit", "-qm", "x"],
        caught: Caught::Well,
    },
    Case {
        name: "commit -a",
        before: |repo| {
            in_a_row(repo);
            repo.migration("b", "'a'");
        },
        command: &["commit", "-qam", "x"],
        caught: Caught::AtOnce,
    },
    Case {
        name: "commit -- path",
        before: |repo| {
            in_a_row(repo);
            repo.migration("b", "'a'");
            repo.write("README", "staged\n");
            repo.git(&["add", "README"]);
        },
        command: &["commit", "-qm", "x", "--", "migrations/versions/b.py"],
        caught: Caught::AtOnce,
    },
    Case {
        name: "commit -- another path",
        before: |repo| {
            in_a_row(repo);
            repo.migration("b", "'a'");
            repo.git(&["add", "migrations"]);
            repo.write("README", "other\n");
        },
        command: &["commit", "-qm", "x", "--", "README"],
        caught: Caught::Well,
    },
    Case {
        name: "commit --amend",
        before: |repo| {
            in_a_row(repo);
            repo.migration("b", "'a'");
            repo.git(&["add", "."]);
        },
        command: &["commit", "-q", "--amend", "--no-edit"],
        caught: Caught::AtOnce,
    },
    Case {
        name: "only the working tree is well",
        before: |repo| {
            in_a_row(repo);
            repo.migration("b", "'a'");
            repo.git(&["add", "."]);
            repo.migration("b", "'c'");
        },
        command: &["commit", "-qm", "x"],
        caught: Caught::AtOnce,
    },
    Case {
        name: "only the index is well",
        before: |repo| {
            repo.commit_migration("c", "'a'");
            repo.migration("b", "'c'");
            repo.git(&["add", "."]);
            repo.migration("b", "'a'");
        },
        command: &["commit", "-qm", "x"],
        caught: Caught::Well,
    },
    Case {
        name: "nothing of migrations, on a branch that is red already",
        before: |repo| {
            two_branches(repo);
            repo.git(&["merge", "-q", "--no-verify", "-m", "x", "topic"]);
            repo.write("README", "other\n");
            repo.write("tool.py", "x = 1\n");
            repo.git(&["add", "."]);
        },
        command: &["commit", "-qm", "x"],
        caught: Caught::AtPush,
    },
    Case {
        name: "merge",
        before: two_branches,
        command: &["merge", "-q", "-m", "x", "topic"],
        caught: Caught::OpenMerge(&["merge", "-q", "--no-commit", "topic"]),
    },
    Case {
        name: "merge of two branches at once",
        before: |repo| {
            repo.git(&["checkout", "-q", "-b", "other"]);
            repo.commit_migration("d", "'a'");
            repo.git(&["checkout", "-q", "main"]);
            two_branches(repo);
        },
        command: &["merge", "-q", "-m", "x", "topic", "other"],
        caught: Caught::OpenMerge(&["merge", "-q", "--no-commit", "topic", "other"]),
    },
    Case {
        name: "merge with a conflict, resolved",
        before: |repo| {
            two_branches(repo);
            repo.write("README", "here\n");
            repo.git(&["commit", "-qam", "here"]);
            repo.git(&["checkout", "-q", "topic"]);
            repo.write("README", "there\n");
            repo.git(&["commit", "-qam", "there"]);
            repo.git(&["checkout", "-q", "main"]);
            assert_eq!(repo.try_git(&["merge", "-q", "topic"]).code, 1);
            repo.write("README", "both\n");
            repo.git(&["add", "README"]);
        },
        command: &["commit", "-q", "--no-edit"],
        caught: Caught::AtOnce,
    },
    Case {
        name: "merge --squash",
        before: |repo| {
            two_branches(repo);
            repo.git(&["merge", "-q", "--squash", "topic"]);
        },
        command: &["commit", "-q", "-m", "x"],
        caught: Caught::AtOnce,
    },
    Case {
        name: "merge, fast-forward",
        before: |repo| {
            two_branches(repo);
            repo.git(&["checkout", "-q", "-b", "both"]);
            repo.git(&["merge", "-q", "--no-verify", "-m", "x", "topic"]);
            repo.git(&["checkout", "-q", "main"]);
        },
        command: &["merge", "-q", "both"],
        caught: Caught::AtPush,
    },
    Case {
        name: "rebase",
        before: two_branches,
        command: &["rebase", "-q", "main", "topic"],
        caught: Caught::AtPush,
    },
    Case {
        name: "cherry-pick",
        before: two_branches,
        command: &["cherry-pick", "topic"],
        caught: Caught::AtPush,
    },
    Case {
        name: "am",
        before: |repo| {
            two_branches(repo);
            repo.git(&["format-patch", "-q", "-1", "-o", "../patches", "topic"]);
        },
        command: &["am", "-q", "../patches/0001-Add-b.patch"],
        caught: Caught::AtPush,
    },
    Case {
        name: "revert",
        before: |repo| {
            repo.commit_migration("c", "'a'");
            repo.commit_migration("b", "'a'");
            repo.commit_migration("m", "('b', 'c')");
        },
        command: &["revert", "--no-edit", "HEAD"],
        caught: Caught::AtPush,
    },
    Case {
        name: "detached HEAD",
        before: |repo| {
            repo.commit_migration("c", "'a'");
            repo.git(&["checkout", "-q", "--detach"]);
            repo.migration("b", "'a'");
            repo.git(&["add", "."]);
        },
        command: &["commit", "-qm", "x"],
        caught: Caught::AtOnce,
    },
];

#[test]
fn every_way_in() {
    std::thread::scope(|scope| {
        for some in CASES.chunks(CASES.len().div_ceil(4)) {
            scope.spawn(|| some.iter().for_each(caught));
        }
    });
}

fn caught(case: &Case) {
    let name = case.name;
    let worlds = [World::new(), World::new()];
    let [with, alone] = worlds.each_ref().map(|world| {
        let repo = world.repo("repo");
        (case.before)(&repo);
        repo
    });
    with.hooks(CLIENT_HOOKS);
    assert_eq!(with.state(), alone.state(), "{name}: both begin alike");

    let ended = with.try_git(case.command);
    let refused = matches!(case.caught, Caught::AtOnce | Caught::OpenMerge(_));
    assert_eq!(ended.code != 0, refused, "{name}: {}", ended.text);
    match case.caught {
        Caught::AtOnce => {}
        Caught::OpenMerge(twin) => drop(alone.try_git(twin)),
        Caught::AtPush | Caught::Well => drop(alone.git(case.command)),
    }
    assert_eq!(
        with.state(),
        alone.state(),
        "{name}: as git alone leaves it"
    );
    if refused {
        assert!(ended.text.contains("OH001"), "{name}: {}", ended.text);
        // A commit without the hook is caught at the push.
        if let Caught::OpenMerge(_) = case.caught {
            with.git(&["commit", "-q", "--no-verify", "--no-edit"]);
        } else {
            let mut command = vec![case.command[0], "--no-verify"];
            command.extend(&case.command[1..]);
            with.git(&command);
        }
    }
    let before = with.state();
    let push = with.try_git(&["push", "-q", "origin", "HEAD:refs/heads/pushed"]);
    assert_eq!(
        push.code == 0,
        case.caught == Caught::Well,
        "{name}: {}",
        push.text
    );
    assert_eq!(
        before,
        with.state(),
        "{name}: the push changes nothing here"
    );
    let there = with.git(&["ls-remote", "origin", "refs/heads/pushed"]);
    assert_eq!(there.is_empty(), case.caught != Caught::Well, "{name}");
}

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
    let ended = linked.try_git(&["commit", "-qm", "x"]);
    assert_eq!(ended.code, 1, "{}", ended.text);
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
    let ended = inner.try_git(&["commit", "-qm", "x"]);
    assert_eq!(ended.code, 1, "{}", ended.text);
    assert_eq!(before, inner.state());
    // The outer repository has no environment: its commits are not checked.
    outer.hooks(CLIENT_HOOKS);
    outer.write("tool.py", "x = 1\n");
    outer.git(&["add", "tool.py"]);
    outer.git(&["commit", "-qm", "x"]);
}

/// A repository whose `main` is well and whose `red` has two heads.
fn red(world: &World) -> Repo {
    let repo = world.repo("repo");
    two_branches(&repo);
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
    let remote = world.path("repo.git");
    let address = format!("file://{}", remote.display());
    world.at(".").git(&[
        "clone",
        "-q",
        "--depth=1",
        "--no-single-branch",
        &address,
        "shallow",
    ]);
    let clone = world.at("shallow");
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
    let topic = clone.git(&["rev-parse", "origin/topic"]);
    let zeros = "0".repeat(40);
    let line = format!("x {} refs/heads/x {zeros}\n", topic.trim());
    let hook = ["hook", "pre-push", "origin", "x"];
    assert_eq!(clone.onehead_with(&hook, &line).code, 2);
    // With the history, what is wrong with it is reported.
    clone.git(&["fetch", "-q", "--unshallow"]);
    let ended = clone.onehead_with(&hook, &line);
    assert_eq!(ended.code, 1, "{}", ended.text);
    assert!(ended.text.contains("OH010"), "{}", ended.text);
}

#[test]
fn a_shallow_server_refuses_what_it_cannot_tell() {
    let world = World::new();
    let server = shallow_clone(&world);
    let topic = server.git(&["rev-parse", "origin/topic"]);
    let zeros = "0".repeat(40);
    let line = format!("{zeros} {} refs/heads/x\n", topic.trim());
    let ended = server.onehead_with(&["hook", "pre-receive"], &line);
    assert_eq!(ended.code, 2, "{}", ended.text);
    assert!(
        ended.text.contains("this clone is shallow"),
        "{}",
        ended.text
    );
    assert!(
        ended.text.contains("push of refs/heads/x refused"),
        "{}",
        ended.text
    );
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
    let ended = repo.try_git(&["push", "-q", "origin", "other"]);
    assert_eq!(ended.code, 0, "{}", ended.text);
    assert!(
        ended.text.contains("no common ancestor with origin/main"),
        "{}",
        ended.text
    );
    // What is wrong with the commit itself is refused.
    repo.commit_migration("b", "'a'");
    repo.commit_migration("c", "'a'");
    let ended = repo.try_git(&["push", "-q", "origin", "other"]);
    assert_eq!(ended.code, 1, "{}", ended.text);
    assert!(ended.text.contains("OH001"), "{}", ended.text);
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
    let ended = repo.try_git(&["push", "-q", "origin", "red", "red:refs/heads/x"]);
    assert_eq!(ended.code, 1, "{}", ended.text);
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
    let ended = repo.try_git(&["push", "-q", "origin", "main"]);
    assert_eq!(ended.code, 1, "{}", ended.text);
    assert!(ended.text.contains("heard"), "{}", ended.text);
    assert!(ended.text.contains("exit status: 7"), "{}", ended.text);
    let ended = repo.try_git(&["push", "-q", "origin", "red"]);
    assert!(!ended.text.contains("heard"), "{}", ended.text);
    let ended = repo.onehead_with(&["hook", "pre-push", "origin", "x"], "");
    assert_eq!((ended.code, ended.text.as_str()), (0, ""));
}

#[test]
fn a_server_refuses() {
    let world = World::new();
    let repo = world.repo("repo");
    two_branches(&repo);
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
    let ended = repo.try_git(&["push", "-q", "origin", "main"]);
    assert!(ended.text.contains("OH001"), "{}", ended.text);
    let ended = repo.onehead(&["auto-merge", "--yes"]);
    assert_eq!(ended.code, 0, "{}", ended.text);
    repo.git(&["push", "-q", "origin", "main", "main:refs/heads/y"]);
    repo.git(&["push", "-q", "origin", ":y"]);
}

#[test]
fn a_merge_is_fixed_while_it_is_open() {
    let world = World::new();
    let repo = world.repo("repo");
    two_branches(&repo);
    repo.write("onehead.toml", "[hooks]\nfix = true\n");
    repo.git(&["add", "onehead.toml"]);
    repo.git(&["commit", "-qm", "Settings"]);
    repo.hooks(CLIENT_HOOKS);
    let ended = repo.try_git(&["merge", "-q", "-m", "x", "topic"]);
    assert_eq!(ended.code, 1, "{}", ended.text);
    assert!(
        ended.text.contains("git commit --no-edit"),
        "{}",
        ended.text
    );
    repo.git(&["commit", "-q", "--no-edit"]);
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    assert_eq!(
        repo.git(&["rev-list", "--parents", "-1", "HEAD"])
            .split(' ')
            .count(),
        3
    );
    repo.git(&["push", "-q", "origin", "main"]);
}

#[test]
fn a_collision_is_a_warning_at_the_commit() {
    let world = World::new();
    let repo = world.repo("repo");
    two_branches(&repo);
    repo.git(&["push", "-q", "origin", "main"]);
    repo.git(&["checkout", "-q", "topic"]);
    repo.hooks(CLIENT_HOOKS);
    repo.migration("d", "'b'");
    repo.git(&["add", "."]);
    let index = std::fs::read(repo.path.join(".git/index")).expect("the index");
    let ended = repo.onehead(&["hook", "pre-commit"]);
    assert_eq!(ended.code, 0, "{}", ended.text);
    assert!(ended.text.contains("warning[OH010]"), "{}", ended.text);
    assert!(
        ended
            .text
            .contains("1 head here, 2 after merging into origin/main"),
        "{}",
        ended.text
    );
    let now = std::fs::read(repo.path.join(".git/index")).expect("the index");
    assert!(index == now, "the hook writes into the index");
    repo.write("onehead.toml", "[hooks]\ncollision = 'error'\n");
    repo.git(&["add", "."]);
    let ended = repo.try_git(&["commit", "-qm", "x"]);
    assert_eq!(ended.code, 1, "{}", ended.text);
    // A target that is not there blocks no commit.
    repo.write("onehead.toml", "target = 'origin/nowhere'\n");
    repo.git(&["add", "."]);
    let ended = repo.try_git(&["commit", "-qm", "x"]);
    assert_eq!(ended.code, 0, "{}", ended.text);
    assert!(ended.text.contains("origin/nowhere"), "{}", ended.text);
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

#[test]
fn a_named_repository_is_looked_at_from_anywhere() {
    let world = World::new();
    let repo = red(&world);
    repo.git(&["checkout", "-q", "red"]);
    let elsewhere = world.at(".");
    let head = repo.git(&["rev-parse", "HEAD"]);
    let line = format!(
        "refs/heads/red {0} refs/heads/red {1}\n",
        head.trim(),
        "0".repeat(40)
    );
    let ended = elsewhere.onehead_with(&["hook", "pre-push", "--repo", "repo", "origin"], &line);
    assert_eq!(ended.code, 1, "{}", ended.text);
    assert!(
        ended.text.contains("`onehead auto-merge --repo repo`"),
        "{}",
        ended.text
    );
    let ended = elsewhere.onehead(&["hook", "pre-commit", "--repo", "repo"]);
    assert_eq!(ended.code, 1, "{}", ended.text);
    assert!(
        ended.text.contains("`onehead check --repo repo --fix`"),
        "{}",
        ended.text
    );
}
