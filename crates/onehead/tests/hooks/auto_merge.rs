//! `onehead auto-merge`: at a terminal, without one, and while others are at work.

use std::sync::Barrier;

use crate::support::{CLIENT_HOOKS, ONEHEAD, Repo, World, at_terminal};
use pretty_assertions::assert_eq;

fn merge_files(repo: &Repo) -> Vec<String> {
    let listed = repo.git(&[
        "ls-tree",
        "-r",
        "--name-only",
        "HEAD",
        "migrations/versions",
    ]);
    let merges = listed
        .lines()
        .filter(|path| path.len() > "migrations/versions/a.py".len());
    merges.map(str::to_owned).collect()
}

#[test]
fn answers_at_a_terminal() {
    let world = World::new();
    let repo = world.forked();
    let command = format!("exec '{ONEHEAD}' auto-merge");
    let before = repo.state();
    for keys in [&b"n\n"[..], b"\n", b"what\n", b"\x04", b"\x03"] {
        let (code, shown) = at_terminal(&repo, &command, keys);
        assert_eq!(code, 1, "{keys:?}: {shown}");
        assert!(
            shown.contains("+down_revision = ('b', 'c')"),
            "{keys:?}: {shown}"
        );
        assert_eq!(before, repo.state(), "{keys:?}");
    }
    let (code, shown) = at_terminal(&repo, &command, b"y\n");
    assert_eq!(code, 0, "{shown}");
    assert_eq!(merge_files(&repo).len(), 1);
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[test]
fn answers_at_the_terminal_of_a_push() {
    let world = World::new();
    let repo = world.forked();
    repo.hooks(CLIENT_HOOKS);
    let before = repo.state();
    for keys in [&b"n\n"[..], b"\x04", b"\x03"] {
        let (code, shown) = at_terminal(&repo, "git push -q origin main", keys);
        assert!(code != 0, "{keys:?}: {shown}");
        assert_eq!(before, repo.state(), "{keys:?}");
    }
    let (code, shown) = at_terminal(&repo, "git push -q origin main", b"y\n");
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("push again"), "{shown}");
    assert_eq!(merge_files(&repo).len(), 1);
    repo.git(&["push", "-q", "origin", "main"]);
}

#[test]
fn answers_at_the_terminal_of_a_merge() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.two_branches();
    repo.hooks(CLIENT_HOOKS);
    let (code, shown) = at_terminal(&repo, "git merge -q -m x topic", b"y\n");
    assert_eq!(code, 1, "{shown}");
    repo.git(&["commit", "-q", "--no-edit"]);
    assert_eq!(merge_files(&repo).len(), 1);
}

#[test]
fn without_a_terminal() {
    let world = World::new();
    let repo = world.forked();
    let before = repo.state();
    repo.onehead(&["auto-merge"])
        .exits(1)
        .says("there is no terminal");
    assert_eq!(before, repo.state());
    repo.run(&["env", "CI=true", ONEHEAD, "auto-merge"])
        .exits(0);
    assert_eq!(merge_files(&repo).len(), 1);
    let ended = repo.onehead(&["auto-merge"]);
    ended.exits(0);
    assert!(ended.text.starts_with("ok  "), "{}", ended.text);
}

#[test]
fn only_the_new_file_is_committed() {
    let world = World::new();
    let repo = world.forked();
    repo.commit_migration("d", "'a'");
    repo.write("README", "staged\n");
    repo.git(&["add", "README"]);
    repo.write(
        "alembic.ini",
        "[alembic]\nscript_location = migrations\n# more\n",
    );
    repo.git(&["checkout", "-q", "--detach"]);
    repo.onehead(&["auto-merge", "--yes", "-m", "Three in one"])
        .exits(0)
        .says("detached");
    let shown = repo.git(&["show", "--format=%s", "--name-only"]);
    let lines: Vec<&str> = shown.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines[0], "Three in one");
    assert_eq!(lines[1..], merge_files(&repo));
    assert_eq!(
        repo.git(&["status", "--porcelain"]),
        "M  README\n M alembic.ini\n"
    );
}

#[test]
fn several_environments_are_one_commit() {
    let world = World::new();
    let repo = world.forked();
    repo.write("more/migrations/env.py", "");
    repo.write("more/migrations/script.py.mako", crate::support::TEMPLATE);
    for (id, parent) in [("x", "None"), ("y", "'x'"), ("z", "'x'")] {
        repo.write(
            &format!("more/migrations/versions/{id}.py"),
            &format!("revision = '{id}'\ndown_revision = {parent}\n"),
        );
    }
    repo.git(&["add", "more"]);
    repo.git(&["commit", "-qm", "more"]);
    let before = repo.git(&["rev-parse", "HEAD"]);
    repo.onehead(&["auto-merge", "--yes"]).exits(0);
    assert_eq!(repo.git(&["rev-parse", "HEAD~1"]), before);
    let added = repo.git(&["diff", "--name-status", "HEAD~1", "HEAD"]);
    assert_eq!(
        added.lines().filter(|line| line.starts_with('A')).count(),
        2
    );
    assert_eq!(added.lines().count(), 2);
}

#[test]
fn what_stands_in_the_way() {
    let world = World::new();
    // A head that nobody has committed.
    let repo = world.repo("repo");
    repo.commit_migration("b", "'a'");
    repo.migration("c", "'a'");
    let before = repo.state();
    repo.onehead(&["auto-merge", "--yes"])
        .exits(1)
        .says("`c` is not in HEAD");
    assert_eq!(before, repo.state());
    repo.onehead(&["check", "--fix", "--commit"])
        .exits(2)
        .says("`c` is not in HEAD");
    assert_eq!(before, repo.state());

    // Something else that is wrong.
    repo.migration("d", "'zz'");
    repo.onehead(&["auto-merge", "--yes"])
        .exits(1)
        .says("would hide the other findings");
    repo.onehead(&["check", "--fix"])
        .exits(1)
        .says("would hide the other findings");
    repo.onehead(&["check", "-m", "x"]).exits(2);
    repo.git(&["clean", "-qfd"]);

    // An open rebase.
    repo.commit_migration("c", "'a'");
    repo.git(&["checkout", "-q", "-b", "side", "HEAD~1"]);
    repo.write("README", "side\n");
    repo.git(&["commit", "-qam", "side"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.write("README", "main\n");
    repo.git(&["commit", "-qam", "main"]);
    assert_eq!(repo.try_git(&["rebase", "-q", "side"]).code, 1);
    let before = repo.state();
    repo.onehead(&["auto-merge", "--yes"])
        .exits(1)
        .says("git rebase --continue");
    assert_eq!(before, repo.state());
    repo.git(&["rebase", "--abort"]);

    // An open merge takes the file along.
    assert_eq!(repo.try_git(&["merge", "-q", "side"]).code, 1);
    repo.write("README", "both\n");
    repo.git(&["add", "README"]);
    repo.onehead(&["auto-merge", "--yes"])
        .exits(0)
        .says("git commit --no-edit");
    repo.git(&["commit", "-q", "--no-edit"]);
    assert_eq!(merge_files(&repo).len(), 1);
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

/// Two terminals at once: whoever comes first, the merge revision is there once, nothing is lost, and
/// the index can be read.
#[test]
fn others_at_work() {
    const ROUNDS: usize = 200;
    const DESKS: usize = 2;
    std::thread::scope(|scope| {
        for _ in 0..DESKS {
            scope.spawn(|| race(ROUNDS / DESKS));
        }
    });
}

fn race(rounds: usize) {
    let world = World::new();
    let repo = world.forked();
    let start = repo.git(&["rev-parse", "HEAD"]);
    for round in 0..rounds {
        repo.git(&["reset", "-q", "--hard", start.trim()]);
        repo.write("other", &format!("{round}\n"));
        repo.git(&["add", "other"]);
        // In some rounds the other one commits all that is staged, in some only its own file.
        let commit: &[&str] = match round % 3 {
            0 => &["git", "commit", "-qm", "Other"],
            1 => &["git", "commit", "-qm", "Other", "--", "other"],
            _ => &[ONEHEAD, "auto-merge", "--yes"],
        };
        let line = Barrier::new(3);
        let merge = || {
            line.wait();
            repo.onehead(&["auto-merge", "--yes"])
        };
        let other = || {
            line.wait();
            repo.run(commit)
        };
        let ended = std::thread::scope(|scope| {
            let threads = [scope.spawn(merge), scope.spawn(merge), scope.spawn(other)];
            threads.map(|thread| thread.join().expect("no panic"))
        });
        let told = format!("round {round}: {ended:#?}");
        // The index is read by this, and a lock that was left behind would be found.
        let status = repo.git(&["status", "--porcelain"]);
        assert!(!repo.path.join(".git/index.lock").exists(), "{told}");
        let merges = if round % 3 == 2 { &ended } else { &ended[..2] };
        for one in merges {
            assert_eq!(one.code, 0, "{told}");
        }
        assert_eq!(merge_files(&repo).len(), 1, "{told}");
        assert!(!status.contains("migrations"), "{status} {told}");
        // The other file is committed, or still staged if its commit had to give way.
        let committed = !repo.git(&["ls-tree", "HEAD", "other"]).is_empty();
        let staged = status.contains("A  other");
        assert!(committed != staged, "{status} {told}");
        let text = std::fs::read_to_string(repo.path.join("other")).expect("the file");
        assert_eq!(text, format!("{round}\n"), "{told}");
    }
    repo.git(&["fsck", "--strict", "--no-dangling"]);
}
