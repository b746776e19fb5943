//! Ctrl-C while a slow hook of the user runs.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};

use onehead_fixtures::{GitSandbox, Ran, Snapshot};
use onehead_model::{Document, RenderReport, StageReport};
use pretty_assertions::assert_eq;

use crate::bench::{FILE, locks, plan, program, repository};
use crate::replaced::{self, NEW, OLD};

/// A repository whose hook says when it runs and then waits to be told to go on.
fn with_slow(hook: &str) -> GitSandbox {
    let sandbox = repository();
    sandbox.write("app.py", "staged work\n");
    sandbox.git(&["add", "app.py"]);
    let made = sandbox.run("mkfifo", &["../home/running", "../home/go-on"], "");
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    sandbox.hook(
        hook,
        "echo yes >\"$HOME/running\"\nread go <\"$HOME/go-on\"",
    );
    sandbox
}

/// Starts the program in a process group of its own, as a shell does, and waits for the hook.
fn started(sandbox: &GitSandbox, plan: &RenderReport) -> Child {
    let mut command = sandbox.command(program());
    command.arg("--commit").process_group(0);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it was built");
    let mut stdin = child.stdin.take().expect("it was asked for");
    stdin
        .write_all(plan.to_json().as_bytes())
        .expect("it reads all of it");
    drop(stdin);
    fs::read(sandbox.root().with_file_name("home").join("running")).expect("the hook writes it");
    child
}

/// Signals a process, or with a minus before it a group; then lets the hook go on if it still lives.
fn interrupted(sandbox: &GitSandbox, child: Child, target: &str) -> Ran {
    let sent = sandbox.run("sh", &["-c", "kill -s INT -- \"$1\"", "sh", target], "");
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    // Opened for both, so that it does not wait for a reader that is gone.
    let path = sandbox.root().with_file_name("home").join("go-on");
    let mut go_on = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .expect("a pipe");
    go_on.write_all(b"yes\n").expect("the pipe is empty");
    Ran::new(&child.wait_with_output().expect("it runs"))
}

#[test]
fn everything_is_as_before() {
    for plan in [plan(&[FILE]), replaced::plan(OLD), replaced::plan(NEW)] {
        stops(&plan);
    }
}

fn stops(plan: &RenderReport) {
    let sandbox = with_slow("pre-commit");
    let before = Snapshot::of(&sandbox);
    let child = started(&sandbox, plan);
    let group = format!("-{}", child.id());
    let ran = interrupted(&sandbox, child, &group);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(2), ""),
        "{}",
        ran.stderr
    );
    assert_eq!(Snapshot::of(&sandbox), before);
    assert!(locks(&sandbox).is_empty());
}

#[test]
fn a_commit_that_git_finishes_is_whole() {
    for plan in [plan(&[FILE]), replaced::plan(OLD), replaced::plan(NEW)] {
        goes_on(&plan);
    }
}

fn goes_on(plan: &RenderReport) {
    let sandbox = with_slow("pre-commit");
    let child = started(&sandbox, plan);
    // Only this program hears of it, so git goes on.
    let process = child.id().to_string();
    let ran = interrupted(&sandbox, child, &process);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let commit = StageReport::from_json(&ran.stdout).unwrap().commit;
    assert_eq!(commit, Some(sandbox.git(&["rev-parse", "HEAD"])));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  app.py");
}

/// git has moved HEAD when it runs this hook, and dies of Ctrl-C all the same.
#[test]
fn a_commit_that_was_made_is_reported() {
    let sandbox = with_slow("post-commit");
    let child = started(&sandbox, &plan(&[FILE]));
    let group = format!("-{}", child.id());
    let ran = interrupted(&sandbox, child, &group);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let commit = StageReport::from_json(&ran.stdout).unwrap().commit;
    assert_eq!(commit, Some(sandbox.git(&["rev-parse", "HEAD"])));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  app.py");
}
