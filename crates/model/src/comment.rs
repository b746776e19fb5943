use serde::{Deserialize, Serialize};

use crate::{Document, NotKnown, Verdict};

/// What `onehead ci comment --format json` says: the one comment of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullComment {
    /// The verdict.
    pub verdict: Verdict,
    /// Whether the verdict is that all is fine. If so, a comment that is there is replaced by this one, and none is made.
    pub ok: bool,
    /// What is not known; empty unless the verdict is unknown.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<NotKnown>,
    /// The first line of the body, which nothing else in it repeats: by it the comment is found again.
    pub marker: String,
    /// The comment in Markdown; the same bytes for the same state.
    pub body: String,
}

impl Document for PullComment {
    const SCHEMA: &'static str = "onehead.comment";
    const VERSION: u32 = 1;
}
