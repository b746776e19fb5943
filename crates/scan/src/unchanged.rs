//! Which files on the disk are an object of git as they are, told without opening them.
//!
//! git's own rules tell which files are as they were when they were added. The reading of such an object is that of the
//! file where both have the same length and no filter or encoding stands between them: what converts line ends, or puts
//! another file in the place of a pointer, changes the length.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use onehead_git::{Connection, IndexFile};
use onehead_model::RepoPath;
use onehead_python::revision::Reading;

use crate::files::{Files, join_into};
use crate::listing::{Content, File};
use crate::parse_cache::{Key, ParseCache};

/// The files of some folders.
pub(crate) struct Unchanged<'a> {
    index: &'a IndexFile,
    disk: &'a Path,
    /// For each folder whether git may keep other bytes of the same length.
    folders: HashMap<&'a str, bool>,
}

impl<'a> Unchanged<'a> {
    /// For these files; none where nothing can be told.
    pub(crate) fn of(files: &'a Files, wanted: &[&'a File]) -> Option<Self> {
        let (index, disk, git) = (
            files.index.as_deref()?,
            files.disk.as_deref()?,
            files.git.as_ref()?,
        );
        let mut folders: HashMap<&str, bool> = HashMap::new();
        let mut last = None;
        for file in wanted {
            let folder = folder(&file.path);
            if last.replace(folder) != Some(folder) {
                folders
                    .entry(folder)
                    .or_insert_with(|| may_be_exchanged(files, git, folder));
            }
        }
        Some(Self {
            index,
            disk,
            folders,
        })
    }

    /// What an earlier run read in a file that has not changed since.
    pub(crate) fn reading(
        &self,
        file: &File,
        cache: &ParseCache,
        path: &mut PathBuf,
    ) -> Option<Reading> {
        let may_be_exchanged = self.folders.get(folder(&file.path)).copied();
        if file.content != Content::Disk || may_be_exchanged.unwrap_or(true) {
            return None;
        }
        join_into(path, self.disk, &file.path);
        let found = fs::symlink_metadata(path).ok()?;
        let id = self.index.unchanged(&file.path, &found)?;
        cache.get_of_length(&Key::new(id)?, found.len())
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether git may keep files of a folder as other bytes of the same length. Attributes that were deleted from the
/// working tree still count for git.
fn may_be_exchanged(files: &Files, git: &Connection, folder: &str) -> bool {
    let attributes = Path::new(folder)
        .ancestors()
        .filter_map(|above| RepoPath::new(above.join(".gitattributes").to_str()?).ok());
    let mut listed = attributes.filter_map(|path| files.listing.entry(path.as_str()));
    listed.any(|file| !file.is_file() || !files.is_there(file)) || git.may_exchange_bytes(folder)
}
