//! Where this workspace is, and where it builds.

use std::error::Error;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

/// A value, or why the command could not run.
pub(crate) type Fallible<T> = Result<T, Box<dyn Error>>;

/// The folder of the workspace that this program was built from.
pub(crate) fn root() -> &'static Path {
    let lab = Path::new(env!("CARGO_MANIFEST_DIR"));
    lab.ancestors().nth(2).unwrap_or(lab)
}

/// The folder that cargo builds into: this program lies two below it.
pub(crate) fn target() -> Fallible<PathBuf> {
    let here = std::env::current_exe()?;
    let target = here
        .ancestors()
        .nth(2)
        .ok_or("this program lies in no target folder")?;
    Ok(target.to_owned())
}

/// Builds every program of this workspace for development, with the dependencies that the tests compile.
pub(crate) fn build(shell: &Shell) -> xshell::Result<()> {
    cmd!(
        shell,
        "cargo build --quiet --workspace --exclude xtask --bins"
    )
    .run()
}

/// A program of this workspace that was built for development.
pub(crate) fn program(name: &str) -> Fallible<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(target()?.join("debug").join(name))
}
