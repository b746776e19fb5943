//! `onehead history`: what happened to the heads of the target over time.

mod page_file;
mod progress;

use std::path::PathBuf;

use clap::Args;
use onehead_configuration::TargetSetting;
use onehead_history::{HistoryOptions, history};
use onehead_model::{Exit, HistoryReport, stdio};
use onehead_report::{Format, Kind, Output};
use onehead_scan::SourceSpec;

use crate::context::{Context, Place};
use crate::error::could_not_run;
use crate::failure::Failure;
use crate::invoked_as::InvokedAs;
use crate::output::formats;
use onehead_forecast::{Target, Targets};
pub use page_file::write as write_page;

/// What to tell, and how.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead history                                    all of it, for people
  onehead history --since 2026-01-01                 incidents that ended later
  onehead history --since 2026-01-12 --format markdown   for a weekly post
  onehead history --format csv > incidents.csv       a line for each incident
  onehead history --html heads.html                  and as a page that needs no network

It reads git alone: it checks out nothing, executes nothing, and asks no forge.

Exit codes: 0 report printed, 2 not known or could not run")]
pub struct HistoryArgs {
    #[command(flatten)]
    place: Place,

    /// The branch whose commits are read [default: that of the settings, of several the first, or of the remote, else HEAD]
    #[arg(long, value_name = "REF")]
    target: Option<String>,

    /// Leave out incidents that ended before this day, such as 2026-01-31
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<String>,

    /// Output format
    #[arg(long, value_parser = formats(Kind::History), default_value = "text")]
    format: Format,

    /// Also write a page of HTML to this file, and replace an existing one
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Tells it.
#[must_use]
pub fn run(args: &HistoryArgs, invoked_as: InvokedAs) -> Exit {
    let shown = told(args, invoked_as).and_then(|report| {
        let text = Output::History(&report).shown(args.format)?;
        Ok((text, report.exit()))
    });
    match shown {
        Ok((text, exit)) => stdio::print(&text, exit),
        Err(error) => could_not_run(error.as_ref()),
    }
}

fn told(
    args: &HistoryArgs,
    invoked_as: InvokedAs,
) -> Result<HistoryReport, Box<dyn std::error::Error>> {
    let context = Context {
        place: &args.place,
        invoked_as,
    };
    let repository = context.repository()?;
    let source = match repository.is_bare() {
        true => SourceSpec::Commit("HEAD".into()),
        false => SourceSpec::Worktree,
    };
    let options = context.options();
    let settings = match (onehead_scan::settings(&options, &source), &args.target) {
        (Err(error), None) => return Err(error.into()),
        // They are not needed to find the target.
        (settings, _) => settings.unwrap_or_default(),
    };
    let named = args.target.as_deref();
    let target = match (named, settings.target.list()) {
        (Some(_), _) | (None, []) => Target::find(&repository, named, &settings.target, None)?,
        _ => Some(first(&repository, &settings.target)?),
    };
    let target = match target {
        Some(target) => target,
        None => here(&repository)?,
    };
    let options = HistoryOptions {
        scan: options,
        name: target.name,
        oid: target.oid,
        full_name: target.full_name,
        since: args.since.clone(),
        bots: settings.bots,
    };
    let bar = progress::Bar::new();
    let report = history(&repository, &options, |at| bar.show(at));
    bar.clear();
    let report = report?;
    if args.format == Format::Csv {
        say_limits(&report);
    }
    if let Some(file) = &args.html {
        write_page(file, &report)?;
    }
    Ok(report)
}

/// A table has no place for them.
fn say_limits(report: &HistoryReport) {
    for limit in &report.limits {
        stdio::say(&format!("note: {}", limit.message));
        if let Some(hint) = &limit.hint {
            stdio::say(&format!("hint: {hint}"));
        }
    }
}

/// The first of several targets, whatever is checked out.
fn first(
    repository: &onehead_git::Connection,
    setting: &TargetSetting,
) -> Result<Target, Box<dyn std::error::Error>> {
    let first = Targets::listed(repository, setting)?.first();
    stdio::say(&format!(
        "note: this is the history of {}, the first target of the settings\nhint: name another one with `--target`",
        first.name
    ));
    Ok(first)
}

/// What is checked out, where nothing tells what work lands on.
fn here(repository: &onehead_git::Connection) -> Result<Target, Box<dyn std::error::Error>> {
    let target = Target::named(repository, "HEAD")?.ok_or_else(Failure::no_commit)?;
    stdio::say(&format!(
        "note: no target branch found, so this is the history of {}\nhint: name one with `--target`, or set `target = \"origin/main\"` in `onehead.toml`",
        target.name
    ));
    Ok(target)
}

fn day(text: &str) -> Result<String, String> {
    let day: jiff::civil::Date = text
        .parse()
        .map_err(|_| "write a day like 2026-01-31".to_owned())?;
    Ok(day.to_string())
}
