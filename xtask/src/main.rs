//! `cargo xtask`: the flows of onehead for people with a checkout, and the chores of this workspace.

mod agree;
mod arms;
mod bench;
mod corpus;
mod dist;
mod forge;
mod fuzz;
mod lint;
mod oracle;
mod package;
mod page;
mod pairs;
mod reference;
mod rewritten;
mod test;
mod workspace;

use clap::{Parser, Subcommand};
use onehead::auto_merge::{self, AutoMergeArgs};
use onehead::check::{self, CheckArgs};
use onehead::ci::{self, CiArgs};
use onehead::doctor::{self, DoctorArgs};
use onehead::door::Via;
use onehead::fix::{self, FixArgs};
use onehead::hook::Hook;
use onehead::init::{self, InitArgs};
use onehead::install::{self, InstallArgs};
use onehead::radar::{self, RadarArgs};
use onehead::verbose::Verbose;
use onehead_model::Exit;

/// The flows of onehead, and the chores of this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(flatten)]
    verbose: Verbose,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say whether every environment has one head, and mend it if asked (`onehead check`)
    CheckHeads(CheckArgs),
    /// Choose a mend and carry it out (`onehead fix`)
    Fix(FixArgs),
    /// Merge the heads and commit the merge revision (`onehead auto-merge`)
    AutoMerge(AutoMergeArgs),
    /// Look at the merge result, whatever the CI checked out (`onehead ci`)
    Ci(CiArgs),
    /// Say which branches will collide, before they land (`onehead radar`)
    Radar(RadarArgs),
    #[command(flatten)]
    Hook(Hook),
    /// Set up settings, hooks and CI for a repository (`onehead init`)
    Init(InitArgs),
    /// Put onehead at every door of a repository, or take it away again (`onehead install-hooks`)
    InstallHooks(InstallArgs),
    /// Say whether onehead stands at every door of this clone, and try it (`onehead doctor`)
    Doctor(DoctorArgs),

    /// Run every test that needs nothing but git and Rust
    Test {
        /// Handed to the test programs
        filter: Vec<String>,
    },
    /// Check format, lints and documentation
    Lint,
    /// Ask the real Alembic and Mako about every fixture (needs Python)
    Oracle(oracle::OracleArgs),
    /// Compare onehead with the real Alembic on real packages (needs Python and the network)
    Corpus(corpus::CorpusArgs),
    /// Write docs/commands.md from the arguments of the programs
    Reference(reference::ReferenceArgs),
    /// Measure `onehead check` beside rg, cat and `alembic heads`
    Bench(bench::BenchArgs),
    /// Run the fuzz targets, each for a while
    Fuzz(fuzz::FuzzArgs),
    /// Post comments and statuses and merge heads against a forge on this machine (needs Python, gh and glab)
    Forge(forge::ForgeArgs),
    /// Build the source distribution and the wheel (needs Python)
    Dist(dist::DistArgs),
    /// Build both, and install and run them in every way that people will (needs Python)
    Package(package::PackageArgs),
    /// Look at the page of `onehead history --html` in a browser (needs Node.js and Chromium)
    Page(page::PageArgs),
}

fn main() -> Exit {
    let cli = Cli::parse();
    cli.verbose.listen();
    match cli.command {
        Command::CheckHeads(args) => check::run(&args, Via::Xtask),
        Command::Fix(args) => fix::run(&args, Via::Xtask.fix()),
        Command::AutoMerge(args) => auto_merge::run(&args, Via::Xtask),
        Command::Ci(args) => ci::run(&args, Via::Xtask),
        Command::Radar(args) => radar::run(&args, Via::Xtask),
        Command::Hook(hook) => hook.run(Via::Xtask),
        Command::Init(args) => init::run(&args, Via::Xtask),
        Command::InstallHooks(args) => install::run(&args, Via::Xtask),
        Command::Doctor(args) => doctor::run(&args, Via::Xtask),
        Command::Test { filter } => test::run(&filter),
        Command::Lint => lint::run(),
        Command::Oracle(args) => oracle::run(&args),
        Command::Corpus(args) => corpus::run(&args),
        Command::Reference(args) => reference::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::Forge(args) => forge::run(&args),
        Command::Dist(args) => dist::run(&args),
        Command::Package(args) => package::run(&args),
        Command::Page(args) => page::run(&args),
    }
}
