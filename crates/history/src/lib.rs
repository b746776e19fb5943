//! What happened to the heads of every environment over the commits of a target, from git alone: each time
//! that there were too many, whose work met, how long it lasted, how it ended, and what each check of onehead would
//! have done.
//!
//! ```text
//! git log --raw ──▶ onehead-scan (Snapshot) ──▶ tracks: steps and forks ──▶ who, checks, totals ──▶ HistoryReport
//! ```
//!
//! The line of first parents is replayed commit by commit (`replay`); each environment is followed where it goes
//! (`track`). Who wrote what, and how it came to the line, is asked of git afterwards and only for what forked
//! (`ancestry`). The number of git processes does not depend on the number of commits.
//!
//! `whereabouts` answers another question about the past: which branches, tags and commits have one revision.
//!
//! It never checks anything out, never writes but the parse cache of a scan in `.git`, never asks a forge or
//! any network, never looks at a clock, and decides nothing: a history is a report.

mod ancestry;
mod attribution;
mod checks;
mod database;
mod ending;
mod error;
mod fork;
mod hooks;
mod incremental;
mod limits;
mod options;
mod outage;
mod published;
mod replay;
mod report;
mod sides;
mod totals;
mod track;
mod whereabouts;

use onehead_git::{Connection, GitError};
use onehead_model::HistoryReport;
use onehead_scan::ScanError;

pub use database::{Current, CurrentError, database};
pub use error::HistoryError;
pub use options::{HistoryOptions, Progress};
pub use whereabouts::whereabouts;

/// Replays the target.
///
/// # Errors
/// git failed. What cannot be read at one commit, or what this clone lacks, is a limit of the report instead.
pub fn history(
    repository: &Connection,
    options: &HistoryOptions,
    mut progress: impl FnMut(Progress),
) -> Result<HistoryReport, HistoryError> {
    let told = told(repository, options, &mut progress);
    if let Err(HistoryError::Git(error) | HistoryError::Scan(ScanError::Git(error))) = &told
        && matches!(
            error,
            GitError::MissingObject { .. } | GitError::TooOld { .. }
        )
    {
        return report::unread(repository, options, error);
    }
    told
}

fn told(
    repository: &Connection,
    options: &HistoryOptions,
    progress: &mut impl FnMut(Progress),
) -> Result<HistoryReport, HistoryError> {
    progress(Progress::Listing);
    let line = repository.line(&options.oid)?;
    let replayed = replay::replay(repository, options, &line, progress)?;
    progress(Progress::Asking);
    report::report(repository, options, &line, replayed)
}
