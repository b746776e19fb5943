//! What the programs weigh, and what it takes to build them.

use std::fs;
use std::path::Path;

use onehead_model::stdio;

use super::measure::{self, Tool};
use super::page::Line;
use crate::workspace::{self, Fallible};

const MOST_OF_THE_PROGRAM: f64 = 9.0;
const MOST_OF_THE_WHEEL: f64 = 6.0;
const MOST_OF_THE_BUILD: f64 = 6.0;

/// The sizes of the programs.
pub(super) fn program(now: &Path, before: Option<&Path>) -> Fallible<Line> {
    Ok(Line::of_values(
        "size of `onehead`",
        before.map(megabytes).transpose()?,
        megabytes(now)?,
        MOST_OF_THE_PROGRAM,
        |size| format!("{size:.1} MB"),
    ))
}

/// The size of the wheel, with every program in it.
pub(super) fn wheel(wheel: &Path) -> Fallible<Line> {
    let size = megabytes(wheel)?;
    let shown = |size| format!("{size:.1} MB");
    let what = "size of the wheel";
    Ok(Line::of_values(what, None, size, MOST_OF_THE_WHEEL, shown))
}

/// Builds the program from nothing, in a new folder.
pub(super) fn build(parent: &Path) -> Fallible<Line> {
    let what = "release build from nothing";
    stdio::say(what);
    let target = parent.join("target");
    let target = target.to_str().ok_or("the folder is not UTF-8")?;
    let args = [
        "build",
        "--quiet",
        "--release",
        "--package",
        "onehead",
        "--target-dir",
        target,
    ];
    let minutes = measure::processor_minutes(&Tool::new("cargo", &args, workspace::root()))?;
    let shown = |minutes| format!("{minutes:.1} processor minutes");
    Ok(Line::of_values(
        what,
        None,
        minutes,
        MOST_OF_THE_BUILD,
        shown,
    ))
}

fn megabytes(file: &Path) -> Fallible<f64> {
    Ok(fs::metadata(file)?.len() as f64 / 1e6)
}
