//! `cargo xtask lint`: format, lints, documentation.

use onehead_model::{Exit, stdio};
use xshell::{Shell, cmd};

/// Runs every check that reads the code without running it.
#[must_use]
pub(crate) fn run() -> Exit {
    match lint() {
        Ok(()) => Exit::Clean,
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
