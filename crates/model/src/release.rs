use serde::{Deserialize, Serialize};

use crate::RevisionId;

/// Whether databases of a release, a target behind the first, can go on to the first one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseReport {
    /// What people call the release: `origin/release/1`.
    pub release: String,
    /// The commit that was looked at.
    pub oid: String,
    /// What people call the first target.
    pub onto: String,
    /// Its commit; none where it is not known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub onto_oid: Option<String>,
    /// The environments of the release, sorted by name.
    pub environments: Vec<ReleasedEnvironment>,
}

impl ReleaseReport {
    /// Whether it is known of every environment that databases at the end of the release go on as if they had never been
    /// on it.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        let mut environments = self.environments.iter();
        self.onto_oid.is_some()
            && environments.all(|one| matches!(one.relation, Relation::Prefix | Relation::Again))
    }
}

/// An environment of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedEnvironment {
    /// What people call it.
    pub name: String,
    /// How its revisions lie to those of the first target.
    pub relation: Relation,
    /// The revisions that come again on the first target with the same id, behind others than here; sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub backports: Vec<RevisionId>,
    /// The revisions that the first target has not; sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub only_here: Vec<RevisionId>,
    /// Those at which a database of the release cannot go on as it is: it is not located there, skips or repeats something,
    /// or is refused; sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub stuck_at: Vec<RevisionId>,
}

/// How the revisions of a release lie to those of the first target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// Each is there behind the same ones: a database at any of them goes on.
    Prefix,
    /// What a database at the end of the release is at is there, some of it behind others: such a database goes on.
    Again,
    /// A database at the end of the release does not go on as it is.
    Apart,
    /// Something of it could not be read, or is broken.
    Unknown,
}
