use serde::{Deserialize, Serialize};

use crate::{Document, RepoPath, RevisionId};

/// What `onehead-stage` says: what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageReport {
    /// The files that were written, sorted by path.
    pub written: Vec<Written>,
    /// Whether they were added to the index; not the case outside a git repository or on request.
    pub staged: bool,
    /// The object id of the commit that holds them and nothing else, if one was asked for.
    pub commit: Option<String>,
}

impl Document for StageReport {
    const SCHEMA: &'static str = "onehead.stage";
    const VERSION: u32 = 1;
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The environment that it fixes.
    pub environment: String,
    /// The file.
    pub path: RepoPath,
    /// The file that it replaced: the same path, or an old name that is gone now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaced: Option<RepoPath>,
    /// The revision that it defines.
    pub revision: RevisionId,
    /// Its parents.
    pub down_revisions: Vec<RevisionId>,
}
