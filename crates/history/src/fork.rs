//! What an environment looks like at a commit, and a fork while it lasts.

use std::collections::{BTreeSet, HashMap};

use onehead_graph::Dag;
use onehead_model::{
    BranchPoint, Code, EndingKind, EnvironmentGraph, HeadGroup, Node, RepoPath, RevisionId,
};

/// What the graph of an environment says at a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// In Alembic's order; where they are not known, those that stay heads all the same.
    pub(crate) heads: Vec<RevisionId>,
    /// Whether something could not be read, so that the heads are not known.
    pub(crate) unknown: bool,
    /// Whether some group has more heads than one.
    pub(crate) forked: bool,
    /// The names of what is wrong besides, sorted.
    pub(crate) errors: Vec<String>,
}

impl Shape {
    /// What a graph with these errors shows.
    pub(crate) fn of(graph: &EnvironmentGraph, unknown: bool) -> Self {
        let errors: BTreeSet<String> = graph
            .findings
            .iter()
            .filter(|finding| finding.is_error() && finding.code != Code::MultipleHeads)
            .map(|finding| finding.name.clone())
            .collect();
        let certain = |head: &&RevisionId| {
            !unknown || graph.groups.iter().any(|group| group.heads.contains(head))
        };
        Self {
            heads: graph.heads.iter().filter(certain).cloned().collect(),
            unknown,
            forked: graph.groups.iter().any(|group| group.heads.len() > 1),
            errors: errors.into_iter().collect(),
        }
    }
}

/// A time in which a group of heads had more than one.
#[derive(Debug, Clone)]
pub(crate) struct Fork {
    pub(crate) group: String,
    /// The place on the line of the commit that made it.
    pub(crate) began: usize,
    /// Since when the heads had not been known before that.
    pub(crate) unseen_since: Option<usize>,
    pub(crate) heads: Vec<RevisionId>,
    pub(crate) most_heads: usize,
    pub(crate) branch_points: Vec<BranchPoint>,
    pub(crate) sides: Vec<Side>,
    /// The heads of the group when it was last looked at.
    pub(crate) now: Vec<RevisionId>,
    pub(crate) ended: Option<Ended>,
}

/// What leads to one head.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    pub(crate) head: RevisionId,
    /// Oldest first.
    pub(crate) revisions: Vec<Placed>,
    /// The place on the line of the commit that brought the head.
    pub(crate) arrived: usize,
}

/// A revision where it was.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) id: RevisionId,
    pub(crate) path: RepoPath,
    pub(crate) message: String,
}

/// How a fork ended.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    pub(crate) at: usize,
    /// Since when the heads had not been known before that.
    pub(crate) unseen_since: Option<usize>,
    pub(crate) how: EndingKind,
    pub(crate) revisions: Vec<RevisionId>,
    /// The files whose change did it.
    pub(crate) paths: Vec<RepoPath>,
}

impl Fork {
    /// A fork that a commit made.
    pub(crate) fn begun(
        at: usize,
        group: &HeadGroup,
        dag: &Dag<'_, Node>,
        arrived: &HashMap<RevisionId, usize>,
    ) -> Self {
        let point = |id: &RevisionId| {
            let node = dag.revision(dag.number(id.as_str())?);
            Some(BranchPoint {
                id: id.clone(),
                path: node.path.clone(),
                message: node.message.clone(),
            })
        };
        let mut fork = Self {
            group: group.name.clone(),
            began: at,
            unseen_since: None,
            heads: group.heads.clone(),
            most_heads: 0,
            branch_points: group.branch_points.iter().filter_map(point).collect(),
            sides: Vec::new(),
            now: Vec::new(),
            ended: None,
        };
        fork.go_on(group, dag, arrived);
        fork
    }

    /// Looks at the group again: sides that grew stay what they were at the beginning, others are new.
    pub(crate) fn go_on(
        &mut self,
        group: &HeadGroup,
        dag: &Dag<'_, Node>,
        arrived: &HashMap<RevisionId, usize>,
    ) {
        self.most_heads = self.most_heads.max(group.heads.len());
        self.now.clone_from(&group.heads);
        for side in &group.sides {
            let is_known = self.sides.iter().any(|known| {
                side.revisions.contains(&known.head)
                    || known.revisions.iter().any(|one| one.id == side.head)
            });
            if !is_known {
                self.sides.push(Side {
                    head: side.head.clone(),
                    revisions: oldest_first(&side.revisions, dag),
                    arrived: arrived.get(&side.head).copied().unwrap_or(self.began),
                });
            }
        }
    }
}

/// The revisions of a side, each behind its parents.
fn oldest_first(ids: &[RevisionId], dag: &Dag<'_, Node>) -> Vec<Placed> {
    let order = dag.level_by_level(&dag.numbers(ids));
    order
        .into_iter()
        .map(|number| dag.revision(number))
        .map(|node| Placed {
            id: node.id.clone(),
            path: node.path.clone(),
            message: node.message.clone(),
        })
        .collect()
}
