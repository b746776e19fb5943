use serde::{Deserialize, Serialize};

use crate::{Document, Finding, RepoPath, RevisionId};

/// What `onehead-render` says: the plan as exact file bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderReport {
    /// The files to write, sorted by path.
    pub changes: Vec<Change>,
    /// What could not be rendered, and why.
    pub findings: Vec<Finding>,
}

impl Document for RenderReport {
    const SCHEMA: &'static str = "onehead.render";
    const VERSION: u32 = 1;
}

/// A file to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The environment that it mends.
    pub environment: String,
    /// The version locations of that environment: the file must lie in one of them.
    pub version_locations: Vec<RepoPath>,
    /// The new file.
    pub path: RepoPath,
    /// The new revision.
    pub revision: RevisionId,
    /// Its parents, in the order of `down_revision`.
    pub down_revisions: Vec<RevisionId>,
    /// Its message.
    pub message: String,
    /// The bytes of the file.
    pub content: Content,
    /// The change as a unified diff, for people.
    pub diff: String,
}

/// The bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// Bytes that are UTF-8, as text.
    Text(String),
    /// Any other bytes, in base 64 with padding.
    Base64(String),
}
