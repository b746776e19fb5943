//! What merges would make of a few files, without the rest of their trees.

use std::collections::BTreeMap;

use crate::command::subcommand;
use crate::{Connection, GitError, MergedTree, Object, Oid};

/// A file that both sides of a merge have and changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileVersions {
    /// Relative to the root.
    pub path: String,
    /// What it held where the sides part; none if it was not there.
    pub base: Option<Oid>,
    /// What our side has.
    pub ours: Oid,
    /// What the other one has.
    pub theirs: Oid,
}

/// What comes of such files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MergedFiles {
    /// By path. Those in conflict have conflict markers, or are as one side has them.
    pub files: BTreeMap<String, Object>,
    /// The paths in conflict, sorted.
    pub conflicts: Vec<String>,
}

/// Which version of a file is in a tree.
type Version = fn(&FileVersions) -> Option<&Oid>;

const VERSIONS: [Version; 3] = [
    |file| file.base.as_ref(),
    |file| Some(&file.ours),
    |file| Some(&file.theirs),
];

/// The entries of a folder: their mode and type, and the object.
type Entries = BTreeMap<String, (&'static str, Oid)>;

impl Connection {
    /// Predicts what each of some merges makes of files that both its sides have, from trees which hold only these. Writes
    /// objects, and nothing else. A rename that changes one of the files is not seen.
    ///
    /// All merges together cost as many git processes as their paths have parts, and four.
    #[must_use]
    pub fn merge_files(&self, merges: &[Vec<FileVersions>]) -> Vec<Result<MergedFiles, GitError>> {
        match self.commits_of_files(merges) {
            Ok(pairs) => {
                let merged = self.merge_trees(&pairs).into_iter();
                merged.map(|merged| self.files_of(merged?)).collect()
            }
            Err(error) => merges.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// For each merge, commits of both sides that part at a third one.
    fn commits_of_files(&self, merges: &[Vec<FileVersions>]) -> Result<Vec<(Oid, Oid)>, GitError> {
        let of_version = |version: Version| {
            let of_merge = move |files: &Vec<FileVersions>| {
                let files = files.iter();
                files
                    .filter_map(|file| Some((file.path.clone(), version(file)?.clone())))
                    .collect()
            };
            merges.iter().map(of_merge)
        };
        let trees: Vec<BTreeMap<String, Oid>> = VERSIONS.into_iter().flat_map(of_version).collect();
        let trees = self.trees_of_files(&trees)?;
        let (bases, sides) = trees.split_at(merges.len());
        let alone = bases.iter().map(|tree| (tree.clone(), Vec::new()));
        let bases = self.commits_of_trees(&alone.collect::<Vec<_>>())?;
        let behind = std::iter::zip(sides, bases.iter().cycle())
            .map(|(tree, base)| (tree.clone(), vec![base.clone()]));
        let mut ours = self.commits_of_trees(&behind.collect::<Vec<_>>())?;
        let theirs = ours.split_off(merges.len());
        Ok(std::iter::zip(ours, theirs).collect())
    }

    fn files_of(&self, merged: MergedTree) -> Result<MergedFiles, GitError> {
        let entries = self.tree_entries(&merged.tree)?;
        let files = entries.into_iter().filter_map(|entry| {
            let object = Object {
                kind: entry.kind,
                oid: entry.oid?,
            };
            Some((entry.path, object))
        });
        Ok(MergedFiles {
            files: files.collect(),
            conflicts: merged.conflicts,
        })
    }

    /// Trees of files by their paths, the deepest folders first: one git process for all folders of one depth.
    fn trees_of_files(&self, trees: &[BTreeMap<String, Oid>]) -> Result<Vec<Oid>, GitError> {
        let mut folders: BTreeMap<(usize, String), Entries> = BTreeMap::new();
        for (at, files) in trees.iter().enumerate() {
            folders.entry((at, String::new())).or_default();
            for (path, oid) in files {
                let (folder, name) = split(path);
                for parent in path.match_indices('/').map(|(end, _)| &path[..end]) {
                    folders.entry((at, parent.to_owned())).or_default();
                }
                let entries = folders.entry((at, folder.to_owned())).or_default();
                entries.insert(name.to_owned(), ("100644 blob", oid.clone()));
            }
        }
        let deepest = folders.keys().map(|(_, folder)| depth(folder)).max();
        for level in (1..=deepest.unwrap_or(0)).rev() {
            let of_level: Vec<(usize, String)> = folders
                .keys()
                .filter(|(_, folder)| depth(folder) == level)
                .cloned()
                .collect();
            let made = self.make_trees(of_level.iter().map(|key| &folders[key]))?;
            for ((at, path), oid) in std::iter::zip(of_level, made) {
                let (folder, name) = split(&path);
                let parent = folders.entry((at, folder.to_owned())).or_default();
                parent.insert(name.to_owned(), ("040000 tree", oid));
            }
        }
        let roots = (0..trees.len()).map(|at| &folders[&(at, String::new())]);
        self.make_trees(roots)
    }

    fn make_trees<'e>(
        &self,
        folders: impl Iterator<Item = &'e Entries>,
    ) -> Result<Vec<Oid>, GitError> {
        let mut request = String::new();
        let mut count = 0;
        for entries in folders {
            count += 1;
            for (name, (kind, oid)) in entries {
                request.extend([kind, " ", oid.as_str(), "\t", name, "\0"]);
            }
            request.push('\0');
        }
        let args = ["mktree", "-z", "--missing", "--batch"];
        let output = self.git.offline().run(args, request.as_bytes())?;
        let answer = String::from_utf8_lossy(&output);
        let made: Vec<Oid> = answer.lines().filter_map(Oid::new).collect();
        match made.len() == count {
            true => Ok(made),
            false => Err(GitError::Answer {
                command: subcommand(&args),
                answer: answer.into_owned(),
            }),
        }
    }
}

/// The folder and the name of a path.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// How many parts the path of a folder has.
fn depth(folder: &str) -> usize {
    match folder {
        "" => 0,
        folder => folder.matches('/').count() + 1,
    }
}
