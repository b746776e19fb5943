//! Where to look, and for what.

use std::path::{Path, PathBuf};

use onehead_git::Inherit;
use onehead_model::RepoPath;

use crate::ScanError;
use crate::named::Named;

/// Where to look, and for what. Which state is read is said beside it, by a [`SourceSpec`](crate::SourceSpec).
#[derive(Debug, Clone)]
pub struct ScanOptions {
    /// A folder inside the repository; all of the repository is looked at.
    pub directory: PathBuf,
    /// Whether the variables that git gives to hooks hold for this repository.
    pub inherit: Inherit,
    /// Configuration files to use instead of looking for them.
    pub configs: Vec<PathBuf>,
    /// The section of those files; without it, every section with a `script_location`.
    pub section: Option<String>,
    /// The script location to use instead of looking for it.
    pub script_location: Option<PathBuf>,
    /// Whether readings are kept in the repository's `.git` folder for the next time.
    pub remember: bool,
    /// Whether no environment at all is an answer, whatever the settings say.
    pub allow_none: bool,
}

impl ScanOptions {
    /// The repository around a folder, all environments.
    pub fn in_directory(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            inherit: Inherit::Yes,
            configs: Vec::new(),
            section: None,
            script_location: None,
            remember: true,
            allow_none: false,
        }
    }

    /// The folder, without links.
    ///
    /// # Errors
    /// It is none.
    pub fn folder(&self) -> Result<PathBuf, ScanError> {
        std::fs::canonicalize(&self.directory)
            .ok()
            .filter(|path| path.is_dir())
            .ok_or_else(|| ScanError::NoSuchDirectory(self.directory.display().to_string()))
    }
}

/// One repository, and what is looked for in it.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) options: ScanOptions,
    /// The folder that paths are relative to.
    pub(crate) root: PathBuf,
    pub(crate) named: Named,
}

impl Scope {
    pub(crate) fn new(options: &ScanOptions, root: &Path) -> Result<Self, ScanError> {
        Ok(Self {
            named: named(options, root)?,
            options: options.clone(),
            root: root.to_owned(),
        })
    }
}

/// Paths of the command line, relative to the repository.
fn named(options: &ScanOptions, root: &Path) -> Result<Named, ScanError> {
    let real_root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let relative = |path: &PathBuf| {
        let outside = || ScanError::Outside {
            path: path.display().to_string(),
            root: root.display().to_string(),
        };
        let absolute = std::path::absolute(path).map_err(|_| outside())?;
        // The folder may be reached through a link; the file itself may exist only in a commit.
        let inside = absolute
            .strip_prefix(&real_root)
            .or_else(|_| absolute.strip_prefix(root))
            .map(Path::to_owned)
            .ok()
            .or_else(|| {
                std::fs::canonicalize(&absolute)
                    .ok()?
                    .strip_prefix(&real_root)
                    .map(Path::to_owned)
                    .ok()
            })
            .ok_or_else(outside)?;
        let text = inside.to_str().ok_or_else(outside)?;
        RepoPath::root().resolve(text).ok_or_else(outside)
    };
    Ok(Named {
        configs: options
            .configs
            .iter()
            .map(relative)
            .collect::<Result<_, _>>()?,
        script_location: options.script_location.as_ref().map(relative).transpose()?,
    })
}
