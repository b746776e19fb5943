//! `onehead-graph`: a scan on stdin, its graph on stdout.

use std::convert::Infallible;

use clap::{Parser, ValueEnum};
use onehead_graph::{draw, graph};
use onehead_model::{Document, Exit, ScanReport, stdio};

/// Find the heads of every environment, what is wrong, and the plan that would mend it.
///
/// Reads a `onehead.scan` document on stdin, writes a `onehead.graph` document to stdout.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:
  onehead-scan | onehead-graph | jq '.environments[].heads'
  onehead-scan | onehead-graph --format mermaid

Exit codes: 0 the answer is on stdout, 2 could not run"
)]
struct Cli {
    /// How to say it: the document, or a drawing of what is around the heads
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Text,
    Mermaid,
    Dot,
}

fn main() -> Exit {
    let cli = Cli::parse();
    match stdio::read_document::<ScanReport>() {
        Err(error) => stdio::could_not_run(error.as_ref()),
        Ok(scan) => {
            let report = graph(scan);
            let text = match cli.format {
                Format::Json => report.to_json(),
                Format::Text => draw::text(&report),
                Format::Mermaid => draw::mermaid(&report),
                Format::Dot => draw::dot(&report),
            };
            stdio::answer::<Infallible>(Ok(text))
        }
    }
}
