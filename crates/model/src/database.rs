use serde::{Deserialize, Serialize};

use crate::{Document, Exit, Limit, RevisionId, Whereabouts};

/// What `onehead where --database --format json` says: whether what is checked out can go on from where a database is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseReport {
    /// What the database is at: the rows of its version table, sorted. Empty for a database without a revision.
    pub at: Vec<RevisionId>,
    /// What came of it.
    pub answer: DatabaseAnswer,
    /// The environment that was compared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub environment: Option<String>,
    /// The branch that is checked out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub branch: Option<String>,
    /// The commit that is checked out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub head: Option<String>,
    /// Why it cannot go on, or why that is not known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// What an upgrade would run, parents first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub pending: Vec<RevisionId>,
    /// Those of `at` that what is checked out lacks, and where they are.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lacking: Vec<LackingRevision>,
    /// The commands to run, in order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub steps: Vec<DatabaseStep>,
    /// What keeps the answer from being about all that there is.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub limits: Vec<Limit>,
}

impl Document for DatabaseReport {
    const SCHEMA: &'static str = "onehead.database";
    const VERSION: u32 = 1;
}

impl DatabaseReport {
    /// How the command ends: with 1 where an upgrade cannot go on, with 2 where that is not known.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self.answer {
            DatabaseAnswer::Current | DatabaseAnswer::Behind => Exit::Clean,
            DatabaseAnswer::Lacking | DatabaseAnswer::Refused => Exit::Findings,
            DatabaseAnswer::Unknown => Exit::CouldNotRun,
        }
    }
}

/// How a database and what is checked out stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseAnswer {
    /// There is nothing to upgrade.
    Current,
    /// An upgrade runs what is pending.
    Behind,
    /// The database is at a revision that is not checked out.
    Lacking,
    /// Alembic refuses to upgrade from these revisions.
    Refused,
    /// It is not known.
    Unknown,
}

/// A revision that a database has and that is not checked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LackingRevision {
    /// Its id.
    pub id: RevisionId,
    /// Where it is; none where no commit of this clone has it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub found: Option<Whereabouts>,
}

/// A command to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseStep {
    /// The command, for a POSIX shell at the root of the repository.
    pub run: String,
    /// What it is good for.
    pub why: String,
}
