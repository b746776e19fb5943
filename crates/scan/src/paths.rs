//! The folders that a configuration names, looked for in the repository.

use onehead_configuration::Config;
use onehead_configuration::named_paths::{Roots, is_absolute, path_of};
use onehead_model::RepoPath;

use crate::files::Files;
use crate::layout::Tried;
use crate::python_path::{distinct, import_roots};

/// Why a folder is not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// Nothing lies at any of these paths.
    At(Vec<RepoPath>),
    /// The value holds only elsewhere: it lies outside of the repository, or something has to be put into it first.
    Elsewhere,
}

impl NotFound {
    /// What was looked for.
    pub(crate) fn tried(&self) -> String {
        match self {
            Self::Elsewhere => "a path inside the repository".into(),
            Self::At(paths) => {
                let shown: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
                shown.join(", ")
            }
        }
    }
}

/// The folder that a value names: a path from where Alembic is run, or `package:folder`.
pub(crate) fn folder_of(
    files: &Files,
    value: &str,
    config: &Config,
    roots: &Roots,
    tried: &mut Tried,
) -> Result<RepoPath, NotFound> {
    let is_resource = !value.starts_with('/') && value.contains(':');
    let candidates: Vec<RepoPath> = match is_resource && !is_template(value) {
        true => resources(files, value, config, roots, tried),
        // Relative to where Alembic runs: beside the file, or at the root, or in between.
        false => {
            let value = without_blanks_in_braces(value);
            let of = |base: &RepoPath| path_of(&value, base, roots);
            bases(config).iter().filter_map(of).collect()
        }
    };
    let candidates = distinct(candidates);
    for path in candidates.iter().filter_map(|path| files.canonical(path)) {
        if is_folder(files, &path, tried) {
            return Ok(path);
        }
    }
    match candidates.is_empty() || is_absolute(value) || is_template(value) {
        true => Err(NotFound::Elsewhere),
        false => Err(NotFound::At(candidates)),
    }
}

/// Whether anything lies in a folder.
pub(crate) fn is_folder(files: &Files, folder: &RepoPath, tried: &mut Tried) -> bool {
    tried.folders.insert(folder.as_str().to_owned());
    files.is_folder(folder)
}

/// The folders from which Alembic may have been meant to run: that of the file, and those above it.
pub(crate) fn bases(config: &Config) -> Vec<RepoPath> {
    let mut at = config.folder();
    let mut bases = vec![at.clone()];
    while at != RepoPath::root() {
        at = at.parent();
        bases.push(at.clone());
    }
    bases
}

/// Whether a program has to put something into the text before it means anything.
pub(crate) fn is_template(text: &str) -> bool {
    text.contains(['{', '$', '<', '@'])
}

/// Where a package may lie. What is run in the root of a repository finds packages there, wherever the file lies.
fn resources(
    files: &Files,
    value: &str,
    config: &Config,
    roots: &Roots,
    tried: &mut Tried,
) -> Vec<RepoPath> {
    let mut tokens = value.split(':');
    let package = tokens.next().unwrap_or_default().replace('.', "/");
    let rest: Vec<&str> = tokens.collect();
    let relative = format!("{package}/{}", rest.join("/"));
    let mut folders = import_roots(files, config, &config.folder(), roots, tried);
    folders.push(RepoPath::root());
    folders.push(RepoPath::root().join("src"));
    let resolved = folders.iter().filter_map(|root| root.resolve(&relative));
    resolved.collect()
}

/// `{{ name }}` as folders of a template for projects are called: `{{name}}`.
fn without_blanks_in_braces(text: &str) -> String {
    text.replace("{{ ", "{{").replace(" }}", "}}")
}
