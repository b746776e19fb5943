//! A merge of trees in memory, as far as no content has to be merged.
//!
//! Where git looks for renames, memory does not know what lies at some paths: these are [`Doubts`]. A rename matters only
//! where one side removes a file and the other one touches it (the rename takes changes along), or where one side removes
//! a folder and the other one adds to it (git may move the new file).
//!
//! What only git can tell is `None`: a file in the place of a folder, links and submodules that both sides change.

use std::collections::BTreeSet;

use onehead_git::{Differences, EntryKind, Object};
use onehead_scan::{Delta, Entry, Snapshot};

use crate::doubts::{Doubts, Side};

/// What a merge gives.
#[derive(Debug, Clone, Default)]
pub(crate) struct LaidOver {
    /// As a change of the base. A path whose content both sides changed is marked as not known; it is there, unless it is
    /// among the doubts.
    pub(crate) delta: Delta,
    pub(crate) doubts: Doubts,
}

/// What memory tells of a head.
pub(crate) enum Told<O> {
    Outcome(O),
    /// Only the content of files is not known that both sides changed.
    AllButContent(LaidOver),
    Nothing,
}

impl From<Delta> for LaidOver {
    fn from(delta: Delta) -> Self {
        Self {
            delta,
            doubts: Doubts::default(),
        }
    }
}

/// What applying the changes of one side to the other gives. `ours` is a change of the base, with what is not known of it.
pub(crate) fn merged(base: &Snapshot, ours: &LaidOver, theirs: &Differences) -> Option<LaidOver> {
    let mut result = ours.delta.clone();
    let mut doubts = ours.doubts.of_paths();
    let ours = &ours.delta;
    for change in &theirs.paths {
        let path = change.path.as_str();
        if path.contains(char::REPLACEMENT_CHARACTER) {
            return None;
        }
        if change.before.is_none() {
            let gone = gone_folders(base, ours, theirs, path)?;
            if !gone.is_empty() {
                is_file(change.after.as_ref()).then_some(())?;
                doubts.moved(Side::Ours, path, gone);
                result.insert(path, Entry::Unknown);
                continue;
            }
        }
        let now = entry(base, ours, path);
        // Only files are taken for renamed when they are nearly the same.
        let removed = || change.before.as_ref().filter(|one| is_file(Some(one)));
        if ours.get(path) == Some(&Entry::Unknown) {
            if doubts.contains(path) {
                doubts.removed(Side::Ours, removed()?);
            }
            match &change.after {
                None => {
                    doubts.removed(Side::Theirs, removed()?);
                    doubts.insert(path);
                }
                after => is_file(after.as_ref()).then_some(())?,
            }
        } else if doubts.contains(path) {
            return None;
        } else if now == change.before {
            result.insert(path, Entry::from(change.after.clone()));
        } else if now == change.after {
            if now.is_none() {
                doubts.removed(Side::Ours, removed()?);
                doubts.removed(Side::Theirs, removed()?);
            }
        } else if is_file(now.as_ref()) && is_file(change.after.as_ref()) {
            result.insert(path, Entry::Unknown);
        } else if now.is_none() && is_file(change.after.as_ref()) {
            doubts.removed(Side::Ours, removed()?);
            doubts.insert(path);
            result.insert(path, Entry::Unknown);
        } else if is_file(now.as_ref()) && change.after.is_none() {
            doubts.removed(Side::Theirs, removed()?);
            doubts.insert(path);
            result.insert(path, Entry::Unknown);
        } else if !is_submodule(now.as_ref()) || !is_submodule(change.after.as_ref()) {
            return None;
        }
    }
    for path in refilled(base, &result, theirs) {
        let is_known = result.get(&path) != Some(&Entry::Unknown);
        if is_known && !is_file(entry(base, &result, &path).as_ref()) {
            return None;
        }
        if !doubts.contains(&path) {
            let gone = theirs.gone_folders.iter();
            let gone = gone.filter(|folder| is_below(&path, folder)).cloned();
            doubts.moved(Side::Theirs, &path, gone.collect());
            result.insert(path, Entry::Unknown);
        }
    }
    Some(LaidOver {
        delta: result,
        doubts,
    })
}

/// What a path holds under a change.
fn entry(base: &Snapshot, change: &Delta, path: &str) -> Option<Object> {
    match change.get(path) {
        Some(Entry::Object(object)) => Some(object.clone()),
        Some(_) => None,
        None => base.object(path),
    }
}

/// The folders around a new file of theirs that ours has removed; `None` if a file is in the place of a folder, or the
/// other way round.
fn gone_folders(
    base: &Snapshot,
    ours: &Delta,
    theirs: &Differences,
    path: &str,
) -> Option<Vec<String>> {
    if has_below(base, ours, path) {
        return None;
    }
    let mut gone = Vec::new();
    for folder in path.match_indices('/').map(|(at, _)| &path[..at]) {
        if entry(base, ours, folder).is_some() || ours.get(folder) == Some(&Entry::Unknown) {
            return None;
        }
        let is_new = theirs.new_folders.iter().any(|new| new == folder);
        if !is_new && !has_below(base, ours, folder) {
            gone.push(folder.to_owned());
        }
    }
    Some(gone)
}

/// What is left in the folders that theirs has removed.
fn refilled(base: &Snapshot, result: &Delta, theirs: &Differences) -> BTreeSet<String> {
    let gone = theirs.gone_folders.iter();
    gone.flat_map(|folder| below(base, result, folder))
        .map(str::to_owned)
        .collect()
}

/// Whether anything lies below a folder.
fn has_below(base: &Snapshot, change: &Delta, folder: &str) -> bool {
    below(base, change, folder).next().is_some()
}

/// The paths at which anything lies below a folder.
fn below<'a>(
    base: &'a Snapshot,
    change: &'a Delta,
    folder: &'a str,
) -> impl Iterator<Item = &'a str> {
    let laid = change.entries_below(folder);
    let laid = laid.filter(|(_, entry)| **entry != Entry::Gone);
    let left = base.paths_below(folder);
    laid.map(|(path, _)| path)
        .chain(left.filter(|path| change.get(path).is_none()))
}

fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| rest.starts_with('/'))
}

fn is_file(object: Option<&Object>) -> bool {
    object.is_some_and(|object| object.kind == EntryKind::File)
}

fn is_submodule(object: Option<&Object>) -> bool {
    object.is_some_and(|object| object.kind == EntryKind::Submodule)
}
