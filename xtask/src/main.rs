//! `cargo xtask`: the flows of onehead for people with a checkout, and the chores of this workspace.

use clap::{Parser, Subcommand};
use onehead::check::{self, CheckArgs};
use onehead_model::Exit;

/// The flows of onehead, and the chores of this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say whether every environment has one head, and mend it if asked (`onehead check`)
    CheckHeads(CheckArgs),
}

fn main() -> Exit {
    match Cli::parse().command {
        Command::CheckHeads(args) => check::run(&args, "cargo xtask check-heads"),
    }
}
