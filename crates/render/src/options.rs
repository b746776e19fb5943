//! What the user may say about a merge revision.

/// What the user may say about the merge revision. `Default` leaves everything to the plan.
#[derive(Debug, Clone, Default)]
pub struct RenderOptions {
    /// The message; without it, [`DEFAULT_MESSAGE`].
    pub message: Option<String>,
    /// The revision id.
    pub rev_id: Option<String>,
    /// The creation date: ISO 8601, with or without offset; without one it is taken for UTC.
    pub date: Option<String>,
    /// Branch labels of the merge revision.
    pub branch_labels: Vec<String>,
}

/// The message of a merge revision that was not given one.
pub const DEFAULT_MESSAGE: &str = "merge heads";
