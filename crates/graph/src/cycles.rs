//! Revisions that follow one another in a circle (`RevisionMap._detect_cycles`).

use std::collections::VecDeque;

use onehead_model::{Code, Finding, Revision, RevisionId};

use crate::dag::{Dag, Links, Numbers};
use crate::link::down_revision_of;

/// In a knot of more revisions than this, a short circle is named, not necessarily the shortest.
const EXACT: usize = 500;

/// Finds each circle. Gives the revisions that have a parent in the same circle: of one of them it is wrong, so of none
/// of them the parent is known.
pub(crate) fn find(dag: &Dag<'_, Revision>, findings: &mut Vec<Finding>) -> Numbers {
    let mut follows_itself = dag.none();
    let with_dependencies = knots(dag, Links::All);
    if with_dependencies.is_empty() {
        return follows_itself;
    }
    let knots = knots(dag, Links::Parents);
    let report = |knot: &[usize], links: Links, what: &str, findings: &mut Vec<Finding>| {
        let circle = shortest_circle(dag, knot, links);
        let ids: Vec<RevisionId> = circle.iter().map(|&node| dag.id(node).clone()).collect();
        let shown: Vec<String> = ids
            .iter()
            .chain(ids.first())
            .map(|id| format!("`{id}`"))
            .collect();
        let first = dag.revision(circle[0]);
        findings.push(
            Finding::new(
                Code::Cycle,
                format!("revisions form a cycle{what}: {}", shown.join(" needs ")),
            )
            .at(down_revision_of(first))
            .about(ids)
            .hint("correct the `down_revision` or `depends_on` that is wrong"),
        );
    };
    for knot in &knots {
        report(knot, Links::Parents, "", findings);
    }
    let in_knot = |node: &usize| knots.iter().any(|knot| knot.contains(node));
    for knot in with_dependencies {
        // A circle of parents alone has been said.
        if !knot.iter().any(in_knot) {
            report(&knot, Links::All, " through `depends_on`", findings);
        }
        let is_in_it = |parent: &usize| knot.binary_search(parent).is_ok();
        let has_parent_in_it =
            |node: &&usize| dag.below(**node, Links::Parents).iter().any(is_in_it);
        follows_itself.extend(knot.iter().filter(has_parent_in_it).copied());
    }
    follows_itself
}

/// Strongly connected components of more than one node (Tarjan, without recursion).
fn knots(dag: &Dag<'_, Revision>, links: Links) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let count = dag.len();
    let mut index = vec![NEW; count];
    let mut low = vec![0; count];
    let mut on_stack = vec![false; count];
    let mut stack = Vec::new();
    let mut found = Vec::new();
    let mut counter = 0;
    for root in 0..count {
        if index[root] != NEW {
            continue;
        }
        let mut work: Vec<(usize, &[usize])> = Vec::new();
        let mut enter = Some(root);
        loop {
            if let Some(node) = enter.take() {
                index[node] = counter;
                low[node] = counter;
                counter += 1;
                stack.push(node);
                on_stack[node] = true;
                work.push((node, dag.below(node, links)));
            }
            let Some((node, rest)) = work.last_mut() else {
                break;
            };
            let node = *node;
            if let Some((&next, others)) = rest.split_last() {
                *rest = others;
                if index[next] == NEW {
                    enter = Some(next);
                } else if on_stack[next] {
                    low[node] = low[node].min(index[next]);
                }
                continue;
            }
            work.pop();
            if let Some((above, _)) = work.last() {
                low[*above] = low[*above].min(low[node]);
            }
            if low[node] == index[node] {
                let start = stack.iter().rposition(|&one| one == node).unwrap_or(0);
                stack[start..].iter().for_each(|&one| on_stack[one] = false);
                if stack.len() - start > 1 {
                    let mut knot = stack[start..].to_vec();
                    knot.sort_unstable();
                    found.push(knot);
                }
                stack.truncate(start);
            }
        }
    }
    found
}

/// A circle inside a knot, starting at its smallest id.
fn shortest_circle(dag: &Dag<'_, Revision>, knot: &[usize], links: Links) -> Vec<usize> {
    let mut starts = knot.to_vec();
    starts.sort_by_key(|&node| dag.id(node));
    if starts.len() > EXACT {
        starts.truncate(1);
    }
    let mut best = Vec::new();
    for start in starts {
        if let Some(circle) = circle_through(dag, start, knot, links)
            && (best.is_empty() || circle.len() < best.len())
        {
            best = circle;
        }
    }
    best
}

fn circle_through(
    dag: &Dag<'_, Revision>,
    start: usize,
    knot: &[usize],
    links: Links,
) -> Option<Vec<usize>> {
    let mut from = std::collections::HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &next in dag.below(node, links) {
            if next == start {
                let mut circle = vec![node];
                let mut at = node;
                while at != start {
                    at = from[&at];
                    circle.push(at);
                }
                circle.reverse();
                return Some(circle);
            }
            if knot.binary_search(&next).is_ok() && !from.contains_key(&next) {
                from.insert(next, node);
                queue.push_back(next);
            }
        }
    }
    None
}
