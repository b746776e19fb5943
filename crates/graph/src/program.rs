//! `onehead-graph`: a scan on stdin, its graph on stdout.

use clap::{Parser, ValueEnum};
use onehead_model::{Document, Exit, GraphReport, ScanReport, stdio};

use crate::{draw, graph};

/// Find the heads and findings of every environment, and plan the fix.
///
/// Reads a `onehead.scan` document on stdin, writes a `onehead.graph` document to stdout.
#[derive(Debug, Parser)]
#[command(
    name = "onehead-graph",
    version,
    after_help = "Examples:
  onehead-scan | onehead-graph | jq '.environments[].heads'
  onehead-scan | onehead-graph --format mermaid

  onehead-scan | onehead-graph --format text --exit-code || echo 'more than one head'

Exit codes: 0 the answer is on stdout, 2 could not run; with --exit-code 1 if there are errors in it"
)]
pub struct Cli {
    /// Output format: the document, or a drawing of the graph around the heads
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,

    /// Exit with 1 if there are errors, and print them on stderr
    #[arg(long)]
    exit_code: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Text,
    Mermaid,
    Dot,
}

impl Cli {
    /// Answers on stdout.
    #[must_use]
    pub fn run(self) -> Exit {
        match stdio::read_document::<ScanReport>() {
            Err(error) => stdio::could_not_run(error.as_ref()),
            Ok(scan) => {
                let report = graph(&scan);
                let text = match self.format {
                    Format::Json => report.to_json(),
                    Format::Text => draw::text(&report),
                    Format::Mermaid => draw::mermaid(&report),
                    Format::Dot => draw::dot(&report),
                };
                let exit = if self.exit_code {
                    judged(&report)
                } else {
                    Exit::Clean
                };
                stdio::print(&text, exit)
            }
        }
    }
}

/// Says every error. For scripts, so that they need no reader of JSON.
fn judged(report: &GraphReport) -> Exit {
    let mut exit = Exit::Clean;
    for finding in report.all_findings().filter(|finding| finding.is_error()) {
        let place = finding.location.as_ref();
        let place = place.map_or_else(String::new, |place| format!(" ({place})"));
        stdio::say(&format!("{} {}{place}", finding.code, finding.message));
        if let Some(hint) = &finding.hint {
            stdio::say(&format!("hint: {hint}"));
        }
        exit = Exit::Findings;
    }
    exit
}
