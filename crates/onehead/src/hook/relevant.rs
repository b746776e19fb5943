//! Whether a change can change a verdict.

use onehead_git::Change;
use onehead_model::RepoPath;

use onehead_forecast::Analysis;

/// By name alone, before anything is read: revision files, what they may take values from,
/// configuration, and symbolic links, which may lead to any of them.
pub(crate) fn may_matter(changes: &[Change]) -> bool {
    changes.iter().any(|change| {
        let name = name(change);
        change.link
            || is_configuration(name)
            || [".py", ".pyc", ".mako"]
                .iter()
                .any(|end| name.ends_with(end))
    })
}

/// Knowing where the migrations are.
pub(crate) fn matters(changes: &[Change], looked: &Analysis) -> bool {
    changes.iter().any(|change| {
        if change.link || is_configuration(name(change)) {
            return true;
        }
        // A path that cannot be named cannot be ruled out either.
        let Ok(path) = RepoPath::new(&change.path) else {
            return true;
        };
        looked.scanned.imported.contains(&path)
            || looked.graph.environments.iter().any(|environment| {
                path.is_within(&environment.script_location)
                    || environment
                        .version_locations
                        .iter()
                        .any(|folder| path.is_within(folder))
            })
    })
}

fn name(change: &Change) -> &str {
    change.path.rsplit('/').next().unwrap_or(&change.path)
}

fn is_configuration(name: &str) -> bool {
    name.ends_with(".ini") || matches!(name, "pyproject.toml" | "onehead.toml" | "pyvenv.cfg")
}
