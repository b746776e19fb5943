//! Why there is no output.

/// Why a template is not rendered natively.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {construct}")]
pub struct Refusal {
    /// Where the construct starts, counted from 1.
    pub line: usize,
    /// What it is, in words.
    pub construct: String,
}

impl Refusal {
    pub(super) fn new(line: usize, construct: impl Into<String>) -> Self {
        Self {
            line,
            construct: construct.into(),
        }
    }
}
