//! What became of revisions after they were published.

use serde::{Deserialize, Serialize};

use crate::{Attribution, Code, Finding, LineCommit, Person};

/// A commit of the line made something else of revisions that the line had already, so that databases may have applied
/// them as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedChange {
    /// The commit of the line.
    pub commit: LineCommit,
    /// The commit since which the state could not be read when the change was first seen: it may have been made then or
    /// later.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unseen_since: Option<LineCommit>,
    /// The commit that made it, if that is inside a merge.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<Attribution>,
    /// Who made it: authors and co-authors who are people.
    pub authors: Vec<Person>,
    /// Programs among them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub with: Vec<Person>,
    /// Whether the settings or a message say that it is meant.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub accepted: bool,
    /// The tags that have any of the revisions as they were; none if no tag does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<AffectedTags>,
    /// What became of them, and what databases make of that.
    pub finding: Finding,
}

/// Tags on the line, or on what was made from it, by their place there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffectedTags {
    /// How many there are.
    pub count: usize,
    /// The oldest one: `v1.0`.
    pub oldest: String,
    /// The newest one.
    pub newest: String,
}

/// How often published revisions changed in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedTotal {
    /// What became of them.
    pub kind: Code,
    /// That in words.
    pub name: String,
    /// How many changes there were.
    pub changes: usize,
    /// How many of them are accepted.
    pub accepted: usize,
    /// How many revisions they concern; one that changed twice counts twice.
    pub revisions: usize,
}

/// How many changes of published revisions a person made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedAuthor {
    /// Who.
    pub author: Person,
    /// How many that are not accepted.
    pub changes: usize,
}
