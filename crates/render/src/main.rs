//! `onehead-render`: a graph on stdin, the files that mend it on stdout.

use clap::{Parser, ValueEnum};
use onehead_model::escape::for_terminal;
use onehead_model::{Document, Exit, GraphReport, RenderReport, stdio};
use onehead_render::{RenderArgs, render};

/// Render the merge revisions that bring every environment to one head. Writes no file.
///
/// Reads a `onehead.graph` document on stdin, writes a `onehead.render` document to stdout.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:
  onehead-scan | onehead-graph | onehead-render --format diff
  onehead-scan | onehead-graph | onehead-render -m 'merge billing and search' | onehead-stage

Exit codes: 0 the document is on stdout, 2 could not run"
)]
struct Cli {
    #[command(flatten)]
    render: RenderArgs,

    /// How to say it: the document, or only what it would change, as a diff for people
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Diff,
}

fn main() -> Exit {
    let cli = Cli::parse();
    let options = cli.render.options();
    match stdio::read_document::<GraphReport>() {
        Err(error) => stdio::could_not_run(error.as_ref()),
        Ok(graph) => stdio::answer(render(&graph, &options).map(|plan| match cli.format {
            Format::Json => plan.to_json(),
            Format::Diff => diff(&plan),
        })),
    }
}

/// The diffs, line by line, made safe for a terminal.
fn diff(plan: &RenderReport) -> String {
    let diffs = plan.changes.iter().map(|change| &change.diff);
    let lines = diffs.flat_map(|diff| diff.lines());
    lines
        .map(|line| for_terminal(line).into_owned() + "\n")
        .collect()
}
