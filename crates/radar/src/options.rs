//! What the radar is asked for.

use onehead_model::Bots;

/// A branch whose last commit is so many days older than that of the target is left out, unless something else is asked
/// for. No clock is asked, so the same clone gives the same answer on any day.
pub(crate) const OLD: u32 = 90;

/// Which branches the radar looks at.
#[derive(Debug, Clone, Default)]
pub struct RadarOptions {
    /// Patterns that branches must match; all branches if there are none.
    pub refs: Vec<String>,
    /// Leave out branches whose last commit is this many days older than that of the target; 90 if nothing is said.
    pub newer_than: Option<u32>,
    /// Show what is left out otherwise: old branches, those of a merge queue, those that share no commit with the target,
    /// and those that only miss a parent that no branch has.
    pub all: bool,
    /// Which authors are programs: nobody is told to talk to one.
    pub bots: Bots,
}

impl RadarOptions {
    /// The days, if any count.
    pub(crate) fn newer_than(&self) -> Option<u32> {
        match self.all {
            true => self.newer_than,
            false => Some(self.newer_than.unwrap_or(OLD)),
        }
    }
}
