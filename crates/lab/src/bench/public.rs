//! Public histories, with all their branches: nothing is generated, and nothing is written into the clones that are named.

use std::path::Path;

use super::cache::Past;
use super::compare::{Bench, Case, Goal, Kind, Row};
use super::environments::{git, git_says};
use crate::workspace::Fallible;

/// The clone whose history has a goal of its own.
const WITH_A_LONG_HISTORY: &str = "middleware";

/// `radar` for the first time and again, and `history` again.
pub(super) fn rows(bench: &Bench, parent: &Path, clone: &Path) -> Fallible<Vec<Row>> {
    let clone = clone.canonicalize()?;
    let name = clone.file_stem().ok_or("a clone has a name")?;
    let name = name.to_string_lossy();
    // It shares the objects and has all refs, and caches are written there.
    let folder = parent.join(format!("public-{name}"));
    let (from, to) = (clone.to_string_lossy(), folder.to_string_lossy());
    git(
        parent,
        &["clone", "--quiet", "--mirror", "--shared", &from, &to],
    )?;
    let measured = |what: &str, args: &[&str], past, goals| {
        bench.row(Case {
            what: format!("{what}, {name}"),
            folder: &folder,
            args,
            past,
            kind: Kind::Limited,
            beside: None,
            goals,
        })
    };
    let seconds = |most: f64| vec![Goal::Seconds(most)];
    let of_history = match &*name {
        WITH_A_LONG_HISTORY => seconds(2.0),
        _ => vec![],
    };
    let target = git_says(&folder, &["symbolic-ref", "--short", "HEAD"])?;
    let radar = ["radar", "--target", &target];
    let history = ["history", "--target", &target];
    Ok(vec![
        measured(
            "`radar` for the first time",
            &radar,
            Past::None,
            seconds(5.0),
        )?,
        measured("`radar` again", &radar, Past::LastRun, seconds(1.0))?,
        measured("`history`", &history, Past::LastRun, of_history)?,
    ])
}
