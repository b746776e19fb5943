//! What brought the heads of a fork together, told from the revisions before and after.

use std::collections::BTreeSet;

use onehead_graph::Dag;
use onehead_graph::dag::Numbers;
use onehead_model::{EndingKind, EnvironmentGraph, Node, RevisionId};

use crate::fork::{Ended, Fork};

/// How a fork ended at a commit, whose environment is still there.
pub(crate) fn ending(
    at: usize,
    fork: &Fork,
    before: &EnvironmentGraph,
    after: &EnvironmentGraph,
) -> Ended {
    let (old, new) = (Dag::of(before), Dag::of(after));
    let sides = sides(fork, &old);
    let came: Vec<usize> = absent(&new, &old);
    let gone: Vec<usize> = absent(&old, &new);
    let gone_of_sides: Vec<&Node> = gone
        .iter()
        .filter(|&&number| sides.contains(number))
        .map(|&number| old.revision(number))
        .collect();
    let moved: Vec<usize> = (0..new.len())
        .filter(|&number| {
            let now = new.revision(number);
            let then = old.number(now.id.as_str()).map(|then| old.revision(then));
            then.is_some_and(|then| then.down_revisions != now.down_revisions)
        })
        .collect();
    let joins = |number: &usize| {
        new.revision(*number).down_revisions.len() > 1 && reached(*number, &new, &fork.now) > 1
    };
    let nodes = |numbers: Vec<usize>| -> Vec<&Node> {
        let numbers = numbers.into_iter();
        numbers.map(|number| new.revision(number)).collect()
    };
    let joining = came.iter().chain(&moved).copied().filter(joins);
    let joining: Vec<&Node> = nodes(joining.collect());
    let (moved, came) = (nodes(moved), nodes(came));
    let is_twin = |node: &&&Node| {
        gone_of_sides.iter().any(|other| {
            other.path == node.path || other.message == node.message && !node.message.is_empty()
        })
    };
    let named: Vec<&Node> = came.iter().filter(is_twin).copied().collect();
    let (how, nodes) = if !joining.is_empty() {
        (EndingKind::MergeRevision, joining)
    } else if !named.is_empty() {
        (EndingKind::NewId, named)
    } else if !gone_of_sides.is_empty() && !came.is_empty() && gone.len() > came.len() + 1 {
        (EndingKind::Squash, gone_of_sides)
    } else if !gone_of_sides.is_empty() {
        (EndingKind::Removal, gone_of_sides)
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
        unseen_since: None,
        how,
        revisions: revisions.into_iter().collect(),
        paths: nodes.iter().map(|node| node.path.clone()).collect(),
    }
}

/// What stands on the sides as they are now: what they were at the beginning, and what leads from there to the
/// heads.
fn sides(fork: &Fork, dag: &Dag<'_, Node>) -> Numbers {
    let at_first = fork.sides.iter().flat_map(|side| &side.revisions);
    let mut sides = dag.numbers(at_first.map(|revision| &revision.id));
    let points = dag.numbers(fork.branch_points.iter().map(|point| &point.id));
    let mut open: Vec<usize> = dag.numbers(&fork.now).ones().collect();
    while let Some(number) = open.pop() {
        if !sides.put(number) {
            let parents = dag.parents(number).iter();
            open.extend(parents.filter(|&&parent| !points.contains(parent)));
        }
    }
    sides
}

/// The revisions of one graph whose id another one does not have.
fn absent(of: &Dag<'_, Node>, from: &Dag<'_, Node>) -> Vec<usize> {
    (0..of.len())
        .filter(|&number| from.number(of.id(number).as_str()).is_none())
        .collect()
}

/// How many of the heads a revision descends from, without what is behind another head. A head whose file has gone
/// counts where it is named.
fn reached(from: usize, dag: &Dag<'_, Node>, heads: &[RevisionId]) -> usize {
    let ends = dag.numbers(heads);
    let mut walked = dag.none();
    let mut open = vec![from];
    while let Some(number) = open.pop() {
        if !walked.put(number) {
            let parents = dag.parents(number).iter();
            open.extend(parents.filter(|&&parent| !ends.contains(parent)));
        }
    }
    let is_named = |head: &&RevisionId| {
        let mut walked = walked.ones();
        walked.any(|number| dag.revision(number).down_revisions.contains(head))
    };
    heads.iter().filter(is_named).count()
}
