//! What a commit or tree holds, read level by level: all folders of a level are one question.

use std::collections::HashMap;

use crate::entry::entry;
use crate::tree::{Mode, below};
use crate::{Connection, Entry, GitError, Object, Oid};

/// A folder of a tree that is still to be read.
struct Folder {
    path: Vec<u8>,
    oid: Oid,
}

/// What a tree holds at a path.
struct Found {
    path: Vec<u8>,
    mode: Mode,
    oid: Oid,
}

impl Connection {
    /// Every path of a commit or tree, sorted by path.
    ///
    /// # Errors
    /// git failed, or it is no commit or tree that is here with all its folders.
    pub fn tree_entries(&self, tree: &Oid) -> Result<Vec<Entry>, GitError> {
        let root = Folder {
            path: Vec::new(),
            oid: self.root_trees(&[tree])?.remove(0),
        };
        let mut entries: Vec<Entry> = self
            .list(vec![root])?
            .into_iter()
            .map(|found| entry(&found.path, found.mode.kind(), Some(found.oid)))
            .collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    /// The object ids of some paths in a tree, sorted by path; those that it does not hold are left out. A folder
    /// stands for all that is in it.
    ///
    /// # Errors
    /// git failed, or it is no commit or tree that is here with these folders.
    pub fn oids_in_tree(
        &self,
        tree: &Oid,
        paths: &[String],
    ) -> Result<Vec<(String, Oid)>, GitError> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let root = self.root_trees(&[tree])?.remove(0);
        let paths: Vec<&[u8]> = paths.iter().map(String::as_bytes).collect();
        let mut found = self.find(root, &paths)?;
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found.dedup_by(|a, b| a.path == b.path);
        let text = |path: Vec<u8>| String::from_utf8_lossy(&path).into_owned();
        Ok(found
            .into_iter()
            .map(|found| (text(found.path), found.oid))
            .collect())
    }

    /// What the top of a commit or tree holds under these names: nothing, an object, or none inside for a folder.
    ///
    /// # Errors
    /// git failed, or it is no commit or tree that is here.
    pub fn top_of(
        &self,
        tree: &Oid,
        names: &[&str],
    ) -> Result<Vec<Option<Option<Object>>>, GitError> {
        let root = self.root_trees(&[tree])?.remove(0);
        let tree = &self.tree_objects([&root])?[&root];
        let of_name = |name: &&str| {
            let mut entries = tree.entries();
            let found = entries.find(|entry| entry.name == name.as_bytes())?;
            let kind = found.mode.kind();
            Some((!found.is_folder()).then(|| Object {
                kind,
                oid: found.oid(),
            }))
        };
        Ok(names.iter().map(of_name).collect())
    }

    /// All that is in these folders.
    fn list(&self, mut level: Vec<Folder>) -> Result<Vec<Found>, GitError> {
        let mut all = Vec::new();
        while !level.is_empty() {
            let trees = self.tree_objects(level.iter().map(|folder| &folder.oid))?;
            let mut next = Vec::new();
            for folder in &level {
                for entry in trees[&folder.oid].entries() {
                    let path = below(&folder.path, entry.name);
                    let oid = entry.oid();
                    if entry.is_folder() {
                        next.push(Folder { path, oid });
                    } else {
                        let mode = entry.mode;
                        all.push(Found { path, mode, oid });
                    }
                }
            }
            level = next;
        }
        Ok(all)
    }

    /// What a tree holds at these paths.
    fn find(&self, root: Oid, paths: &[&[u8]]) -> Result<Vec<Found>, GitError> {
        let mut found = Vec::new();
        let mut whole = Vec::new();
        let root = Folder {
            path: Vec::new(),
            oid: root,
        };
        let mut level: Vec<(Folder, Vec<&[u8]>)> = vec![(root, paths.to_vec())];
        while !level.is_empty() {
            let trees = self.tree_objects(level.iter().map(|(folder, _)| &folder.oid))?;
            let mut next = Vec::new();
            for (folder, rests) in level {
                let mut wanted: HashMap<&[u8], Vec<&[u8]>> = HashMap::new();
                for rest in rests {
                    let (name, rest) = first_part(rest);
                    wanted.entry(name).or_default().push(rest);
                }
                for entry in trees[&folder.oid].entries() {
                    let Some(mut rests) = wanted.remove(entry.name) else {
                        continue;
                    };
                    let (path, oid) = (below(&folder.path, entry.name), entry.oid());
                    let is_whole = rests.iter().any(|rest| rest.is_empty());
                    rests.retain(|rest| !rest.is_empty());
                    if !entry.is_folder() {
                        if is_whole {
                            let mode = entry.mode;
                            found.push(Found { path, mode, oid });
                        }
                    } else if is_whole {
                        whole.push(Folder { path, oid });
                    } else {
                        next.push((Folder { path, oid }, rests));
                    }
                }
            }
            level = next;
        }
        found.extend(self.list(whole)?);
        Ok(found)
    }
}

/// The first part of a path, and what comes behind it.
fn first_part(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().position(|&byte| byte == b'/') {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => (path, b""),
    }
}
