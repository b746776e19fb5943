//! Why a text is not Python.

/// Text that is not Python.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// Byte offset of the place.
    pub offset: usize,
}

impl SyntaxError {
    /// What the parser says of a place, worded as onehead words errors.
    pub(crate) fn at(offset: usize, message: &str) -> Self {
        Self {
            message: lower_first(message),
            offset,
        }
    }
}

fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => message.to_owned(),
    }
}
