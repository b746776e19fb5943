use serde::{Deserialize, Serialize};

use crate::{Code, Finding, Location, RevisionId, Severity};

/// Whether the sides of a fork get into one another's way, whichever of them a database applies first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sides {
    /// The group of heads that forked.
    pub group: String,
    /// The heads whose sides were compared, in Alembic's order.
    pub heads: Vec<RevisionId>,
    /// What came of it.
    pub verdict: SidesVerdict,
    /// The operations that cannot both be applied, or not in either order; at most one pair for each
    /// two files and each thing that they collide on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conflicts: Vec<SidesConflict>,
    /// What keeps the sides from being called independent although no conflict was seen.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<SidesUnknown>,
}

/// The verdict on sides that a fix brings together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedSides {
    /// What people call the environment.
    pub environment: String,
    /// The verdict.
    #[serde(flatten)]
    pub sides: Sides,
}

/// What comparing the operations of sides says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SidesVerdict {
    /// Either order gives the same schema (up to the order of columns) and no error.
    Independent,
    /// Two operations collide.
    Conflicting,
    /// Something could not be read, or it is not known whether the order of two operations matters.
    Unknown,
}

/// Two operations that collide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SidesConflict {
    /// Why, in a line.
    pub why: String,
    /// The operation of the side whose head comes first.
    pub left: SidesOperation,
    /// The operation of the other side.
    pub right: SidesOperation,
}

/// Something of which it is not known whether it collides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SidesUnknown {
    /// Why, in a line.
    pub why: String,
    /// The one statement that could not be read, or the two operations that may collide.
    pub operations: Vec<SidesOperation>,
}

/// What a revision does, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SidesOperation {
    /// The revision.
    pub revision: RevisionId,
    /// The file and the line of the call.
    pub location: Location,
    /// The operation in words, or what could not be read.
    pub operation: String,
}

impl Sides {
    /// A finding for each conflict, as heavy as `severity`.
    pub fn findings(&self, severity: Severity) -> impl Iterator<Item = Finding> {
        self.conflicts.iter().map(move |one| one.finding(severity))
    }
}

impl SidesConflict {
    /// The conflict in a line.
    #[must_use]
    pub fn message(&self) -> String {
        let Self { why, left, right } = self;
        format!(
            "{why}: `{}` {}, `{}` {} ({})",
            left.revision, left.operation, right.revision, right.operation, right.location
        )
    }

    /// The conflict as a finding, at the operation of the first side.
    #[must_use]
    pub fn finding(&self, severity: Severity) -> Finding {
        let (left, right) = (&self.left, &self.right);
        let finding = Finding::new(Code::ConflictingSides, self.message())
            .at(left.location.clone())
            .about([left.revision.clone(), right.revision.clone()])
            .hint("the one that is applied second fails or reverts the first; change one of them before the heads are merged");
        Finding {
            severity,
            ..finding
        }
    }
}
