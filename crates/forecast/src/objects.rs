//! What a partial clone lacks of what a forecast reads.

use std::collections::BTreeSet;

use onehead_git::{Connection, EntryKind, GitError, Oid};
use onehead_model::RepoPath;
use onehead_scan::Nearby;
use onehead_scan::layout::{is_configuration, leads};

use crate::Analysis;

/// The files of a commit that a forecast may read and that are not in this clone: whatever leads to an environment, and
/// whatever lies in one or looks as if it did. `here` says where environments are known to lie. Their object ids, sorted.
///
/// # Errors
/// git failed.
pub fn missing_objects(
    repository: &Connection,
    commit: &Oid,
    here: &Analysis,
) -> Result<Vec<Oid>, GitError> {
    let environments = &here.graph.environments;
    let is_inside = |path: &RepoPath| {
        environments.iter().any(|environment| {
            let mut folders = environment.version_locations.iter();
            path.is_within(&environment.script_location)
                || folders.any(|folder| path.is_within(folder))
        })
    };
    let nearby = Nearby::of(&here.snapshot.report().environments);
    let is_read = |path: &RepoPath| {
        leads(path.name())
            || is_configuration(path.name())
            || nearby.may_be_one(path.as_str())
            || here.snapshot.looked_for().modules.contains(path)
            || is_inside(path)
    };
    let wanted: BTreeSet<Oid> = repository
        .tree_entries(commit)?
        .into_iter()
        .filter(|entry| entry.kind != EntryKind::Submodule)
        .filter(|entry| {
            entry.kind == EntryKind::Symlink
                || RepoPath::new(&entry.path).is_ok_and(|path| is_read(&path))
        })
        .filter_map(|entry| entry.oid)
        .collect();
    let wanted: Vec<Oid> = wanted.into_iter().collect();
    repository.missing(&wanted)
}
