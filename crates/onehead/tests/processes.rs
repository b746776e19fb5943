//! How many git processes a check starts: they are what it waits for.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use onehead_fixtures::{GitSandbox, binary};

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
    command.env("PATH", all).args(args);
    let ran = sandbox.finish(&mut command, "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let log = fs::read_to_string(&log).unwrap();
    log.lines().map(str::to_owned).collect()
}

#[test]
fn of_a_check_with_its_target() {
    let calls = calls(&sandbox(), &["check", "--target"]);
    assert!(calls.len() <= CHECK, "{calls:#?}");
}

/// `rev-parse`, `ls-files` and `cat-file`.
const CHECK: usize = 3;

/// The same, and `diff-index` before them.
const PRE_COMMIT: usize = 4;

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
