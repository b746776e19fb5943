use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::glob::matches;
use crate::{
    Document, Field, Finding, LeftOutFolder, RepoPath, RevisionId, SuggestedEnvironment, UnreadFile,
};

/// What was read: where revision files and configuration came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Source {
    /// The files as they lie in the working tree: tracked ones, and new ones that git does not ignore.
    Worktree,
    /// The index: what the next commit will record.
    Index,
    /// A commit or a tree.
    Commit {
        /// Its object id.
        oid: String,
    },
    /// The tree that merging these commits would record.
    Merge {
        /// The object ids of the commits, in order.
        commits: Vec<String>,
        /// The object id of the predicted tree.
        tree: String,
    },
}

/// What `onehead-scan` says: every environment of a repository and what its revision files declare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanReport {
    /// What was read.
    pub source: Source,
    /// The environments, sorted by name.
    pub environments: Vec<Environment>,
    /// What concerns no single environment.
    pub findings: Vec<Finding>,
    /// Files that look like revisions and that no environment reads, sorted by path.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unread: Vec<UnreadFile>,
    /// What the settings leave out, sorted by folder.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub left_out: Vec<LeftOutFolder>,
    /// Entries with which more would be read and that can be added to the settings as they are, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub suggested: Vec<SuggestedEnvironment>,
}

impl ScanReport {
    /// A report of nothing.
    #[must_use]
    pub fn empty(source: Source) -> Self {
        Self {
            source,
            environments: Vec::new(),
            findings: Vec::new(),
            unread: Vec::new(),
            left_out: Vec::new(),
            suggested: Vec::new(),
        }
    }
}

impl Document for ScanReport {
    const SCHEMA: &'static str = "onehead.scan";
    const VERSION: u32 = 1;
}

/// The configuration that leads to an environment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConfigOrigin {
    /// An ini file or a `pyproject.toml`.
    pub path: RepoPath,
    /// The section of an ini file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub section: Option<String>,
}

/// One migration environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// What people call it: its script location, with the section if two share one.
    pub name: String,
    /// The configuration that names it; none if only its folders give it away.
    pub config: Option<ConfigOrigin>,
    /// The folder with `env.py`.
    pub script_location: RepoPath,
    /// The folders with revision files, in Alembic's order.
    pub version_locations: Vec<RepoPath>,
    /// What lies outside of the repository, as the settings say: version locations, revision ids, labels, or globs.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub elsewhere: Vec<String>,
    /// Which heads are allowed here.
    pub policy: HeadPolicy,
    /// How a merge revision is written here.
    pub merge: MergeSettings,
    /// The revisions in the order in which Alembic loads them. States of a repository share those that they have in
    /// common.
    pub revisions: Vec<Arc<Revision>>,
    /// What reading found.
    pub findings: Vec<Finding>,
}

impl Environment {
    /// Whether the settings say that something of this name lies outside of the repository.
    #[must_use]
    pub fn is_elsewhere(&self, name: &str) -> bool {
        self.elsewhere.iter().any(|pattern| matches(pattern, name))
    }
}

/// Which heads an environment may have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeadPolicy {
    /// Exactly one.
    #[default]
    Single,
    /// One for each set of branch labels that heads carry.
    PerLabel,
    /// One for each version location.
    PerLocation,
    /// These, given by revision id or branch label, and one more.
    Allowed(Vec<String>),
}

impl HeadPolicy {
    /// What people write in the settings, where that is one word.
    #[must_use]
    pub const fn name(&self) -> Option<&'static str> {
        match self {
            Self::Single => Some("single"),
            Self::PerLabel => Some("per-label"),
            Self::PerLocation => Some("per-location"),
            Self::Allowed(_) => None,
        }
    }
}

/// Where the id of a new revision comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevisionIds {
    /// It is made up, as Alembic does.
    Alembic,
    /// It is the next one of those that are there.
    Sequence,
}

/// How the environment wants a merge revision to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeSettings {
    /// `script.py.mako`, if it is there.
    pub template: Option<Template>,
    /// `file_template`, interpolated by the configuration, not yet by the revision.
    pub file_template: String,
    /// `recursive_version_locations`: whether Alembic reads what `file_template` puts into sub-folders.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub recursive: bool,
    /// `truncate_slug_length`, in characters.
    pub truncate_slug_length: u32,
    /// Where the settings say that ids come from; without it, the ids that are there tell.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision_id: Option<RevisionIds>,
    /// `timezone`, a name of the IANA database.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timezone: Option<String>,
    /// `output_encoding`, a name that Python knows.
    pub output_encoding: String,
    /// What Alembic runs on a new revision file, in order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub post_write_hooks: Vec<PostWriteHook>,
    /// The options of the configuration section, for a template that asks for them. Values of options
    /// that the template does not name are left out: options hold passwords.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub options: BTreeMap<String, Option<String>>,
}

/// A program that Alembic runs on a new revision file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostWriteHook {
    /// What the configuration calls it.
    pub name: String,
    /// `type`, `entrypoint`, `module`, `executable`, `options`, `cwd`, and whatever else is set, with
    /// `%(here)s` for the folder of the configuration.
    pub options: BTreeMap<String, String>,
}

/// A template and its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Where it lies.
    pub path: RepoPath,
    /// Its text, line breaks as in the file.
    pub text: String,
}

/// What one revision file declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// `revision`
    pub id: RevisionId,
    /// The file.
    pub path: RepoPath,
    /// The first paragraph of the docstring, as Alembic shows it.
    pub message: String,
    /// What stands behind `Create Date:` in the docstring.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub create_date: Option<String>,
    /// `down_revision`, in the order of the file; empty for a base.
    pub down_revisions: Vec<RevisionId>,
    /// `depends_on` as written: revision ids or branch labels.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub depends_on: Vec<String>,
    /// `branch_labels` as written.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub branch_labels: Vec<String>,
    /// The names whose value is not known; each has a finding.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<Field>,
    /// Where the value of `down_revision` stands.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub down_revision_at: Option<ValueSpan>,
}

/// The place of a value in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueSpan {
    /// Line of the first character, from 1.
    pub line: u32,
    /// Column of the first character, from 1, in characters.
    pub column: u32,
    /// Byte offset of the first byte in the decoded text (as UTF-8, behind a byte order mark).
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
}
