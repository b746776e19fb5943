use serde::{Deserialize, Serialize};

/// How the target was found where the settings list several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenTarget {
    /// What told.
    pub by: ChosenBy,
    /// The targets that the clone has, in the order of the settings.
    pub among: Vec<String>,
    /// The globs of the settings that no branch of the clone matches.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unmatched: Vec<String>,
}

/// The target that the checked state belongs to itself, so that there is no merge to forecast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTarget {
    /// What people call it.
    pub target: String,
    /// How it was found.
    pub chosen: ChosenTarget,
}

/// What tells which of several targets a branch is merged into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChosenBy {
    /// The branch is itself a target.
    Itself,
    /// The branch follows it, or git's configuration names it as the base of the branch.
    Upstream,
    /// The branch has the fewest commits that it lacks.
    Nearest,
    /// Nothing else is asked about: the first of the list.
    First,
}
