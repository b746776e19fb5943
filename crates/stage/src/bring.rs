//! Brings another branch in and mends in the same step, or goes back to where it began.

use std::fmt::Display;

use onehead_git::{Brought, Connection, GitError};
use onehead_model::{Bring, RenderReport, StageReport};

use crate::alone::Alone;
use crate::interrupt::Interrupt;
use crate::{StageError, StageOptions, stage};

/// What came of it.
#[derive(Debug)]
pub enum Landed {
    /// These paths are in conflict. The merge or rebase is open, as git leaves it.
    Conflicts(Vec<String>),
    /// The branch is in, with everything that the plan asked for.
    Done(StageReport),
}

/// Brings `branch` into the commit that is checked out, asks for the plan of what is then there, and carries
/// it out. A merge commit holds the mend as well; behind a rebase or a fast-forward it is a commit of its own,
/// with the message that the plan comes with.
///
/// # Errors
/// Why nothing was done. If anything fails, the plan included, the checked-out branch, the index and the
/// tracked files are as before, except for [`StageError::NotUndone`].
pub fn bring_in<E: From<StageError> + Display>(
    repository: &Connection,
    began_at: &str,
    how: Bring,
    branch: &str,
    options: &StageOptions,
    plan: impl FnOnce() -> Result<(RenderReport, String), E>,
) -> Result<Landed, E> {
    let interrupt = Interrupt::watch();
    let _alone = Alone::in_repository(repository)?;
    let head = repository.resolve("HEAD").map_err(StageError::Git)?;
    if head.as_deref() != Some(began_at) {
        return Err(StageError::Moved.into());
    }
    let untracked = repository.untracked().map_err(StageError::Git)?;
    let brought = match how {
        Bring::None => Ok(Brought::Clean),
        Bring::FastForward => repository.fast_forward(branch).map(|()| Brought::Clean),
        Bring::Merge => repository.begin_merge(branch),
        Bring::Rebase => repository.rebase(branch),
    };
    match brought {
        Ok(Brought::Clean) => {}
        Ok(Brought::Conflicts(paths)) => return Ok(Landed::Conflicts(paths)),
        Err(error) => {
            let failure = interrupt.or(StageError::Git(error));
            return Err(taken_back(repository, began_at, branch, &untracked, failure).into());
        }
    }
    let done = plan().and_then(|(plan, message)| {
        interrupt.check()?;
        mend(repository, how, &plan, message, options).map_err(|error| E::from(interrupt.or(error)))
    });
    match done {
        Ok(report) => Ok(Landed::Done(report)),
        Err(failure) => Err(went_back(repository, how, began_at, failure)),
    }
}

/// git refuses before it begins, or goes back by itself, unless somebody ends it half-way. Gives the failure,
/// or what is worse.
fn taken_back(
    repository: &Connection,
    began_at: &str,
    branch: &str,
    untracked: &[String],
    failure: StageError,
) -> StageError {
    let is_as_it_was = || -> Result<bool, GitError> {
        repository.take_back(branch, untracked)?;
        Ok(repository.resolve("HEAD")?.as_deref() == Some(began_at)
            && repository.is_clean()?
            && repository.untracked()? == untracked)
    };
    let undo = match is_as_it_was() {
        Ok(true) => return failure,
        Ok(false) => "git had started, and could not be rolled back".to_owned(),
        Err(error) => error.to_string(),
    };
    StageError::NotUndone {
        failure: failure.to_string(),
        undo,
    }
}

fn mend(
    repository: &Connection,
    how: Bring,
    plan: &RenderReport,
    message: String,
    options: &StageOptions,
) -> Result<StageReport, StageError> {
    let merges = how == Bring::Merge;
    let options = StageOptions {
        commit: (!merges).then_some(message),
        ..options.clone()
    };
    let done = stage(plan, &options)?;
    if !merges {
        return Ok(done);
    }
    match repository.finish_merge() {
        Ok(commit) => Ok(StageReport {
            commit: Some(commit),
            ..done
        }),
        Err(error) => {
            // All that is staged came with the merge.
            let staged = repository.staged_since(Some("HEAD")).unwrap_or_default();
            let paths: Vec<String> = staged.into_iter().map(|change| change.path).collect();
            Err(StageError::Git(error).and_put_back(repository, &paths))
        }
    }
}

/// Goes back to where all began. Gives the failure, or what is worse.
fn went_back<E: From<StageError> + Display>(
    repository: &Connection,
    how: Bring,
    began_at: &str,
    failure: E,
) -> E {
    match go_back(repository, how, began_at) {
        Ok(()) => failure,
        Err(undo) => StageError::NotUndone {
            failure: failure.to_string(),
            undo: undo.to_string(),
        }
        .into(),
    }
}

fn go_back(repository: &Connection, how: Bring, began_at: &str) -> Result<(), GitError> {
    match how {
        Bring::Merge => repository.abort_merge(),
        Bring::FastForward | Bring::Rebase => repository.go_back_to(began_at),
        Bring::None => Ok(()),
    }
}
