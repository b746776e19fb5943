//! What was named instead of being looked for.

use onehead_model::RepoPath;

/// What the command line names, relative to the repository.
#[derive(Debug, Clone, Default)]
pub(crate) struct Named {
    pub(crate) configs: Vec<RepoPath>,
    pub(crate) script_location: Option<RepoPath>,
}
