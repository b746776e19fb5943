use base64::Engine;
use base64::prelude::BASE64_STANDARD;
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

/// A file to be created, or to replace another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The environment that it fixes.
    pub environment: String,
    /// The version locations of that environment: the file must lie in one of them.
    pub version_locations: Vec<RepoPath>,
    /// The new file.
    pub path: RepoPath,
    /// The file that it replaces; none for one that must not be there yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<Replaced>,
    /// The revision that the file then defines.
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

impl Change {
    /// Whether nothing may lie at the path yet: a new file, or a new name for an old one.
    #[must_use]
    pub fn is_new_path(&self) -> bool {
        self.replaces
            .as_ref()
            .is_none_or(|old| old.path != self.path)
    }
}

/// A file that goes away when the new one is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Where it lies: the path of the new file, unless that gets another name.
    pub path: RepoPath,
    /// The bytes that it must have.
    pub content: Content,
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

impl Content {
    /// The bytes; `None` if the text is not base 64.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Base64(text) => BASE64_STANDARD.decode(text).ok(),
        }
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Base64(BASE64_STANDARD.encode(error.into_bytes())),
        }
    }
}
