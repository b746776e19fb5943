use serde::{Deserialize, Serialize};

use crate::{RepoPath, RevisionId};

/// What `alembic upgrade` does after a fix, for every database state that the graph before it
/// allows: every set of applied revisions that holds the parents and dependencies of each.
///
/// How the states are told apart, and why that is all of them, stands in `onehead_graph::explain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The environment.
    pub environment: String,
    /// `alembic upgrade head`, or `heads` where the policy wants several.
    pub command: String,
    /// What holds of all states together.
    pub verdict: FixVerdict,
    /// The revisions that have other ancestors, another id or no file after the fix, sorted by id,
    /// then path. A state that holds none of them runs each missing revision exactly once.
    pub changed: Vec<ChangedRevision>,
    /// Whether `states` names every class. If not, they were too many, and `states` has the state in
    /// which nothing of the sides is applied and the smallest state of each changed revision; the
    /// verdict holds of all states nevertheless.
    pub complete: bool,
    /// The classes of states, by how much of the sides is applied: least first.
    pub states: Vec<StateClass>,
}

/// What a fix means for databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FixVerdict {
    /// In every state each missing revision runs once and no other.
    Exact,
    /// So in every state of published revisions; where an unpublished one is applied, some state
    /// needs a hand.
    LocalOnly,
    /// Some state of published revisions alone would skip or repeat a revision, or stop Alembic.
    Unsafe,
}

/// A revision whose past a fix changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedRevision {
    /// Its id before the fix.
    pub id: RevisionId,
    /// Its file before the fix.
    pub path: RepoPath,
    /// Its id after the fix, if that is another.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new_id: Option<RevisionId>,
    /// Whether its file is gone after the fix.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub removed: bool,
    /// Whether it is published.
    pub published: bool,
    /// Ancestors, by parents and dependencies, that its id has only after the fix, sorted. A database
    /// that has applied it and lacks one of them would skip that one.
    pub gained: Vec<RevisionId>,
    /// Ancestors that its id has only before the fix, sorted by their ids of then. With another id it
    /// can be one itself.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lost: Vec<RevisionId>,
}

/// All states in which the same part of the sides is applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateClass {
    /// What is applied of the sides, sorted; empty if nothing of them is, however much is applied of
    /// what comes before them.
    pub applied: Vec<RevisionId>,
    /// What `alembic_version` holds of the sides, sorted.
    pub rows: Vec<RevisionId>,
    /// Where several files have one id: the files that were run under it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub files: Vec<RepoPath>,
    /// Which databases can be in such a state.
    pub databases: Databases,
    /// What `alembic upgrade` does after the fix.
    pub outcome: Outcome,
    /// For local databases: the command that, given before the fix with the files of then, brings
    /// them to a state from which each missing revision runs once. None if nothing is needed, or if no
    /// single command does it: then the database has to be created anew.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<String>,
}

/// Which databases can be in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Databases {
    /// Any: only published revisions are applied.
    Shared,
    /// Those of people who have the branch: an unpublished revision is applied.
    Local,
}

/// What `alembic upgrade` does in a state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// Each missing revision runs once, and no other.
    Exact {
        /// What runs of the sides and of what the fix added, parents first. What is missing before
        /// the sides runs as well.
        runs: Vec<RevisionId>,
    },
    /// Alembic ends well, but the database is not what the revisions describe.
    Wrong {
        /// Revisions that are missing and do not run, sorted.
        skipped: Vec<RevisionId>,
        /// Revisions that ran and run again, sorted.
        repeated: Vec<RevisionId>,
    },
    /// Alembic ends with an error.
    Refused {
        /// Its reason.
        reason: String,
    },
}
