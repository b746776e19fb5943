//! Revisions that two states have with other ancestors: one that is looked at, and one that a ref holds beside it.

use onehead_git::{Connection, Oid};
use onehead_graph::graph;
use onehead_model::{EnvironmentGraph, RevisionId};
use onehead_scan::{Delta, ScanError, Snapshot};

use crate::change::{Moved, moved};
use crate::matching;

/// A revision, and its environment in both states.
pub(crate) struct InTwoPlaces {
    pub(crate) revision: RevisionId,
    pub(crate) moved: Moved,
    pub(crate) there: EnvironmentGraph,
    pub(crate) here: EnvironmentGraph,
}

/// What a commit holds, by what it has other than another one whose state is known.
pub(crate) fn state_at(
    repository: &Connection,
    commit: &Oid,
    (known, state): (&Oid, &Snapshot),
) -> Result<Snapshot, ScanError> {
    let differences = repository.difference(known, commit)?;
    state.apply(&differences.paths.iter().collect::<Delta>())
}

/// Which of these revisions have other ancestors in the two states.
pub(crate) fn moved_between(
    there: &Snapshot,
    here: &Snapshot,
    ids: &[RevisionId],
) -> Vec<InTwoPlaces> {
    let (old, new) = (graph(there.report()), graph(here.report()));
    let of = |graphs: &[EnvironmentGraph], name: &str| {
        let mut graphs = graphs.iter();
        graphs.find(|one| one.name == name).cloned()
    };
    let mut found = Vec::new();
    for (there, here) in matching::pairs(there.report(), here.report()) {
        let there = of(&old.environments, &there.name);
        let here = here.and_then(|here| of(&new.environments, &here.name));
        let (Some(there), Some(here)) = (there, here) else {
            continue;
        };
        for id in ids {
            if let Some(moved) = moved(&there, &here, id).filter(Moved::is_any) {
                found.push(InTwoPlaces {
                    revision: id.clone(),
                    moved,
                    there: there.clone(),
                    here: here.clone(),
                });
            }
        }
    }
    found
}
