//! Integrates another branch and carries out a plan in the same step, or rolls back to where it began.

use onehead_git::{Connection, GitError, Integrated, Oid};
use onehead_model::{Bring, RenderReport, StageReport};

use crate::interrupt::Interrupt;
use crate::lock::Lock;
use crate::{Failed, StageError, StageOptions, stage};

/// What came of it.
#[derive(Debug)]
pub enum Integration {
    /// These paths are in conflict. The merge or rebase is open, as git leaves it.
    Conflicts(Vec<String>),
    /// The branch is in, with everything that the plan asked for.
    Done(StageReport),
}

/// Integrates `branch` into the commit that is checked out, asks for the plan of what is then there, and carries
/// it out. A merge commit holds the plan's files as well; behind a rebase or a fast-forward it is a commit of its own,
/// with the message that the plan comes with.
///
/// # Errors
/// Why nothing was done. If anything fails, the plan included, the checked-out branch, the index and the
/// tracked files are as before, except for [`StageError::NotUndone`].
pub fn integrate<E: Failed>(
    repository: &Connection,
    began_at: &Oid,
    how: Bring,
    branch: &str,
    options: &StageOptions,
    plan: impl FnOnce() -> Result<(RenderReport, String), E>,
) -> Result<Integration, E> {
    let interrupt = Interrupt::watch();
    let _lock = Lock::of(repository)?;
    let head = repository.resolve("HEAD").map_err(StageError::Git)?;
    if head.as_ref() != Some(began_at) {
        return Err(StageError::Moved.into());
    }
    let untracked = repository.untracked().map_err(StageError::Git)?;
    let integrated = match how {
        Bring::None => Ok(Integrated::Clean),
        Bring::FastForward => repository.fast_forward(branch).map(|()| Integrated::Clean),
        Bring::Merge => repository.begin_merge(branch),
        Bring::Rebase => repository.rebase(branch),
    };
    match integrated {
        Ok(Integrated::Clean) => {}
        Ok(Integrated::Conflicts(paths)) => return Ok(Integration::Conflicts(paths)),
        Err(error) => {
            let failure = interrupt.or(StageError::Git(error));
            return Err(
                rolled_back_by_git(repository, began_at, branch, &untracked, failure).into(),
            );
        }
    }
    let done = plan().and_then(|(plan, message)| {
        interrupt.check()?;
        carry_out(repository, began_at, how, &plan, message, options)
            .map_err(|error| E::from(interrupt.or(error)))
    });
    match done {
        Ok(report) => Ok(Integration::Done(report)),
        Err(failure) => Err(rolled_back(repository, how, began_at, failure)),
    }
}

/// git refuses before it begins, or rolls back by itself, unless somebody ends it half-way. Gives the failure,
/// or what is worse.
fn rolled_back_by_git(
    repository: &Connection,
    began_at: &Oid,
    branch: &str,
    untracked: &[String],
    failure: StageError,
) -> StageError {
    let is_as_it_was = || -> Result<bool, GitError> {
        repository.roll_back_files(branch, untracked)?;
        Ok(repository.resolve("HEAD")?.as_ref() == Some(began_at)
            && repository.is_clean()?
            && repository.untracked()? == untracked)
    };
    let undo = match is_as_it_was() {
        Ok(true) => return failure,
        Ok(false) => "git had started, and could not be rolled back".to_owned(),
        Err(error) => error.to_string(),
    };
    StageError::NotUndone {
        failure: failure.what_failed(),
        undo,
    }
}

fn carry_out(
    repository: &Connection,
    began_at: &Oid,
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
    let finished = repository.finish_merge();
    match finished.or_else(|error| merge_on(repository, began_at).ok_or(error)) {
        Ok(commit) => Ok(StageReport {
            commit: Some(commit.into()),
            ..done
        }),
        Err(error) => {
            // All that is staged came with the merge.
            let head = repository.resolve("HEAD").ok().flatten();
            let staged = repository.staged_since(head.as_ref()).unwrap_or_default();
            let paths: Vec<String> = staged.into_iter().map(|change| change.path).collect();
            Err(StageError::Git(error).and_put_back(repository, &paths))
        }
    }
}

/// The merge that is checked out and was made on a commit: git makes it before a hook runs with which it may be ended.
fn merge_on(repository: &Connection, began_at: &Oid) -> Option<Oid> {
    let look = || -> Result<Option<Oid>, GitError> {
        let Some(head) = repository.resolve("HEAD")? else {
            return Ok(None);
        };
        let parents = repository.recorded_parents(&head)?;
        let is_it = parents.len() > 1 && parents.first() == Some(began_at);
        Ok(is_it.then_some(head))
    };
    // Ctrl-C ends the processes of git with the merge, and the next question starts new ones.
    look().or_else(|_| look()).ok().flatten()
}

/// Rolls back to where all began. Gives the failure, or what is worse.
fn rolled_back<E: Failed>(repository: &Connection, how: Bring, began_at: &Oid, failure: E) -> E {
    match roll_back(repository, how, began_at) {
        Ok(()) => failure,
        Err(undo) => StageError::NotUndone {
            failure: failure.what_failed(),
            undo: undo.to_string(),
        }
        .into(),
    }
}

fn roll_back(repository: &Connection, how: Bring, began_at: &Oid) -> Result<(), GitError> {
    match how {
        Bring::Merge => repository.abort_merge(),
        Bring::FastForward | Bring::Rebase => repository.roll_back_to(began_at),
        Bring::None => Ok(()),
    }
}
