//! What to run to get a revision that is not checked out.

use onehead_model::words::short_id;
use onehead_model::{WhereChange, WhereCommit, Whereabouts};
use shell_words::quote;

use super::places::Places;

/// The command; none where the revision is checked out.
pub(crate) fn of(one: &Whereabouts, places: &Places) -> Option<String> {
    if one.in_head {
        let path = one.paths.first()?;
        return (one.in_worktree == Some(false)).then(|| {
            format!(
                "HEAD has it, the working tree does not: run `git checkout HEAD -- {}` to restore the file",
                quote(path.as_str())
            )
        });
    }
    if one.in_worktree == Some(true) {
        return Some("only the working tree has it here: commit it".into());
    }
    if let Some(removal) = removal(one).filter(|removal| removal.in_head) {
        return Some(restored(removal));
    }
    let checkout = one.checkout.as_ref()?;
    let is_named = places.are_held();
    match removal(one).filter(|_| !is_named) {
        Some(removal) => Some(restored(removal)),
        None if is_named => Some(format!("run `{checkout}`")),
        None => Some(format!("no branch contains it: run `{checkout}`")),
    }
}

/// The command that checks out something that has it, the best to work on first.
pub(crate) fn checkout(one: &Whereabouts, places: &Places) -> Option<String> {
    if let Some(branch) = one.branches.first() {
        return Some(format!("git switch {}", quote(branch)));
    }
    if let Some(branch) = one.remote_branches.first() {
        return Some(remote(branch, places));
    }
    let detached = one
        .tags
        .first()
        .map(String::as_str)
        .or(places.request.as_deref());
    let detached = match detached {
        Some(name) => name.to_owned(),
        None => past(one)?,
    };
    Some(format!("git switch --detach {}", quote(&detached)))
}

/// A commit of the past that has it.
pub(crate) fn past(one: &Whereabouts) -> Option<String> {
    let has_it = |commit: &&WhereCommit| commit.change != WhereChange::Removed;
    let mut commits = one.commits.iter();
    let commit = commits.find(has_it)?;
    Some(short_id(&commit.commit).to_owned())
}

/// A branch of a remote: git makes a local one of the same name, unless there is one.
fn remote(branch: &str, places: &Places) -> String {
    match branch.split_once('/') {
        Some((_, name)) if !places.local.contains(name) => {
            format!("git switch {}", quote(name))
        }
        _ => format!("git switch --detach {}", quote(branch)),
    }
}

/// The newest removal, one of HEAD first.
fn removal(one: &Whereabouts) -> Option<&WhereCommit> {
    let mut removals = one
        .commits
        .iter()
        .filter(|commit| commit.change == WhereChange::Removed);
    let first = removals.clone().next();
    removals.find(|removal| removal.in_head).or(first)
}

fn restored(removal: &WhereCommit) -> String {
    let commit = short_id(&removal.commit);
    format!(
        "commit {commit} removed it: run `git checkout {commit}^ -- {}` to restore the file",
        quote(removal.path.as_str())
    )
}
