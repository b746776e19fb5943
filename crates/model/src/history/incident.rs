use serde::{Deserialize, Serialize};

use crate::{Attribution, BranchPoint, LineCommit, Person, RepoPath, RevisionId};

/// A time in which an environment had more heads than its policy allows: from the commit of the line
/// that brought the second head of a group to the one that left it with one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The group of heads; empty for the policy `single`.
    pub group: String,
    /// The commit of the line that made it; after a time in which the heads were not known, the first that shows it.
    pub began: LineCommit,
    /// Whether that is the oldest commit of a shallow clone: it began there or earlier, and who began it is not known.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub at_boundary: bool,
    /// The commit since which the heads had not been known when it was first seen: it may have begun then or later.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unseen_since: Option<LineCommit>,
    /// The heads of the group at the beginning, in Alembic's order.
    pub heads: Vec<RevisionId>,
    /// The most heads that the group had at once.
    pub most_heads: usize,
    /// The revisions where they part, at the beginning.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub branch_points: Vec<BranchPoint>,
    /// What leads to each head: in the order of the heads, then those that came later.
    pub sides: Vec<IncidentSide>,
    /// How it ended; none while it lasts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended: Option<Ending>,
    /// How long it lasted, or has lasted until the newest commit of the line, in seconds by the committers'
    /// dates; `at_boundary` at least so long.
    pub seconds: u64,
    /// How many commits of the line saw it: those from `began` on, without the one that ended it.
    pub commits: usize,
    /// What each check of onehead would have done, in the order in which work passes them.
    pub checks: Vec<CheckVerdict>,
}

/// What leads to one head of a fork.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentSide {
    /// The head.
    pub head: RevisionId,
    /// The head and its ancestors that are not common to all heads, oldest first.
    pub revisions: Vec<SideRevision>,
    /// Who wrote it: the authors of its revisions and those named as `Co-authored-by`, without programs; sorted, each
    /// once.
    pub authors: Vec<Person>,
    /// The programs among them: robots and coding agents.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub with: Vec<Person>,
    /// The commit of the line that brought its head.
    pub arrived: LineCommit,
    /// Whether that is the oldest commit of a shallow clone: the head came with it or earlier, and who brought it is
    /// not known.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub at_boundary: bool,
    /// The number of the pull request that brought its head.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pull_request: Option<u64>,
    /// The branch that brought its head, where the subject of a merge tells it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub branch: Option<String>,
    /// What kind of branch that is.
    pub branch_kind: BranchKind,
}

/// A revision of an side and who brought it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideRevision {
    /// Its id.
    pub id: RevisionId,
    /// Its file.
    pub path: RepoPath,
    /// The first paragraph of its docstring.
    pub message: String,
    /// Who brought it, if git knows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attribution: Option<Attribution>,
}

/// A kind of branch, by how its name begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BranchKind {
    /// `feature/…`, `feat/…`
    Feature,
    /// `fix/…`, `bugfix/…`, `bug/…`
    Fix,
    /// `hotfix/…`
    Hotfix,
    /// `release/…`
    Release,
    /// `backport/…`, `cherry-pick/…`
    Backport,
    /// `chore/…`, `refactor/…`, `docs/…`, `ci/…`, `test/…` and the like.
    Maintenance,
    /// `dependabot/…`, `renovate/…` and the like.
    Bot,
    /// `main`, `master`, `develop` and the like: a long-lived branch.
    Trunk,
    /// Any other name.
    Other,
    /// A pull request whose branch the history does not name, as a squash leaves it; or a head that came before the
    /// history of a shallow clone begins.
    Unknown,
    /// No pull request and no merge: committed on the target itself, as far as the history tells.
    Direct,
}

/// How an incident ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// What brought the heads together.
    pub how: EndingKind,
    /// The commit of the line that has it; after a time in which the heads were not known, the first that shows it.
    pub commit: LineCommit,
    /// The commit since which the heads had not been known when the end was first seen: it may have ended then or later.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unseen_since: Option<LineCommit>,
    /// The commit that did it, where that was inside a merge and git knows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<Attribution>,
    /// The merge revision, the revisions with another parent, or those that are gone; sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub revisions: Vec<RevisionId>,
}

/// A way for an incident to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndingKind {
    /// A merge revision joins the heads.
    MergeRevision,
    /// A revision of an side names another parent.
    Reparent,
    /// A revision of an side got another id and, with it, another place.
    NewId,
    /// Revisions of an side are gone.
    Removal,
    /// Many revisions became fewer: the sides and what is below them are gone, and others stand for them.
    Squash,
    /// Settings allow these heads now.
    Policy,
    /// The environment is gone.
    EnvironmentGone,
    /// Something else, such as a dependency or a label that changed.
    Other,
}

/// What one check of onehead would have done about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckVerdict {
    /// The check.
    pub check: Check,
    /// What it would have done.
    pub verdict: Caught,
    /// When, in the committer's words; of a check that catches only, if that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<CheckMoment>,
    /// Why, in a line.
    pub why: String,
}

/// A check through which a second head can enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The hook that sees each commit.
    PreCommit,
    /// The hook that sees each merge commit made in a clone.
    PreMergeCommit,
    /// The hook that sees what is pushed, and what merging it would make of the target.
    PrePush,
    /// The check of a pull request, at its last push.
    PullRequest,
    /// Judging open pull requests again whenever the target moves, or a merge queue.
    Rejudge,
    /// The check of the target itself, after the fact.
    TargetCheck,
}

/// Whether a check would have caught an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caught {
    /// It would have.
    Caught,
    /// It sees nothing wrong, since the other side was not there yet.
    Missed,
    /// Work did not come this way.
    NotPassed,
    /// The history does not tell.
    Unknown,
}

/// When a check would have spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckMoment {
    /// The commit that it would have seen.
    pub commit: String,
    /// The committer's date of that commit or, for a check that waits for the target, of the target's.
    pub date: String,
}
