use serde::{Deserialize, Serialize};

use crate::{
    ConfigOrigin, Content, Document, Field, Finding, HeadPolicy, IdPattern, MergeSettings,
    RepoPath, RevisionId, Source, ValueSpan,
};

/// What `onehead-graph` says: the graph of every environment, what is wrong with it, and the plan
/// that would fix it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphReport {
    /// What was read.
    pub source: Source,
    /// The environments, sorted by name.
    pub environments: Vec<EnvironmentGraph>,
    /// What concerns no single environment.
    pub findings: Vec<Finding>,
}

impl Document for GraphReport {
    const SCHEMA: &'static str = "onehead.graph";
    const VERSION: u32 = 1;
}

impl GraphReport {
    /// Every finding, the repository's first.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        let inner = self.environments.iter().flat_map(|one| &one.findings);
        self.findings.iter().chain(inner)
    }

    /// Whether any finding makes a check fail.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.all_findings().any(Finding::is_error)
    }
}

/// The graph of one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentGraph {
    /// What people call it.
    pub name: String,
    /// The configuration that names it.
    pub config: Option<ConfigOrigin>,
    /// The folder with `env.py`.
    pub script_location: RepoPath,
    /// The folders with revision files, in Alembic's order.
    pub version_locations: Vec<RepoPath>,
    /// Which heads are allowed here.
    pub policy: HeadPolicy,
    /// Revisions that no `down_revision` names, in Alembic's order.
    pub heads: Vec<RevisionId>,
    /// Heads that no `depends_on` names either, in Alembic's order.
    pub effective_heads: Vec<RevisionId>,
    /// Revisions without parent, in Alembic's order.
    pub bases: Vec<RevisionId>,
    /// Revisions that are the parent of more than one, sorted.
    pub branch_points: Vec<RevisionId>,
    /// Revisions with more than one parent, sorted.
    pub merge_points: Vec<RevisionId>,
    /// The heads as the policy groups them, sorted by name. Each group may have one. Where not everything could be
    /// read, only those heads that stay heads whatever that says.
    pub groups: Vec<HeadGroup>,
    /// The policy that allows these heads, if their labels or version locations say that they are intended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fitting_policy: Option<HeadPolicy>,
    /// The files whose computed branch labels have to be declared before that policy fits, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub labels_to_declare: Vec<RepoPath>,
    /// The pattern of the ids, where they follow one another.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sequence: Option<IdPattern>,
    /// What is wrong or worth knowing.
    pub findings: Vec<Finding>,
    /// What would bring each group that forked to one head, or a step nearer to it: where `depends_on`
    /// ties heads together, the graph with these revisions in it asks for one more. Empty if nothing
    /// forked, or if there are other findings that a merge revision would only hide.
    pub fixes: Vec<PlannedMerge>,
    /// Files to change instead of, or before, merging. `onehead-graph` never asks for one, since it takes
    /// git to know who may have applied a revision; a caller that knows puts them here for `onehead-render`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rewrites: Vec<Rewrite>,
    /// How a merge revision is written here.
    pub merge: MergeSettings,
    /// Every revision, sorted by id, then path.
    pub revisions: Vec<Node>,
}

impl EnvironmentGraph {
    /// Whether every head stays one whatever is said by what could not be read.
    #[must_use]
    pub fn heads_are_known(&self) -> bool {
        let mut heads = self.heads.iter();
        heads.all(|head| is_grouped(head, &self.groups))
    }
}

pub(crate) fn is_grouped(head: &RevisionId, groups: &[HeadGroup]) -> bool {
    groups.iter().any(|group| group.heads.contains(head))
}

/// Heads that the policy counts together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadGroup {
    /// Empty for the policy `single`, else the labels or the version location.
    pub name: String,
    /// Its heads, in Alembic's order.
    pub heads: Vec<RevisionId>,
    /// If there are two or more: the youngest revisions that all of them descend from, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub branch_points: Vec<RevisionId>,
    /// If there are two or more: what each head has that is not common to all.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sides: Vec<Side>,
}

/// The revisions that lead from where heads part to one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The head.
    pub head: RevisionId,
    /// The head and its ancestors that are not ancestors of every head of the group, sorted.
    pub revisions: Vec<RevisionId>,
}

/// A merge revision that would bring a group to one head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedMerge {
    /// The group's name.
    pub group: String,
    /// The heads to merge, in the order in which `down_revision` will name them: sorted by id.
    pub parents: Vec<MergeParent>,
    /// The folder of the new file.
    pub directory: RepoPath,
}

/// A head that a merge revision will name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeParent {
    /// Its id.
    pub id: RevisionId,
    /// What stands behind `Create Date:` in its docstring.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub create_date: Option<String>,
}

/// A revision file that is to name other revisions, and to stay as it is in every other byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewrite {
    /// The file.
    pub path: RepoPath,
    /// Its bytes now. Staging refuses to replace any others.
    pub content: Content,
    /// What changes in it, in the order of the fields.
    pub replacements: Vec<Replacement>,
}

/// One revision id in a field of a revision file that becomes another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// `revision`, `down_revision` or `depends_on`. With the first two, the lines `Revision ID:` and
    /// `Revises:` of the docstring follow.
    pub field: Field,
    /// The id that stands there; left out for the `None` of a base.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<RevisionId>,
    /// The id that will.
    pub to: RevisionId,
}

/// One revision in the graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its id.
    pub id: RevisionId,
    /// Its file.
    pub path: RepoPath,
    /// The first paragraph of its docstring.
    pub message: String,
    /// Its parents, in the order of the file.
    pub down_revisions: Vec<RevisionId>,
    /// Revisions that name it as parent, sorted.
    pub next: Vec<RevisionId>,
    /// `depends_on` with labels resolved to revision ids, in the order of the file.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub depends_on: Vec<RevisionId>,
    /// The labels that hold here, after spreading, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub branch_labels: Vec<String>,
    /// The names whose value is not known; each has a finding.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<Field>,
    /// Where the value of `down_revision` stands.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub down_revision_at: Option<ValueSpan>,
}
