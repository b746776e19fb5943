//! `onehead-scan`: the scan as JSON on stdout.

use clap::Parser;
use onehead_model::{Document, Exit, stdio};

use crate::{ScanArgs, Snapshot, hints};

/// Find every Alembic environment and read its revision files without executing them.
///
/// Writes a `onehead.scan` document to stdout. Findings about single files are inside it.
#[derive(Debug, Parser)]
#[command(
    name = "onehead-scan",
    version,
    after_help = "Examples:
  onehead-scan | onehead-graph --format text
  onehead-scan --source HEAD | jq '.environments[].revisions | length'

Exit codes: 0 the document is on stdout, 2 could not run"
)]
pub struct Cli {
    #[command(flatten)]
    scan: ScanArgs,
}

impl Cli {
    /// Answers on stdout.
    #[must_use]
    pub fn run(self) -> Exit {
        let snapshot = Snapshot::find(&self.scan.options(), &self.scan.source());
        stdio::answer(
            snapshot.map(|snapshot| snapshot.report().to_json()),
            hints::hint,
        )
    }
}
