//! One at a time: two merges in one working tree would tread on each other's files.

use std::fs::{File, TryLockError};

use onehead_git::Connection;

use crate::StageError;

/// While this lives, no other process of this program integrates a branch in this working tree. It ends with
/// the process.
pub(crate) struct Lock {
    _folder: Option<File>,
}

impl Lock {
    pub(crate) fn of(repository: &Connection) -> Result<Self, StageError> {
        // The folder itself, so that nothing is left behind. Where a folder cannot be opened, or the file
        // system has no locks, git's own lock of the index has to do.
        let Ok(folder) = File::open(repository.git_dir()) else {
            return Ok(Self { _folder: None });
        };
        match folder.try_lock() {
            Err(TryLockError::WouldBlock) => Err(StageError::NotAlone),
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self {
                _folder: Some(folder),
            }),
        }
    }
}
