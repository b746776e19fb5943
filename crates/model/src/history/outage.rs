use serde::{Deserialize, Serialize};

use crate::{Finding, LineCommit};

/// A time in which an environment had an error other than too many heads: an incident of its own kind, from the
/// commit of the line that brought the error to the one without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// What the error means for the heads.
    pub kind: OutageKind,
    /// The first commit of the line that had it.
    pub began: LineCommit,
    /// Whether that is the oldest commit of a shallow clone: it began there or earlier.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub at_boundary: bool,
    /// The first commit without it; none while it lasts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended: Option<LineCommit>,
    /// How long it lasted, or has lasted until the newest commit of the line, in seconds by the committers' dates;
    /// `at_boundary` at least so long.
    pub seconds: u64,
    /// How many commits of the line had it: those from `began` on, without the one that ended it.
    pub commits: usize,
    /// The errors of all of these commits, each once.
    pub causes: Vec<Finding>,
}

/// What an error means for the heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutageKind {
    /// Something could not be read, so the heads are not known: a fork may have come and gone.
    HeadsUnknown,
    /// Everything was read and the heads are known, but an id is there twice, a parent is missing or the like.
    Broken,
}

impl OutageKind {
    /// As documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HeadsUnknown => "heads-unknown",
            Self::Broken => "broken",
        }
    }
}
