//! Commands that another program of this workspace carries out.

use std::error::Error;
use std::ffi::OsString;
use std::io::Write;
use std::process::{Command, ExitCode};

use xshell::{Shell, cmd};

use crate::workspace;

/// Commands of onehead: the name here, the words there, and what they do.
pub(crate) const COMMANDS: &[(&str, &[&str], &str)] = &[
    (
        "check-heads",
        &["check"],
        "Say whether every environment has one head, and fix it if asked (`onehead check`)",
    ),
    (
        "fix",
        &["fix"],
        "Choose a fix and carry it out (`onehead fix`)",
    ),
    (
        "auto-merge",
        &["auto-merge"],
        "Merge the heads and commit the merge revision (`onehead auto-merge`)",
    ),
    (
        "ci",
        &["ci"],
        "Check the merge result, whatever the CI checked out (`onehead ci`)",
    ),
    (
        "history",
        &["history"],
        "Report what happened to the heads of the target over time (`onehead history`)",
    ),
    (
        "radar",
        &["radar"],
        "Say which branches will collide, before they are merged (`onehead radar`)",
    ),
    (
        "where",
        &["where"],
        "Say which branches, tags, pull requests and commits have a revision (`onehead where`)",
    ),
    (
        "pre-commit",
        &["hook", "pre-commit"],
        "`onehead hook pre-commit`",
    ),
    (
        "pre-merge-commit",
        &["hook", "pre-merge-commit"],
        "`onehead hook pre-merge-commit`",
    ),
    (
        "post-merge",
        &["hook", "post-merge"],
        "`onehead hook post-merge`",
    ),
    (
        "post-rewrite",
        &["hook", "post-rewrite"],
        "`onehead hook post-rewrite`",
    ),
    ("pre-push", &["hook", "pre-push"], "`onehead hook pre-push`"),
    (
        "pre-receive",
        &["hook", "pre-receive"],
        "`onehead hook pre-receive`",
    ),
    (
        "init",
        &["init"],
        "Set up settings, hooks and CI for a repository (`onehead init`)",
    ),
    (
        "install-hooks",
        &["install-hooks"],
        "Install the hooks of a repository, or remove them (`onehead install-hooks`)",
    ),
    (
        "doctor",
        &["doctor"],
        "Say whether the hooks of this clone are installed, and try them (`onehead doctor`)",
    ),
];

/// What `crates/lab` does: the name, and what it does.
pub(crate) const LABORATORIES: &[(&str, &str)] = &[
    (
        "oracle",
        "Ask the real Alembic and Mako about every fixture (needs Python)",
    ),
    (
        "corpus",
        "Compare onehead with the real Alembic on real packages (needs Python and the network)",
    ),
    (
        "hide",
        "Hide or break what the verdict on a real package depends on: it must not stay green (needs Python and the network)",
    ),
    (
        "reference",
        "Write docs/commands.md from the arguments of the programs",
    ),
    (
        "bench",
        "Measure commands of onehead beside git, rg and `alembic heads`",
    ),
    ("fuzz", "Run the fuzz targets, each for a while"),
    (
        "forge",
        "Post comments and statuses and merge heads against a forge on this machine (needs Python, gh and glab)",
    ),
    (
        "dist",
        "Build the source distribution and the wheel (needs Python)",
    ),
    (
        "package",
        "Build both, and install and run them in every way that people will (needs Python)",
    ),
    (
        "page",
        "Look at the page of `onehead history --html` in a browser (needs Node.js and Chromium)",
    ),
];

/// The words of onehead for a command of this name.
pub(crate) fn onehead(name: &str) -> Option<&'static [&'static str]> {
    let found = COMMANDS.iter().find(|(command, _, _)| *command == name);
    found.map(|(_, words, _)| *words)
}

/// Builds onehead and becomes it: with its stdin, stdout, exit code and the current folder.
pub(crate) fn to_onehead(words: &[&str], verbose: bool, arguments: &[OsString]) -> ExitCode {
    let verbose = verbose.then_some("--verbose");
    let words = ["--invoked-as", "cargo-xtask"]
        .into_iter()
        .chain(verbose)
        .chain(words.iter().copied());
    become_it("onehead", words, arguments)
}

/// Builds the laboratories and becomes them.
pub(crate) fn to_lab(name: &str, arguments: &[OsString]) -> ExitCode {
    become_it("lab", [name], arguments)
}

fn become_it<'a>(
    program: &str,
    words: impl IntoIterator<Item = &'a str>,
    arguments: &[OsString],
) -> ExitCode {
    let command = || -> Result<Command, Box<dyn Error>> {
        let shell = Shell::new()?;
        workspace::build(&shell, &[program])?;
        let program = workspace::program(program)?;
        Ok(cmd!(shell, "{program} {words...} {arguments...}").into())
    };
    match command() {
        Ok(command) => replace(command),
        Err(error) => failed(error.as_ref()),
    }
}

/// Signals reach the program that takes this one's place, and nothing stands between it and its streams.
#[cfg(unix)]
fn replace(mut command: Command) -> ExitCode {
    use std::os::unix::process::CommandExt;
    failed(&command.exec())
}

#[cfg(not(unix))]
fn replace(mut command: Command) -> ExitCode {
    match command.status() {
        Ok(status) => ExitCode::from(
            status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .unwrap_or(2),
        ),
        Err(error) => failed(&error),
    }
}

/// Says why it could not run.
pub(crate) fn failed(error: &dyn Error) -> ExitCode {
    say(&format!("error: {error}"));
    ExitCode::from(2)
}

/// Writes to stderr.
pub(crate) fn say(text: &str) {
    // Nobody is left to tell if this fails.
    let _ = writeln!(std::io::stderr(), "{text}");
}
