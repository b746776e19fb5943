//! One part of a setup, and the files that it writes.

use std::fs;
use std::path::Path;

use onehead_model::PlannedFile;

use super::error::{InitError, Part};
use crate::hooks::Step;
use crate::hooks::hooks_dir::real;

/// What is said about a part, and what has to be done for it.
pub(super) struct PartPlan {
    pub(super) says: PlannedFile,
    pub(super) steps: Vec<Step>,
}

impl PartPlan {
    /// There is nothing to do, for this reason.
    pub(super) fn nothing(says: PlannedFile) -> Self {
        Self {
            says,
            steps: Vec::new(),
        }
    }
}

/// Writes a file that is not there yet, inside the repository.
pub(super) fn new_file(
    root: &Path,
    name: &str,
    text: String,
    part: Part,
) -> Result<Vec<Step>, InitError> {
    let path = real(root).join(name);
    if fs::symlink_metadata(&path).is_ok() {
        return Err(InitError::InTheWay(name.to_owned(), part));
    }
    let folder = path.parent().unwrap_or(root);
    if real(folder) != folder {
        return Err(InitError::Linked(name.to_owned(), part));
    }
    let mut steps = Vec::new();
    if !folder.is_dir() {
        steps.push(Step::CreateFolder(folder.to_owned()));
    }
    steps.push(Step::Write {
        path,
        bytes: text.into_bytes(),
        executable: false,
    });
    Ok(steps)
}
