//! What the history of a target costs, beside `git log --raw` over the same commits.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use xshell::{Shell, cmd};

use super::environments::{git, numbered_revision};
use super::measure::{self, Tool};
use crate::workspace::Fallible;

/// For each revision that comes, so many commits of other work.
const OTHERS: usize = 4;
/// After so many revisions, two have one parent.
const FORK_EVERY: usize = 100;

/// A table for a generated line of five commits for each revision, in which now and then two have one parent and are merged.
pub(crate) fn rows(
    onehead: &str,
    parent: &Path,
    revisions: usize,
    rounds: usize,
) -> Fallible<String> {
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
    let raw = [
        "log",
        "--raw",
        "--first-parent",
        "--diff-merges=first-parent",
        "--no-renames",
        "main",
    ];
    let paths: Vec<&str> = raw.iter().copied().chain(["--", "migrations"]).collect();
    let command = ["history", "--target", "main", "--format", "json"];
    let tools = [
        Tool::new("`git log --raw`", "git", &raw, &folder),
        Tool::new("`git log --raw -- migrations`", "git", &paths, &folder),
        Tool::new(
            &format!("`onehead history`, {commits} commits"),
            onehead,
            &command,
            &folder,
        ),
    ];
    let measured = measure::all(&tools, rounds)?;
    let mut rows = String::new();
    for (tool, one) in std::iter::zip(&tools, &measured) {
        let _ = writeln!(
            rows,
            "| {revisions} | {} | {:.1} | {:.2} |",
            tool.name,
            one.median_ms,
            one.median_ms / measured[0].median_ms
        );
    }
    Ok(rows)
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
