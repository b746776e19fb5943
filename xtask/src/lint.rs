//! `cargo xtask lint`: format, lints, documentation, and the page that is made from the arguments.

use onehead_model::{Exit, stdio};
use xshell::{Shell, cmd};

use crate::reference::{self, ReferenceArgs};

/// Runs every check that reads the code without running it.
#[must_use]
pub(crate) fn run() -> Exit {
    match lint() {
        Ok(()) => reference::run(&ReferenceArgs::check()),
        Err(error) => {
            stdio::say(&error.to_string());
            Exit::Findings
        }
    }
}

fn lint() -> xshell::Result<()> {
    let shell = Shell::new()?;
    cmd!(shell, "cargo fmt --all --check").run()?;
    cmd!(
        shell,
        "cargo clippy --quiet --workspace --all-targets -- -D warnings"
    )
    .run()?;
    let _strict = shell.push_env("RUSTDOCFLAGS", "-D warnings");
    cmd!(shell, "cargo doc --quiet --workspace --no-deps").run()
}
