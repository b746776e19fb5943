//! Which files Alembic would load, in its order (`Script._list_py_dir`, `Script._from_path`).

use std::collections::HashSet;

use onehead_git::EntryKind;
use onehead_model::{Code, Finding, RepoPath};

use crate::files::Files;
use crate::listing::File;

/// What Alembic would load.
pub(crate) struct Listed<'a> {
    /// The files, in its order.
    pub(crate) files: Vec<&'a File>,
    /// Where symbolic links lead to, whether anything is there or not.
    pub(crate) linked: Vec<RepoPath>,
}

/// The files that Alembic would load, in its order (`Script._list_py_dir`, `Script._from_path`).
pub(crate) fn list<'a>(
    files: &'a Files,
    locations: &[RepoPath],
    recursive: bool,
    sourceless: bool,
    findings: &mut Vec<Finding>,
) -> Listed<'a> {
    let mut linked = Vec::new();
    let mut seen = HashSet::new();
    let mut listed = Vec::new();
    for location in locations {
        findings.extend(submodules(files, location, recursive).map(unread));
        for path in paths_in(files, location, recursive, sourceless) {
            let Some(real) = files.real(&path) else {
                findings.push(
                    Finding::new(
                        Code::UnreadableFile,
                        "a symbolic link that leads out of the repository or in a loop",
                    )
                    .at(path),
                );
                continue;
            };
            if *real != path {
                linked.push(real.clone().into_owned());
            }
            match kind_of(real.name(), sourceless) {
                FileKind::Other => continue,
                FileKind::Compiled if !is_there(files, &real) || has_source(files, &real) => {
                    continue;
                }
                FileKind::Compiled => {
                    findings.push(
                        Finding::new(Code::CompiledOnly, "a compiled revision without its source, which Alembic loads because of `sourceless`")
                            .at(real.into_owned())
                            .hint("restore the `.py` file, or remove the compiled one"),
                    );
                    continue;
                }
                FileKind::Revision => {}
            }
            let Some(file) = files.get(&real) else {
                findings.push(
                    Finding::new(
                        Code::UnreadableFile,
                        format!("a symbolic link to `{real}`, which is missing"),
                    )
                    .at(path),
                );
                continue;
            };
            if seen.insert(file.path.as_str()) {
                listed.push(file);
            } else if files.is_there(file) {
                findings.push(
                    Finding::new(
                        Code::LoadedTwice,
                        "the file is in the version locations twice; Alembic loads it once",
                    )
                    .at(real.into_owned())
                    .hint("make the version locations distinct"),
                );
            }
        }
    }
    Listed {
        files: listed,
        linked,
    }
}

/// The submodules in which Alembic would look for the files of a version location.
fn submodules<'a>(
    files: &'a Files,
    location: &'a RepoPath,
    recursive: bool,
) -> impl Iterator<Item = &'a File> {
    let is_submodule = |file: &&File| file.kind == EntryKind::Submodule;
    let text = location.as_str();
    let ends = text.match_indices('/').map(|(at, _)| at);
    let around = ends.chain([text.len()]).map(|end| &text[..end]);
    let around = around.filter_map(|path| files.listing.entry(path));
    let below = recursive.then(|| files.listing.entries_below(text));
    around
        .chain(below.into_iter().flatten())
        .filter(is_submodule)
}

fn unread(submodule: &File) -> Finding {
    let finding = Finding::new(
        Code::UnreadableFile,
        "revisions may lie in this submodule, which is not read",
    );
    let finding = match RepoPath::new(&submodule.path) {
        Ok(path) => finding.at(path),
        Err(_) => finding,
    };
    finding.hint("check the repository of the submodule, and leave the environment out here with `exclude` in `onehead.toml`")
}

pub(crate) enum FileKind {
    Revision,
    Compiled,
    Other,
}

/// `(?!\.\#|__init__)(.*\.py)$`, with `(c|o)?` behind it where `sourceless` is set.
pub(crate) fn kind_of(name: &str, sourceless: bool) -> FileKind {
    if name.starts_with(".#")
        || name.starts_with("__init__")
        || name.contains('\n')
        || name == ".py"
    {
        return FileKind::Other;
    }
    if name.ends_with(".py") {
        return FileKind::Revision;
    }
    let compiled = name.ends_with(".pyc") || name.ends_with(".pyo");
    if sourceless && compiled {
        FileKind::Compiled
    } else {
        FileKind::Other
    }
}

/// Whether Alembic would load the source instead: beside the compiled file, or above `__pycache__`.
fn has_source(files: &Files, compiled: &RepoPath) -> bool {
    let folder = compiled.parent();
    let name = compiled.name();
    if is_there(files, &folder.join(&name[..name.len() - 1])) {
        return true;
    }
    let stem = name.split('.').next().unwrap_or(name);
    folder.name() == "__pycache__" && is_there(files, &folder.parent().join(&format!("{stem}.py")))
}

fn is_there(files: &Files, path: &RepoPath) -> bool {
    files.get(path).is_some_and(|file| files.is_there(file))
}

/// The paths in a version location: sorted by name, and with `recursive` each folder's files before
/// its sorted sub-folders. Symbolic links are listed under their own name.
fn paths_in(
    files: &Files,
    location: &RepoPath,
    recursive: bool,
    sourceless: bool,
) -> Vec<RepoPath> {
    let prefix = if location.as_str().is_empty() {
        0
    } else {
        location.as_str().len() + 1
    };
    let inside = |path: &&str| {
        let (folder, _) = path[prefix..].rsplit_once('/').unwrap_or_default();
        let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        match name.ends_with("__pycache__") {
            // Alembic looks for compiled files there, beside those of the folder above.
            true => sourceless && name == "__pycache__" && (above.is_empty() || recursive),
            false => folder.is_empty() || recursive,
        }
    };
    let linked = files
        .links()
        .filter(|path| RepoPath::new(*path).is_ok_and(|path| path.is_within(location)));
    let mut paths: Vec<&str> = files
        .below(location)
        .map(|file| file.path.as_str())
        .chain(linked)
        .filter(inside)
        .collect();
    if recursive {
        paths.sort_by_cached_key(|path| rank(&path[prefix..]));
    } else {
        paths.sort_unstable();
    }
    paths
        .into_iter()
        .filter_map(|path| RepoPath::new(path).ok())
        .collect()
}

/// Where a path, relative to its version location, comes in the order of `recursive_version_locations`. Without
/// sub-folders this is the order of the names.
pub(crate) fn rank(relative: &str) -> Vec<(bool, String)> {
    let mut parts: Vec<(bool, String)> = relative
        .split('/')
        .map(|part| (true, part.to_owned()))
        .collect();
    if let Some(last) = parts.last_mut() {
        last.0 = false;
    }
    parts
}
