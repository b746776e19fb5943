//! A merge of trees in memory, as far as no content has to be merged and no rename can matter.
//!
//! What git would do otherwise, or what nobody can tell without git, is `None`: a path that one side removes
//! and the other one touches (a rename takes changes along), a folder that one side removes and the other one
//! adds to (git may move the new file), a file in the place of a folder.

use onehead_git::{Differences, EntryKind, Object};
use onehead_scan::{Ground, Overlay};

/// What applying the changes of one side to the other gives. A path whose content both changed is marked as not
/// known; it is there in any case.
pub(super) fn merged(ground: &Ground, ours: &Overlay, theirs: &Differences) -> Option<Overlay> {
    let mut result = ours.clone();
    for change in &theirs.paths {
        if change.path.contains(char::REPLACEMENT_CHARACTER) {
            return None;
        }
        if change.before.is_none() && !has_room(ground, ours, theirs, &change.path) {
            return None;
        }
        let now = entry(ground, ours, &change.path);
        if ours.unknown.contains(&change.path) {
            is_file(change.after.as_ref()).then_some(())?;
        } else if now == change.before {
            result
                .entries
                .insert(change.path.clone(), change.after.clone());
        } else if now == change.after {
            now.is_some().then_some(())?;
        } else if is_file(now.as_ref()) && is_file(change.after.as_ref()) {
            result.unknown.insert(change.path.clone());
        } else if !is_submodule(now.as_ref()) || !is_submodule(change.after.as_ref()) {
            return None;
        }
    }
    let refilled = |folder: &String| has_below(ground, &result, folder);
    if theirs.gone_folders.iter().any(refilled) {
        return None;
    }
    Some(result)
}

/// What a path holds under the overlay.
fn entry(ground: &Ground, overlay: &Overlay, path: &str) -> Option<Object> {
    match overlay.entries.get(path) {
        Some(laid) => laid.clone(),
        None => ground.entry(path),
    }
}

/// Whether a new file can simply be put there: no file is in the way, and each of its folders is still there
/// or as new as the file.
fn has_room(ground: &Ground, ours: &Overlay, theirs: &Differences, path: &str) -> bool {
    let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
    let stands = folders.all(|folder| {
        entry(ground, ours, folder).is_none()
            && (theirs.new_folders.iter().any(|new| new == folder)
                || has_below(ground, ours, folder))
    });
    stands && !has_below(ground, ours, path)
}

/// Whether anything lies below a folder.
fn has_below(ground: &Ground, overlay: &Overlay, folder: &str) -> bool {
    let prefix = format!("{folder}/");
    let laid = overlay
        .entries
        .range(prefix.clone()..)
        .take_while(|(path, _)| path.starts_with(&prefix))
        .any(|(_, object)| object.is_some());
    laid || ground
        .below(folder)
        .any(|path| !overlay.entries.contains_key(path))
}

fn is_file(object: Option<&Object>) -> bool {
    object.is_some_and(|object| object.kind == EntryKind::File)
}

fn is_submodule(object: Option<&Object>) -> bool {
    object.is_some_and(|object| object.kind == EntryKind::Submodule)
}
