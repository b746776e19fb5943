//! The states of a graph, one for each part of the arms that can be applied.

use std::collections::{BTreeSet, VecDeque};

use onehead_model::{Databases, EnvironmentGraph, Node, Outcome, RevisionId, StateClass};

use super::MOST_CLASSES;
use super::migrations::{Mended, ids};
use crate::loaded::Loaded;
use crate::upgrade;

/// The part of the old graph by which states differ (`R` of the module above).
pub(super) struct Arms(BTreeSet<usize>);

impl Arms {
    pub(super) fn new(before: &EnvironmentGraph, old: &Loaded<'_>, mended: &Mended<'_>) -> Self {
        let arms = before.groups.iter().flat_map(|group| &group.arms);
        let revisions = arms.flat_map(|arm| &arm.revisions);
        let mut nodes: BTreeSet<usize> = revisions.filter_map(|id| old.node(id.as_str())).collect();
        nodes.extend(mended.touched());
        Self(old.descendants(nodes))
    }

    /// What can be applied of the arms, and whether that is all. If there are too many, only nothing
    /// and the smallest state of each changed revision.
    pub(super) fn states(
        &self,
        old: &Loaded<'_>,
        mended: &Mended<'_>,
    ) -> (Vec<BTreeSet<usize>>, bool) {
        let mut found = vec![BTreeSet::new()];
        let mut seen = BTreeSet::from([BTreeSet::new()]);
        let mut todo = VecDeque::from([BTreeSet::new()]);
        while let Some(state) = todo.pop_front() {
            for &next in self.0.difference(&state) {
                let is_ready = |&below: &usize| state.contains(&below) || !self.0.contains(&below);
                if !old.down(next).iter().all(is_ready) {
                    continue;
                }
                let mut more = state.clone();
                more.insert(next);
                if seen.insert(more.clone()) {
                    if seen.len() > MOST_CLASSES {
                        return (self.smallest(old, mended), false);
                    }
                    found.push(more.clone());
                    todo.push_back(more);
                }
            }
        }
        (found, true)
    }

    fn smallest(&self, old: &Loaded<'_>, mended: &Mended<'_>) -> Vec<BTreeSet<usize>> {
        let of = |node: usize| {
            old.ancestors([node])
                .intersection(&self.0)
                .copied()
                .collect()
        };
        let all = std::iter::once(BTreeSet::new()).chain(mended.changed().map(of));
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What happens where this much of the arms is applied.
    pub(super) fn class(
        &self,
        old: &Loaded<'_>,
        mended: &Mended<'_>,
        applied: &BTreeSet<usize>,
        published: &dyn Fn(&Node) -> bool,
        unsound: Option<&str>,
    ) -> StateClass {
        let state = old.ancestors(applied.iter().copied());
        let rows = old.youngest(&state);
        let outcome = match unsound {
            Some(reason) => Outcome::Refused {
                reason: reason.to_owned(),
            },
            None => self.outcome(old, mended, &state, &rows),
        };
        let is_local = state.iter().any(|&node| !published(old.nodes[node]));
        StateClass {
            applied: ids(old, applied),
            files: files(old, mended, applied),
            rows: ids(old, &rows),
            databases: if is_local {
                Databases::Local
            } else {
                Databases::Shared
            },
            before: match &outcome {
                Outcome::Exact { .. } => None,
                _ => self.downgrade(old, mended, &state),
            },
            outcome,
        }
    }

    fn outcome(
        &self,
        old: &Loaded<'_>,
        mended: &Mended<'_>,
        state: &BTreeSet<usize>,
        rows: &BTreeSet<usize>,
    ) -> Outcome {
        let new = mended.new_graph();
        let held = rows.iter().map(|&row| old.nodes[row].id.clone()).collect();
        let upgraded = match upgrade::run(new, &held) {
            Ok(upgraded) => upgraded,
            Err(error) => {
                return Outcome::Refused {
                    reason: error.to_string(),
                };
            }
        };
        let ran: BTreeSet<usize> = state
            .iter()
            .filter_map(|&node| mended.became(node))
            .collect();
        let runs: BTreeSet<usize> = upgraded
            .runs
            .iter()
            .filter_map(|id| new.node(id.as_str()))
            .collect();
        let left_out = |&node: &usize| !ran.contains(&node) && !runs.contains(&node);
        let skipped: BTreeSet<usize> = (0..new.nodes.len()).filter(left_out).collect();
        let repeated: BTreeSet<usize> = ran.intersection(&runs).copied().collect();
        if !skipped.is_empty() || !repeated.is_empty() {
            return Outcome::Wrong {
                skipped: ids(new, &skipped),
                repeated: ids(new, &repeated),
            };
        }
        let trunk: BTreeSet<usize> = (0..old.nodes.len())
            .filter(|node| !self.0.contains(node))
            .filter_map(|node| mended.became(node))
            .collect();
        let is_of_the_arms = |id: &RevisionId| {
            new.node(id.as_str())
                .is_none_or(|node| !trunk.contains(&node))
        };
        let runs = upgraded.runs.into_iter().filter(is_of_the_arms).collect();
        Outcome::Exact { runs }
    }

    /// The command that takes every changed revision out of a database, if one command does.
    fn downgrade(
        &self,
        old: &Loaded<'_>,
        mended: &Mended<'_>,
        state: &BTreeSet<usize>,
    ) -> Option<String> {
        let changed: BTreeSet<usize> = mended
            .changed()
            .filter(|node| state.contains(node))
            .collect();
        let is_first = |&&node: &&usize| old.ancestors([node]).intersection(&changed).count() == 1;
        let mut firsts = changed.iter().filter(is_first);
        let (&first, None) = (firsts.next()?, firsts.next()) else {
            return None;
        };
        let dropped: BTreeSet<usize> = old
            .descendants([first])
            .intersection(state)
            .copied()
            .collect();
        let left = state - &dropped;
        let goes_well = matches!(
            self.outcome(old, mended, &left, &old.youngest(&left)),
            Outcome::Exact { .. }
        );
        let is_plain = |&node: &usize| {
            old.youngest(&old.ancestors(old.normalized(node).iter().copied()))
                .len()
                == old.normalized(node).len()
        };
        if !goes_well || !dropped.iter().all(is_plain) {
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

/// Whether an id stands for itself in a command line: it comes from a repository.
fn is_word(id: &str) -> bool {
    !id.is_empty()
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
}

/// The files of the applied revisions whose id means, or meant, another file as well.
fn files(
    old: &Loaded<'_>,
    mended: &Mended<'_>,
    applied: &BTreeSet<usize>,
) -> Vec<onehead_model::RepoPath> {
    let new = mended.new_graph();
    let is_ambiguous = |&&node: &&usize| {
        let named = new.node(old.nodes[node].id.as_str());
        named.is_some() && named != mended.became(node)
    };
    let of = applied.iter().filter(is_ambiguous);
    let mut paths: Vec<_> = of.map(|&node| old.nodes[node].path.clone()).collect();
    paths.sort();
    paths
}
