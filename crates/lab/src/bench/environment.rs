//! What `onehead check` of one environment costs, beside what else people could run over the same files.

use std::path::{Path, PathBuf};

use super::cache::Past;
use super::compare::{Bench, Beside, Case, Goal, Kind, Row};
use super::environments::{Imports, Repo};
use super::measure::Tool;
use crate::workspace::{self, Fallible};
use onehead_model::words::number;

/// Beyond this many revisions, `alembic heads` takes minutes.
const MOST_FOR_ALEMBIC: usize = 10_000;
/// From this many revisions on, the start of a process counts little.
const MANY: usize = 1_000;
/// At this many, memory counts.
const MOST: usize = 100_000;

/// The rows of one environment.
pub(super) struct Checks {
    pub(super) revisions: usize,
    /// When the cache knows every file.
    pub(super) again: Row,
    /// In a new clone.
    pub(super) first: Row,
    /// Beside Alembic, if there is one.
    pub(super) beside_alembic: Option<Row>,
}

/// Measures the checks of an environment.
pub(super) fn rows(bench: &Bench, python: Option<&Path>, repo: &Repo) -> Fallible<Checks> {
    let revisions = repo.revisions;
    let name = format!("{}, {} revisions", repo.name, number(revisions));
    let check = |what: &str, past, beside, goals| {
        bench.row(Case {
            what: format!("`check`{what}, {name}"),
            folder: &repo.folder,
            args: &["check"],
            past,
            kind: Kind::Plain,
            beside: Some(beside),
            goals,
        })
    };
    let most = if revisions >= MANY { 0.6 } else { 1.0 };
    let mut goals = vec![Goal::Times(most)];
    if revisions >= MOST {
        goals.push(Goal::Mib(100.0));
    }
    let again = check("", Past::LastRun, search(repo), goals)?;
    let first = check(
        " for the first time",
        Past::None,
        search(repo),
        vec![Goal::Times(2.0)],
    )?;
    let beside_alembic = match python.filter(|_| revisions <= MOST_FOR_ALEMBIC) {
        Some(python) => {
            let goals = match repo.imports {
                Imports::Project => vec![Goal::Times(0.01)],
                Imports::Alembic => vec![],
            };
            Some(check("", Past::LastRun, heads(python, repo)?, goals)?)
        }
        None => None,
    };
    Ok(Checks {
        revisions,
        again,
        first,
        beside_alembic,
    })
}

fn search(repo: &Repo) -> Beside {
    Beside {
        name: "rg",
        tool: Tool::new("rg", &["^(down_)?revision", &repo.versions], &repo.folder),
    }
}

fn heads(python: &Path, repo: &Repo) -> Fallible<Beside> {
    // Found from where this was started, as the shell would.
    let python = match python.components().count() {
        1 => PathBuf::from(python),
        _ => std::path::absolute(python)?,
    };
    let python = python.to_str().ok_or("the path of Python is not UTF-8")?;
    let script = workspace::root().join("scripts/oracle/heads.py");
    let script = script
        .to_str()
        .ok_or("the path of the scripts is not UTF-8")?;
    let args: &[&str] = match repo.imports {
        Imports::Alembic => &["-m", "alembic", "heads"],
        Imports::Project => &[script],
    };
    Ok(Beside {
        name: "alembic heads",
        tool: Tool::new(python, args, &repo.folder),
    })
}
