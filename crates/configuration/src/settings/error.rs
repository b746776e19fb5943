//! Why settings cannot be read.

use onehead_model::RepoPath;

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
        reason: reason.to_owned(),
    }
}
