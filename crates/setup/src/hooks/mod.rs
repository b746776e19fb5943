//! Hooks that call onehead, into a repository and out again: git's own scripts, or entries in the configuration of the
//! manager that is used here. A change is planned first and made wholly or not at all.

mod binary;
pub(crate) mod block;
mod error;
pub(crate) mod git_hook;
pub(crate) mod hooks_dir;
mod installation;
pub(crate) mod manager;
pub(crate) mod plain;
mod planned;
pub(crate) mod script;
mod steps;

pub use error::InstallError;
pub use installation::{Caller, Installation, Wanted};
pub use steps::{Step, StepError, apply};
