//! `cargo xtask test`: every test that needs nothing but git and Rust.

use onehead_model::{Exit, stdio};
use xshell::{Shell, cmd};

/// Builds the binaries, which tests run as other programs would, then runs all tests. `filter` goes
/// to the test programs.
#[must_use]
pub(crate) fn run(filter: &[String]) -> Exit {
    match test(filter) {
        Ok(()) => Exit::Clean,
        Err(error) => {
            stdio::say(&error.to_string());
            Exit::Findings
        }
    }
}

fn test(filter: &[String]) -> xshell::Result<()> {
    let shell = Shell::new()?;
    cmd!(shell, "cargo build --quiet --workspace --bins")
        .quiet()
        .run()?;
    cmd!(shell, "cargo test --quiet --workspace -- {filter...}")
        .quiet()
        .run()
}
