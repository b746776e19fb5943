//! Why settings cannot be read.

use onehead_model::RepoPath;
use onehead_model::escape::for_terminal;

/// Why settings cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct SettingsError {
    /// The file.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// What is wrong with this file.
pub(crate) fn bad(path: &RepoPath, reason: &str) -> SettingsError {
    SettingsError {
        path: path.to_string(),
        // A key or a value may hold a line break, and what follows would look like a line of ours.
        reason: for_terminal(reason).into_owned(),
    }
}
