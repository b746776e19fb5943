//! Graphs of drawn revisions, and what fixing makes of them.

use std::collections::BTreeSet;

use onehead_fixtures::documents::revision;
use onehead_fixtures::drawn::scan;
use onehead_graph::graph;
use onehead_model::{EnvironmentGraph, HeadPolicy, Revision, RevisionId};

pub(crate) fn environment(revisions: &[Revision], policy: &HeadPolicy) -> EnvironmentGraph {
    let mut report = graph(&scan(revisions.to_vec(), policy.clone()));
    report.environments.remove(0)
}

pub(crate) fn set<'a>(ids: impl IntoIterator<Item = &'a RevisionId>) -> BTreeSet<RevisionId> {
    ids.into_iter().cloned().collect()
}

/// The revisions and the merge revisions that one step adds, with ids that are free.
pub(crate) fn fixed(mut revisions: Vec<Revision>, policy: &HeadPolicy) -> Vec<Revision> {
    for fix in environment(&revisions, policy).fixes {
        let name = format!("merge{}", revisions.len());
        let parents = fix.parents.into_iter().map(|parent| parent.id);
        revisions.push(Revision {
            path: fix.directory.join(&format!("{name}.py")),
            message: "merge heads".into(),
            down_revisions: parents.collect(),
            ..revision(&name, &[])
        });
    }
    revisions
}
