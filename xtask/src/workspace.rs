//! Where this workspace is, and its programs.

use std::env::consts::EXE_SUFFIX;
use std::error::Error;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

/// What tests run as other programs would.
pub(crate) const PROGRAMS: &[&str] = &[
    "onehead",
    "onehead-scan",
    "onehead-graph",
    "onehead-render",
    "onehead-stage",
];

/// The folder of the workspace that this program was built from.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Builds programs of the workspace, quietly.
///
/// Always with the features that the whole workspace asks of its dependencies, or the tests would compile most of
/// what a check has compiled once more.
pub(crate) fn build(shell: &Shell, programs: &[&str]) -> xshell::Result<()> {
    let manifest = root().join("Cargo.toml");
    let bins = programs.iter().flat_map(|name| ["--bin", *name]);
    cmd!(
        shell,
        "cargo build --quiet --manifest-path {manifest} --workspace {bins...}"
    )
    .quiet()
    .run()
}

/// Where cargo puts a program: beside this one.
pub(crate) fn program(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    Ok(std::env::current_exe()?.with_file_name(format!("{name}{EXE_SUFFIX}")))
}
