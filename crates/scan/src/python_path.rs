//! Where Python would look for modules.
//!
//! Alembic is not run, so nothing tells the `sys.path` that it would have. It is taken to hold what the configuration
//! prepends, the folder in which Alembic is run, and the project that is installed. A folder above these is none of them:
//! a module there is not the one that Python would find.

use std::collections::BTreeSet;

use onehead_configuration::Config;
use onehead_configuration::named_paths::{Roots, path_of};
use onehead_model::RepoPath;

use crate::file_names::PYPROJECT;
use crate::files::Files;
use crate::layout::Tried;

/// What makes a folder the root of a project that is installed.
const PROJECT: &[&str] = &[PYPROJECT, "setup.py", "setup.cfg"];

/// The folders in which modules are looked for, in order, for code in a folder.
pub(crate) fn import_roots(
    files: &Files,
    config: &Config,
    folder: &RepoPath,
    roots: &Roots,
    tried: &mut Tried,
) -> Vec<RepoPath> {
    let base = config.folder();
    let is_configured = config.origin().is_some();
    let prepended = config.prepend_sys_path().unwrap_or_default();
    let mut found: Vec<RepoPath> = prepended
        .iter()
        .filter_map(|text| path_of(text, &base, roots))
        .collect();
    let start = if is_configured { &base } else { folder };
    if is_configured {
        found.push(base.clone());
        found.push(base.join("src"));
    }
    let project = project(files, start, tried);
    found.push(project.clone());
    found.push(project.join("src"));
    found.extend(package_root(files, folder, tried));
    distinct(found)
}

/// Each path once, where it comes first.
pub(crate) fn distinct(paths: Vec<RepoPath>) -> Vec<RepoPath> {
    let mut seen = BTreeSet::new();
    paths
        .into_iter()
        .filter(|path| seen.insert(path.clone()))
        .collect()
}

/// The nearest folder that holds a project, this one or above it; the root if none does.
fn project(files: &Files, start: &RepoPath, tried: &mut Tried) -> RepoPath {
    let mut at = start.clone();
    while at != RepoPath::root() {
        for name in PROJECT {
            if is_there(files, &at.join(name), tried) {
                return at;
            }
        }
        at = at.parent();
    }
    at
}

/// The folder that holds the outermost package around a folder. The folder of an environment is often no package itself.
fn package_root(files: &Files, folder: &RepoPath, tried: &mut Tried) -> Option<RepoPath> {
    let is_package = |at: &RepoPath, tried: &mut Tried| {
        *at != RepoPath::root() && is_there(files, &at.join("__init__.py"), tried)
    };
    let above = folder.parent();
    let mut at = [folder.clone(), above]
        .into_iter()
        .find(|at| is_package(at, tried))?;
    while is_package(&at, tried) {
        at = at.parent();
    }
    Some(at)
}

fn is_there(files: &Files, path: &RepoPath, tried: &mut Tried) -> bool {
    tried.presence.insert(path.as_str().to_owned());
    files.get(path).is_some()
}
