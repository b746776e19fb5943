//! New numbers where ids follow one another: for files that give up their id, and for what was written on top of them.

use std::collections::BTreeSet;

use onehead_model::{EnvironmentGraph, IdPattern, IdPlace, Node, RepoPath, RevisionId};

/// A file that gets another number.
pub(crate) struct Renumbered<'a> {
    pub(crate) node: &'a Node,
    pub(crate) to: RevisionId,
}

/// The numbers that come next after all that stay, for these files. What was written on top of them, and is in no other
/// clone, gets a new number as well where it would no longer come behind them.
pub(crate) fn renumbered<'a>(
    environment: &'a EnvironmentGraph,
    given_up: &[&'a Node],
    is_published: &dyn Fn(&Node) -> bool,
) -> Vec<Renumbered<'a>> {
    let Some(pattern) = &environment.sequence else {
        return Vec::new();
    };
    let place = |node: &Node| pattern.place(node.id.as_str());
    let on_top = on_top(environment, given_up, is_published);
    let mut moving: Vec<(IdPlace, &Node)> = given_up
        .iter()
        .chain(&on_top)
        .filter_map(|node| Some((place(node)?, *node)))
        .collect();
    moving
        .sort_by(|(a, one), (b, other)| (a, &one.id, &one.path).cmp(&(b, &other.id, &other.path)));
    let paths: BTreeSet<&RepoPath> = moving.iter().map(|(_, node)| &node.path).collect();
    let stay = environment.revisions.iter();
    let stay: Vec<&Node> = stay.filter(|node| !paths.contains(&node.path)).collect();
    let taken: BTreeSet<&str> = stay.iter().map(|node| node.id.as_str()).collect();
    let Some(mut last) = stay.iter().filter_map(|node| place(node)).max() else {
        return Vec::new();
    };
    let mut renumbered = Vec::new();
    for (own, node) in moving {
        let gives_up = given_up.iter().any(|one| one.path == node.path);
        if own > last && !gives_up {
            last = own;
            continue;
        }
        let (next, to) = next(pattern, last, node, &taken);
        last = next;
        renumbered.push(Renumbered { node, to });
    }
    renumbered
}

/// The next place that is free, and the id of this revision there.
fn next(
    pattern: &IdPattern,
    last: IdPlace,
    node: &Node,
    taken: &BTreeSet<&str>,
) -> (IdPlace, RevisionId) {
    let mut place = last;
    loop {
        place = pattern.after(place);
        let id = pattern.moved(node.id.as_str(), place).unwrap_or_default();
        if !taken.contains(id.as_str()) {
            return (place, RevisionId::new(id));
        }
    }
}

/// The unpublished revisions that follow these, directly or not.
fn on_top<'a>(
    environment: &'a EnvironmentGraph,
    given_up: &[&'a Node],
    is_published: &dyn Fn(&Node) -> bool,
) -> Vec<&'a Node> {
    let mut below: BTreeSet<&RevisionId> = given_up.iter().map(|node| &node.id).collect();
    let is_given_up = |node: &Node| given_up.iter().any(|one| one.path == node.path);
    let mut others: Vec<&Node> = environment
        .revisions
        .iter()
        .filter(|node| !is_given_up(node) && !is_published(node))
        .collect();
    let mut found = Vec::new();
    loop {
        let follows = |node: &&Node| {
            node.down_revisions
                .iter()
                .any(|parent| below.contains(parent))
        };
        let (new, rest): (Vec<&Node>, Vec<&Node>) = others.into_iter().partition(follows);
        if new.is_empty() {
            return found;
        }
        below.extend(new.iter().map(|node| &node.id));
        found.extend(new);
        others = rest;
    }
}

#[cfg(test)]
#[path = "numbers_tests.rs"]
mod tests;
