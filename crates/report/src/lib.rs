//! Every format of every document: text, JSON, Markdown, SARIF, JUnit, workflow commands, CSV, HTML, drawings.
//!
//! Knows the documents of `onehead-model` and nothing else: no git, no settings, no files. The same document gives
//! the same bytes, and nothing of a repository is in them raw.
//!
//! ```
//! use onehead_model::{CheckReport, Source};
//!
//! let report = CheckReport::new(Source::Worktree, vec![], vec![]);
//! let text = onehead_report::check::verdict(&report);
//! assert_eq!(text, "ok  no Alembic environment, allowed by the settings\n");
//! ```

pub mod check;
pub mod database;
pub mod doctor;
pub mod explanation;
pub mod fix;
pub mod history;
pub mod hooks;
pub mod init;
pub mod radar;
pub mod rejudge;
pub mod whereabouts;

mod output;
mod page;
mod target;

use onehead_model::escape::for_log;

pub use output::{Format, Kind, NoSuchFormat, Output};
pub use target::words as chosen_target;

/// Lines for people, safe for a terminal and the log of a CI service. A line may hold line breaks.
#[must_use]
pub fn lines(lines: &[String]) -> String {
    let lines = lines.iter().flat_map(|line| line.lines());
    lines
        .map(|line| for_log(line).into_owned() + "\n")
        .collect()
}

/// Where the documentation of this release lies.
const DOCS: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/v",
    env!("CARGO_PKG_VERSION"),
    "/docs"
);
