//! What merging heads into a base gives: one head, a pair, all pairs.
//!
//! ```no_run
//! use onehead_forecast::Analysis;
//! use onehead_scan::{ScanOptions, SourceSpec};
//!
//! let analysis = Analysis::at(&ScanOptions::in_directory("."), &SourceSpec::Worktree)?;
//! assert!(analysis.report().ok);
//! # Ok::<(), onehead_scan::ScanError>(())
//! ```
//!
//! It compares states and says who is concerned. It never prints, never writes to the working tree, the index or a
//! ref, and fetches nothing.

pub mod attribution;
pub mod sides;

mod alike;
mod analysis;
mod ancestry;
mod assigned;
mod beside_file;
mod checked_merge;
mod comparison;
mod contents;
mod doubts;
mod duplicates;
mod forecast;
mod in_memory;
mod incremental;
mod laid_over;
mod matrix;
mod merge_forecast;
mod merged;
mod nearest;
mod objects;
mod origin;
mod pairs;
mod places;
mod ref_filter;
mod rejudge;
mod rejudge_each;
mod releases;
mod staged;
mod status_words;
mod target;
mod targets;
mod touched;
mod verdict;
mod view;

#[cfg(test)]
mod tests;

use onehead_git::GitError;
use onehead_scan::ScanError;

pub use analysis::{Analysis, ReadError};
pub use assigned::Assigned;
pub use beside_file::{BesideFile, beside_file};
pub use forecast::{Forecast, Outcome, forecast};
pub use matrix::Matrix;
pub use merge_forecast::MergeForecast;
pub use objects::missing_objects;
pub use origin::Baseline;
pub use pairs::Collision;
pub use ref_filter::RefFilter;
pub use rejudge::rejudge;
pub use rejudge_each::rejudge_each;
pub use releases::{FirstTarget, Release};
pub use staged::Staged;
pub use target::{Target, TargetError};
pub use targets::{Proposed, Targets};
pub use verdict::{Proof, Unknown, Verdict};
pub use view::EnvironmentView;

/// Why there is no forecast.
#[derive(Debug, thiserror::Error)]
pub enum ForecastError {
    /// A state cannot be scanned.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A pattern is no glob.
    #[error(transparent)]
    Pattern(#[from] globset::Error),
    /// No branch matches these patterns.
    #[error("no branch matches {0}")]
    NoBranchFits(String),
}
