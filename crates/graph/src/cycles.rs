//! Revisions that follow one another in a circle (`RevisionMap._detect_cycles`).

use std::collections::VecDeque;

use onehead_model::{Code, Finding, RevisionId};

use crate::map::{Map, down_revision_of};

/// In a knot of more revisions than this, a short circle is named, not necessarily the shortest.
const EXACT: usize = 500;

pub(crate) fn find(map: &Map<'_>, findings: &mut Vec<Finding>) {
    let parents = |node: usize| map.parents(node).to_vec();
    let all = |node: usize| [map.parents(node), map.dependencies(node)].concat();
    let knots = knots(map.len(), &parents);
    let report = |knot: &[usize],
                  edges: &dyn Fn(usize) -> Vec<usize>,
                  what: &str,
                  findings: &mut Vec<Finding>| {
        let circle = shortest_circle(map, knot, edges);
        let ids: Vec<RevisionId> = circle.iter().map(|&node| map.id(node).clone()).collect();
        let shown: Vec<String> = ids
            .iter()
            .chain(ids.first())
            .map(|id| format!("`{id}`"))
            .collect();
        let first = map.revision(circle[0]);
        findings.push(
            Finding::new(
                Code::Cycle,
                format!(
                    "revisions follow one another in a circle{what}: {}",
                    shown.join(" needs ")
                ),
            )
            .at(down_revision_of(first))
            .about(ids)
            .hint("correct the `down_revision` or `depends_on` that should not be there"),
        );
    };
    for knot in &knots {
        report(knot, &parents, "", findings);
    }
    let in_knot = |node: &usize| knots.iter().any(|knot| knot.contains(node));
    for knot in self::knots(map.len(), &all) {
        // A circle of parents alone has been said.
        if !knot.iter().any(in_knot) {
            report(&knot, &all, " through `depends_on`", findings);
        }
    }
}

/// Strongly connected components of more than one node (Tarjan, without recursion).
fn knots(count: usize, edges: &dyn Fn(usize) -> Vec<usize>) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
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
        let mut work: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut enter = Some(root);
        loop {
            if let Some(node) = enter.take() {
                index[node] = counter;
                low[node] = counter;
                counter += 1;
                stack.push(node);
                on_stack[node] = true;
                work.push((node, edges(node)));
            }
            let Some((node, rest)) = work.last_mut() else {
                break;
            };
            let node = *node;
            if let Some(next) = rest.pop() {
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
                let mut knot = stack.split_off(start);
                knot.iter().for_each(|&one| on_stack[one] = false);
                if knot.len() > 1 {
                    knot.sort_unstable();
                    found.push(knot);
                }
            }
        }
    }
    found
}

/// A circle inside a knot, starting at its smallest id.
fn shortest_circle(
    map: &Map<'_>,
    knot: &[usize],
    edges: &dyn Fn(usize) -> Vec<usize>,
) -> Vec<usize> {
    let mut starts = knot.to_vec();
    starts.sort_by_key(|&node| map.id(node));
    if starts.len() > EXACT {
        starts.truncate(1);
    }
    let mut best = Vec::new();
    for start in starts {
        if let Some(circle) = circle_through(start, knot, edges)
            && (best.is_empty() || circle.len() < best.len())
        {
            best = circle;
        }
    }
    best
}

fn circle_through(
    start: usize,
    knot: &[usize],
    edges: &dyn Fn(usize) -> Vec<usize>,
) -> Option<Vec<usize>> {
    let mut from = std::collections::HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for next in edges(node) {
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
