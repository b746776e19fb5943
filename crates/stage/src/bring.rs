//! Brings another branch in and mends in the same step, or goes back to where it began.

use onehead_git::{Brought, GitError, Repository};
use onehead_model::{Bring, RenderReport, StageReport};

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

/// Brings `branch` in, asks for the plan of what is then there, and carries it out. A merge commit holds
/// the mend as well; behind a rebase or a fast-forward it is a commit of its own, with the message that the
/// plan comes with.
///
/// # Errors
/// Why nothing was done. If anything fails, the plan included, the checked-out branch, the index and the
/// tracked files are as before, except for [`StageError::NotUndone`].
pub fn bring_in<E: From<StageError>>(
    repository: &Repository,
    how: Bring,
    branch: &str,
    options: &StageOptions,
    plan: impl FnOnce() -> Result<(RenderReport, String), E>,
) -> Result<Landed, E> {
    let interrupt = Interrupt::watch();
    let began_at = repository.resolve("HEAD").map_err(StageError::Git)?;
    let brought = match how {
        Bring::None => Ok(Brought::Clean),
        Bring::FastForward => repository.fast_forward(branch).map(|()| Brought::Clean),
        Bring::Merge => repository.begin_merge(branch),
        Bring::Rebase => repository.rebase(branch),
    };
    match brought.map_err(StageError::Git)? {
        Brought::Conflicts(paths) => return Ok(Landed::Conflicts(paths)),
        Brought::Clean => {}
    }
    let done = plan().and_then(|(plan, message)| {
        interrupt.check()?;
        Ok(mend(repository, how, &plan, message, options)?)
    });
    match done {
        Ok(report) => Ok(Landed::Done(report)),
        Err(failure) => match go_back(repository, how, began_at.as_deref()) {
            Ok(()) => Err(failure),
            Err(undo) => Err(StageError::NotUndone {
                failure: Box::new(StageError::Git(GitError::Unusable(
                    "the mend failed behind it".into(),
                ))),
                undo: undo.to_string(),
            }
            .into()),
        },
    }
}

fn mend(
    repository: &Repository,
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
    let commit = repository.finish_merge().map_err(StageError::Git)?;
    Ok(StageReport {
        commit: Some(commit),
        ..done
    })
}

fn go_back(repository: &Repository, how: Bring, began_at: Option<&str>) -> Result<(), GitError> {
    match (how, began_at) {
        (Bring::Merge, _) => repository.abort_merge(),
        (Bring::FastForward | Bring::Rebase, Some(commit)) => repository.go_back_to(commit),
        _ => Ok(()),
    }
}
