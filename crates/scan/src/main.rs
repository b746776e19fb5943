//! `onehead-scan`: the scan as JSON on stdout.

use clap::Parser;

fn main() -> onehead_model::Exit {
    onehead_scan::program::Cli::parse().run()
}
