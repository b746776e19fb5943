//! The programs as people meet them: which version they say they are, and their arguments.

use std::ffi::OsString;

use clap::{Command, Parser};

/// The version of this package, and where it is known the commit and its day: `0.1.0 (1a2b3c4d5 2026-01-02)`.
pub const VERSION: &str = env!("ONEHEAD_VERSION");

/// A program's arguments as clap knows them.
#[must_use]
pub fn command<C: Parser>() -> Command {
    C::command().version(VERSION)
}

/// A program's arguments from words, of which the first is its name. Ends the process where they are wrong, or only ask
/// for help or for the version.
#[must_use]
pub fn parse<C: Parser>(words: impl IntoIterator<Item = OsString>) -> C {
    let mut command = command::<C>();
    let parsed = command
        .try_get_matches_from_mut(words)
        .and_then(|matches| C::from_arg_matches(&matches));
    parsed.unwrap_or_else(|error| error.format(&mut command).exit())
}
