//! What an environment looks like at a commit, and a fork while it lasts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use onehead_model::{
    BranchPoint, Code, EndingKind, EnvironmentGraph, HeadGroup, HeadPolicy, Node, RepoPath,
    RevisionId,
};

/// What the graph of an environment says at a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// In Alembic's order.
    pub(crate) heads: Vec<RevisionId>,
    /// Whether some group has more heads than one.
    pub(crate) forked: bool,
    /// The names of what is wrong besides, sorted.
    pub(crate) errors: Vec<String>,
}

/// The revisions of an environment by id, as far as they tell how a fork ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Nodes {
    pub(crate) of: HashMap<RevisionId, Node>,
    pub(crate) policy: HeadPolicy,
}

impl Shape {
    pub(crate) fn of(graph: &EnvironmentGraph) -> Self {
        let errors: BTreeSet<String> = graph
            .findings
            .iter()
            .filter(|finding| finding.is_error() && finding.code != Code::MultipleHeads)
            .map(|finding| finding.name.clone())
            .collect();
        Self {
            heads: graph.heads.clone(),
            forked: graph.groups.iter().any(|group| group.heads.len() > 1),
            errors: errors.into_iter().collect(),
        }
    }
}

impl Nodes {
    pub(crate) fn of(graph: EnvironmentGraph) -> Self {
        Self {
            policy: graph.policy,
            of: graph
                .revisions
                .into_iter()
                .map(|node| (node.id.clone(), node))
                .collect(),
        }
    }
}

/// A time in which a group of heads had more than one.
#[derive(Debug, Clone)]
pub(crate) struct Fork {
    pub(crate) group: String,
    /// The place on the line of the commit that made it.
    pub(crate) began: usize,
    pub(crate) heads: Vec<RevisionId>,
    pub(crate) most_heads: usize,
    pub(crate) branch_points: Vec<BranchPoint>,
    pub(crate) arms: Vec<Arm>,
    /// The heads of the group when it was last looked at.
    pub(crate) now: Vec<RevisionId>,
    pub(crate) ended: Option<Ended>,
}

/// What leads to one head.
#[derive(Debug, Clone)]
pub(crate) struct Arm {
    pub(crate) head: RevisionId,
    /// Oldest first.
    pub(crate) revisions: Vec<Placed>,
    /// The place on the line of the commit that brought the head.
    pub(crate) landed: usize,
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
        nodes: &BTreeMap<&RevisionId, &Node>,
        landed: &HashMap<RevisionId, usize>,
    ) -> Self {
        let point = |id: &RevisionId| {
            let node = nodes.get(id)?;
            Some(BranchPoint {
                id: id.clone(),
                path: node.path.clone(),
                message: node.message.clone(),
            })
        };
        let mut fork = Self {
            group: group.name.clone(),
            began: at,
            heads: group.heads.clone(),
            most_heads: 0,
            branch_points: group.branch_points.iter().filter_map(point).collect(),
            arms: Vec::new(),
            now: Vec::new(),
            ended: None,
        };
        fork.go_on(group, nodes, landed);
        fork
    }

    /// Looks at the group again: arms that grew stay what they were at the beginning, others are new.
    pub(crate) fn go_on(
        &mut self,
        group: &HeadGroup,
        nodes: &BTreeMap<&RevisionId, &Node>,
        landed: &HashMap<RevisionId, usize>,
    ) {
        self.most_heads = self.most_heads.max(group.heads.len());
        self.now.clone_from(&group.heads);
        for arm in &group.arms {
            let is_known = self.arms.iter().any(|known| {
                arm.revisions.contains(&known.head)
                    || known.revisions.iter().any(|one| one.id == arm.head)
            });
            if !is_known {
                self.arms.push(Arm {
                    head: arm.head.clone(),
                    revisions: oldest_first(&arm.revisions, nodes),
                    landed: landed.get(&arm.head).copied().unwrap_or(self.began),
                });
            }
        }
    }
}

/// The revisions of an arm, each behind those that it hangs onto.
fn oldest_first(ids: &[RevisionId], nodes: &BTreeMap<&RevisionId, &Node>) -> Vec<Placed> {
    let mut waiting: BTreeSet<&RevisionId> = ids.iter().collect();
    let mut ordered = Vec::with_capacity(ids.len());
    while !waiting.is_empty() {
        let is_ready = |id: &&RevisionId| {
            let parents = nodes.get(*id).map(|node| node.down_revisions.as_slice());
            parents
                .unwrap_or_default()
                .iter()
                .all(|parent| !waiting.contains(parent))
        };
        let mut ready: Vec<&RevisionId> =
            waiting.iter().copied().filter(|id| is_ready(id)).collect();
        if ready.is_empty() {
            // A circle: any order is as good.
            ready = waiting.iter().copied().collect();
        }
        for id in ready {
            waiting.remove(id);
            ordered.extend(nodes.get(id).map(|node| Placed {
                id: id.clone(),
                path: node.path.clone(),
                message: node.message.clone(),
            }));
        }
    }
    ordered
}
