//! What to do where staging failed. The options are those of the commands that stage.

use onehead_model::RepoPath;

use crate::StageError;

/// What to do about it, if anything is known to help.
#[must_use]
pub fn hint(error: &StageError) -> Option<String> {
    let hint = match error {
        StageError::Unrendered(finding) => return finding.hint.clone(),
        StageError::Changed(_) | StageError::Moved => "run the command again".into(),
        StageError::Busy(_) | StageError::NotAlone => {
            "run the command again when it has finished".into()
        }
        StageError::PartlyStaged(path) => {
            let path = quoted(path);
            format!("run `git add -- {path}` to stage them, or `git stash push -- {path}`")
        }
        StageError::Unmerged(path) => {
            format!("resolve it, then run `git add -- {}`", quoted(path))
        }
        StageError::Hidden(path) => format!(
            "run `git update-index --no-assume-unchanged --no-skip-worktree -- {}`",
            quoted(path)
        ),
        StageError::Uncommitted(_) => "commit them first, or leave out `--commit`".into(),
        StageError::Exists(_) => "remove it, or choose another `--rev-id`".into(),
        StageError::InIndex(path) => {
            let path = quoted(path);
            format!(
                "run `git restore -- {path}` to restore it, or `git rm --cached -- {path}` to remove it from the index"
            )
        }
        StageError::NoRepository => "run this in a repository, or name one with `--repo`".into(),
        StageError::Git(error) => return onehead_git::hints::hint(error),
        StageError::ChangedMeanwhile { failure, .. } => return hint(failure),
        StageError::NotUndone { .. } => {
            "run `git status`, then remove the files named above".into()
        }
        StageError::Refused { .. }
        | StageError::Content(_)
        | StageError::Write { .. }
        | StageError::Interrupted => return None,
    };
    Some(hint)
}

/// A path as a word of a shell.
fn quoted(path: &RepoPath) -> String {
    shell_words::quote(path.as_str()).into_owned()
}
