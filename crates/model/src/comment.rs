use serde::{Deserialize, Serialize};

use crate::Document;

/// What `onehead ci comment --format json` says: the one comment of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullComment {
    /// Whether nothing collides. If so, a comment that is there is replaced by this one, and none is made.
    pub ok: bool,
    /// The first line of the body, which nothing else in it repeats: by it the comment is found again.
    pub marker: String,
    /// The comment in Markdown; the same bytes for the same state.
    pub body: String,
}

impl Document for PullComment {
    const SCHEMA: &'static str = "onehead.comment";
    const VERSION: u32 = 1;
}
