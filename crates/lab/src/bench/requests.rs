//! What judging all open pull requests costs, beside a few calls of `git log`.

use std::fmt::Write;

use xshell::{Shell, cmd};

use super::environments::{Repo, next_revision};
use super::measure::{self, Tool};
use crate::workspace::Fallible;

/// How many branches there are.
const REQUESTS: usize = 100;

/// A table for one repository: every branch against `main` and against each other, beside `git log`.
pub(crate) fn rows(onehead: &str, repo: &Repo, rounds: usize) -> Fallible<String> {
    branches(repo)?;
    let folder = repo.folder.as_path();
    let log = ["log", "--all", "--raw", "--", &repo.versions];
    let judge = ["ci", "rejudge", "--target", "main", "--refs", "pull/*"];
    let judging = format!("`onehead ci rejudge`, {REQUESTS} branches");
    let tools = [
        Tool::new("`git log --all --raw`", "git", &log, folder),
        Tool::new(&judging, onehead, &judge, folder),
    ];
    let measured = measure::all(&tools, rounds)?;
    let mut rows = String::new();
    for (tool, one) in std::iter::zip(&tools, &measured) {
        let _ = writeln!(
            rows,
            "| {} | {} | {:.1} | {:.2} |",
            repo.revisions,
            tool.name,
            one.median_ms,
            one.median_ms / measured[0].median_ms
        );
    }
    Ok(rows)
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
