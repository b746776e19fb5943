//! What looking at all branches costs, beside `git log` over the same files.

use std::fmt::Write;
use std::path::Path;

use xshell::{Shell, cmd};

use super::cache::Past;
use super::compare::{Bench, Beside, Case, Goal, Kind, Row};
use super::environments::{git, next_revision, revision};
use super::measure::Tool;
use crate::workspace::Fallible;
use onehead_model::words::number;

/// How many revisions the target has, each from a commit of its own.
const REVISIONS: usize = 1_000;

/// How far behind the target branches part.
const BEHIND: [usize; 4] = [0, 0, 1, 5];

const VERSIONS: &str = "migrations/versions";

/// Every branch against `main` and against each other, beside one call of `git log`.
pub(super) fn row(bench: &Bench, parent: &Path, branches: usize) -> Fallible<Row> {
    let folder = parent.join(format!("radar-{branches}"));
    repository(&folder, branches)?;
    let (branches, revisions) = (number(branches), number(REVISIONS));
    bench.row(Case {
        what: format!("`radar`, {branches} branches, {revisions} revisions"),
        folder: &folder,
        args: &["radar", "--target", "main"],
        past: Past::LastRun,
        kind: Kind::Finding,
        beside: Some(Beside {
            name: "git log --all --raw",
            tool: Tool::new("git", &["log", "--all", "--raw", "--", VERSIONS], &folder),
        }),
        goals: vec![Goal::Times(2.0)],
    })
}

/// A history with a commit for each revision, and branches that each add one of their own.
fn repository(folder: &Path, branches: usize) -> Fallible<()> {
    let shell = Shell::new()?;
    shell.create_dir(folder)?;
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    let mut stream = String::new();
    let ini = "[alembic]\nscript_location = migrations\n";
    let files = [
        ("alembic.ini".to_owned(), ini.to_owned()),
        (
            "migrations/env.py".to_owned(),
            "from alembic import context\n".to_owned(),
        ),
    ];
    commit(&mut stream, "main", 1, None, &files);
    for number in 0..REVISIONS {
        let (name, text) = revision(number, REVISIONS);
        let file = [(format!("{VERSIONS}/{name}"), text)];
        commit(&mut stream, "main", number + 2, Some(number + 1), &file);
    }
    for number in 0..branches {
        let behind = BEHIND[number % BEHIND.len()];
        let (name, text) = next_revision(REVISIONS - behind);
        let id = name.split('_').next().unwrap_or(&name).to_owned();
        let own = format!("{number:012x}");
        let path = format!("{VERSIONS}/{}", name.replace(&id, &own));
        let file = [(path, text.replace(&id, &own))];
        let from = Some(REVISIONS + 1 - behind);
        commit(
            &mut stream,
            &format!("topic/{number}"),
            REVISIONS + 2 + number,
            from,
            &file,
        );
    }
    shell.change_dir(folder);
    cmd!(shell, "git fast-import --quiet")
        .stdin(stream)
        .quiet()
        .run()?;
    git(folder, &["checkout", "--quiet", "main"])
}

/// A commit of one of nine people, for `git fast-import`.
fn commit(
    stream: &mut String,
    branch: &str,
    mark: usize,
    from: Option<usize>,
    files: &[(String, String)],
) {
    let _ = write!(
        stream,
        "commit refs/heads/{branch}\nmark :{mark}\ncommitter Dev {who} <dev{who}@example.com> {} +0000\ndata 1\nx\n",
        1_600_000_000 + 600 * mark,
        who = mark % 9
    );
    if let Some(from) = from {
        let _ = writeln!(stream, "from :{from}");
    }
    for (path, text) in files {
        let _ = write!(
            stream,
            "M 100644 inline {path}\ndata {}\n{text}\n",
            text.len()
        );
    }
}
