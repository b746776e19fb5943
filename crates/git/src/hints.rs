//! What to do where git could not answer.

use crate::GitError;

/// What to do about it, if anything is known to help.
#[must_use]
pub fn hint(error: &GitError) -> Option<String> {
    let hint = match error {
        GitError::NotInstalled(_) => "install git, or add its folder to `PATH`",
        GitError::MissingObject { .. } => "run `git fetch --refetch --no-filter`",
        GitError::TooOld { .. } => "update git, or run `git fetch --refetch --no-filter`",
        GitError::Failed { .. } | GitError::Answer { .. } | GitError::Unusable(_) => return None,
    };
    Some(hint.to_owned())
}
