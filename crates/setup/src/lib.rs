//! onehead into a repository and out again: hooks ([`hooks`]), settings, hooks and CI in one step ([`init`]), and whether
//! the hooks of a clone hold ([`doctor`]).
//!
//! Files are changed only by [`hooks::apply`], all of them or none. It prints nothing, asks no questions, stages and commits
//! nothing, and adds to no file that it could not add to without changing the rest of it.
//!
//! ```no_run
//! use onehead_git::{Connection, Inherit};
//! use onehead_setup::hooks::{Installation, Wanted, apply};
//!
//! let repository = Connection::discover(".".as_ref(), Inherit::No)?.expect("a repository");
//! let installation = Installation::plan(&repository, &Wanted::default())?;
//! apply(&installation.steps())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod doctor;
pub mod hooks;
pub mod init;
