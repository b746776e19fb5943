//! What to do where there is no fix. The options are those of `onehead fix`, `check --fix` and `auto-merge`.

use onehead_git::Unfinished;

use crate::alembic::AlembicError;
use crate::post_write::PostWriteError;
use crate::refusal::{FixError, Refusal};

/// What to do about it, if anything is known to help.
#[must_use]
pub fn hint(error: &FixError) -> Option<String> {
    match error {
        FixError::Refused(refusal) => Some(of_refusal(refusal)),
        FixError::Scan(error) => onehead_scan::hints::hint(error),
        FixError::Render(error) => onehead_render::hints::hint(error),
        FixError::Alembic(error) => of_alembic(error),
        FixError::PostWrite(error) => of_post_write(error),
        FixError::Stage(error) => onehead_stage::hints::hint(error),
        FixError::Git(error) => onehead_git::hints::hint(error),
        FixError::Read(_) => None,
    }
}

/// What to do about a fix that is not carried out.
#[must_use]
pub fn of_refusal(refusal: &Refusal) -> String {
    let hint = match refusal {
        Refusal::Open(unfinished) => {
            let command = command(unfinished);
            return format!(
                "run `{command} --continue` or `{command} --abort`, then run this again"
            );
        }
        Refusal::Forbidden => {
            "choose another one with `onehead fix --strategy`, or change `forbid` under `[fix]` in the settings"
        }
        Refusal::OpenMerge => {
            "leave out `--commit`, then run `git commit --no-edit` to finish the merge with the fix in it"
        }
        Refusal::NotCommitted(_) => "leave out `--commit`, then commit everything",
        Refusal::NotInMerge(_) => "run `git add` for the files of the merge, then run this again",
        Refusal::NoCommit => "run `git switch` to another branch, or make the first commit",
        Refusal::Unrelated { shallow: true, .. } => {
            "this clone is shallow; run `git fetch --unshallow`"
        }
        Refusal::Unrelated { .. } => "name the branch that this one started from with `--target`",
        Refusal::UncommittedRevision(_) => "commit it or move it away, then run this again",
        Refusal::UncommittedChanges => "run `git commit` or `git stash`, then run this again",
        Refusal::NotAsPredicted(_) => "run this again",
        Refusal::Unsafe(_) => "run it with `--strategy merge`, which is always safe",
    };
    hint.to_owned()
}

/// The command of git that goes on with what is open.
fn command(unfinished: &Unfinished) -> &'static str {
    match unfinished {
        Unfinished::Merge(_) => "git merge",
        Unfinished::Rebase => "git rebase",
        Unfinished::Am => "git am",
        Unfinished::CherryPick => "git cherry-pick",
        Unfinished::Revert => "git revert",
    }
}

fn of_alembic(error: &AlembicError) -> Option<String> {
    let hint = match error {
        AlembicError::Command(_) => "write it as in a shell, for example `uv run alembic`",
        AlembicError::NoConfig(_) => {
            "the setting `alembic` needs an `alembic.ini` or `[tool.alembic]`"
        }
        AlembicError::Failed { .. } => "correct the setting `alembic`, or the template",
        AlembicError::NoIdentity(_)
        | AlembicError::Unexpected { .. }
        | AlembicError::Io(_)
        | AlembicError::Wrong(_) => {
            return None;
        }
    };
    Some(hint.to_owned())
}

fn of_post_write(error: &PostWriteError) -> Option<String> {
    let hint = match error {
        PostWriteError::Missing { .. } => "set it beside `hooks` in Alembic's configuration",
        PostWriteError::Kind { .. } => {
            "set `alembic = \"uv run alembic\"` (or similar) in `onehead.toml`, or add `--no-programs` to run no hook"
        }
        PostWriteError::Failed { .. } | PostWriteError::Wrong { .. } => {
            "correct the hook, or add `--no-programs` to run none"
        }
        PostWriteError::Exists(_) => "remove it, or choose another `--rev-id`",
        PostWriteError::Interrupted(error) => return onehead_stage::hints::hint(error),
        PostWriteError::Command { .. } | PostWriteError::Io { .. } => return None,
    };
    Some(hint.to_owned())
}
