//! `onehead-stage`: rendered files on stdin, written, added and reported on stdout.

use std::path::PathBuf;

use clap::Parser;
use onehead_git::Inherit;
use onehead_model::{Exit, RenderReport, stdio};

use crate::{StageArgs, StageOptions, hints, stage};

/// Write the rendered files and add them to the index, completely or not at all.
///
/// Reads a `onehead.render` document on stdin, writes a `onehead.stage` document to stdout.
#[derive(Debug, Parser)]
#[command(
    name = "onehead-stage",
    version,
    after_help = "Examples:
  onehead-scan | onehead-graph | onehead-render | onehead-stage
  onehead-scan | onehead-graph | onehead-render | onehead-stage --commit -m 'Merge migration heads'

Exit codes: 0 the document is on stdout, 2 could not run; then what was begun has been undone, and where
even that failed, stderr says what is left"
)]
pub struct Cli {
    /// A folder inside the repository [default: the current folder]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,

    #[command(flatten)]
    stage: StageArgs,

    /// The message of the commit
    #[arg(
        short,
        long,
        value_name = "TEXT",
        default_value = "Merge migration heads"
    )]
    message: String,
}

impl Cli {
    /// Answers on stdout.
    #[must_use]
    pub fn run(self) -> Exit {
        let options = StageOptions {
            inherit: if self.repo.is_some() {
                Inherit::No
            } else {
                Inherit::Yes
            },
            directory: self.repo.unwrap_or_else(|| PathBuf::from(".")),
            add: !self.stage.no_add,
            commit: self.stage.commit.then_some(self.message),
        };
        stdio::run_stage(|plan: RenderReport| stage(&plan, &options), hints::hint)
    }
}
