//! The laboratories of this workspace: what compares onehead with the real Alembic, measures it, feeds it nonsense, packs it
//! and tries the packages.
//!
//! ```console
//! $ cargo xtask oracle --python target/ci-venv/bin/python
//! $ cargo xtask bench --sizes 100,1000
//! ```
//!
//! `cargo xtask NAME` compiles and starts it, so that nobody who only checks a repository or runs the tests waits for it. It
//! holds nothing that a user of onehead needs.

mod agree;
mod bench;
mod corpus;
mod corpus_packages;
mod dist;
mod forge;
mod fuzz;
mod hide;
mod oracle;
mod package;
mod page;
mod pairs;
mod reference;
mod rewritten;
mod sides;
mod workspace;

use clap::{Parser, Subcommand};
use onehead_model::Exit;

/// The laboratories of this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    laboratory: Laboratory,
}

#[derive(Subcommand)]
enum Laboratory {
    /// Ask the real Alembic and Mako about every fixture (needs Python)
    Oracle(oracle::OracleArgs),
    /// Compare onehead with the real Alembic on real packages (needs Python and the network)
    Corpus(corpus_packages::PackagesArgs),
    /// Hide or break what the verdict on a real package depends on: it must not stay green (needs Python and the network)
    Hide(hide::HideArgs),
    /// Write docs/commands.md from the arguments of the programs
    Reference(reference::ReferenceArgs),
    /// Measure commands of onehead beside git, rg and `alembic heads`
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
    match Cli::parse().laboratory {
        Laboratory::Oracle(args) => oracle::run(&args),
        Laboratory::Corpus(args) => corpus::run(&args),
        Laboratory::Hide(args) => hide::run(&args),
        Laboratory::Reference(args) => reference::run(&args),
        Laboratory::Bench(args) => bench::run(&args),
        Laboratory::Fuzz(args) => fuzz::run(&args),
        Laboratory::Forge(args) => forge::run(&args),
        Laboratory::Dist(args) => dist::run(&args),
        Laboratory::Package(args) => package::run(&args),
        Laboratory::Page(args) => page::run(&args),
    }
}
