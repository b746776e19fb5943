//! The arguments of `onehead`.

use clap::{Parser, Subcommand};
use onehead_model::Exit;

use crate::check::{self, CheckArgs};
use crate::install::{self, InstallArgs};

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
    /// Put onehead at every door of a repository, or take it away again
    InstallHooks(InstallArgs),
}

/// Runs the command line of the process.
#[must_use]
pub fn run() -> Exit {
    match Cli::parse().command {
        Command::Check(args) => check::run(&args, "onehead check"),
        Command::InstallHooks(args) => install::run(&args, "onehead install-hooks"),
    }
}
