//! `onehead-render`: a graph on stdin, the files that mend it on stdout.

use clap::Parser;
use onehead_model::{Exit, GraphReport, stdio};
use onehead_render::{RenderArgs, render};

/// Render the merge revisions that bring every environment to one head. Writes no file.
///
/// Reads a `onehead.graph` document on stdin, writes a `onehead.render` document to stdout.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:
  onehead-scan | onehead-graph | onehead-render | jq -r '.changes[].diff'
  onehead-scan | onehead-graph | onehead-render -m 'merge billing and search' | onehead-stage

Exit codes: 0 the document is on stdout, 2 could not run"
)]
struct Cli {
    #[command(flatten)]
    render: RenderArgs,
}

fn main() -> Exit {
    let options = Cli::parse().render.options();
    stdio::run_stage(|graph: GraphReport| render(&graph, &options))
}
