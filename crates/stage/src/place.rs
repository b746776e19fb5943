//! Whether a path may be written.

use std::fs;
use std::path::Path;

use onehead_model::{Change, RenderReport, RepoPath};

use crate::StageError;
use crate::content::{bytes, check_bytes};
use crate::order::is_given_up;

/// The new path must be free, or given up by another change, and the replaced file must be there with the bytes that the plan knows.
pub(crate) fn check(root: &Path, plan: &RenderReport, change: &Change) -> Result<(), StageError> {
    check_path(root, &change.path, &change.version_locations)?;
    if let Some(old) = &change.replaces {
        check_path(root, &old.path, &change.version_locations)?;
        let expected = bytes(&old.path, &old.content)?;
        check_bytes(&root.join(old.path.as_str()), old, &expected)?;
    }
    if change.is_new_path()
        && !is_given_up(plan, &change.path)
        && fs::symlink_metadata(root.join(change.path.as_str())).is_ok()
    {
        return Err(StageError::Exists(change.path.clone()));
    }
    Ok(())
}

/// The path must lie in one of the version locations of its document, and no part of it may be a
/// symbolic link: git could not record a file behind one, and it may lead anywhere.
fn check_path(root: &Path, path: &RepoPath, locations: &[RepoPath]) -> Result<(), StageError> {
    let refuse = |reason: String| {
        Err(StageError::Refused {
            path: path.clone(),
            reason,
        })
    };
    if !path.name().ends_with(".py") {
        return refuse("the name of a revision file ends in `.py`".into());
    }
    if path.parts().any(|part| part.eq_ignore_ascii_case(".git")) {
        return refuse("it is in a `.git` folder".into());
    }
    let inside = |location: &RepoPath| path.is_within(location) && path != location;
    if !locations.iter().any(inside) {
        return refuse("it is in no version location of its environment".into());
    }
    let mut at = root.to_owned();
    for part in path.parts() {
        at.push(part);
        match fs::symlink_metadata(&at) {
            Ok(found) if found.is_symlink() => {
                return refuse(format!("`{part}` is a symbolic link"));
            }
            Ok(found) if at == root.join(path.as_str()) || found.is_dir() => {}
            Ok(_) => return refuse(format!("`{part}` is not a folder")),
            Err(_) => break,
        }
    }
    Ok(())
}
