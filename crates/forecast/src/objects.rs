//! What a partial clone lacks of what a forecast reads.

use std::collections::BTreeSet;

use onehead_git::{Connection, EntryKind, GitError, Oid};
use onehead_model::RepoPath;
use onehead_scan::Nearby;
use onehead_scan::file_names::{is_configuration, leads};

use crate::Analysis;

/// The files of some commits that a scan or a forecast may read and that are not in this clone: whatever leads to an
/// environment, and whatever lies in one or looks as if it did. `here` says where environments are known to lie; `beside`
/// are files that a scan has missed, and what lies beside them is read as well. Their object ids, sorted.
///
/// # Errors
/// git failed.
pub fn missing_objects(
    repository: &Connection,
    commits: &[Oid],
    here: Option<&Analysis>,
    beside: &[RepoPath],
) -> Result<Vec<Oid>, GitError> {
    let mut entries = Vec::new();
    for commit in commits {
        entries.extend(repository.tree_entries(commit)?);
    }
    let mut folders: BTreeSet<RepoPath> = beside.iter().map(RepoPath::parent).collect();
    for environment in here.into_iter().flat_map(|here| &here.graph.environments) {
        folders.insert(environment.script_location.clone());
        folders.extend(environment.version_locations.iter().cloned());
    }
    let is_module = |path: &RepoPath| {
        here.is_some_and(|here| here.snapshot.looked_for().modules.contains(path))
    };
    let known = here.into_iter();
    let nearby = Nearby::of(known.flat_map(|here| &here.snapshot.report().environments));
    let is_read = |path: &RepoPath| {
        leads(path.name())
            || is_configuration(path.name())
            || nearby.may_be_one(path.as_str())
            || path.parts().any(|part| part == "versions")
            || is_module(path)
            || folders.iter().any(|folder| path.is_within(folder))
    };
    let wanted: BTreeSet<Oid> = entries
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
