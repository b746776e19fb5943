//! A graph as Alembic has it in memory when it upgrades a database: one revision for each id, linked
//! by parents and dependencies alike.

use std::collections::{BTreeSet, HashMap};

use onehead_model::{EnvironmentGraph, Node};

/// The revisions of one environment, numbered in the order of their ids.
pub(crate) struct Loaded<'a> {
    pub(crate) nodes: Vec<&'a Node>,
    by_id: HashMap<&'a str, usize>,
    /// Those whose id other files have as well.
    ambiguous: BTreeSet<usize>,
    /// Parents, then dependencies.
    down: Vec<Vec<usize>>,
    /// Parents, then those dependencies that no ancestor by parents has already
    /// (`Revision._normalized_down_revisions`).
    normalized: Vec<Vec<usize>>,
}

impl<'a> Loaded<'a> {
    /// Takes, of several files with one id, the one with the number `choice`, in the order of paths,
    /// or the last. Alembic takes the one that it loads last; which file a database has run, nobody
    /// but the database knows. A parent that is not there is left out.
    pub(crate) fn new(graph: &'a EnvironmentGraph, choice: usize) -> Self {
        let mut nodes: Vec<&Node> = Vec::new();
        let mut ambiguous = BTreeSet::new();
        let mut seen_of_id = 0;
        for node in &graph.revisions {
            let at = nodes.len();
            match nodes.last_mut() {
                Some(last) if last.id == node.id => {
                    ambiguous.insert(at - 1);
                    seen_of_id += 1;
                    if seen_of_id <= choice {
                        *last = node;
                    }
                }
                _ => {
                    seen_of_id = 0;
                    nodes.push(node);
                }
            }
        }
        let by_id: HashMap<&str, usize> = nodes
            .iter()
            .enumerate()
            .map(|(at, node)| (node.id.as_str(), at))
            .collect();
        let numbers = |ids: &[onehead_model::RevisionId], own: usize| -> Vec<usize> {
            let found = ids.iter().filter_map(|id| by_id.get(id.as_str()).copied());
            found.filter(|&other| other != own).collect()
        };
        let each = || nodes.iter().enumerate();
        let parents: Vec<_> = each()
            .map(|(at, node)| numbers(&node.down_revisions, at))
            .collect();
        let dependencies: Vec<_> = each()
            .map(|(at, node)| numbers(&node.depends_on, at))
            .collect();
        let down: Vec<_> = std::iter::zip(&parents, &dependencies)
            .map(|(parents, dependencies)| joined(parents, dependencies))
            .collect();
        let normalized = each().map(|(at, _)| {
            if dependencies[at].is_empty() {
                return parents[at].clone();
            }
            let mut before = closure(&parents, [at]);
            before.remove(&at);
            let implied: BTreeSet<usize> = before
                .iter()
                .flat_map(|&other| &dependencies[other])
                .copied()
                .collect();
            let mut own = dependencies[at].clone();
            own.retain(|other| !implied.contains(other));
            joined(&parents[at], &own)
        });
        Self {
            normalized: normalized.collect(),
            nodes,
            by_id,
            ambiguous,
            down,
        }
    }

    /// The revision that an id names.
    pub(crate) fn node(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Whether several files have its id.
    pub(crate) fn is_ambiguous(&self, node: usize) -> bool {
        self.ambiguous.contains(&node)
    }

    /// Parents and dependencies.
    pub(crate) fn down(&self, node: usize) -> &[usize] {
        &self.down[node]
    }

    /// Parents and those dependencies that change what `alembic_version` holds.
    pub(crate) fn normalized(&self, node: usize) -> &[usize] {
        &self.normalized[node]
    }

    /// These revisions and everything that comes before them.
    pub(crate) fn ancestors(&self, of: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        closure(&self.down, of)
    }

    /// These revisions and everything that comes after them.
    pub(crate) fn descendants(&self, of: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut up = vec![Vec::new(); self.nodes.len()];
        for (node, down) in self.down.iter().enumerate() {
            down.iter().for_each(|&other| up[other].push(node));
        }
        closure(&up, of)
    }

    /// Those of a set that nothing in it follows. For a set that holds all parents and dependencies,
    /// that is what `alembic_version` holds.
    pub(crate) fn youngest(&self, of: &BTreeSet<usize>) -> BTreeSet<usize> {
        let followed: BTreeSet<usize> = of
            .iter()
            .flat_map(|&node| self.down(node))
            .copied()
            .collect();
        of.difference(&followed).copied().collect()
    }
}

fn joined(first: &[usize], more: &[usize]) -> Vec<usize> {
    let mut all: Vec<usize> = Vec::with_capacity(first.len() + more.len());
    for &one in first.iter().chain(more) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

fn closure(links: &[Vec<usize>], from: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut todo: Vec<usize> = from.into_iter().collect();
    while let Some(node) = todo.pop() {
        if found.insert(node) {
            todo.extend(&links[node]);
        }
    }
    found
}
