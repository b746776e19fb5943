//! What comes of landing heads on a base: one head, a pair, all pairs.
//!
//! ```no_run
//! use onehead_forecast::Analysis;
//! use onehead_scan::ScanOptions;
//!
//! let analysis = Analysis::at(&ScanOptions::in_directory("."))?;
//! assert!(analysis.report().ok);
//! # Ok::<(), onehead_scan::ScanError>(())
//! ```
//!
//! It compares states and says who is concerned. It never prints, never writes to the working tree, the index or a
//! ref, and fetches nothing.

pub mod attribution;
pub mod predict;
pub mod sides;

mod analysis;
mod landings;
mod merged_sides;
mod radar;
mod ref_filter;
mod rejudge;
mod status_words;
mod target;

use onehead_git::GitError;
use onehead_scan::ScanError;

pub use analysis::{Analysis, ReadError};
pub use radar::{Beside, Other, RadarOptions, beside_others, radar};
pub use ref_filter::RefFilter;
pub use rejudge::rejudge;
pub use target::{Target, TargetError};

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
    #[error("no branch fits {0}")]
    NoBranchFits(String),
}
