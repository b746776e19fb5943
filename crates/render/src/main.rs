//! `onehead-render`: a graph on stdin, the files that mend it on stdout.

use clap::Parser;

fn main() -> onehead_model::Exit {
    onehead_render::program::Cli::parse().run()
}
