//! The states of a graph, one for each part of the arms that can be applied.

use std::collections::{BTreeSet, VecDeque};

use onehead_model::{Databases, EnvironmentGraph, Node, Outcome, RepoPath, RevisionId, StateClass};

use super::migrations::ids;
use super::{MOST_CLASSES, Reading};
use crate::loaded::Loaded;
use crate::upgrade;

/// The revisions by which states differ (`R` of the module above).
pub(super) fn arms(before: &EnvironmentGraph, readings: &[Reading<'_>]) -> BTreeSet<RevisionId> {
    let arms = before.groups.iter().flat_map(|group| &group.arms);
    let mut found: BTreeSet<RevisionId> = arms.flat_map(|arm| &arm.revisions).cloned().collect();
    for reading in readings {
        found.extend(ids(&reading.old, &reading.mended.touched()));
    }
    loop {
        let after = |reading: &Reading<'_>| {
            let nodes = numbers(&reading.old, &found);
            ids(&reading.old, &reading.old.descendants(nodes))
        };
        let more: BTreeSet<RevisionId> = readings.iter().flat_map(after).collect();
        if more.is_subset(&found) {
            return found;
        }
        found.extend(more);
    }
}

fn numbers(loaded: &Loaded<'_>, ids: &BTreeSet<RevisionId>) -> BTreeSet<usize> {
    let found = ids.iter().filter_map(|id| loaded.node(id.as_str()));
    found.collect()
}

/// The classes of the states that one reading of the graph allows.
pub(super) struct Classes<'a> {
    old: &'a Loaded<'a>,
    reading: &'a Reading<'a>,
    arms: BTreeSet<usize>,
}

impl<'a> Classes<'a> {
    pub(super) fn new(reading: &'a Reading<'a>, arms: &BTreeSet<RevisionId>) -> Self {
        Self {
            old: &reading.old,
            arms: numbers(&reading.old, arms),
            reading,
        }
    }

    /// What can be applied of the arms, and whether that is all. If there are too many, only nothing
    /// and the smallest state of each changed revision.
    pub(super) fn states(&self) -> (Vec<BTreeSet<usize>>, bool) {
        let mut found = vec![BTreeSet::new()];
        let mut seen = BTreeSet::from([BTreeSet::new()]);
        let mut todo = VecDeque::from([BTreeSet::new()]);
        while let Some(state) = todo.pop_front() {
            for &next in self.arms.difference(&state) {
                let is_ready = |below: &usize| state.contains(below) || !self.arms.contains(below);
                if !self.old.down(next).iter().all(is_ready) {
                    continue;
                }
                let mut more = state.clone();
                more.insert(next);
                if seen.insert(more.clone()) {
                    if seen.len() > MOST_CLASSES {
                        return (self.smallest(), false);
                    }
                    found.push(more.clone());
                    todo.push_back(more);
                }
            }
        }
        (found, true)
    }

    fn smallest(&self) -> Vec<BTreeSet<usize>> {
        let of = |node: usize| &self.old.ancestors([node]) & &self.arms;
        let changed = self.reading.mended.changed().map(of);
        let all: BTreeSet<_> = std::iter::once(BTreeSet::new()).chain(changed).collect();
        all.into_iter().collect()
    }

    /// What happens where this much of the arms is applied.
    pub(super) fn tell(
        &self,
        applied: &BTreeSet<usize>,
        published: &dyn Fn(&Node) -> bool,
        unsound: Option<&str>,
    ) -> StateClass {
        let state = self.old.ancestors(applied.iter().copied());
        let is_local = state.iter().any(|&node| !published(self.old.nodes[node]));
        let outcome = match unsound {
            Some(reason) => Outcome::Refused {
                reason: reason.to_owned(),
            },
            None => self.outcome(&state),
        };
        StateClass {
            applied: ids(self.old, applied),
            rows: ids(self.old, &self.old.youngest(&state)),
            files: self.files(applied),
            databases: if is_local {
                Databases::Local
            } else {
                Databases::Shared
            },
            before: match (&outcome, is_local) {
                (Outcome::Exact { .. }, _) | (_, false) => None,
                _ => self.downgrade(&state),
            },
            outcome,
        }
    }

    fn outcome(&self, state: &BTreeSet<usize>) -> Outcome {
        let mended = &self.reading.mended;
        let new = mended.new_graph();
        let rows = ids(self.old, &self.old.youngest(state));
        let upgraded = match upgrade::run(new, &rows.into_iter().collect()) {
            Ok(upgraded) => upgraded,
            Err(error) => {
                return Outcome::Refused {
                    reason: error.to_string(),
                };
            }
        };
        let became = |&node: &usize| mended.became(node);
        let ran: BTreeSet<usize> = state.iter().filter_map(became).collect();
        let runs = numbers(new, &upgraded.runs.iter().cloned().collect());
        let left_out = |node: &usize| !ran.contains(node) && !runs.contains(node);
        let skipped: BTreeSet<usize> = (0..new.nodes.len()).filter(left_out).collect();
        let repeated = &ran & &runs;
        if !skipped.is_empty() || !repeated.is_empty() {
            return Outcome::Wrong {
                skipped: ids(new, &skipped),
                repeated: ids(new, &repeated),
            };
        }
        let before_the_arms = (0..self.old.nodes.len()).filter(|node| !self.arms.contains(node));
        let trunk: BTreeSet<RevisionId> = before_the_arms
            .filter_map(|node| mended.became(node))
            .map(|node| new.nodes[node].id.clone())
            .collect();
        let mut runs = upgraded.runs;
        runs.retain(|id| !trunk.contains(id));
        Outcome::Exact { runs }
    }

    /// The files of the applied revisions whose id means another file after the mend.
    fn files(&self, applied: &BTreeSet<usize>) -> Vec<RepoPath> {
        let mended = &self.reading.mended;
        let means_another = |&&node: &&usize| {
            let named = mended.new_graph().node(self.old.nodes[node].id.as_str());
            named.is_some() && named != mended.became(node)
        };
        let found = applied.iter().filter(means_another);
        let mut paths: Vec<_> = found
            .map(|&node| self.old.nodes[node].path.clone())
            .collect();
        paths.sort();
        paths
    }

    /// The command that takes every changed revision out of a database, if one command does.
    fn downgrade(&self, state: &BTreeSet<usize>) -> Option<String> {
        let old = self.old;
        let changed = self.reading.mended.changed();
        let changed: BTreeSet<usize> = changed.filter(|node| state.contains(node)).collect();
        let is_first = |&&node: &&usize| old.ancestors([node]).intersection(&changed).count() == 1;
        let mut firsts = changed.iter().filter(is_first);
        let (&first, None) = (firsts.next()?, firsts.next()) else {
            return None;
        };
        let undone = &old.descendants([first]) & state;
        if !matches!(self.outcome(&(state - &undone)), Outcome::Exact { .. })
            || !undone.iter().all(|&node| can_be_undone(old, node))
        {
            return None;
        }
        // Alembic goes down by parents alone. To one of several it would take the other lines with it.
        let down = match old.nodes[first].down_revisions.as_slice() {
            [] => "base",
            [only] => only.as_str(),
            _ => return None,
        };
        let id = old.nodes[first].id.as_str();
        (is_word(id) && is_word(down)).then(|| format!("alembic downgrade {id}@{down}"))
    }
}

/// Alembic stumbles over a merge revision that names what another of its parents implies, and of several
/// files with one id nobody knows which one it would undo.
fn can_be_undone(old: &Loaded<'_>, node: usize) -> bool {
    let down: BTreeSet<usize> = old.normalized(node).iter().copied().collect();
    let is_plain = old.youngest(&old.ancestors(down.iter().copied())) == down;
    is_plain && !old.is_ambiguous(node)
}

/// Whether an id stands for itself in a command line: it comes from a repository.
fn is_word(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    !id.is_empty() && id.chars().all(is_plain)
}
