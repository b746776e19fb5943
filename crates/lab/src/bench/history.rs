//! What the history of a target costs, beside `git log --raw` over the same commits.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use xshell::{Shell, cmd};

use super::cache::Past;
use super::compare::{Bench, Beside, Case, Goal, Kind, Row};
use super::environments::{git, numbered_revision};
use super::measure::Tool;
use crate::workspace::Fallible;
use onehead_model::words::number;

/// For each revision that comes, so many commits of other work.
const OTHERS: usize = 4;
/// After so many revisions, two have one parent.
const FORK_EVERY: usize = 100;

/// The history of a generated line of five commits for each revision, in which now and then two have one parent and are
/// merged, beside git's own log; and the heads of a fork at its end, with the authors that git tells of them.
pub(super) fn rows(bench: &Bench, parent: &Path, revisions: usize) -> Fallible<[Row; 2]> {
    let folder = parent.join(format!("history-{revisions}"));
    fs::create_dir_all(&folder)?;
    git(&folder, &["init", "--quiet", "--initial-branch=main"])?;
    let (stream, commits) = line(revisions);
    let shell = Shell::new()?;
    shell.change_dir(&folder);
    cmd!(shell, "git fast-import --quiet")
        .stdin(stream)
        .quiet()
        .run()?;
    git(&folder, &["switch", "--quiet", "main"])?;
    let log = [
        "log",
        "--raw",
        "--first-parent",
        "--diff-merges=first-parent",
        "--no-renames",
        "main",
        "--",
        "migrations",
    ];
    let commits = number(commits);
    let history = bench.row(Case {
        what: format!("`history`, {commits} commits"),
        folder: &folder,
        args: &["history", "--target", "main", "--format", "json"],
        past: Past::LastRun,
        kind: Kind::Finding,
        beside: Some(Beside {
            name: "git log --raw -- migrations",
            tool: Tool::new("git", &log, &folder),
        }),
        goals: vec![Goal::Times(1.0)],
    })?;
    fork(&folder, revisions)?;
    let attributed = bench.row(Case {
        what: format!("`check` of a fork, with its authors, {commits} commits"),
        folder: &folder,
        args: &["check"],
        past: Past::LastRun,
        kind: Kind::Finding,
        beside: None,
        goals: vec![Goal::Seconds(0.1)],
    })?;
    Ok([history, attributed])
}

/// Two revisions behind the last, by two people.
fn fork(folder: &Path, revisions: usize) -> Fallible<()> {
    for number in [revisions, revisions + 1] {
        let (name, text) = numbered_revision(number, &[revisions - 1]);
        fs::write(folder.join("migrations/versions").join(name), text)?;
        git(folder, &["add", "migrations"])?;
        let (name, email) = (
            format!("user.name=Dev {number}"),
            "user.email=dev@example.com",
        );
        let commit = ["commit", "--quiet", "--message", "Add a migration"];
        git(folder, &[&["-c", &name, "-c", email], &commit[..]].concat())?;
    }
    Ok(())
}

/// The stream for `git fast-import`, and how many commits it makes.
fn line(revisions: usize) -> (String, usize) {
    let mut stream = Stream {
        text: String::new(),
        commits: 0,
    };
    stream.commit("Begin");
    stream.file("alembic.ini", "[alembic]\nscript_location = migrations\n");
    stream.file("migrations/env.py", "from alembic import context\n");
    for number in 0..revisions {
        for other in 0..OTHERS {
            stream.commit("Work on something else");
            let path = format!("src/part{}/file{other}.py", number % 50);
            stream.file(&path, &format!("x = {number}\n"));
        }
        // In each hundred the revision before the last gets a second child, and the next one merges both.
        let parents: Vec<usize> = match number % FORK_EVERY {
            _ if number == 0 => vec![],
            60 => vec![number - 2],
            61 => vec![number - 2, number - 1],
            _ => vec![number - 1],
        };
        let (name, text) = numbered_revision(number, &parents);
        stream.commit(&format!("Add a migration (#{number})"));
        stream.file(&format!("migrations/versions/{name}"), &text);
    }
    (stream.text, stream.commits)
}

struct Stream {
    text: String,
    commits: usize,
}

impl Stream {
    fn commit(&mut self, message: &str) {
        let time = 1_500_000_000 + self.commits * 3600;
        let who = self.commits % 7;
        self.commits += 1;
        let _ = write!(
            self.text,
            "commit refs/heads/main\ncommitter Dev {who} <dev{who}@example.com> {time} +0000\n\
             data {}\n{message}\n",
            message.len()
        );
    }

    fn file(&mut self, path: &str, text: &str) {
        let _ = write!(
            self.text,
            "M 100644 inline {path}\ndata {}\n{text}\n",
            text.len()
        );
    }
}
