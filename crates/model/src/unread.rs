//! What a scan found and does not read.

use serde::{Deserialize, Serialize};

use crate::{RepoPath, RevisionId};

/// A file that looks like a revision and that no environment reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnreadFile {
    /// The file.
    pub path: RepoPath,
    /// The id that it gives, if that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<RevisionId>,
    /// The setting that leaves it out; if there is none, a finding is about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub left_out_by: Option<LeftOutBy>,
}

/// An environment or a folder that the settings leave out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LeftOutFolder {
    /// A script location, the folder of a configuration, or a folder of files that look like revisions.
    pub folder: RepoPath,
    /// The setting.
    pub by: LeftOutBy,
    /// How many files that look like revisions lie in it.
    pub files: usize,
}

/// A setting that leaves something out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeftOutBy {
    /// `exclude` matches it.
    Exclude,
    /// Nothing of `include` matches it.
    Include,
}

impl LeftOutBy {
    /// The key of the setting.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Exclude => "exclude",
            Self::Include => "include",
        }
    }
}

/// An entry of `[[environment]]` with which more would be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SuggestedEnvironment {
    /// The environment.
    pub script_location: RepoPath,
    /// All of its version locations; empty if they stay what they are.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub version_locations: Vec<RepoPath>,
    /// Whether their sub-folders have to be read as well.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub recursive: bool,
    /// What lies outside of the repository.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub elsewhere: Vec<String>,
}

/// Something that may have led to an environment, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Candidate {
    /// A configuration file, a folder with `env.py` or `script.py.mako`, or a folder of files that look like revisions.
    pub path: RepoPath,
    /// What came of it.
    pub outcome: CandidateOutcome,
    /// The name of the environment, the setting, or the code of the finding.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub which: Option<String>,
    /// What made it so, in a line.
    pub why: String,
}

/// What came of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateOutcome {
    /// It leads to an environment.
    Environment,
    /// A setting leaves it out.
    LeftOut,
    /// A finding is about it.
    Finding,
    /// It leads to nothing.
    Nothing,
}
