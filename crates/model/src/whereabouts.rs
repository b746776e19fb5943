use serde::{Deserialize, Serialize};

use crate::{Attribution, Document, Exit, Limit, RepoPath, RevisionId};

/// What `onehead where --format json` says: which branches, tags, pull requests and commits have a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhereReport {
    /// What was asked for, as typed.
    pub asked: String,
    /// What came of it.
    pub answer: WhereAnswer,
    /// The branch that is checked out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub branch: Option<String>,
    /// The commit that is checked out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub head: Option<String>,
    /// What keeps the answer from being about all that there is.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub limits: Vec<Limit>,
    /// The revision: one for each environment that has or had it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub revisions: Vec<Whereabouts>,
    /// The revisions that fit, where it is not one; sorted by id.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub candidates: Vec<WhereCandidate>,
}

impl Document for WhereReport {
    const SCHEMA: &'static str = "onehead.where";
    const VERSION: u32 = 1;
}

impl WhereReport {
    /// How the command ends: with 1 where the answer is no revision or several, with 2 where it is not known.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self.answer {
            WhereAnswer::Found => Exit::Clean,
            WhereAnswer::Ambiguous | WhereAnswer::Absent => Exit::Findings,
            WhereAnswer::Unknown => Exit::CouldNotRun,
        }
    }
}

/// What came of a question for a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WhereAnswer {
    /// It is one revision.
    Found,
    /// Several fit.
    Ambiguous,
    /// Everything that this clone has was read, and none fits.
    Absent,
    /// None fits, and not everything could be read.
    Unknown,
}

/// A revision that fits what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WhereCandidate {
    /// Its id.
    pub id: RevisionId,
    /// The first paragraph of its docstring.
    pub message: String,
}

/// Where a revision of one environment is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// Its id.
    pub id: RevisionId,
    /// The first paragraph of its docstring.
    pub message: String,
    /// The environment; none where no environment of HEAD or of the working tree reads its folder.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub environment: Option<String>,
    /// The files that declare it or declared it, the youngest first.
    pub paths: Vec<RepoPath>,
    /// Whether the commit that is checked out has it.
    pub in_head: bool,
    /// Whether the working tree has it; none in a bare repository.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub in_worktree: Option<bool>,
    /// Who brought it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attribution: Option<Attribution>,
    /// Local branches that have it, sorted.
    pub branches: Vec<String>,
    /// Remote-tracking branches that have it, sorted.
    pub remote_branches: Vec<String>,
    /// Tags that have it, sorted.
    pub tags: Vec<String>,
    /// Pull requests whose head has it, sorted; as far as their refs were fetched.
    pub pull_requests: Vec<u64>,
    /// Branches, tags and pull requests that had it and have it no more, sorted.
    pub had: Vec<String>,
    /// The commits that added, changed or removed it, newest first.
    pub commits: Vec<WhereCommit>,
    /// A commit that has it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<String>,
    /// The command that checks out something that has it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checkout: Option<String>,
    /// What to run to get it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
}

/// A commit that did something to the file of a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhereCommit {
    /// Its object id.
    pub commit: String,
    /// What it did.
    pub change: WhereChange,
    /// The file: after the commit, or before it where it was removed.
    pub path: RepoPath,
    /// The author's name, as `.mailmap` has it.
    pub author: String,
    /// The author's date: ISO 8601 with offset.
    pub date: String,
    /// Its subject.
    pub subject: String,
    /// Whether the commit that is checked out contains it.
    pub in_head: bool,
    /// Of a removal: the branches, tags and pull requests that lack the revision since, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lacking: Vec<String>,
}

/// What a commit did to a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WhereChange {
    /// It has it, and its parent does not.
    Added,
    /// It has another version of the file, or the file under another name.
    Changed,
    /// Its parent has it, and it does not.
    Removed,
}

impl WhereChange {
    /// As documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}
