//! `onehead where`: which branches, tags, pull requests and commits have a revision.

use clap::Args;
use onehead_history::whereabouts;
use onehead_model::{Exit, WhereReport, stdio};
use onehead_report::{Format, Kind, Output};

use crate::context::{Context, Place};
use crate::error::{Answered, could_not_run};
use crate::invoked_as::InvokedAs;
use crate::output::formats;

/// What to look for, and where.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead where 3f2a9c                 the revision whose id begins like this
  onehead where billing                the one with this branch label
  onehead where 42                     the one with this number, such as 0042
  onehead where 3f2a9c --format json   the document `onehead.where`

It answers `Can't locate revision identified by '3f2a9c'`. It reads git alone: every version of every Python file that a ref or a reflog of this clone leads to. Nothing is fetched, and no database is asked.

Exit codes: 0 found, 1 no revision fits or several do, 2 not known or could not run")]
pub struct WhereArgs {
    #[command(flatten)]
    place: Place,

    /// The beginning of an id, a branch label, or the number of an id
    #[arg(value_name = "REV")]
    revision: String,

    /// Output format
    #[arg(long, value_parser = formats(Kind::Where), default_value = "text")]
    format: Format,
}

/// Looks, and answers.
#[must_use]
pub fn run(args: &WhereArgs, invoked_as: InvokedAs) -> Exit {
    let shown = look(args, invoked_as).and_then(|report| {
        let text = Output::Where(&report).shown(args.format)?;
        Ok((report, text))
    });
    match shown {
        Ok((report, text)) => stdio::print(&text, report.exit()),
        Err(error) => could_not_run(error.as_ref()),
    }
}

fn look(args: &WhereArgs, invoked_as: InvokedAs) -> Answered<WhereReport> {
    let context = Context {
        place: &args.place,
        invoked_as,
    };
    let repository = context.repository()?;
    Ok(whereabouts(
        &repository,
        &context.options(),
        &args.revision,
    )?)
}
