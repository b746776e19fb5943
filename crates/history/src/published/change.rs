//! A change of published revisions, as replaying the line finds it.

use onehead_model::{Finding, RepoPath};

/// A change of published revisions.
pub(crate) struct Change {
    pub(crate) at: usize,
    /// The place since which the state could not be scanned, if it was seen late.
    pub(crate) unseen_since: Option<usize>,
    /// The place of the commit that brought the first of the revisions.
    pub(crate) arrived: usize,
    /// Files of the revisions, before and after.
    pub(crate) paths: Vec<RepoPath>,
    pub(crate) finding: Finding,
}
