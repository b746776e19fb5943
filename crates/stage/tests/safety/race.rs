//! Two stages that want to write the same file.

use std::io::Write;
use std::process::{Child, Stdio};

use onehead_fixtures::{GitSandbox, Ran};
use onehead_model::{Document, RenderReport};

use crate::bench::{locks, plan, program, repository};
use crate::replaced::{self, NEW, OLD};

/// How often they meet; in most rounds both get past the first look at the name.
const ROUNDS: usize = 8;

fn start(sandbox: &GitSandbox) -> Child {
    let mut command = sandbox.command(program());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("it was built")
}

/// Runs two stages of one plan side by side; exactly one must carry it out. Gives what the other says.
fn one_wins(sandbox: &GitSandbox, plan: &RenderReport, status: &str) -> String {
    let document = plan.to_json();
    let mut both = [start(sandbox), start(sandbox)];
    for child in &mut both {
        let mut stdin = child.stdin.take().expect("it was asked for");
        stdin
            .write_all(document.as_bytes())
            .expect("it reads all of it");
    }
    let mut ran = both.map(|child| Ran::new(&child.wait_with_output().expect("it runs")));
    ran.sort_by_key(|ran| ran.code);
    let [winner, loser] = ran;
    assert_eq!(
        (winner.code, loser.code),
        (Some(0), Some(2)),
        "{}{}",
        winner.stderr,
        loser.stderr
    );
    assert_eq!(loser.stdout, "");
    assert_eq!(
        sandbox.git(&["status", "--porcelain", "--no-renames"]),
        status
    );
    assert!(locks(sandbox).is_empty());
    loser.stderr
}

#[test]
fn one_wins_and_the_other_says_why_not() {
    for _ in 0..ROUNDS {
        let path = "migrations/versions/m1_merge.py";
        let said = one_wins(&repository(), &plan(&[path]), &format!("A  {path}"));
        assert!(
            said.contains("already") || said.contains("is in the index"),
            "{said}"
        );
    }
}

#[test]
fn one_replaces_and_the_other_says_why_not() {
    for _ in 0..ROUNDS {
        for (path, status) in [
            (OLD, format!("M  {OLD}")),
            (NEW, format!("D  {OLD}\nA  {NEW}")),
        ] {
            let said = one_wins(&repository(), &replaced::plan(path), &status);
            let reasons = [
                "has changed since",
                "another process",
                "already",
                "unstaged",
                "is in the index",
            ];
            assert!(reasons.iter().any(|one| said.contains(one)), "{said}");
        }
    }
}
