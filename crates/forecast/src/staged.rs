//! What a commit that is about to be made changes, told from the index without making the commit.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use onehead_git::{Connection, Difference, Differences, GitError, Oid};
use onehead_scan::{Delta, Entry, Snapshot};

/// A commit that is about to be made.
#[derive(Debug, Clone, Copy)]
pub struct Staged<'a> {
    /// Its parents: HEAD, and what is being merged into it.
    pub parents: &'a [Oid],
    /// What the index changes of HEAD.
    pub since_head: &'a [Difference],
    /// The index.
    pub index: &'a Snapshot,
}

impl Staged<'_> {
    /// What it changes since a commit that HEAD has; `None` where only its tree tells.
    pub(crate) fn changes_since(
        &self,
        repository: &Connection,
        base: &Oid,
    ) -> Result<Option<Differences>, GitError> {
        let Some(head) = self.parents.first() else {
            return Ok(None);
        };
        let until_head = repository.difference(base, head)?;
        let Some(paths) = self.paths_since(repository, &until_head) else {
            return Ok(None);
        };
        let mut since_base = Differences::default();
        let in_head = HeadFolders::of(self);
        let folders: BTreeSet<&str> = paths.keys().flat_map(|path| folders(path)).collect();
        for folder in folders {
            let was_there = match in_head.has(folder) {
                true => !until_head.new_folders.iter().any(|new| new == folder),
                false => until_head.gone_folders.iter().any(|gone| gone == folder),
            };
            let is_there = self.index.paths_below(folder).next().is_some();
            match (was_there, is_there) {
                (false, true) => since_base.new_folders.push(folder.to_owned()),
                (true, false) => since_base.gone_folders.push(folder.to_owned()),
                _ => {}
            }
        }
        since_base.paths = paths.into_values().collect();
        Ok(Some(since_base))
    }

    /// What the target has that the index has otherwise.
    pub(crate) fn delta_to(&self, repository: &Connection, target: &Oid) -> Option<Delta> {
        let of_target = repository.difference(self.parents.first()?, target).ok()?;
        // What is staged is taken back, and then changed as the target has it.
        let taken_back = self.since_head.iter();
        let mut to_target: Delta = taken_back
            .map(|one| (one.path.clone(), Entry::from(one.before.clone())))
            .collect();
        to_target.extend(of_target.paths.iter().collect());
        Some(to_target)
    }

    /// The changes of HEAD with the staged ones behind them.
    fn paths_since(
        &self,
        repository: &Connection,
        until_head: &Differences,
    ) -> Option<BTreeMap<String, Difference>> {
        let of_head = until_head.paths.iter().cloned();
        let mut paths: BTreeMap<String, Difference> =
            of_head.map(|one| (one.path.clone(), one)).collect();
        for staged in self.since_head {
            let is_in_conflict = staged.before.is_none() && staged.after.is_none();
            // Also what is only intended to be added shows as an empty file, and no commit records it.
            let after = staged.after.as_ref();
            let may_be_left_out = after.is_some_and(|after| after.oid == repository.empty_file());
            // Two paths that are not UTF-8 may be taken for one.
            let is_unclear = staged.path.contains(char::REPLACEMENT_CHARACTER);
            if is_in_conflict || may_be_left_out || is_unclear {
                return None;
            }
            match paths.get_mut(&staged.path) {
                None => drop(paths.insert(staged.path.clone(), staged.clone())),
                // What was taken back may still differ in who may execute it.
                Some(known) if known.after != staged.before || known.before == staged.after => {
                    return None;
                }
                Some(known) => known.after.clone_from(&staged.after),
            }
        }
        Some(paths)
    }
}

/// Which folders HEAD has, told from what the index has.
struct HeadFolders<'a> {
    index: &'a Snapshot,
    /// The folders of what the index changes or takes away.
    changed: HashSet<&'a str>,
    /// The paths that only the index has.
    added: HashSet<&'a str>,
}

impl<'a> HeadFolders<'a> {
    fn of(staged: &Staged<'a>) -> Self {
        let since_head = || staged.since_head.iter();
        let changed = since_head().filter(|one| one.before.is_some());
        let added = since_head().filter(|one| one.before.is_none());
        Self {
            index: staged.index,
            changed: changed.flat_map(|one| folders(&one.path)).collect(),
            added: added.map(|one| one.path.as_str()).collect(),
        }
    }

    fn has(&self, folder: &str) -> bool {
        let mut below = self.index.paths_below(folder);
        self.changed.contains(folder) || below.any(|path| !self.added.contains(path))
    }
}

/// The folders around a path, the outermost first.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}
