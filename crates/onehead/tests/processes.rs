//! How many git processes a check starts: they are what it waits for.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use onehead_fixtures::{GitSandbox, Import, Ran, binary};

/// A feature branch with a migration, and a target that has moved since.
fn sandbox() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("m/env.py", "");
    migration(&sandbox, "a", "None");
    let first = sandbox.commit_all("Ann Bee", "Add a");
    sandbox.write("README", "more\n");
    let moved = sandbox.commit_all("Ann Bee", "Say more");
    sandbox.git(&["update-ref", "refs/remotes/origin/main", &moved]);
    sandbox.git(&[
        "symbolic-ref",
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
    ]);
    sandbox.git(&["switch", "--quiet", "-c", "feature", &first]);
    migration(&sandbox, "b", "'a'");
    sandbox.commit_all("Bob Cat", "Add b");
    sandbox
}

fn migration(sandbox: &GitSandbox, id: &str, parent: &str) {
    let text =
        format!("revision = '{id}'\ndown_revision = {parent}\n\n\ndef upgrade():\n    pass\n");
    sandbox.write(format!("m/versions/{id}.py"), text);
}

/// Runs onehead with a git that notes how it is called, and gives these calls.
fn calls(sandbox: &GitSandbox, args: &[&str]) -> Vec<String> {
    let (calls, ran) = calls_and_answer(sandbox, args);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    calls
}

fn calls_and_answer(sandbox: &GitSandbox, args: &[&str]) -> (Vec<String>, Ran) {
    let beside = sandbox.root().with_file_name("counting");
    let log = beside.join("log");
    fs::create_dir_all(&beside).unwrap();
    fs::write(&log, "").unwrap();
    let script = format!(
        "#!/bin/sh\necho \"$*\" >> '{}'\nPATH=${{PATH#*:}}\nexec git \"$@\"\n",
        log.display()
    );
    let program = beside.join("git");
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = sandbox.command(binary("onehead"));
    let path = command
        .get_envs()
        .find_map(|(name, value)| (name == "PATH").then_some(value?))
        .unwrap();
    let mut all = beside.into_os_string();
    all.push(":");
    all.push(path);
    // As git starts the hook of a commit.
    command
        .env("PATH", all)
        .env("GIT_INDEX_FILE", ".git/index")
        .args(args);
    let ran = sandbox.finish(&mut command, "");
    let log = fs::read_to_string(&log).unwrap();
    (log.lines().map(str::to_owned).collect(), ran)
}

#[test]
fn of_a_check_with_its_target() {
    let calls = calls(&sandbox(), &["check", "--target"]);
    assert!(calls.len() <= CHECK, "{calls:#?}");
}

/// `ls-files` and `cat-file`.
const CHECK: usize = 2;

/// The same, and `diff-index` before them.
const PRE_COMMIT: usize = 3;

#[test]
fn of_a_commit_with_a_migration() {
    let sandbox = sandbox();
    migration(&sandbox, "c", "'b'");
    sandbox.git(&["add", "--all"]);
    let calls = calls(&sandbox, &["hook", "pre-commit"]);
    assert!(calls.len() <= PRE_COMMIT, "{calls:#?}");
}

#[test]
fn of_a_commit_without_migrations() {
    let sandbox = sandbox();
    sandbox.write("README", "other\n");
    sandbox.git(&["add", "--all"]);
    let calls = calls(&sandbox, &["hook", "pre-commit"]);
    assert_eq!(calls.len(), 1, "{calls:#?}");
}

/// `for-each-ref`, `merge-base` and `rev-list` tell which of several targets is meant, however many there are; the first
/// question about the configuration takes one more.
const LISTED: usize = CHECK + 4;

#[test]
fn of_a_check_with_many_targets() {
    let counts = [2, 12].map(|count| {
        let sandbox = sandbox();
        sandbox.write("onehead.toml", "target = ['main', 'release/*']\n");
        sandbox.commit_all("Bob Cat", "Set the targets");
        for number in 1..count {
            let name = format!("refs/remotes/origin/release/{number}");
            sandbox.git(&["update-ref", &name, "origin/main~1"]);
        }
        let calls = calls(&sandbox, &["check", "--target"]);
        assert!(calls.len() <= LISTED, "{calls:#?}");
        calls.len()
    });
    assert_eq!(counts[0], counts[1]);
}

/// A target that edited its first revision file, and so many branches that edited it elsewhere and add a revision: memory
/// tells the content neither of a branch in the target nor of two branches.
fn branches_for_git(count: usize) -> GitSandbox {
    let mut history = Import::default();
    let edited = |line: usize, text: &str| {
        let mut lines: Vec<String> = (0..100).map(|line| format!("# {line}")).collect();
        lines[line] = text.to_owned();
        format!(
            "revision = 'r'\ndown_revision = None\n{}\n",
            lines.join("\n")
        )
    };
    let base = history.commit("main", &[]);
    history.put("alembic.ini", "[alembic]\nscript_location = m\n");
    history.put("m/versions/r.py", &edited(0, "# 0"));
    history.commit("main", &[base]);
    history.put("m/versions/r.py", &edited(0, "# of main"));
    for number in 1..=count {
        let name = format!("b{number}");
        history.commit(&name, &[base]);
        history.put("m/versions/r.py", &edited(7 * number, "# of a branch"));
        let text = format!("revision = '{name}'\ndown_revision = 'r'\n");
        history.put(&format!("m/versions/{name}.py"), &text);
    }
    let sandbox = GitSandbox::new();
    sandbox.import(&history);
    sandbox
}

/// Three batches: of the files that the target and a branch changed, and for all pairs of the branches into the target and
/// of the other branches into that.
const MERGES: usize = 3;

#[test]
fn of_many_branches_that_only_git_can_merge() {
    for args in [
        &["radar", "--target", "main"][..],
        &["ci", "rejudge", "--target", "main", "--refs", "b*"],
    ] {
        let few = calls(&branches_for_git(3), args);
        let many = calls(&branches_for_git(12), args);
        assert_eq!(few.len(), many.len(), "{few:#?}\n{many:#?}");
        let merges = many.iter().filter(|call| call.starts_with("merge-tree"));
        assert_eq!(merges.count(), MERGES, "{many:#?}");
    }
}

/// So many branches that put a revision before one of the target; every second one says in a commit that it is meant.
fn branches_that_change_what_is_published(count: usize) -> GitSandbox {
    let mut history = Import::default();
    let target = history.commit("main", &[]);
    history.put("alembic.ini", "[alembic]\nscript_location = m\n");
    history.revision("r0", "None");
    history.revision("r1", "'r0'");
    for number in 1..=count {
        let (name, time) = (format!("b{number}"), 3600 * number);
        let message = match number % 2 {
            0 => "Onehead-Accept: r1 never released",
            _ => "x",
        };
        let first = history.commit_at(&name, &[target], time, message);
        history.revision(&name, "'r0'");
        history.revision("r1", &format!("'{name}'"));
        history.commit_at(&name, &[first], time + 60, "x");
        history.put("README", &name);
    }
    let sandbox = GitSandbox::new();
    sandbox.import(&history);
    sandbox
}

#[test]
fn of_many_branches_that_change_what_is_published() {
    for (args, meant, not_meant) in [
        (
            &["radar", "--target", "main", "--format", "json"][..],
            "\"outlook\": \"branches\"",
            "\"outlook\": \"broken\"",
        ),
        (
            &["ci", "rejudge", "--target", "main", "--refs", "b*"],
            "success",
            "failure",
        ),
    ] {
        let sandbox = branches_that_change_what_is_published;
        let (few, _) = calls_and_answer(&sandbox(4), args);
        let (many, ran) = calls_and_answer(&sandbox(12), args);
        assert_eq!(few.len(), many.len(), "{few:#?}\n{many:#?}");
        // Each is judged by its own commits.
        for words in [meant, not_meant] {
            let said = ran.stdout.matches(words);
            assert_eq!(said.count(), 6, "{words}: {}", ran.stdout);
        }
    }
}

/// A target, and so many releases beside it; each has the revision of the branch with another parent.
fn releases(count: usize) -> GitSandbox {
    let mut history = Import::default();
    let first = history.commit("main", &[]);
    history.put("alembic.ini", "[alembic]\nscript_location = m\n");
    history.revision("r0", "None");
    let target = history.commit("main", &[first]);
    history.revision("r1", "'r0'");
    for number in 1..=count {
        let release = history.commit(&format!("release{number}"), &[first]);
        history.revision("x", "'r0'");
        history.commit(&format!("release{number}"), &[release]);
        history.put("README", &number.to_string());
    }
    history.commit("topic", &[target]);
    history.revision("x", "'r1'");
    let sandbox = GitSandbox::new();
    sandbox.import(&history);
    for number in 1..=count {
        let release = format!("release{number}");
        sandbox.git(&["tag", &format!("v{number}"), &release]);
    }
    sandbox.git(&["pack-refs", "--all"]);
    sandbox
}

#[test]
fn of_many_releases_that_have_a_new_revision() {
    for args in [
        &["ci", "rejudge", "--target", "main", "--refs", "topic"][..],
        &["radar", "--target", "main"],
        &["check", "--source", "topic", "--target", "main"],
    ] {
        let (few, ran) = calls_and_answer(&releases(2), args);
        let (many, _) = calls_and_answer(&releases(40), args);
        assert_eq!(few.len(), many.len(), "{few:#?}\n{many:#?}");
        let said = "`x` follows `r1` here and `r0` in tag `v1`";
        assert!(ran.stdout.contains(said), "{ran:?}");
    }
}

#[test]
fn of_a_revision_that_many_branches_have() {
    let few = calls(&branches_for_git(3), &["where", "r"]);
    let many = calls(&branches_for_git(12), &["where", "r"]);
    assert_eq!(few.len(), many.len(), "{few:#?}\n{many:#?}");
}
