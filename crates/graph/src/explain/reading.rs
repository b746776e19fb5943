//! The graph before a fix, read with one file for each id.

use onehead_model::{EnvironmentGraph, Node};

use super::migrations::Fixed;
use crate::loaded::Loaded;

/// The graph before the fix with one file for each id, and what became of it.
pub(super) struct Reading<'a> {
    pub(super) old: Loaded<'a>,
    pub(super) fixed: Fixed<'a>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        before: &'a EnvironmentGraph,
        choice: usize,
        published: &dyn Fn(&Node) -> bool,
        new: &'a Loaded<'a>,
    ) -> Self {
        let old = Loaded::published_first(before, choice, published);
        let fixed = Fixed::new(&old, new, before);
        Self { old, fixed }
    }
}
