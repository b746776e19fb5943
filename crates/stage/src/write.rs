//! Files: made, replaced, renamed, each in one step that either happens or does not.

use std::fs;
use std::io;
use std::path::Path;

use onehead_model::{Change, Replaced, RepoPath};

use crate::StageError;
use crate::content::{bytes, check_bytes, prepared};
use crate::undo::Undo;

/// Writes the file of a change.
pub(crate) fn write(root: &Path, change: &Change, undo: &mut Undo<'_>) -> Result<(), StageError> {
    match &change.replaces {
        None => create(root, change, None, undo),
        Some(old) if old.path == change.path => replace(root, change, old, undo),
        Some(old) => rename(root, change, old, undo),
    }
}

/// Creates one file: its folders, then a temporary file beside it, then a rename that fails if the
/// name has been taken meanwhile.
fn create(
    root: &Path,
    change: &Change,
    permissions: Option<fs::Permissions>,
    undo: &mut Undo<'_>,
) -> Result<(), StageError> {
    let fail = failure(&change.path);
    let bytes = bytes(&change.path, &change.content)?;
    let path = root.join(change.path.as_str());
    let folder = path.parent().unwrap_or(root);
    undo.create_folders(folder).map_err(&fail)?;
    let file = prepared(&path, &bytes, permissions).map_err(&fail)?;
    file.put_new().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => StageError::Exists(change.path.clone()),
        _ => fail(error),
    })?;
    undo.created(&change.path, bytes);
    Ok(())
}

/// Replaces a file under its own name, if it still is the one that the plan knows.
fn replace(
    root: &Path,
    change: &Change,
    old: &Replaced,
    undo: &mut Undo<'_>,
) -> Result<(), StageError> {
    let fail = failure(&change.path);
    let (old_bytes, new_bytes) = (
        bytes(&old.path, &old.content)?,
        bytes(&change.path, &change.content)?,
    );
    let path = root.join(change.path.as_str());
    let permissions = claim(&path, old, undo)?;
    let file = prepared(&path, &new_bytes, Some(permissions.clone())).map_err(&fail)?;
    check_bytes(&path, old, &old_bytes)?;
    file.put().map_err(&fail)?;
    undo.replaced(&change.path, old_bytes, permissions, new_bytes);
    Ok(())
}

/// Writes a file under its new name, then takes the old one away, if that still is the one that the plan
/// knows. Whoever looks in between sees both, never none.
fn rename(
    root: &Path,
    change: &Change,
    old: &Replaced,
    undo: &mut Undo<'_>,
) -> Result<(), StageError> {
    let old_bytes = bytes(&old.path, &old.content)?;
    let path = root.join(old.path.as_str());
    let permissions = claim(&path, old, undo)?;
    create(root, change, Some(permissions.clone()), undo)?;
    check_bytes(&path, old, &old_bytes)?;
    fs::remove_file(&path).map_err(failure(&old.path))?;
    undo.removed(&old.path, old_bytes, permissions);
    Ok(())
}

fn failure(path: &RepoPath) -> impl Fn(io::Error) -> StageError {
    let path = path.clone();
    move |source| StageError::Write {
        path: path.clone(),
        source,
    }
}

/// The permissions of a file that is to be replaced. Until all is done, no other process of this program
/// replaces it: they all ask for its lock, which ends with the process that holds it.
fn claim(path: &Path, old: &Replaced, undo: &mut Undo<'_>) -> Result<fs::Permissions, StageError> {
    let changed = |_| StageError::Changed(old.path.clone());
    let file = fs::File::open(path).map_err(changed)?;
    let permissions = file.metadata().map_err(changed)?.permissions();
    // Elsewhere a lock keeps its own holder from replacing the file.
    if cfg!(unix) {
        match file.try_lock() {
            Err(fs::TryLockError::WouldBlock) => return Err(StageError::Busy(old.path.clone())),
            // A file system without locks.
            Ok(()) | Err(fs::TryLockError::Error(_)) => undo.hold(file),
        }
    }
    Ok(permissions)
}
