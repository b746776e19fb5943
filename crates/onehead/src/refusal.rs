//! What to do where a fix is not carried out.

use onehead_fix::Refusal;
use onehead_git::Unfinished;
use onehead_report::explanation;

/// Why nothing is done.
pub(crate) fn text(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Unsafe(explained) => {
            let explained = explanation::text(explained);
            format!("{refusal}\n{}", explained.trim_end())
        }
        _ => refusal.to_string(),
    }
}

/// What to do about it.
pub(crate) fn hint(refusal: &Refusal) -> String {
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
