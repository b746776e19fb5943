//! Two stages that want to write the same file.

use std::io::Write;
use std::process::{Child, Stdio};

use onehead_fixtures::{GitSandbox, Ran};
use onehead_model::Document;

use crate::bench::{locks, plan, program, repository};

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

#[test]
fn one_wins_and_the_other_says_why_not() {
    for _ in 0..ROUNDS {
        let sandbox = repository();
        let path = "migrations/versions/m1_merge.py";
        let document = plan(&[path]).to_json();
        let mut both = [start(&sandbox), start(&sandbox)];
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
        assert!(loser.stderr.contains("already"), "{}", loser.stderr);
        assert_eq!(
            sandbox.git(&["status", "--porcelain"]),
            format!("A  {path}")
        );
        assert!(locks(&sandbox).is_empty());
    }
}
