//! What becomes of databases of a release that are upgraded with the first target instead.
//!
//! A database at a revision of the release has applied it and what comes before it there. If the first target has the
//! revision behind the very same ones, it goes on from there as any other database. Else what an upgrade does there tells
//! (`onehead_graph::upgrade`): what the release ran and the upgrade runs is repeated, what neither runs is skipped.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;
use onehead_graph::upgrade::{UpgradeError, upgrade};
use onehead_graph::{Dag, Links};
use onehead_model::{EnvironmentGraph, Node, Relation, RevisionId};

/// Ids, sorted.
pub(crate) type Ids = BTreeSet<RevisionId>;

/// One environment of a release, beside what the first target has of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GoingOn {
    /// At which of its revisions a database does not go on as it is, parents first.
    pub(crate) stuck: Vec<Stuck>,
    /// What becomes of a database that has all of the release.
    pub(crate) at_the_end: Fate,
    /// The revisions that both have, behind others.
    pub(crate) backports: Ids,
    pub(crate) relation: Relation,
}

/// A database that does not go on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stuck {
    /// What it is at.
    pub(crate) at: RevisionId,
    pub(crate) fate: Fate,
}

/// What becomes of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It runs what it lacks, each once.
    Exact,
    /// It cannot be located.
    Lost,
    /// Alembic refuses, with these words.
    Refused(String),
    Ran {
        /// What it never runs.
        skips: Ids,
        /// What it runs again.
        repeats: Ids,
    },
}

impl GoingOn {
    /// Of two graphs that are sound: nothing but several heads is wrong with them.
    pub(crate) fn of(release: &EnvironmentGraph, first: &EnvironmentGraph) -> Self {
        let (own, there) = (Dag::of(release), Dag::of(first));
        let mut stuck = Vec::new();
        let mut backports = Ids::new();
        let mut same = own.none();
        for number in own.parents_first() {
            let id = own.id(number);
            let other = there.number(id.as_str());
            if other.is_some_and(|other| follows_the_same((&own, number), (&there, other), &same)) {
                same.insert(number);
                continue;
            }
            let applied = before(&own, [number]);
            let fate = match other {
                None => Fate::Lost,
                Some(other) if before(&there, [other]) == applied => {
                    same.insert(number);
                    continue;
                }
                Some(_) => {
                    backports.insert(id.clone());
                    fate(first, &Ids::from([id.clone()]), &applied)
                }
            };
            if fate != Fate::Exact {
                stuck.push(Stuck {
                    at: id.clone(),
                    fate,
                });
            }
        }
        let at_the_end = match upgrade(release, &Ids::new()) {
            Ok(upgraded) => fate(first, &upgraded.rows, &before(&own, 0..own.len())),
            Err(error) => Fate::Refused(error.to_string()),
        };
        let relation = match (&at_the_end, stuck.is_empty() && backports.is_empty()) {
            (Fate::Exact, true) => Relation::Prefix,
            (Fate::Exact, false) => Relation::Again,
            _ => Relation::Apart,
        };
        Self {
            stuck,
            at_the_end,
            backports,
            relation,
        }
    }

    /// The revisions that the first target has not.
    pub(crate) fn lost(&self) -> Vec<&RevisionId> {
        let lost = self.stuck.iter().filter(|one| one.fate == Fate::Lost);
        lost.map(|one| &one.at).collect()
    }

    /// The youngest revisions before this one at which a database goes on: where it has to go back to. `None` if several
    /// are, inside if there is none.
    pub(crate) fn way_back(
        &self,
        release: &EnvironmentGraph,
        from: &RevisionId,
    ) -> Option<Option<RevisionId>> {
        let own = Dag::of(release);
        let mut good = own.ancestors(own.number(from.as_str()), Links::All);
        for one in &self.stuck {
            if let Some(number) = own.number(one.at.as_str()) {
                good.set(number, false);
            }
        }
        let youngest: Vec<usize> = own.youngest(&good, Links::All).ones().collect();
        match youngest[..] {
            [] => Some(None),
            // What lies before it has to be good as well, or it is not a state of the release.
            [only] => {
                let before = own.ancestors([only], Links::All);
                before.is_subset(&good).then(|| Some(own.id(only).clone()))
            }
            _ => None,
        }
    }
}

/// What an upgrade with the first target makes of a database at these rows that has applied these.
fn fate(first: &EnvironmentGraph, rows: &Ids, applied: &Ids) -> Fate {
    match upgrade(first, rows) {
        Err(UpgradeError::Unlocated(_)) => Fate::Lost,
        Err(error) => Fate::Refused(error.to_string()),
        Ok(upgraded) => {
            let runs: Ids = upgraded.runs.into_iter().collect();
            let ids = first.revisions.iter().map(|node| &node.id);
            let skips: Ids = ids
                .filter(|id| !runs.contains(*id) && !applied.contains(*id))
                .cloned()
                .collect();
            let repeats: Ids = runs.intersection(applied).cloned().collect();
            match skips.is_empty() && repeats.is_empty() {
                true => Fate::Exact,
                false => Fate::Ran { skips, repeats },
            }
        }
    }
}

/// Whether a revision names the same ones in both graphs, and the same ones come before each of those: most do, and that
/// costs less than to compare all that comes before it.
fn follows_the_same(
    (own, number): (&Dag<'_, Node>, usize),
    (there, other): (&Dag<'_, Node>, usize),
    same: &FixedBitSet,
) -> bool {
    let (below, named) = (
        own.below(number, Links::All),
        there.below(other, Links::All),
    );
    let is_named = |below: &usize| {
        let id = own.id(*below);
        named.iter().any(|named| there.id(*named) == id)
    };
    below.len() == named.len()
        && below
            .iter()
            .all(|below| same.contains(*below) && is_named(below))
}

/// These and everything that comes before them.
fn before(dag: &Dag<'_, Node>, of: impl IntoIterator<Item = usize>) -> Ids {
    let ancestors = dag.ancestors(of, Links::All);
    ancestors.ones().map(|one| dag.id(one).clone()).collect()
}

#[cfg(test)]
#[path = "going_on_tests.rs"]
mod tests;
