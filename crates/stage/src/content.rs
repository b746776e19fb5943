//! What a file holds: as a document names it, as it is now, ready to be put in its place.

use std::fs;
use std::io;
use std::path::Path;

use onehead_git::{Mode, Replacement};
use onehead_model::{Content, Replaced, RepoPath};

use crate::StageError;

/// The bytes that a document names.
pub(crate) fn bytes(path: &RepoPath, content: &Content) -> Result<Vec<u8>, StageError> {
    content
        .bytes()
        .ok_or_else(|| StageError::Content(path.clone()))
}

/// The file must be a plain one and hold what the plan knows.
pub(crate) fn check_bytes(path: &Path, old: &Replaced, expected: &[u8]) -> Result<(), StageError> {
    let is_file = fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    if is_file && fs::read(path).is_ok_and(|now| now == expected) {
        Ok(())
    } else {
        Err(StageError::Changed(old.path.clone()))
    }
}

/// A file with these bytes and permissions, safe on the disk, that has yet to be put in its place.
pub(crate) fn prepared(
    path: &Path,
    bytes: &[u8],
    permissions: Option<fs::Permissions>,
) -> io::Result<Replacement> {
    let mode = permissions.map_or(Mode::New, Mode::Like);
    Replacement::prepare(path, bytes, mode)?.synced()
}
