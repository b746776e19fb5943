//! The folder from which git runs hooks.

use std::fs;
use std::path::{Path, PathBuf};

use onehead_git::{Connection, GitError};

/// Where git looks for hooks.
#[derive(Debug)]
pub(crate) struct HooksDir {
    pub(crate) path: PathBuf,
    /// Why other repositories may run the hooks of this folder as well.
    pub(crate) shared: Option<String>,
    /// Whether it is part of the working tree, and so of what people commit.
    pub(crate) in_worktree: bool,
}

impl HooksDir {
    pub(crate) fn of(repository: &Connection) -> Result<Self, GitError> {
        let path = repository.git_path("hooks")?;
        let place = real(&path);
        let in_git = place.starts_with(real(repository.common_dir()))
            || place.starts_with(real(repository.git_dir()));
        let in_worktree =
            !repository.is_bare() && !in_git && place.starts_with(real(repository.root()));
        let shared = match repository.config_scope("core.hooksPath")? {
            Some((scope, value)) if !in_git && !in_worktree => Some(format!(
                "outside this repository, because of `core.hooksPath = {value}` in git's {scope} configuration"
            )),
            Some((scope, value))
                if matches!(&*scope, "global" | "system") && !is_relative(&value) =>
            {
                Some(format!(
                    "shared by every repository, because of `core.hooksPath = {value}` in git's {scope} configuration"
                ))
            }
            None if !in_git => {
                Some("behind a symbolic link that leads out of this repository".to_owned())
            }
            _ => None,
        };
        Ok(Self {
            path,
            shared,
            in_worktree,
        })
    }
}

/// Whether a path of git's configuration leads to another folder in each repository.
fn is_relative(value: &str) -> bool {
    Path::new(value).is_relative() && !value.starts_with(['~', '%'])
}

/// The path with every symbolic link followed, as far as it exists.
pub(crate) fn real(path: &Path) -> PathBuf {
    for above in path.ancestors() {
        if let Ok(found) = fs::canonicalize(above) {
            let rest = path.strip_prefix(above).unwrap_or(Path::new(""));
            return if rest.as_os_str().is_empty() {
                found
            } else {
                found.join(rest)
            };
        }
    }
    path.to_owned()
}
