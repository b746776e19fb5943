//! The revisions of one environment by number, with what links them.
//!
//! Ids are looked up once, when a [`Dag`] is built; everything behind that works on numbers and on sets of them.
//! A revision that names itself has no link for that, and a parent that is not there has none either. A circle
//! is a finding elsewhere and no obstacle here: every method ends, and says what it does with one.
//!
//! ```
//! use onehead_graph::{Dag, Links};
//! # let revision = |id: &str, parents: &[&str]| onehead_model::Node {
//! #     id: id.into(),
//! #     path: onehead_model::RepoPath::default(),
//! #     message: String::new(),
//! #     down_revisions: parents.iter().map(|&parent| parent.into()).collect(),
//! #     next: vec![],
//! #     depends_on: vec![],
//! #     branch_labels: vec![],
//! #     unknown: vec![],
//! #     down_revision_at: None,
//! # };
//! let revisions = [revision("a", &[]), revision("b", &["a"]), revision("c", &["a"])];
//! let dag = Dag::of_nodes(&revisions);
//! let (a, b, c) = (0, 1, 2);
//! assert_eq!(dag.heads().collect::<Vec<_>>(), [b, c]);
//! assert_eq!(dag.ancestors([b], Links::Parents).ones().collect::<Vec<_>>(), [a, b]);
//! ```

use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use onehead_model::{EnvironmentGraph, Node, Revision, RevisionId};

/// A set of revisions, by their numbers in one [`Dag`].
pub type Numbers = FixedBitSet;

/// What has an id.
pub trait Identified {
    /// Its id.
    fn id(&self) -> &RevisionId;
}

impl Identified for Revision {
    fn id(&self) -> &RevisionId {
        &self.id
    }
}

impl Identified for Node {
    fn id(&self) -> &RevisionId {
        &self.id
    }
}

/// Which links are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// `down_revision` alone.
    Parents,
    /// `down_revision` and `depends_on`.
    All,
}

/// Revisions, one for each id, numbered in the order in which they were given.
#[derive(Debug)]
pub struct Dag<'a, R> {
    revisions: Vec<&'a R>,
    numbers: HashMap<&'a str, usize>,
    /// For each revision its parents, then those dependencies that are no parents.
    below: Vec<Vec<usize>>,
    /// How many of them are parents.
    parents: Vec<usize>,
    /// For each revision its children, then those that depend on it and are no children.
    above: Vec<Vec<usize>>,
    /// How many of them are children.
    children: Vec<usize>,
    dependencies: Vec<Vec<usize>>,
    dependents: Vec<Vec<usize>>,
}

impl<'a> Dag<'a, Node> {
    /// The linked revisions of an environment. Of several files with one id it takes the last by path.
    #[must_use]
    pub fn of(environment: &'a EnvironmentGraph) -> Self {
        Self::of_nodes(&environment.revisions)
    }

    /// The same of revisions alone. Of several with one id it takes the last.
    #[must_use]
    pub fn of_nodes(nodes: impl IntoIterator<Item = &'a Node>) -> Self {
        let mut dag = Self::unlinked(nodes);
        for number in 0..dag.len() {
            let node = dag.revision(number);
            for parent in &node.down_revisions {
                if let Some(parent) = dag.number(parent.as_str()) {
                    dag.link_parent(number, parent);
                }
            }
            for dependency in &node.depends_on {
                if let Some(dependency) = dag.number(dependency.as_str()) {
                    dag.link_dependency(number, dependency);
                }
            }
        }
        dag
    }
}

impl<'a, R: Identified> Dag<'a, R> {
    /// Revisions without links. Of several with one id the last stays, in its place.
    pub(crate) fn unlinked(all: impl IntoIterator<Item = &'a R>) -> Self {
        let all: Vec<&'a R> = all.into_iter().collect();
        let mut last: HashMap<&'a str, usize> = HashMap::with_capacity(all.len());
        for (place, revision) in all.iter().enumerate() {
            last.insert(revision.id().as_str(), place);
        }
        let (mut revisions, mut numbers) = (all, last);
        if numbers.len() < revisions.len() {
            let mut places = 0..;
            revisions.retain(|revision| Some(numbers[revision.id().as_str()]) == places.next());
            let ids = revisions.iter().map(|revision| revision.id().as_str());
            numbers = std::iter::zip(ids, 0..).collect();
        }
        let none = || vec![Vec::new(); revisions.len()];
        Self {
            below: none(),
            parents: vec![0; revisions.len()],
            above: none(),
            children: vec![0; revisions.len()],
            dependencies: none(),
            dependents: none(),
            numbers,
            revisions,
        }
    }

    /// Makes a revision a parent of another. Whatever is linked already, or is the same revision, stays as it is.
    pub(crate) fn link_parent(&mut self, child: usize, parent: usize) {
        if child != parent && !self.parents(child).contains(&parent) {
            put(&mut self.below[child], &mut self.parents[child], parent);
            put(&mut self.above[parent], &mut self.children[parent], child);
        }
    }

    /// Makes a revision depend on another, in the same way.
    pub(crate) fn link_dependency(&mut self, dependent: usize, dependency: usize) {
        if dependent == dependency || self.dependencies[dependent].contains(&dependency) {
            return;
        }
        self.dependencies[dependent].push(dependency);
        self.dependents[dependency].push(dependent);
        if !self.below[dependent].contains(&dependency) {
            self.below[dependent].push(dependency);
            self.above[dependency].push(dependent);
        }
    }

    /// The id of a revision.
    #[must_use]
    pub fn id(&self, number: usize) -> &'a RevisionId {
        self.revisions[number].id()
    }
}

/// Puts a number behind the first `count`, in place of where it may stand behind them.
fn put(list: &mut Vec<usize>, count: &mut usize, number: usize) {
    match list.iter().position(|&other| other == number) {
        Some(place) => list[*count..=place].rotate_right(1),
        None => list.insert(*count, number),
    }
    *count += 1;
}

impl<'a, R> Dag<'a, R> {
    /// How many revisions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.revisions.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.revisions.is_empty()
    }

    /// The revision with a number.
    #[must_use]
    pub fn revision(&self, number: usize) -> &'a R {
        self.revisions[number]
    }

    /// The number of the revision with an id.
    #[must_use]
    pub fn number(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// The numbers of these ids, without those that are not there.
    pub fn numbers<'i>(&self, ids: impl IntoIterator<Item = &'i RevisionId>) -> Numbers {
        let mut numbers = self.none();
        numbers.extend(ids.into_iter().filter_map(|id| self.number(id.as_str())));
        numbers
    }

    /// No revision.
    #[must_use]
    pub fn none(&self) -> Numbers {
        Numbers::with_capacity(self.len())
    }

    /// The revisions that it names in `down_revision`, in the order of the file.
    #[must_use]
    pub fn parents(&self, number: usize) -> &[usize] {
        &self.below[number][..self.parents[number]]
    }

    /// The revisions that name it in `down_revision`, in the order of their numbers.
    #[must_use]
    pub fn children(&self, number: usize) -> &[usize] {
        &self.above[number][..self.children[number]]
    }

    /// The revisions that it names in `depends_on`, in the order of the file.
    #[must_use]
    pub fn dependencies(&self, number: usize) -> &[usize] {
        &self.dependencies[number]
    }

    /// The revisions that name it in `depends_on`, in the order of their numbers.
    #[must_use]
    pub fn dependents(&self, number: usize) -> &[usize] {
        &self.dependents[number]
    }

    /// The revisions that it names, each once, parents first.
    #[must_use]
    pub fn below(&self, number: usize, links: Links) -> &[usize] {
        match links {
            Links::Parents => self.parents(number),
            Links::All => &self.below[number],
        }
    }

    /// The revisions that name it, each once, children first.
    #[must_use]
    pub fn above(&self, number: usize, links: Links) -> &[usize] {
        match links {
            Links::Parents => self.children(number),
            Links::All => &self.above[number],
        }
    }

    /// The revisions that no `down_revision` names.
    pub fn heads(&self) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(|&number| self.children[number] == 0)
    }

    /// These revisions and everything that comes before them.
    pub fn ancestors(&self, of: impl IntoIterator<Item = usize>, links: Links) -> Numbers {
        self.reached(of, |number| self.below(number, links))
    }

    /// These revisions and everything that comes after them.
    pub fn descendants(&self, of: impl IntoIterator<Item = usize>, links: Links) -> Numbers {
        self.reached(of, |number| self.above(number, links))
    }

    fn reached<'d>(
        &'d self,
        from: impl IntoIterator<Item = usize>,
        next: impl Fn(usize) -> &'d [usize],
    ) -> Numbers {
        let mut found = self.none();
        let mut open: Vec<usize> = from.into_iter().collect();
        while let Some(number) = open.pop() {
            if !found.put(number) {
                open.extend(next(number));
            }
        }
        found
    }

    /// Those of a set that nothing in it names.
    #[must_use]
    pub fn youngest(&self, of: &Numbers, links: Links) -> Numbers {
        let mut youngest = self.none();
        let is_named = |&number: &usize| {
            let mut above = self.above(number, links).iter();
            above.any(|&other| of.contains(other))
        };
        youngest.extend(of.ones().filter(|number| !is_named(number)));
        youngest
    }

    /// Every revision behind all that it names; in a circle, behind some of it.
    #[must_use]
    pub fn parents_first(&self) -> Vec<usize> {
        let mut entered = self.none();
        let mut order = Vec::with_capacity(self.len());
        for start in 0..self.len() {
            if entered.put(start) {
                continue;
            }
            let mut path = vec![(start, 0)];
            while let Some((number, place)) = path.pop() {
                match self.below[number].get(place) {
                    Some(&below) => {
                        path.push((number, place + 1));
                        if !entered.put(below) {
                            path.push((below, 0));
                        }
                    }
                    None => order.push(number),
                }
            }
        }
        order
    }

    /// The revisions of a set, level by level: each behind its parents, and otherwise as early as can be. The
    /// revisions of one level stand in the order of their numbers. Circles and what comes after them are the last level.
    #[must_use]
    pub fn level_by_level(&self, of: &Numbers) -> Vec<usize> {
        let mut order = Vec::with_capacity(of.count_ones(..));
        let mut waits_for = vec![0_usize; self.len()];
        for number in of.ones() {
            let inside = |parent: &&usize| of.contains(**parent);
            waits_for[number] = self.parents(number).iter().filter(inside).count();
        }
        let mut level: Vec<usize> = of.ones().filter(|&number| waits_for[number] == 0).collect();
        while !level.is_empty() {
            let mut next = Vec::new();
            for &number in &level {
                for &child in self.children(number) {
                    if of.contains(child) {
                        waits_for[child] -= 1;
                        if waits_for[child] == 0 {
                            next.push(child);
                        }
                    }
                }
            }
            next.sort_unstable();
            order.extend(std::mem::replace(&mut level, next));
        }
        order.extend(of.ones().filter(|&number| waits_for[number] > 0));
        order
    }
}

#[cfg(test)]
#[path = "dag_tests.rs"]
mod tests;
