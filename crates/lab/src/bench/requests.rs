//! What judging all open pull requests costs, beside a few calls of `git log`.

use std::fmt::Write;

use xshell::{Shell, cmd};

use super::cache::Past;
use super::compare::{Bench, Beside, Case, Goal, Kind, Row};
use super::environments::{Repo, next_revision};
use super::measure::Tool;
use crate::workspace::Fallible;
use onehead_model::words::number;

/// How many branches there are.
const REQUESTS: usize = 100;

/// Every branch against `main` and against each other, beside `git log`.
pub(super) fn row(bench: &Bench, repo: &Repo) -> Fallible<Row> {
    branches(repo)?;
    let folder = repo.folder.as_path();
    let log = ["log", "--all", "--raw", "--", &repo.versions];
    let revisions = number(repo.revisions);
    bench.row(Case {
        what: format!("`ci rejudge`, {REQUESTS} requests, {revisions} revisions"),
        folder,
        args: &["ci", "rejudge", "--target", "main", "--refs", "pull/*"],
        past: Past::LastRun,
        kind: Kind::Finding,
        beside: Some(Beside {
            name: "git log --all --raw",
            tool: Tool::new("git", &log, folder),
        }),
        goals: vec![Goal::Times(0.5)],
    })
}

/// Each adds a revision of its own behind the only head.
fn branches(repo: &Repo) -> Fallible<()> {
    let (name, text) = next_revision(repo.revisions);
    let id = name.split('_').next().unwrap_or(&name);
    let mut stream = String::new();
    for number in 0..REQUESTS {
        let own = format!("{number:012x}");
        let (name, text) = (name.replace(id, &own), text.replace(id, &own));
        let _ = write!(
            stream,
            "commit refs/heads/pull/{number}\ncommitter Bench <bench@example.com> 1700000000 +0000\n\
             data 1\nx\nfrom refs/heads/main^0\nM 100644 inline {}/{name}\ndata {}\n{text}\n",
            repo.versions,
            text.len()
        );
    }
    let shell = Shell::new()?;
    shell.change_dir(&repo.folder);
    Ok(cmd!(shell, "git fast-import --quiet")
        .stdin(stream)
        .quiet()
        .run()?)
}
