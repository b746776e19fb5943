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
            return format!("`{command} --continue` or `{command} --abort`, then the same again");
        }
        Refusal::Forbidden => {
            "`forbid` under [fix] in the settings says which; `onehead fix --strategy` names another"
        }
        Refusal::OpenMerge => {
            "leave --commit out; `git commit --no-edit` then finishes the merge with the fix in it"
        }
        Refusal::NotCommitted(_) => "leave --commit out, then commit all of it",
        Refusal::NotInMerge(_) => "`git add` what belongs to the merge, then the same again",
        Refusal::NoCommit => "`git switch` to a branch that has one, or make the first commit",
        Refusal::Unrelated { shallow: true, .. } => {
            "this clone is shallow; `git fetch --unshallow` fetches the rest of its history"
        }
        Refusal::Unrelated { .. } => "name the branch that this one came from with --target",
        Refusal::UncommittedRevision(_) => "commit it, or move it away, then the same again",
        Refusal::UncommittedChanges => "`git commit` or `git stash` them, then the same again",
        Refusal::NotAsPredicted(_) => "the same again",
        Refusal::Unsafe(_) => "`--strategy merge` joins the heads without such an edit",
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
