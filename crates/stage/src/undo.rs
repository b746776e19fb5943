//! What has been done so far, and how to undo it.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use onehead_model::RepoPath;

use crate::content::prepared;
use crate::index::Index;

/// Undoes what it was told, last first. A panic on the way runs it as well.
pub(crate) struct Undo<'a> {
    root: PathBuf,
    index: Option<&'a Index<'a>>,
    folders: Vec<PathBuf>,
    files: Vec<(RepoPath, Done)>,
    staged: Vec<RepoPath>,
    /// Locks, let go at the end.
    held: Vec<File>,
}

/// What was done to a file.
enum Done {
    /// It was made with these bytes.
    Created(Vec<u8>),
    /// It was replaced.
    Replaced {
        old: Vec<u8>,
        permissions: Permissions,
        new: Vec<u8>,
    },
    /// It was taken away.
    Removed {
        old: Vec<u8>,
        permissions: Permissions,
    },
}

impl<'a> Undo<'a> {
    pub(crate) fn new(root: &Path, index: Option<&'a Index<'a>>) -> Self {
        Self {
            root: root.to_owned(),
            index,
            folders: Vec::new(),
            files: Vec::new(),
            staged: Vec::new(),
            held: Vec::new(),
        }
    }

    /// Creates a folder and those above it that are not there.
    pub(crate) fn create_folders(&mut self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|folder| *folder != self.root && !folder.is_dir())
            .collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    /// A file was created with these bytes.
    pub(crate) fn created(&mut self, path: &RepoPath, bytes: Vec<u8>) {
        self.files.push((path.clone(), Done::Created(bytes)));
    }

    /// A file was replaced.
    pub(crate) fn replaced(
        &mut self,
        path: &RepoPath,
        old: Vec<u8>,
        permissions: Permissions,
        new: Vec<u8>,
    ) {
        let done = Done::Replaced {
            old,
            permissions,
            new,
        };
        self.files.push((path.clone(), done));
    }

    /// A file was taken away.
    pub(crate) fn removed(&mut self, path: &RepoPath, old: Vec<u8>, permissions: Permissions) {
        let done = Done::Removed { old, permissions };
        self.files.push((path.clone(), done));
    }

    /// The index entry of a path is about to change.
    pub(crate) fn will_restore(&mut self, path: &RepoPath) {
        self.staged.push(path.clone());
    }

    /// A lock to hold until the end.
    pub(crate) fn hold(&mut self, file: File) {
        self.held.push(file);
    }

    /// All went well.
    pub(crate) fn forget(&mut self) {
        self.folders.clear();
        self.files.clear();
        self.staged.clear();
    }

    /// Undoes everything.
    ///
    /// # Errors
    /// What could not be undone; the rest was.
    pub(crate) fn run(&mut self) -> Result<(), String> {
        let mut failures = Vec::new();
        let staged = std::mem::take(&mut self.staged);
        let files = std::mem::take(&mut self.files);
        // What somebody else has committed meanwhile is theirs. The index tells, so it is asked first.
        let touched = staged.iter().chain(files.iter().map(|(path, _)| path));
        let is_committed =
            |path: &&RepoPath| self.index.is_some_and(|index| index.is_committed(path));
        let theirs: BTreeSet<RepoPath> = touched.filter(is_committed).cloned().collect();
        for (path, done) in files.into_iter().rev() {
            if !theirs.contains(&path)
                && let Err(error) = done.undo(&self.root.join(path.as_str()))
            {
                failures.push(format!("{path}: {error}"));
            }
        }
        // An intent to add needs its file, so the files come first.
        for path in staged.iter().rev().filter(|path| !theirs.contains(path)) {
            if let Some(Err(error)) = self.index.map(|index| index.restore(path)) {
                failures.push(error.to_string());
            }
        }
        for folder in self.folders.drain(..).rev() {
            // A folder that somebody else uses by now stays.
            let _ = fs::remove_dir(folder);
        }
        if failures.is_empty() {
            Ok(())
        } else {
            Err(failures.join("; "))
        }
    }
}

impl Done {
    /// Puts a file back, unless somebody has changed it meanwhile; then it is theirs.
    fn undo(self, path: &Path) -> io::Result<()> {
        let is_now = |bytes: &[u8]| fs::read(path).is_ok_and(|now| now == bytes);
        match self {
            Self::Created(new) if is_now(&new) => fs::remove_file(path),
            Self::Replaced {
                old,
                permissions,
                new,
            } if is_now(&new) => prepared(path, &old, Some(permissions))?.put(),
            Self::Removed { old, permissions } if fs::symlink_metadata(path).is_err() => {
                prepared(path, &old, Some(permissions))?.put_new()
            }
            Self::Created(_) | Self::Replaced { .. } | Self::Removed { .. } => Ok(()),
        }
    }
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        let _ = self.run();
    }
}
