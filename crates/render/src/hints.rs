//! What to do where nothing can be rendered. The options are those of [`RenderArgs`](crate::RenderArgs).

use crate::RenderError;

/// What to do about it, if anything is known to help.
#[must_use]
pub fn hint(error: &RenderError) -> Option<String> {
    let hint = match error {
        RenderError::OneIdForSeveral(_) => {
            "leave out `--rev-id`; each id is then derived from the heads"
        }
        RenderError::IllegalId { .. } => "choose an id of letters, digits and `_`",
        RenderError::BadDate(_) => {
            "write it as `2024-05-01 12:00:00`, with an offset such as `+02:00` if needed"
        }
    };
    Some(hint.to_owned())
}
