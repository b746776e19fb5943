//! What brought the heads of a fork together, told from the revisions before and after.

use std::collections::{BTreeSet, HashSet};

use onehead_model::{EndingKind, Node, RevisionId};

use crate::fork::{Ended, Fork, Nodes};

/// How a fork ended at a commit, whose environment is still there.
pub(crate) fn ending(at: usize, fork: &Fork, before: &Nodes, after: &Nodes) -> Ended {
    let heads: HashSet<&RevisionId> = fork.now.iter().collect();
    let arms: HashSet<&RevisionId> = arms(fork, before);
    let new: Vec<&Node> = sorted(after, |id| !before.of.contains_key(id));
    let gone: Vec<&Node> = sorted(before, |id| !after.of.contains_key(id));
    let gone_of_arms: Vec<&Node> = only(&gone, |node| arms.contains(&node.id));
    let moved: Vec<&Node> = sorted(after, |id| {
        let parents = |nodes: &Nodes| nodes.of.get(id).map(|node| node.down_revisions.clone());
        before.of.contains_key(id) && parents(before) != parents(after)
    });
    let joins = |node: &&&Node| node.down_revisions.len() > 1 && reached(node, after, &heads) > 1;
    let joining: Vec<&Node> = new.iter().chain(&moved).filter(joins).copied().collect();
    let named: Vec<&Node> = only(&new, |node| {
        let is_twin = |other: &&&Node| {
            other.path == node.path || other.message == node.message && !node.message.is_empty()
        };
        gone_of_arms.iter().any(|other| is_twin(&other))
    });
    let (how, nodes) = if !joining.is_empty() {
        (EndingKind::MergeRevision, joining)
    } else if !named.is_empty() {
        (EndingKind::NewId, named)
    } else if !gone_of_arms.is_empty() && !new.is_empty() && gone.len() > new.len() + 1 {
        (EndingKind::Squash, gone_of_arms)
    } else if !gone_of_arms.is_empty() {
        (EndingKind::Removal, gone_of_arms)
    } else if !moved.is_empty() {
        (EndingKind::Reparent, moved)
    } else if before.policy != after.policy {
        (EndingKind::Policy, Vec::new())
    } else {
        (EndingKind::Other, Vec::new())
    };
    let revisions: BTreeSet<RevisionId> = nodes.iter().map(|node| node.id.clone()).collect();
    Ended {
        at,
        how,
        revisions: revisions.into_iter().collect(),
        paths: nodes.iter().map(|node| node.path.clone()).collect(),
    }
}

/// What stands on the arms as they are now: what they were at the beginning, and what leads from there to the
/// heads.
fn arms<'a>(fork: &'a Fork, before: &'a Nodes) -> HashSet<&'a RevisionId> {
    let mut arms: HashSet<&RevisionId> = fork
        .arms
        .iter()
        .flat_map(|arm| arm.revisions.iter().map(|one| &one.id))
        .collect();
    let mut todo: Vec<&RevisionId> = fork.now.iter().collect();
    while let Some(id) = todo.pop() {
        if arms.insert(id) {
            let node = before.of.get(id);
            todo.extend(
                node.iter()
                    .flat_map(|node| &node.down_revisions)
                    .filter(|parent| !fork.branch_points.iter().any(|point| point.id == **parent)),
            );
        }
    }
    arms
}

/// How many of the heads a revision descends from.
fn reached(from: &Node, nodes: &Nodes, heads: &HashSet<&RevisionId>) -> usize {
    let mut seen: HashSet<&RevisionId> = HashSet::new();
    let mut todo: Vec<&RevisionId> = from.down_revisions.iter().collect();
    while let Some(id) = todo.pop() {
        if seen.insert(id) && !heads.contains(id) {
            let node = nodes.of.get(id);
            todo.extend(node.iter().flat_map(|node| &node.down_revisions));
        }
    }
    seen.intersection(heads).count()
}

fn sorted(nodes: &Nodes, wanted: impl Fn(&RevisionId) -> bool) -> Vec<&Node> {
    let mut found: Vec<&Node> = nodes.of.values().filter(|node| wanted(&node.id)).collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

fn only<'a>(nodes: &[&'a Node], wanted: impl Fn(&Node) -> bool) -> Vec<&'a Node> {
    nodes.iter().copied().filter(|node| wanted(node)).collect()
}
