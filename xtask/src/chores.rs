//! Chores that are calls of cargo and nothing else.

use std::ffi::OsString;
use std::process::ExitCode;

use xshell::{Shell, cmd};

use crate::hand_on::{failed, workspace};

/// Builds the programs, which tests run as other programs would, then runs all tests. `filter` goes to the test programs.
pub(crate) fn test(filter: &[OsString]) -> ExitCode {
    ended(|shell| {
        // The laboratories are no program that a test runs.
        cmd!(
            shell,
            "cargo build --quiet --workspace --exclude lab --bins"
        )
        .quiet()
        .run()?;
        cmd!(shell, "cargo test --quiet --workspace -- {filter...}")
            .quiet()
            .run()
    })
}

/// Runs every check that reads the code without running it.
pub(crate) fn lint() -> ExitCode {
    ended(|shell| {
        cmd!(shell, "cargo fmt --all --check").run()?;
        cmd!(
            shell,
            "cargo clippy --quiet --workspace --all-targets -- -D warnings"
        )
        .run()?;
        {
            let _strict = shell.push_env("RUSTDOCFLAGS", "-D warnings");
            cmd!(shell, "cargo doc --quiet --workspace --no-deps").run()?;
        }
        cmd!(
            shell,
            "cargo run --quiet --package lab -- reference --check"
        )
        .run()
    })
}

/// 1 as soon as something fails.
fn ended(chore: impl Fn(&Shell) -> xshell::Result<()>) -> ExitCode {
    let run = || -> xshell::Result<()> {
        let shell = Shell::new()?;
        shell.change_dir(workspace());
        chore(&shell)
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            failed(&error);
            ExitCode::FAILURE
        }
    }
}
