//! What each commit of the line makes of revisions that the line had before.
//!
//! `comparison` finds it while the line is replayed; `report`, `tags` and `totals` say it in the document.

pub(crate) mod change;
pub(crate) mod comparison;
pub(crate) mod report;
pub(crate) mod tags;
pub(crate) mod totals;
