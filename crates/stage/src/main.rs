//! `onehead-stage`: rendered files on stdin, written, added and reported on stdout.

use clap::Parser;

fn main() -> onehead_model::Exit {
    onehead_stage::program::Cli::parse().run()
}
