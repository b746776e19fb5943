//! What works in a working tree only: fixing, and looking at what is about to be committed.

use std::error::Error;

use onehead_forecast::Analysis;
use onehead_scan::{ScanArgs, ScanError, ScanOptions, SourceSpec};

use crate::error::Answered;
use crate::failure::{Failure, Kind};
use crate::objects::{self, Objects};

/// What is to be fixed: only the working tree can be.
pub(crate) fn to_fix(args: &ScanArgs, options: &ScanOptions, fetch: bool) -> Answered<Analysis> {
    match args.source.as_str() {
        "worktree" => objects::analysis(options, &SourceSpec::Worktree, Objects::MayBeRead, fetch)
            .map_err(no_source_helps),
        other => {
            let text = format!("only the working tree can be fixed, but the source is `{other}`");
            Err(Failure::new(Kind::User, text)
                .hint("leave out `--source`")
                .into())
        }
    }
}

/// An error where the working tree or the index is needed: in a bare repository no other source helps.
pub(crate) fn no_source_helps(error: ScanError) -> Box<dyn Error> {
    match error {
        ScanError::Bare { .. } => Failure::new(Kind::User, error.to_string())
            .hint("run this in a clone of it")
            .into(),
        other => other.into(),
    }
}
