//! One of the four tools as a package holds it: a program of this name that hands everything to the `onehead` beside it.
//!
//! `cargo xtask dist` puts this file into the sources of the package once for each tool; here it is compiled and linted as an
//! example.

use std::env::consts::EXE_SUFFIX;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

const NAME: &str = env!("CARGO_BIN_NAME");

fn main() -> ExitCode {
    let done = onehead().and_then(|onehead| hand_over(&onehead));
    done.unwrap_or_else(|error| {
        // Nobody is left to tell if this fails.
        let _ = writeln!(io::stderr(), "error: {NAME}: {error}");
        ExitCode::from(2)
    })
}

/// The program that was installed with this one; links lead to where both are.
fn onehead() -> io::Result<PathBuf> {
    let here = std::env::current_exe()?.canonicalize()?;
    let onehead = here.with_file_name(format!("onehead{EXE_SUFFIX}"));
    if onehead.is_file() {
        Ok(onehead)
    } else {
        let missing = format!("there is no `{}`", onehead.display());
        Err(io::Error::new(io::ErrorKind::NotFound, missing))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a launcher is as small as it can be, and knows no crate"
)]
fn hand_over(onehead: &PathBuf) -> io::Result<ExitCode> {
    let mut command = Command::new(onehead);
    command
        .args(["tool", NAME.trim_start_matches("onehead-")])
        .args(std::env::args_os().skip(1));
    end_as(command)
}

/// This process becomes that one, and signals and streams are its own.
#[cfg(unix)]
fn end_as(mut command: Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn end_as(mut command: Command) -> io::Result<ExitCode> {
    let status = command.status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(2)))
}
