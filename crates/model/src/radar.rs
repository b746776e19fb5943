use serde::{Deserialize, Serialize};

use crate::{
    Attribution, ByProgram, Code, Document, Finding, Limit, Person, RepoPath, RevisionId, Verdict,
};

/// What `onehead radar --format json` says: which branches will collide, with the target and with each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadarReport {
    /// What people call the target: `origin/main`.
    pub target: String,
    /// Its commit.
    pub oid: String,
    /// Unknown if of any branch it is not known what comes of it, findings if anything collides, else fine.
    pub verdict: Verdict,
    /// What keeps the answer from being about all that there is, in the order of the kinds.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub limits: Vec<Limit>,
    /// What is wrong on the target already.
    pub findings: Vec<Finding>,
    /// The branches with migrations of their own, and those of which it is not known; sorted by name.
    pub branches: Vec<RadarBranch>,
    /// What will collide, sorted by environment and by where it parts.
    pub collisions: Vec<RadarCollision>,
    /// Who should talk to whom; those with the most branches first.
    pub talks: Vec<Talk>,
    /// An order in which they can land.
    pub order: MergeOrder,
    /// How many branches are not compared, and why.
    pub left_out: LeftOut,
    /// The same of each further target of the settings, as far as anything is merged into it; `verdict` counts them in.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub others: Vec<RadarReport>,
}

impl Document for RadarReport {
    const SCHEMA: &'static str = "onehead.radar";
    const VERSION: u32 = 1;
}

/// A branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadarBranch {
    /// What people call it.
    pub name: String,
    /// What else stands for the same work: other branches at this commit, and the remote-tracking branch that has
    /// not caught up.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<String>,
    /// Its commit.
    pub commit: String,
    /// Whether it is what is checked out.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub current: bool,
    /// What will come of it.
    pub outlook: Outlook,
    /// What is wrong, or why nothing, or not everything, is known of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The program that makes branches of this name, whoever committed to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub made_by: Option<BranchMaker>,
    /// Branches that it stands on: all of their commits are its own as well. Sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub stands_on: Vec<String>,
    /// The environments to which it brings revisions, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub environments: Vec<String>,
    /// Who brought the first of its own revisions, else its last commit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attribution: Option<Attribution>,
    /// That its author is a program, if so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_program: Option<ByProgram>,
}

/// A program that makes branches under a folder of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BranchMaker {
    /// `dependabot/…`
    Dependabot,
    /// `renovate/…`
    Renovate,
    /// `gh-readonly-queue/…`: merges of other branches.
    MergeQueue,
}

/// What will come of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outlook {
    /// It no collision.
    Clear,
    /// It can land now, and then others cannot.
    Branches,
    /// It collides with the target.
    Target,
    /// Something else is wrong once it has landed.
    Broken,
    /// It is not known.
    Unknown,
}

impl Outlook {
    /// As documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Branches => "branches",
            Self::Target => "target",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
        }
    }
}

/// Lines of work that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadarCollision {
    /// The environment; none for what concerns none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub environment: Option<String>,
    /// What will be wrong.
    pub code: Code,
    /// The revision on which all of them go on, where it is a fork; none where they begin with no parent, or have
    /// none in common.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<RevisionId>,
    /// When the second of them was committed, since there has been a collision: ISO 8601 with offset.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<String>,
    /// The lines; that of the target first, then the oldest.
    pub lines: Vec<RadarLine>,
}

/// One of the lines of a collision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadarLine {
    /// Whether the target has it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub target: bool,
    /// The branches that have it, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub branches: Vec<String>,
    /// Its first revision, or those that it is about.
    pub revisions: Vec<RevisionId>,
    /// The file of the first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<RepoPath>,
    /// Who brought that, else the last commit of the first branch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attribution: Option<Attribution>,
    /// That its author is a program, if so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_program: Option<ByProgram>,
}

/// Two people whose branches collide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// The two, sorted by name.
    pub people: [Person; 2],
    /// The branches of both that collide, sorted.
    pub branches: Vec<String>,
}

/// An order in which the branches can land, each fixed before it does where it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeOrder {
    /// How many of them have to be fixed.
    pub fixes: usize,
    /// Whether no order needs fewer.
    pub exact: bool,
    /// The branches, first to last.
    pub steps: Vec<MergeStep>,
}

/// A branch that lands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeStep {
    /// Which.
    pub branch: String,
    /// The branches that land with it, since it has everything of them; sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub with: Vec<String>,
    /// Whether it has to be fixed before, because it collides with what has landed by then.
    pub fix: bool,
}

/// How many branches are not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeftOut {
    /// The target has them already.
    pub merged: usize,
    /// They bring no revision.
    pub without_migrations: usize,
    /// Their last commit is too old.
    pub older: usize,
    /// So many days older than that of the target it may be; none if it may be of any age.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub newer_than: Option<u32>,
    /// They share no commit with the target, so that git refuses to merge them.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub unrelated: usize,
    /// The clone is shallow, and the commit where they and the target part is not in it.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub beyond_shallow: usize,
    /// Nothing is wrong with them but a missing parent that no branch has.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub missing_parent: usize,
    /// A merge queue made them from other branches.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub merge_queue: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
