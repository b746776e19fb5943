//! The order of changes: a name is given up before another file gets it.

use onehead_model::{Change, RenderReport, RepoPath};

use crate::StageError;

/// Whether a change of the plan gives another name to the file that lies at this path.
pub(crate) fn is_given_up(plan: &RenderReport, path: &RepoPath) -> bool {
    plan.changes.iter().any(|change| gives_up(change, path))
}

fn gives_up(change: &Change, path: &RepoPath) -> bool {
    let old = change.replaces.as_ref().filter(|_| change.is_new_path());
    old.is_some_and(|old| old.path == *path)
}

/// Every change behind the one that gives up its path.
///
/// # Errors
/// Files that would exchange their names: one of them is always in the way.
pub(crate) fn in_order(plan: &RenderReport) -> Result<Vec<&Change>, StageError> {
    let mut ordered = Vec::with_capacity(plan.changes.len());
    let mut left: Vec<&Change> = plan.changes.iter().collect();
    while let Some(first) = left.first() {
        let in_the_way = StageError::Exists(first.path.clone());
        let waits = |change: &&Change| left.iter().any(|other| gives_up(other, &change.path));
        let (later, now): (Vec<&Change>, Vec<&Change>) = left.iter().copied().partition(waits);
        if now.is_empty() {
            return Err(in_the_way);
        }
        ordered.extend(now);
        left = later;
    }
    Ok(ordered)
}
