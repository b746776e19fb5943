use serde::{Deserialize, Serialize};

use crate::{
    Change, CheckReport, Document, Explanation, Finding, MergedSides, RenderReport, RevisionId,
    Source, StageReport,
};

/// What `onehead fix --format json` says: how each fork is fixed and why, and what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixReport {
    /// What the fix was planned on: the working tree, or the predicted merge with the target.
    pub source: Source,
    /// Whether every environment has the heads that its policy asks for now; a dry run fixes nothing.
    pub ok: bool,
    /// The target, if it was to be brought in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<BroughtIn>,
    /// What is fixed, one for each group of heads, sorted by environment, then group.
    pub choices: Vec<Choice>,
    /// Whether the sides that are brought together get into one another's way.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sides: Vec<MergedSides>,
    /// The files to write.
    pub changes: Vec<Change>,
    /// What was written; none in a dry run, or if there was nothing to write.
    pub done: Option<StageReport>,
    /// What the fix means for databases, by environment.
    pub explanations: Vec<Explanation>,
    /// What a re-parent that was refused would have meant, by environment.
    pub refused: Vec<Explanation>,
    /// What is not fixed, and why.
    pub findings: Vec<Finding>,
}

impl Document for FixReport {
    const SCHEMA: &'static str = "onehead.fix";
    const VERSION: u32 = 1;
}

/// How one group of heads becomes one head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The environment.
    pub environment: String,
    /// The group of heads; empty for the policy `single`.
    pub group: String,
    /// What is done.
    pub fix: FixKind,
    /// Why that and nothing else.
    pub why: String,
    /// The heads that it brings together; of a new id, the id that two files have.
    pub heads: Vec<RevisionId>,
}

/// A kind of fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FixKind {
    /// One of two files with the same id gets another.
    NewId,
    /// An unpublished side is hung onto the published head.
    Reparent,
    /// A merge revision.
    Merge,
}

/// The target, brought into the checked-out branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BroughtIn {
    /// What people call it: `origin/main`.
    pub target: String,
    /// Its commit.
    pub oid: String,
    /// How it came in, or would.
    pub how: Bring,
    /// The paths in conflict, sorted: the merge or rebase is then open, as git leaves it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conflicts: Vec<String>,
}

/// A way to bring a branch in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bring {
    /// It was there already.
    None,
    /// The checked-out branch had nothing of its own and only moved forward.
    FastForward,
    /// A merge commit, which holds the fix as well.
    Merge,
    /// The commits of the branch were put on top of it; the fix is a commit behind them.
    Rebase,
}

/// What came of a fork that a merge revision fixes. Held in memory, part of no document: a [`crate::CheckReport`]
/// keeps what was written and the findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FixOutcome {
    /// Nothing was to be written.
    #[default]
    NotAsked,
    /// There is no fork that a merge revision fixes.
    Nothing,
    /// A merge revision is needed but cannot be rendered; nothing was written.
    Refused(Vec<Finding>),
    /// What would be written.
    Shown(RenderReport),
    /// What was written.
    Done(StageReport),
}

impl FixOutcome {
    /// Adds it to the verdict on what is there now.
    pub fn add_to(&self, report: &mut CheckReport) {
        match self {
            Self::Refused(refusals) => {
                report.add_findings(refusals.iter().cloned());
            }
            Self::Done(done) => report.fix = Some(done.clone()),
            Self::NotAsked | Self::Nothing | Self::Shown(_) => {}
        }
    }
}
