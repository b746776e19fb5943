//! `onehead where`: which branches, tags, pull requests and commits have a revision.

use std::io::{IsTerminal, stdin};

use clap::Args;
use onehead_history::{Current, database, whereabouts};
use onehead_model::{Exit, RevisionId, stdio};
use onehead_report::{Format, Kind, Output};

use crate::context::{Context, Place};
use crate::error::{Answered, could_not_run};
use crate::failure::{Failure, Kind as Who};
use crate::invoked_as::InvokedAs;
use crate::output::formats;

/// What to look for, and where.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead where 3f2a9c                 the revision whose id begins like this
  onehead where billing                the one with this branch label
  onehead where 42                     the one with this number, such as 0042
  onehead where 3f2a9c --format json   the document `onehead.where`
  onehead where --database 3f2a9c      whether a database at it can go on from here, and the commands
  alembic current 2>&1 | onehead where --database   the same of what Alembic prints

It answers `Can't locate revision identified by '3f2a9c'`. It reads git alone: every version of every Python file that a ref or a reflog of this clone leads to. Nothing is fetched, and no database is asked.

Exit codes: 0 found, 1 no revision fits or several do, 2 not known or could not run; with --database 0 it can go on, 1 it cannot, 2 not known or could not run")]
pub struct WhereArgs {
    #[command(flatten)]
    place: Place,

    /// The beginning of an id, a branch label, or the number of an id
    #[arg(value_name = "REV", required_unless_present = "database")]
    revision: Option<String>,

    /// Say whether a database at these revisions can go on from what is checked out, and what to run [default: what
    /// `alembic current` printed, on stdin; `base` for a database without a revision]
    #[arg(long, value_name = "REV", num_args = 0.., conflicts_with = "revision")]
    database: Option<Vec<String>>,

    /// The environment of the database, where several may be meant
    #[arg(long, value_name = "NAME", requires = "database")]
    environment: Option<String>,

    /// Output format
    #[arg(long, value_parser = formats(Kind::Where), default_value = "text")]
    format: Format,
}

/// Looks, and answers.
#[must_use]
pub fn run(args: &WhereArgs, invoked_as: InvokedAs) -> Exit {
    match look(args, invoked_as) {
        Ok((text, exit)) => stdio::print(&text, exit),
        Err(error) => could_not_run(error.as_ref()),
    }
}

fn look(args: &WhereArgs, invoked_as: InvokedAs) -> Answered<(String, Exit)> {
    let context = Context {
        place: &args.place,
        invoked_as,
    };
    let repository = context.repository()?;
    let options = context.options();
    if let Some(given) = &args.database {
        let current = current(given, &context)?;
        let environment = args.environment.as_deref();
        let report = database(&repository, &options, &current, environment)?;
        let text = Output::Database(&report).shown(args.format)?;
        return Ok((text, report.exit()));
    }
    let asked = args.revision.as_deref().unwrap_or_default();
    let report = whereabouts(&repository, &options, asked)?;
    let text = Output::Where(&report).shown(args.format)?;
    Ok((text, report.exit()))
}

/// What the database is at: as given, else as Alembic said it.
fn current(given: &[String], context: &Context<'_>) -> Answered<Current> {
    if given.is_empty() {
        if stdin().is_terminal() {
            let text = "`--database` without a revision reads the output of `alembic current`, but stdin is a terminal";
            let command = context.command("where --database");
            return Err(Failure::new(Who::User, text)
                .hint(format!("run `alembic current 2>&1 | {command}`"))
                .into());
        }
        return Ok(Current::parse(&stdio::read_text()?)?);
    }
    let mut rows: Vec<RevisionId> = given
        .iter()
        .filter(|id| *id != "base")
        .map(|id| RevisionId::new(id.as_str()))
        .collect();
    rows.sort();
    rows.dedup();
    Ok(Current {
        rows,
        may_have_more: false,
    })
}
