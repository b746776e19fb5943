//! What happened to the heads of a target over time.

mod incident;
mod outage;
mod published;
mod totals;

pub use incident::*;
pub use outage::*;
pub use published::*;
pub use totals::*;

use serde::{Deserialize, Serialize};

use crate::{Document, Exit, HeadPolicy, Person, RepoPath, RevisionId};

/// What `onehead history --format json` says: the heads of every environment over the commits of the
/// target, and each time that there were too many.
///
/// The line is the target's commits by first parent: what each pull of the target got. Its
/// dates are those of the committer, since a commit of last week that is rebased today comes today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryReport {
    /// The branch whose line was replayed.
    pub target: HistoryTarget,
    /// The date that was asked for, `2026-01-31`: incidents that were over before it are left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<String>,
    /// Whether nothing is known, since the commits of the line cannot be read in this clone: `limits` says why.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub unknown: bool,
    /// The commits that were read; none if the target has none since the date, or if nothing is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<Line>,
    /// What keeps the answer from being the whole story, in the order of the kinds.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub limits: Vec<Limit>,
    /// The environments that are there, or were, sorted by name.
    pub environments: Vec<EnvironmentHistory>,
    /// When something of onehead came, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub hooks: Vec<HookArrival>,
    /// What it adds up to.
    pub totals: Totals,
}

impl Document for HistoryReport {
    const SCHEMA: &'static str = "onehead.history";
    const VERSION: u32 = 1;
}

impl HistoryReport {
    /// How the command ends: it is a report, so with 2 where nothing is known, and else with 0.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self.unknown {
            true => Exit::CouldNotRun,
            false => Exit::Clean,
        }
    }

    /// Every outage with the environment that it happened in, oldest first.
    #[must_use]
    pub fn outages(&self) -> Vec<(&EnvironmentHistory, &Outage)> {
        let inner = |one| move |outage| (one, outage);
        let mut all: Vec<(&EnvironmentHistory, &Outage)> = self
            .environments
            .iter()
            .flat_map(|one| one.outages.iter().map(inner(one)))
            .collect();
        all.sort_by_key(|(one, outage)| (outage.began.position, &one.name));
        all
    }

    /// Every change of published revisions with the environment that it happened in, oldest first.
    #[must_use]
    pub fn published_changes(&self) -> Vec<(&EnvironmentHistory, &PublishedChange)> {
        let inner = |one| move |change| (one, change);
        let mut all: Vec<(&EnvironmentHistory, &PublishedChange)> = self
            .environments
            .iter()
            .flat_map(|one| one.published_changes.iter().map(inner(one)))
            .collect();
        all.sort_by_key(|(one, change)| (change.commit.position, &one.name));
        all
    }

    /// Every incident with the environment that it happened in, oldest first.
    #[must_use]
    pub fn incidents(&self) -> Vec<(&EnvironmentHistory, &Incident)> {
        let inner = |one| move |incident| (one, incident);
        let mut all: Vec<(&EnvironmentHistory, &Incident)> = self
            .environments
            .iter()
            .flat_map(|one| one.incidents.iter().map(inner(one)))
            .collect();
        all.sort_by_key(|(one, incident)| (incident.began.position, &one.name, &incident.group));
        all
    }
}

/// The branch whose line was replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryTarget {
    /// What people call it: `origin/main`.
    pub name: String,
    /// Its commit.
    pub oid: String,
}

/// A stretch of the target's commits by first parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The oldest one.
    pub first: LineCommit,
    /// The newest one.
    pub last: LineCommit,
    /// How many there are.
    pub commits: usize,
    /// How many of them changed a migration or what says where migrations are.
    pub touched: usize,
}

/// A commit of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCommit {
    /// Its object id.
    pub commit: String,
    /// How many commits of the whole line that this clone has lie before it.
    pub position: usize,
    /// The committer's date: ISO 8601 with offset.
    pub date: String,
    /// Who wrote it; of a merge, who merged.
    pub author: Person,
    /// Whom its message names as `Co-authored-by`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub co_authors: Vec<Person>,
    /// Its subject.
    pub subject: String,
    /// The number of the pull request that its message names.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pull_request: Option<u64>,
    /// The branch that its subject says it merges.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub branch: Option<String>,
}

/// Something that keeps the answer from being the whole story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// What it is.
    pub kind: LimitKind,
    /// What and why, in a line.
    pub message: String,
    /// The way out, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
    /// The commit that it concerns.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<String>,
}

/// A kind of limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitKind {
    /// The clone is shallow: nothing is known of what was before its oldest commit.
    ShallowClone,
    /// The target was rewritten, as far as this clone's reflog remembers: what was thrown away is not reported.
    RewrittenHistory,
    /// Content of some commits is not in this clone, which is a partial one.
    MissingContent,
    /// Environments could not be looked for at a commit.
    UnreadableConfiguration,
    /// The target was merged into a branch that then became the target, so the commits of the other parent are not on
    /// the line.
    SwappedParents,
    /// An environment is found from a commit on that added none of its revisions: what was there before is not known.
    UnseenBefore,
    /// Committers' dates go backwards somewhere: durations of less than nothing are reported as nothing.
    UnorderedDates,
    /// Published revisions could not be compared with what a commit left of them.
    UncomparedRevisions,
    /// Versions of files do not tell without other files which revision they are, or cannot be read.
    UnreadVersions,
}

/// One environment over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentHistory {
    /// What people call it now, or called it last.
    pub name: String,
    /// The folder with `env.py` now, or last.
    pub script_location: RepoPath,
    /// Where it was before, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub formerly: Vec<FormerPlace>,
    /// Which heads are allowed here now, or were last.
    pub policy: HeadPolicy,
    /// The first commit of the line that has it.
    pub appeared: LineCommit,
    /// The first commit of the line that has it no more, if it is gone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gone: Option<LineCommit>,
    /// Where the heads or the number of revisions changed, oldest first. Each holds until the next.
    pub steps: Vec<Step>,
    /// Each time that there were too many heads, by beginning.
    pub incidents: Vec<Incident>,
    /// Each time that something else was wrong, by beginning.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub outages: Vec<Outage>,
    /// Each change of revisions that were published, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub published_changes: Vec<PublishedChange>,
}

/// A place where an environment was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerPlace {
    /// What people called it there.
    pub name: String,
    /// The folder with `env.py`.
    pub script_location: RepoPath,
    /// The first commit of the line that had it elsewhere.
    pub until: LineCommit,
}

/// What an environment is from a commit on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The commit's object id.
    pub commit: String,
    /// How many commits of the line lie before it.
    pub position: usize,
    /// The committer's date.
    pub date: String,
    /// The heads, in Alembic's order; where they are not known, only those that stay heads whatever could not be
    /// read.
    pub heads: Vec<RevisionId>,
    /// Whether the heads are not known, since something could not be read.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub heads_unknown: bool,
    /// Whether there are more of them than the policy allows.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub forked: bool,
    /// How many revisions there are.
    pub revisions: usize,
    /// The names of the findings that make a check fail for another reason than too many heads, such as
    /// `missing-parent`, sorted: Alembic may refuse such a state.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<String>,
}
