//! Where a merge that is told from memory may be another than git's: git takes a file that one side removed for renamed if
//! the side has a new one that is much like it, and then puts what the other side made of it there; and it moves what is
//! new in a folder that the other side renamed.
//!
//! What becomes of such paths is left open. That does no harm where no path counts for the migrations.

use std::collections::BTreeSet;

use onehead_git::{Connection, Difference, GitError, Object, Oid};
use onehead_scan::{Delta, Entry, Snapshot};

use crate::alike::Alike;

/// More than these are not compared: git is then as fast.
const MOST_REMOVED: usize = 2_000;
const MOST_PLACES: usize = 100_000;

/// A side of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Ours,
    Theirs,
}

/// What is not known of a merge.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doubts {
    /// Paths at which any file may lie, or none.
    paths: BTreeSet<String>,
    /// New files that are much like nothing that counts, and may have been changed by a rename.
    renamed: BTreeSet<String>,
    ours: OfSide,
    theirs: OfSide,
}

/// What may have been renamed by one side.
#[derive(Debug, Clone, Default)]
struct OfSide {
    /// Files that it removed and the other one touched.
    removed: Vec<Oid>,
    /// What the other one put into folders that it removed: the path, and these folders.
    moved: Vec<(String, Vec<String>)>,
}

impl Doubts {
    /// What was not known of paths before another merge.
    pub(crate) fn of_paths(&self) -> Self {
        Self {
            paths: self.paths.clone(),
            renamed: self.renamed.clone(),
            ..Self::default()
        }
    }

    pub(crate) fn contains(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    pub(crate) fn insert(&mut self, path: &str) {
        self.paths.insert(path.to_owned());
    }

    /// A side removed a file that the other one touched.
    pub(crate) fn removed(&mut self, side: Side, file: &Object) {
        self.side(side).removed.push(file.oid.clone());
    }

    /// A side removed these folders, into which the other one puts a new file.
    pub(crate) fn moved(&mut self, side: Side, path: &str, folders: Vec<String>) {
        self.insert(path);
        self.side(side).moved.push((path.to_owned(), folders));
    }

    fn side(&mut self, side: Side) -> &mut OfSide {
        match side {
            Side::Ours => &mut self.ours,
            Side::Theirs => &mut self.theirs,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        let is_empty = |side: &OfSide| side.removed.is_empty() && side.moved.is_empty();
        self.paths.is_empty()
            && self.renamed.is_empty()
            && is_empty(&self.ours)
            && is_empty(&self.theirs)
    }
}

/// A merge of which it is asked whether its doubts count.
pub(crate) struct Question<'a> {
    pub(crate) repository: &'a Connection,
    pub(crate) alike: &'a Alike,
    /// What a scan of the result says.
    pub(crate) state: &'a Snapshot,
    /// What our side is a change of, and what it changes of that.
    pub(crate) target: (&'a Oid, &'a Snapshot),
    pub(crate) ours: &'a Delta,
    /// Where the two sides part, and what theirs changed since.
    pub(crate) base: &'a Oid,
    pub(crate) theirs: &'a [Difference],
}

/// A new file of a side.
struct New {
    path: String,
    oid: Oid,
}

impl AsRef<str> for New {
    fn as_ref(&self) -> &str {
        &self.path
    }
}

impl Doubts {
    /// Whether none of them counts, so that a scan of what git records would say the same. Remembers where else something
    /// may lie.
    pub(crate) fn are_settled(&mut self, asked: &Question<'_>) -> Result<bool, GitError> {
        if self.is_empty() {
            return Ok(true);
        }
        let sides = [
            (std::mem::take(&mut self.ours), Side::Ours),
            (std::mem::take(&mut self.theirs), Side::Theirs),
        ];
        for (side, which) in sides {
            if side.removed.is_empty() && side.moved.is_empty() {
                continue;
            }
            let new = match which {
                Side::Ours => asked.new_of_ours()?,
                Side::Theirs => new(asked.theirs),
            };
            if !side.add_places(&new, &mut self.paths) {
                return Ok(false);
            }
            if side.removed.is_empty() {
                continue;
            }
            let counting = asked.state.counting(&new);
            let oids: Vec<&Oid> = counting.iter().map(|one| &one.oid).collect();
            if side.removed.len() > MOST_REMOVED
                || asked.alike.any(asked.repository, &side.removed, &oids)?
            {
                return Ok(false);
            }
            self.renamed.extend(new.into_iter().map(|one| one.path));
        }
        Ok(!asked.count(self))
    }
}

impl OfSide {
    /// Adds where else a file may lie that the other side put into a folder which this one may have renamed: below any
    /// folder to which it added. Whether these are few enough to be looked at.
    fn add_places(&self, new: &[New], places: &mut BTreeSet<String>) -> bool {
        if self.moved.is_empty() {
            return true;
        }
        let mut folders: BTreeSet<&str> = BTreeSet::from([""]);
        for one in new {
            folders.extend(one.path.match_indices('/').map(|(at, _)| &one.path[..at]));
        }
        if self.moved.len() * folders.len() > MOST_PLACES {
            return false;
        }
        for (path, gone) in &self.moved {
            for rest in gone.iter().map(|folder| &path[folder.len() + 1..]) {
                let below = |folder: &&str| match *folder {
                    "" => rest.to_owned(),
                    folder => format!("{folder}/{rest}"),
                };
                places.extend(folders.iter().map(below));
            }
        }
        true
    }
}

impl Question<'_> {
    fn new_of_ours(&self) -> Result<Vec<New>, GitError> {
        let (commit, target) = self.target;
        let mut all = match commit == self.base {
            true => Vec::new(),
            false => new(&self.repository.difference(self.base, commit)?.paths),
        };
        let added = self.ours.entries().filter_map(|(path, entry)| match entry {
            Entry::Object(object) if target.object(path).is_none() => Some(New {
                path: path.to_owned(),
                oid: object.oid.clone(),
            }),
            _ => None,
        });
        all.extend(added);
        Ok(all)
    }

    fn count(&self, doubts: &Doubts) -> bool {
        !self.state.counting(&doubts.paths).is_empty()
            || self.state.looked_for_what_only_they_fill(&doubts.paths)
    }
}

fn new(differences: &[Difference]) -> Vec<New> {
    let new = differences.iter().filter(|one| one.before.is_none());
    new.filter_map(|one| {
        Some(New {
            path: one.path.clone(),
            oid: one.after.as_ref()?.oid.clone(),
        })
    })
    .collect()
}
