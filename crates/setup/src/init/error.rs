//! Why a repository is not set up.

use onehead_forecast::TargetError;
use onehead_git::GitError;
use onehead_scan::ScanError;

use crate::hooks::InstallError;

/// A part of a setup that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The settings.
    Settings,
    /// The job of the CI.
    Ci,
    /// The post-write hook of Alembic.
    Authoring,
}

/// Why nothing was set up.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// Every environment is excluded.
    #[error("no Alembic environment is left after the exclusions")]
    AllLeftOut,
    /// It has no working tree.
    #[error("`{0}` is a bare repository")]
    Bare(String),
    /// A file has the name of one that would be written.
    #[error("`{0}` exists already with other content")]
    InTheWay(String, Part),
    /// A folder on the way to a file is a symbolic link.
    #[error("`{0}` is behind a symbolic link; nothing was written")]
    Linked(String, Part),
    /// A file is not written so that something can be added.
    #[error("cannot add to `{path}`: {why}")]
    ByHand {
        /// The file.
        path: String,
        /// Why, in words.
        why: String,
        /// What the text belongs to.
        part: Part,
        /// What has to be added.
        text: String,
    },
    /// There are settings, and they say something else than they are asked to.
    #[error("`{path}` has other settings already")]
    Settled {
        /// The file.
        path: String,
        /// What they would have to say.
        text: String,
    },
    /// The hooks cannot be planned.
    #[error(transparent)]
    Hooks(#[from] InstallError),
    /// The target cannot be found.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The working tree cannot be scanned.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}
