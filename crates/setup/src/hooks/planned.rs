//! What will happen to one file.

use super::steps::Step;

/// What will happen to one file, in words, and how.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) steps: Vec<Step>,
}
