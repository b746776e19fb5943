//! What can go wrong.

use onehead_git::GitError;
use onehead_scan::ScanError;

/// Why there is no history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The state of a commit cannot be scanned at all.
    #[error(transparent)]
    Scan(#[from] ScanError),
}
