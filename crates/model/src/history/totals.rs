use serde::{Deserialize, Serialize};

use crate::history::{PublishedAuthor, PublishedTotal};
use crate::{BranchKind, Check, LineCommit, Person, RepoPath};

/// What a history adds up to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// How many incidents there were.
    pub incidents: usize,
    /// How many of them last.
    pub open: usize,
    /// How many outages there were.
    #[serde(default)]
    pub outages: usize,
    /// How many of them last.
    #[serde(default)]
    pub open_outages: usize,
    /// The median time to fix, in seconds, of those that are over and of which the beginning is known; of an even number,
    /// the lower one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub median_seconds: Option<u64>,
    /// The longest time to fix, in seconds, of the same.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub worst_seconds: Option<u64>,
    /// How many revisions came to the line in all environments, since the date.
    pub revisions: usize,
    /// How many of them are merge revisions.
    pub merge_revisions: usize,
    /// Every month from that of the first commit to that of the last, in the committers' time.
    pub months: Vec<Month>,
    /// Who collided with whom, most often first. A person who collided with themselves is a pair too.
    pub author_pairs: Vec<AuthorPair>,
    /// Which kinds of branches collided, most often first.
    pub branch_pairs: Vec<BranchPair>,
    /// How often published revisions changed, by what became of them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub published_changes: Vec<PublishedTotal>,
    /// Who made the changes that nothing accepts, the most often first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub published_by: Vec<PublishedAuthor>,
    /// What each check would have caught, in the order in which work passes them.
    pub checks: Vec<CheckTotal>,
    /// The time without an incident or an outage up to the newest commit; none while one lasts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since_last_incident: Option<SinceLastIncident>,
    /// How many incidents began before the first of onehead's hooks came; all of them if none did. Of those that may have
    /// begun before or after, none.
    pub before_hooks: usize,
    /// How many began since.
    pub after_hooks: usize,
}

/// What began and ended in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// `2026-01`
    pub month: String,
    /// How many incidents began.
    pub began: usize,
    /// How many ended.
    pub ended: usize,
    /// How many revisions came.
    pub revisions: usize,
    /// How many changes of published revisions were made.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub published_changes: usize,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Two people whose revisions stood on different sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorPair {
    /// One.
    pub left: Person,
    /// The other, not before the first by name.
    pub right: Person,
    /// In how many incidents.
    pub incidents: usize,
}

/// Two kinds of branches that stood against each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchPair {
    /// One.
    pub left: BranchKind,
    /// The other.
    pub right: BranchKind,
    /// In how many incidents.
    pub incidents: usize,
}

/// What a check would have done, counted over the incidents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckTotal {
    /// The check.
    pub check: Check,
    /// How many it would have caught.
    pub caught: usize,
    /// How many it would have let through.
    pub missed: usize,
    /// How many did not come this way.
    pub not_passed: usize,
    /// Of how many the history does not tell.
    pub unknown: usize,
}

/// A time without an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinceLastIncident {
    /// The commit that ended the last incident or outage, or the oldest one if there was none.
    pub since: LineCommit,
    /// How long until the newest commit, in seconds by the committers' dates.
    pub seconds: u64,
}

/// A commit of the line that brought something of onehead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookArrival {
    /// What came.
    pub kind: HookKind,
    /// The file that names it.
    pub path: RepoPath,
    /// The commit.
    pub commit: LineCommit,
    /// Whether that is the oldest commit of a shallow clone: it came there or earlier.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub at_boundary: bool,
}

/// A way in which a repository uses onehead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookKind {
    /// A hook manager's file names onehead, such as `.pre-commit-config.yaml`.
    HookManager,
    /// Onehead's settings are there.
    Settings,
    /// A file of a CI service names onehead.
    Workflow,
}
