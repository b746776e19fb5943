//! `onehead-render`: a graph on stdin, the files that fix it on stdout.

use clap::Parser;

fn main() -> onehead_model::Exit {
    onehead_render::program::Cli::parse().run()
}
