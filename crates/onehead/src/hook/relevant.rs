//! Whether a change can change a verdict.

use onehead_forecast::Analysis;
use onehead_git::Change;
use onehead_model::{Finding, RepoPath};
use onehead_scan::layout::{self, Owner};

/// By name alone, before anything is read. A symbolic link may lead to anything.
pub(crate) fn may_matter(changes: &[Change]) -> bool {
    let mut changes = changes.iter();
    changes.any(|change| change.link || layout::may_matter(name(change)))
}

/// Knowing where the migrations are.
pub(crate) fn matters(changes: &[Change], analysis: &Analysis) -> bool {
    let findings = &analysis.snapshot.report().findings;
    let is_lost = findings.iter().any(Finding::is_error);
    changes.iter().any(|change| {
        // A path that cannot be named cannot be ruled out either.
        let owner = RepoPath::new(&change.path)
            .map_or(Owner::Unclear, |path| analysis.snapshot.owner(&path));
        change.link
            || layout::is_configuration(name(change))
            || owner != Owner::Nobody
            || is_lost && looks_like_a_revision(change)
    })
}

/// Where a configuration leads to no environment, the change may be what took its revisions away.
fn looks_like_a_revision(change: &Change) -> bool {
    change.path.split('/').any(|part| part == "versions")
}

fn name(change: &Change) -> &str {
    change.path.rsplit('/').next().unwrap_or(&change.path)
}
