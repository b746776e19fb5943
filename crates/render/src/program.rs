//! `onehead-render`: a graph on stdin, the files that fix it on stdout.

use clap::{Parser, ValueEnum};
use onehead_model::escape::for_terminal;
use onehead_model::{Document, Exit, GraphReport, RenderReport, stdio};

use crate::{RenderArgs, hints, render};

/// Render the merge revisions that leave one head in every environment. Writes no file.
///
/// Reads a `onehead.graph` document on stdin, writes a `onehead.render` document to stdout.
#[derive(Debug, Parser)]
#[command(
    name = "onehead-render",
    version,
    after_help = "Examples:
  onehead-scan | onehead-graph | onehead-render --format diff
  onehead-scan | onehead-graph | onehead-render -m 'merge billing and search' | onehead-stage

Exit codes: 0 the document is on stdout, 2 could not run"
)]
pub struct Cli {
    #[command(flatten)]
    render: RenderArgs,

    /// Output format: the document, or the changes as a diff
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Diff,
}

impl Cli {
    /// Answers on stdout.
    #[must_use]
    pub fn run(self) -> Exit {
        let options = self.render.options();
        match stdio::read_document::<GraphReport>() {
            Err(error) => stdio::could_not_run(error.as_ref()),
            Ok(graph) => {
                let text = render(&graph, &options).map(|plan| match self.format {
                    Format::Json => plan.to_json(),
                    Format::Diff => diff(&plan),
                });
                stdio::answer(text, hints::hint)
            }
        }
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
