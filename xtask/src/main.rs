//! `cargo xtask`: the flows of onehead for people with a checkout, and the chores of this workspace.

mod bench;
mod fuzz;

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
    /// Measure `onehead check` beside rg, cat and `alembic heads`
    Bench(bench::BenchArgs),
    /// Run the fuzz targets, each for a while
    Fuzz(fuzz::FuzzArgs),
}

fn main() -> Exit {
    match Cli::parse().command {
        Command::CheckHeads(args) => check::run(&args, "cargo xtask check-heads"),
        Command::Bench(args) => bench::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
    }
}
