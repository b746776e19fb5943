//! The caches of onehead in the repositories that are measured: two programs do not meet those of each other, and what is
//! measured as the first time finds none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What a run of a program finds of its earlier runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Past {
    /// Nothing: it is the first.
    None,
    /// All that the last run left.
    LastRun,
}

/// Where the cache of a program lies while that program does not run; by default it has none.
#[derive(Default)]
pub(super) struct Cache(Option<Kept>);

struct Kept {
    /// Where programs look for it.
    used: PathBuf,
    /// Where it lies between their runs.
    away: PathBuf,
    past: Past,
}

impl Cache {
    /// The cache of the program that goes by this name, in the repository with this folder.
    pub(super) fn of(program: &str, repository: &Path, past: Past) -> Self {
        let inner = repository.join(".git");
        let git_dir = match inner.is_dir() {
            true => inner,
            false => repository.to_owned(),
        };
        Self(Some(Kept {
            used: git_dir.join("onehead"),
            away: git_dir.join(format!("bench-{program}")),
            past,
        }))
    }

    /// Before a run.
    pub(super) fn take_out(&self) -> io::Result<()> {
        let Some(Kept { used, away, past }) = &self.0 else {
            return Ok(());
        };
        if *past == Past::None && away.exists() {
            fs::remove_dir_all(away)?;
        }
        move_if_there(away, used)
    }

    /// After it.
    pub(super) fn put_away(&self) -> io::Result<()> {
        match &self.0 {
            Some(Kept { used, away, .. }) => move_if_there(used, away),
            None => Ok(()),
        }
    }
}

fn move_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match from.exists() {
        true => fs::rename(from, to),
        false => Ok(()),
    }
}
