//! A verdict, and what else its text tells.

use onehead_model::{CheckReport, FixOutcome, NextCommand};

/// A verdict with what was done about it, and what to type next.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The verdict.
    pub report: &'a CheckReport,
    /// What was done about it.
    pub fix: &'a FixOutcome,
    /// The command that was typed.
    pub command: &'a NextCommand,
    /// Whether text shows everything, however long it is.
    pub all: bool,
    /// The target branch, if it is known.
    pub target: Option<&'a str>,
}
