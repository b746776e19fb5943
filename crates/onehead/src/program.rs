//! What the five programs of this package share: which version they say they are, and the arguments of the
//! process.

use clap::{Command, Parser};

/// The version of this package, and where it is known the commit and its day: `0.1.0 (1a2b3c4d5 2026-01-02)`.
pub const VERSION: &str = env!("ONEHEAD_VERSION");

/// A program's arguments as clap knows them.
#[must_use]
pub fn command<C: Parser>() -> Command {
    C::command().version(VERSION)
}

/// The arguments that the process was started with. Ends it where they are wrong, or only ask for help or
/// for the version.
#[must_use]
pub fn parse<C: Parser>() -> C {
    let mut command = command::<C>();
    let matches = command.get_matches_mut();
    C::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
}

/// Every program of this package, for manuals and completions.
#[must_use]
pub fn all() -> [Command; 5] {
    [
        command::<crate::cli::Cli>(),
        command::<onehead_scan::program::Cli>(),
        command::<onehead_graph::program::Cli>(),
        command::<onehead_render::program::Cli>(),
        command::<onehead_stage::program::Cli>(),
    ]
}
