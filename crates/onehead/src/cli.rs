//! The arguments of `onehead`.

use clap::{Parser, Subcommand};
use onehead_model::Exit;

use crate::check::{self, CheckArgs};

/// Keeps every Alembic migration environment of a git repository at exactly one head.
#[derive(Parser)]
#[command(name = "onehead", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say whether every environment has one head, and mend it if asked
    Check(CheckArgs),
}

/// Runs the command line of the process.
#[must_use]
pub fn run() -> Exit {
    match Cli::parse().command {
        Command::Check(args) => check::run(&args, "onehead check"),
    }
}
