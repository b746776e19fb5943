//! What can be read: the working tree, the index, a commit, or what a merge would record.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use onehead_git::{Connection, Entry, EntryKind, MergedTree};
use onehead_model::Source;
use rayon::prelude::*;

use crate::ScanError;
use crate::files::Files;
use crate::listing::{Content, File, Listing};

/// What a caller wants to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceSpec {
    /// The working tree.
    Worktree,
    /// The index.
    Index,
    /// A commit or tree, by any name that git understands.
    Commit(String),
    /// What merging these commits, in this order, would record.
    Merge(Vec<String>),
}

fn bare(git: &Connection) -> ScanError {
    ScanError::Bare {
        path: git.root().display().to_string(),
    }
}

impl Files {
    pub(crate) fn open(git: &Connection, spec: &SourceSpec) -> Result<Self, ScanError> {
        match spec {
            SourceSpec::Worktree if git.is_bare() => Err(bare(git)),
            // It would be read as empty, and so as fine.
            SourceSpec::Index if git.is_bare() && !git.git_path("index")?.exists() => {
                Err(bare(git))
            }
            SourceSpec::Worktree => {
                let disk = Some(git.root().to_owned());
                Self::from_entries(Source::Worktree, disk, git, git.worktree_entries()?)
            }
            SourceSpec::Index => Self::from_entries(Source::Index, None, git, git.index_entries()?),
            SourceSpec::Commit(name) => {
                let oid = git
                    .resolve(name)?
                    .ok_or_else(|| ScanError::UnknownRevision(name.clone()))?;
                let entries = git.tree_entries(&oid)?;
                let source = Source::Commit { oid: oid.into() };
                Self::from_entries(source, None, git, entries)
            }
            SourceSpec::Merge(names) => Self::of_merge(git, names),
        }
    }

    /// The tree that a merge would record. Revision files in conflict are marked; whatever else is in
    /// conflict, such as a `pyproject.toml`, is read as the first side has it, so that it does not hide
    /// what the migrations say.
    fn of_merge(git: &Connection, names: &[String]) -> Result<Self, ScanError> {
        let commit = |name: &String| {
            git.commit(name)?
                .ok_or_else(|| ScanError::UnknownRevision(name.clone()))
        };
        let commits = names
            .iter()
            .map(commit)
            .collect::<Result<Vec<_>, ScanError>>()?;
        let Some(first) = commits.first().cloned() else {
            return Err(ScanError::UnknownRevision("merge:".into()));
        };
        let MergedTree { tree, conflicts } =
            git.merge_queues(std::slice::from_ref(&commits)).remove(0)?;
        let commits = commits.into_iter().map(String::from).collect();
        let mut entries = git.tree_entries(&tree)?;
        if !conflicts.is_empty() {
            let (revisions, others): (Vec<String>, Vec<String>) = conflicts
                .into_iter()
                .partition(|path| path.ends_with(".py"));
            let as_first = git.oids_in_tree(&first, &others)?;
            for entry in &mut entries {
                entry.unmerged = revisions.contains(&entry.path);
                if let Some((_, oid)) = as_first.iter().find(|(path, _)| *path == entry.path) {
                    entry.oid = Some(oid.clone());
                }
            }
        }
        Self::from_entries(
            Source::Merge {
                commits,
                tree: tree.into(),
            },
            None,
            git,
            entries,
        )
    }

    fn from_entries(
        source: Source,
        disk: Option<PathBuf>,
        git: &Connection,
        entries: Vec<Entry>,
    ) -> Result<Self, ScanError> {
        let file = |entry: Entry| {
            // A file that is left out of a sparse checkout is read from the object store all the same.
            let on_disk = disk.is_some() && !entry.skip_worktree;
            let kind = match (&disk, entry.kind, &entry.oid) {
                // What counts is what lies there: a link that git does not know yet is a link, and one that a
                // file replaced is none.
                (Some(disk), EntryKind::Symlink, _) | (Some(disk), EntryKind::File, None)
                    if on_disk =>
                {
                    kind_on_disk(&disk.join(&entry.path))
                }
                (_, kind, _) => kind,
            };
            File {
                path: entry.path,
                utf8: entry.utf8,
                unmerged: entry.unmerged,
                theirs: entry.theirs,
                kind,
                content: match entry.oid {
                    Some(oid) if !on_disk => Content::Object(oid),
                    _ => Content::Disk,
                },
            }
        };
        let files: Vec<File> = entries.into_par_iter().map(file).collect();
        let git = Some(git.clone());
        Self::new(source, disk, git, files)
    }

    /// A folder that is no git repository: everything below it that no ignore file names.
    pub(crate) fn walk(root: &Path) -> Result<Self, ScanError> {
        let mut files = Vec::new();
        let walk = ignore::WalkBuilder::new(root)
            .require_git(false)
            .parents(false)
            .build();
        for found in walk {
            let found = found.map_err(|error| ScanError::Walk(error.to_string()))?;
            if !found
                .file_type()
                .is_some_and(|kind| kind.is_file() || kind.is_symlink())
            {
                continue;
            }
            let Ok(path) = found.path().strip_prefix(root) else {
                continue;
            };
            files.push(File {
                utf8: path.to_str().is_some(),
                path: path.to_string_lossy().into_owned(),
                unmerged: false,
                theirs: None,
                kind: match found.path_is_symlink() {
                    true => kind_on_disk(found.path()),
                    false => EntryKind::File,
                },
                content: Content::Disk,
            });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self::new(Source::Worktree, Some(root.to_owned()), None, files)
    }

    fn new(
        source: Source,
        disk: Option<PathBuf>,
        git: Option<Connection>,
        files: Vec<File>,
    ) -> Result<Self, ScanError> {
        let mut new = Self {
            source,
            disk,
            git,
            listing: Listing::new(files, HashMap::new()),
            index: None,
        };
        new.follow_links()?;
        Ok(new)
    }

    /// A state without any file.
    pub(crate) fn empty(git: Option<&Connection>) -> Self {
        Self {
            source: Source::Commit { oid: String::new() },
            disk: None,
            git: git.cloned(),
            listing: Listing::default(),
            index: None,
        }
    }
}

/// Whether there is a link that can be followed; any other one is read like the file that it leads to.
fn kind_on_disk(path: &Path) -> EntryKind {
    match fs::read_link(path) {
        Ok(target) if target.to_str().is_some() => EntryKind::Symlink,
        _ => EntryKind::File,
    }
}
