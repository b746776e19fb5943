//! Whether a change can change a verdict.

use onehead_forecast::Analysis;
use onehead_git::Change;
use onehead_model::{Finding, RepoPath};
use onehead_scan::file_names::{self, is_configuration, name_of};
use onehead_scan::layout::Owner;

/// By name alone, before anything is read. A symbolic link may lead to anything.
pub(crate) fn may_matter(changes: &[Change]) -> bool {
    let mut changes = changes.iter();
    changes.any(|change| change.link || file_names::may_matter(name_of(&change.path)))
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
            || is_configuration(name_of(&change.path))
            || owner != Owner::None
            || is_lost && looks_like_a_revision(change)
    })
}

/// Where a configuration leads to no environment, the change may be what took its revisions away.
fn looks_like_a_revision(change: &Change) -> bool {
    change.path.split('/').any(|part| part == "versions")
}
