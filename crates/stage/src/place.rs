//! Whether a path may be written.

use std::fs;
use std::path::Path;

use onehead_model::{Change, RepoPath};

use crate::StageError;

/// The path must lie in one of the version locations of its document, and no part of it may be a
/// symbolic link: git could not record a file behind one, and it may lead anywhere.
pub(crate) fn check(root: &Path, change: &Change) -> Result<(), StageError> {
    let refuse = |reason: String| {
        Err(StageError::Refused {
            path: change.path.clone(),
            reason,
        })
    };
    let path = &change.path;
    if !path.name().ends_with(".py") {
        return refuse("a revision file ends in `.py`".into());
    }
    if path.parts().any(|part| part.eq_ignore_ascii_case(".git")) {
        return refuse("it lies in a `.git` folder".into());
    }
    let inside = |location: &RepoPath| path.is_within(location) && path != location;
    if !change.version_locations.iter().any(inside) {
        return refuse("it is in no version location of its environment".into());
    }
    let mut at = root.to_owned();
    for part in path.parts() {
        at.push(part);
        match fs::symlink_metadata(&at) {
            Ok(found) if found.is_symlink() => {
                return refuse(format!("`{part}` in it is a symbolic link"));
            }
            Ok(found) if at == root.join(path.as_str()) || found.is_dir() => {}
            Ok(_) => return refuse(format!("`{part}` in it is no folder")),
            Err(_) => break,
        }
    }
    if fs::symlink_metadata(root.join(path.as_str())).is_ok() {
        return Err(StageError::Exists(path.clone()));
    }
    Ok(())
}
