//! Every way in which a second head gets into a repository, with real git and real hooks: it is
//! caught by its hook or at the push at the latest, and what git alone would leave behind is left.

use pretty_assertions::assert_eq;

use crate::support::{CLIENT_HOOKS, Repo, World};

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
            repo.two_branches();
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
        before: Repo::two_branches,
        command: &["merge", "-q", "-m", "x", "topic"],
        caught: Caught::OpenMerge(&["merge", "-q", "--no-commit", "topic"]),
    },
    Case {
        name: "merge of two branches at once",
        before: |repo| {
            repo.git(&["checkout", "-q", "-b", "other"]);
            repo.commit_migration("d", "'a'");
            repo.git(&["checkout", "-q", "main"]);
            repo.two_branches();
        },
        command: &["merge", "-q", "-m", "x", "topic", "other"],
        caught: Caught::OpenMerge(&["merge", "-q", "--no-commit", "topic", "other"]),
    },
    Case {
        name: "merge with a conflict, resolved",
        before: |repo| {
            repo.two_branches();
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
            repo.two_branches();
            repo.git(&["merge", "-q", "--squash", "topic"]);
        },
        command: &["commit", "-q", "-m", "x"],
        caught: Caught::AtOnce,
    },
    Case {
        name: "merge, fast-forward",
        before: |repo| {
            repo.two_branches();
            repo.git(&["checkout", "-q", "-b", "both"]);
            repo.git(&["merge", "-q", "--no-verify", "-m", "x", "topic"]);
            repo.git(&["checkout", "-q", "main"]);
        },
        command: &["merge", "-q", "both"],
        caught: Caught::AtPush,
    },
    Case {
        name: "rebase",
        before: Repo::two_branches,
        command: &["rebase", "-q", "main", "topic"],
        caught: Caught::AtPush,
    },
    Case {
        name: "cherry-pick",
        before: Repo::two_branches,
        command: &["cherry-pick", "topic"],
        caught: Caught::AtPush,
    },
    Case {
        name: "am",
        before: |repo| {
            repo.two_branches();
            repo.git(&["format-patch", "-q", "-1", "-o", "../patches", "topic"]);
        },
        command: &["am", "-q", "../patches/0001-Add-b.patch"],
        caught: Caught::AtPush,
    },
    Case {
        name: "revert",
        before: |repo| {
            repo.fork();
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
