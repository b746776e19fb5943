//! A merge of trees in memory, as far as no content has to be merged and no rename can matter.
//!
//! What git would do otherwise, or what only git can tell, is `None`: a path that one side removes
//! and the other one touches (a rename takes changes along), a folder that one side removes and the other one
//! adds to (git may move the new file), a file in the place of a folder.

use onehead_git::{Differences, EntryKind, Object};
use onehead_scan::{Delta, Entry, Snapshot};

/// What applying the changes of one side to the other gives, as a change of the base. A path whose content both changed
/// is marked as not known; it is there in any case.
pub(crate) fn merged(base: &Snapshot, ours: &Delta, theirs: &Differences) -> Option<Delta> {
    let mut result = ours.clone();
    for change in &theirs.paths {
        if change.path.contains(char::REPLACEMENT_CHARACTER) {
            return None;
        }
        if change.before.is_none() && !has_room(base, ours, theirs, &change.path) {
            return None;
        }
        let now = entry(base, ours, &change.path);
        if ours.get(&change.path) == Some(&Entry::Unknown) {
            is_file(change.after.as_ref()).then_some(())?;
        } else if now == change.before {
            result.insert(change.path.as_str(), Entry::from(change.after.clone()));
        } else if now == change.after {
            now.is_some().then_some(())?;
        } else if is_file(now.as_ref()) && is_file(change.after.as_ref()) {
            result.insert(change.path.as_str(), Entry::Unknown);
        } else if !is_submodule(now.as_ref()) || !is_submodule(change.after.as_ref()) {
            return None;
        }
    }
    let refilled = |folder: &String| has_below(base, &result, folder);
    if theirs.gone_folders.iter().any(refilled) {
        return None;
    }
    Some(result)
}

/// What a path holds under a change.
fn entry(base: &Snapshot, change: &Delta, path: &str) -> Option<Object> {
    match change.get(path) {
        Some(Entry::Object(object)) => Some(object.clone()),
        Some(_) => None,
        None => base.object(path),
    }
}

/// Whether a new file can simply be put there: no file is in the way, and each of its folders is still there
/// or as new as the file.
fn has_room(base: &Snapshot, ours: &Delta, theirs: &Differences, path: &str) -> bool {
    let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
    let stands = folders.all(|folder| {
        entry(base, ours, folder).is_none()
            && (theirs.new_folders.iter().any(|new| new == folder) || has_below(base, ours, folder))
    });
    stands && !has_below(base, ours, path)
}

/// Whether anything lies below a folder.
fn has_below(base: &Snapshot, change: &Delta, folder: &str) -> bool {
    let mut laid = change.entries_below(folder);
    laid.any(|(_, entry)| *entry != Entry::Gone)
        || base
            .paths_below(folder)
            .any(|path| change.get(path).is_none())
}

fn is_file(object: Option<&Object>) -> bool {
    object.is_some_and(|object| object.kind == EntryKind::File)
}

fn is_submodule(object: Option<&Object>) -> bool {
    object.is_some_and(|object| object.kind == EntryKind::Submodule)
}
