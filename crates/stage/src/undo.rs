//! What has been done so far, and how to undo it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use onehead_git::Repository;
use onehead_model::RepoPath;

/// Undoes what it was told, last first. A panic on the way runs it as well.
pub(crate) struct Undo<'a> {
    root: PathBuf,
    repository: Option<&'a Repository>,
    folders: Vec<PathBuf>,
    files: Vec<(PathBuf, Vec<u8>)>,
    staged: Vec<RepoPath>,
}

impl<'a> Undo<'a> {
    pub(crate) fn new(root: &Path, repository: Option<&'a Repository>) -> Self {
        Self {
            root: root.to_owned(),
            repository,
            folders: Vec::new(),
            files: Vec::new(),
            staged: Vec::new(),
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
    pub(crate) fn will_remove(&mut self, path: &Path, bytes: Vec<u8>) {
        self.files.push((path.to_owned(), bytes));
    }

    /// A path that was not in the index is about to be.
    pub(crate) fn will_unstage(&mut self, path: &RepoPath) {
        self.staged.push(path.clone());
    }

    /// Whether somebody else has committed it meanwhile; then it is theirs.
    fn is_committed(&self, path: &RepoPath) -> bool {
        self.repository.is_some_and(|repository| {
            let found = repository.head_with(&[path.to_string()]);
            found.is_ok_and(|commit| commit.is_some())
        })
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
        for path in std::mem::take(&mut self.staged).into_iter().rev() {
            if let Some(repository) = self.repository
                && repository.is_in_index(path.as_str()).unwrap_or(true)
                && !self.is_committed(&path)
                && let Err(error) = repository.unstage_new(path.as_str())
            {
                failures.push(error.to_string());
            }
        }
        for (path, bytes) in std::mem::take(&mut self.files).into_iter().rev() {
            // Somebody may have changed it meanwhile; then it is theirs.
            let ours = fs::read(&path).is_ok_and(|now| now == bytes)
                && !path
                    .strip_prefix(&self.root)
                    .ok()
                    .and_then(|path| RepoPath::new(path.to_str()?).ok())
                    .is_some_and(|path| self.is_committed(&path));
            if ours && let Err(error) = fs::remove_file(&path) {
                failures.push(format!("{}: {error}", path.display()));
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

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        let _ = self.run();
    }
}
