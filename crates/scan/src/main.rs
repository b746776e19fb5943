//! `onehead-scan`: the scan as JSON on stdout.

use clap::Parser;
use onehead_model::{Document, Exit, stdio};
use onehead_scan::{ScanArgs, scan};

/// Find every Alembic environment and read its revision files, without executing them.
///
/// Writes a `onehead.scan` document to stdout. What is wrong with single files is inside it.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:
  onehead-scan | onehead-graph --format text
  onehead-scan --source HEAD | jq '.environments[].revisions | length'

Exit codes: 0 the document is on stdout, 2 could not run"
)]
struct Cli {
    #[command(flatten)]
    scan: ScanArgs,
}

fn main() -> Exit {
    let cli = Cli::parse();
    stdio::answer(scan(&cli.scan.options()).map(|scanned| scanned.report.to_json()))
}
