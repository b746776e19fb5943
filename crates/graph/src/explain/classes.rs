//! The states of a graph, one for each part of the sides that can be applied.

use std::collections::{BTreeSet, HashSet, VecDeque};

use onehead_model::{Databases, EnvironmentGraph, Node, Outcome, RepoPath, RevisionId, StateClass};

use super::reading::Reading;
use crate::dag::Numbers;
use crate::loaded::Loaded;
use crate::upgrade;

/// How many classes of states are listed at most.
pub const MOST_CLASSES: usize = 64;

/// The revisions by which states differ (`R` of the module above).
pub(super) fn sides(before: &EnvironmentGraph, readings: &[Reading<'_>]) -> BTreeSet<RevisionId> {
    let sides = before.groups.iter().flat_map(|group| &group.sides);
    let mut found: BTreeSet<RevisionId> = sides.flat_map(|side| &side.revisions).cloned().collect();
    for reading in readings {
        found.extend(reading.old.ids(&reading.fixed.touched(&reading.old)));
    }
    loop {
        let after = |reading: &Reading<'_>| {
            let found = reading.old.numbers(&found);
            reading.old.ids(&reading.old.descendants(found.ones()))
        };
        let more: BTreeSet<RevisionId> = readings.iter().flat_map(after).collect();
        if more.is_subset(&found) {
            return found;
        }
        found.extend(more);
    }
}

/// The classes of the states that one reading of the graph allows.
pub(super) struct Classes<'a> {
    old: &'a Loaded<'a>,
    reading: &'a Reading<'a>,
    sides: Numbers,
}

impl<'a> Classes<'a> {
    pub(super) fn new(reading: &'a Reading<'a>, sides: &BTreeSet<RevisionId>) -> Self {
        Self {
            old: &reading.old,
            sides: reading.old.numbers(sides),
            reading,
        }
    }

    /// What can be applied of the sides, and whether that is all. If there are too many, only nothing
    /// and the smallest state of each changed revision.
    pub(super) fn states(&self) -> (Vec<Numbers>, bool) {
        let mut found = vec![self.old.none()];
        let mut seen = HashSet::from([self.old.none()]);
        let mut todo = VecDeque::from([self.old.none()]);
        while let Some(state) = todo.pop_front() {
            for next in self.sides.difference(&state) {
                let is_ready =
                    |&below: &usize| state.contains(below) || !self.sides.contains(below);
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

    fn smallest(&self) -> Vec<Numbers> {
        let of = |number: usize| &self.old.ancestors([number]) & &self.sides;
        let changed = self.reading.fixed.changed().map(of);
        let all: BTreeSet<Numbers> = std::iter::once(self.old.none()).chain(changed).collect();
        all.into_iter().collect()
    }

    /// What happens where this much of the sides is applied.
    pub(super) fn tell(
        &self,
        applied: &Numbers,
        published: &dyn Fn(&Node) -> bool,
        unsound: Option<&str>,
    ) -> StateClass {
        let state = self.old.ancestors(applied.ones());
        let is_local = state.ones().any(|number| !published(self.old.node(number)));
        let outcome = match unsound {
            Some(reason) => Outcome::Refused {
                reason: reason.to_owned(),
            },
            None => self.outcome(&state),
        };
        StateClass {
            applied: self.old.ids(applied),
            rows: self.old.ids(&self.old.youngest(&state)),
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

    fn outcome(&self, state: &Numbers) -> Outcome {
        let fixed = &self.reading.fixed;
        let new = fixed.new_graph();
        let rows = self.old.ids(&self.old.youngest(state));
        let upgraded = match upgrade::run(new, &rows.into_iter().collect()) {
            Ok(upgraded) => upgraded,
            Err(error) => {
                return Outcome::Refused {
                    reason: error.to_string(),
                };
            }
        };
        let ran = fixed.became_all(state);
        let runs = new.numbers(&upgraded.runs);
        let mut skipped = new.none();
        skipped.extend((0..new.len()).filter(|&one| !ran.contains(one) && !runs.contains(one)));
        let repeated = &ran & &runs;
        if !skipped.is_clear() || !repeated.is_clear() {
            return Outcome::Wrong {
                skipped: new.ids(&skipped),
                repeated: new.ids(&repeated),
            };
        }
        let mut trunk = self.old.none();
        trunk.extend((0..self.old.len()).filter(|&number| !self.sides.contains(number)));
        let trunk = fixed.became_all(&trunk);
        let mut runs = upgraded.runs;
        let is_trunk = |id: &RevisionId| {
            new.number(id.as_str())
                .is_some_and(|one| trunk.contains(one))
        };
        runs.retain(|id| !is_trunk(id));
        Outcome::Exact { runs }
    }

    /// The files of the applied revisions whose id means another file after the fix.
    fn files(&self, applied: &Numbers) -> Vec<RepoPath> {
        let fixed = &self.reading.fixed;
        let means_another = |&number: &usize| {
            let named = fixed.new_graph().number(self.old.id(number).as_str());
            named.is_some() && named != fixed.became(number)
        };
        let found = applied.ones().filter(means_another);
        let mut paths: Vec<_> = found
            .map(|number| self.old.node(number).path.clone())
            .collect();
        paths.sort();
        paths
    }

    /// The command that takes every changed revision out of a database, if one command does.
    fn downgrade(&self, state: &Numbers) -> Option<String> {
        let old = self.old;
        let mut changed = old.none();
        changed.extend(self.reading.fixed.changed());
        changed.intersect_with(state);
        let is_first = |&number: &usize| old.ancestors([number]).intersection_count(&changed) == 1;
        let mut firsts = changed.ones().filter(is_first);
        let (first, None) = (firsts.next()?, firsts.next()) else {
            return None;
        };
        let undone = &old.descendants([first]) & state;
        let mut left = state.clone();
        left.difference_with(&undone);
        if !matches!(self.outcome(&left), Outcome::Exact { .. })
            || !undone.ones().all(|number| can_be_undone(old, number))
        {
            return None;
        }
        // Alembic goes down by parents alone. To one of several it would take the other lines with it.
        let down = match old.node(first).down_revisions.as_slice() {
            [] => "base",
            [only] => only.as_str(),
            _ => return None,
        };
        let id = old.id(first).as_str();
        (is_word(id) && is_word(down)).then(|| format!("alembic downgrade {id}@{down}"))
    }
}

/// Alembic stumbles over a merge revision that names what another of its parents implies, and of several
/// files with one id nobody knows which one it would undo.
fn can_be_undone(old: &Loaded<'_>, number: usize) -> bool {
    let mut down = old.none();
    down.extend(old.normalized(number).iter().copied());
    old.youngest(&old.ancestors(down.ones())) == down && !old.is_ambiguous(number)
}

/// Whether an id stands for itself in a command line: it comes from a repository.
fn is_word(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    !id.is_empty() && id.chars().all(is_plain)
}
