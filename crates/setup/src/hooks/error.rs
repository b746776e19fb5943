//! Why hooks are not installed.

use std::io;
use std::path::PathBuf;

use onehead_git::GitError;
use onehead_model::HookManager;

use super::steps::StepError;

/// Why hooks were not installed or removed. Nothing was changed then, but where [`StepError::Stuck`] says so.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// A file that matters cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder has the name of a hook.
    #[error("`{}` is a folder, so git runs no hook there", .0.display())]
    Folder(PathBuf),
    /// The hook of before is still beside a hook that is not onehead's any more.
    #[error("`{}` is left from an earlier install, and the hook that called it is no longer the one of onehead", .0.display())]
    Leftover(PathBuf),
    /// Other repositories run the hooks of the same folder.
    #[error("the hooks folder is `{}`, {why}", folder.display())]
    Shared {
        /// The folder.
        folder: PathBuf,
        /// How it comes to be shared, in words.
        why: String,
        /// The folder that would be this repository's alone.
        own: PathBuf,
    },
    /// The configuration of a manager is not written so that an entry can be added.
    #[error("cannot add to `{}`: {why}", path.display())]
    ByHand {
        /// The configuration.
        path: PathBuf,
        /// Why, in words.
        why: String,
        /// What has to be added.
        text: String,
    },
    /// The manager that was named has no configuration here.
    #[error("{} is not used in `{}`", manager.name(), root.display())]
    NotManaged {
        /// The manager.
        manager: HookManager,
        /// The root of the working tree.
        root: PathBuf,
    },
    /// The program that was named is not there.
    #[error("program `{}` not found", .0.display())]
    NoBinary(PathBuf),
    /// There is no `onehead` beside the program that runs.
    #[error("no `onehead` beside `{}` for the hooks to call", .0.display())]
    NotBuilt(PathBuf),
    /// The system does not tell where this program is.
    #[error("cannot find the path of this program")]
    Unknown(#[source] io::Error),
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A file could not be changed.
    #[error(transparent)]
    Step(#[from] StepError),
}
