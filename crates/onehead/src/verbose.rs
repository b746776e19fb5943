//! `-v`: which git commands run and how long each takes, on stderr. Never changes an answer.

use clap::Args;
use log::{LevelFilter, Log, Metadata, Record};
use onehead_model::stdio;

/// Whether it was asked for.
#[derive(Debug, Clone, Copy, Args)]
pub struct Verbose {
    /// Show git commands and their times on stderr
    #[arg(short, long, global = true)]
    verbose: bool,
}

impl Verbose {
    /// Begins to tell, if that is wanted.
    pub fn listen(self) {
        if self.verbose && log::set_logger(&Stderr).is_ok() {
            log::set_max_level(LevelFilter::Debug);
        }
    }
}

struct Stderr;

impl Log for Stderr {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("onehead")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            stdio::say(&record.args().to_string());
        }
    }

    fn flush(&self) {}
}
