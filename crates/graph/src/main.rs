//! `onehead-graph`: a scan on stdin, its graph on stdout.

use clap::Parser;

fn main() -> onehead_model::Exit {
    onehead_graph::program::Cli::parse().run()
}
