//! `onehead check`: one head in every environment?

use clap::Args;
use onehead_fix::{FixOptions, Record, propose};
use onehead_forecast::{Analysis, MergeForecast};
use onehead_git::Oid;
use onehead_model::{CheckReport, Exit, FixOutcome, ForecastReport, MergedSides, Source, stdio};
use onehead_render::RenderArgs;
use onehead_report::check::Answer;
use onehead_report::{Format, Output};
use onehead_scan::{ScanArgs, ScanError, ScanOptions};

use crate::error::{Words, could_not_run, words};
use crate::failure::Failure;
use crate::invoked_as::InvokedAs;
use crate::next::typed;
use crate::objects::Objects;
use crate::output::Formats;
use crate::programs::ProgramArgs;
use crate::{objects, releases, target, worktree};

/// What to check, and what to do about it.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead check                       every environment of this repository
  onehead check -c db/alembic.ini     only the environments of this file
  onehead check --explain-discovery   what made each folder an environment, or not
  onehead check --target origin/main  forecast the merge into this branch
  onehead check --releases            whether databases of releases can go on to the first target
  onehead check --fix --dry-run       show the merge revision that would be written
  onehead check --fix                 write it and add it to the index
  onehead check --fix --commit -m 'merge billing and search'

Exit codes: 0 clean, 1 findings, 2 could not run")]
pub struct CheckArgs {
    #[command(flatten)]
    scan: ScanArgs,

    /// Print nothing if there is no finding
    #[arg(short, long)]
    quiet: bool,

    /// Say for each configuration and folder what made it an environment, or not
    #[arg(long)]
    explain_discovery: bool,

    #[command(flatten)]
    formats: Formats,

    /// Forecast the merge into this branch [without REF: the target branch]
    #[arg(long, value_name = "REF", num_args = 0..=1, default_missing_value = "")]
    target: Option<String>,

    /// Fetch what this clone lacks: files of a partial clone, with --target the target, with --releases all targets
    #[arg(long)]
    fetch: bool,

    /// Say whether databases of each further target, the releases, can go on to the first one
    #[arg(long)]
    releases: bool,

    #[command(flatten)]
    fix: MergeRevisionArgs,
}

/// What to do about several heads.
#[derive(Debug, Clone, Args)]
#[command(
    mut_group("RenderArgs", |how| how.requires("fix")),
    mut_group("ProgramArgs", |how| how.requires("fix"))
)]
pub struct MergeRevisionArgs {
    /// Write the merge revision of each fork and add it to the index
    #[arg(long)]
    pub(crate) fix: bool,

    /// With --fix: show the merge revision as a diff, write nothing
    #[arg(long, requires = "fix", conflicts_with = "commit")]
    pub(crate) dry_run: bool,

    /// With --fix: commit exactly the new files, with the message of -m
    #[arg(long, requires = "fix")]
    pub(crate) commit: bool,

    #[command(flatten)]
    pub(crate) programs: ProgramArgs,

    #[command(flatten)]
    pub(crate) render: RenderArgs,
}

/// Checks, fixes if asked, answers.
#[must_use]
pub fn run(args: &CheckArgs, invoked_as: InvokedAs) -> Exit {
    match answer(args, invoked_as) {
        Ok((text, exit)) => stdio::print(&text, exit),
        Err(error) => {
            let source = match args.scan.source.as_str() {
                "index" => Source::Index,
                _ => Source::Worktree,
            };
            let Words { text, hint } = words(error.as_ref());
            let report = CheckReport::unanswered(source, &text, hint);
            let command = typed(invoked_as.command("check"), &args.scan);
            args.formats.show_unanswered(&report, &command, None);
            could_not_run(error.as_ref())
        }
    }
}

fn answer(
    args: &CheckArgs,
    invoked_as: InvokedAs,
) -> Result<(String, Exit), Box<dyn std::error::Error>> {
    let options = args.scan.options();
    let command = typed(invoked_as.command("check"), &args.scan);
    let source = args.scan.source();
    let (before, (fixed, merged)) = if args.fix.fix {
        let before = worktree::to_fix(&args.scan, &options, args.fetch)?;
        let done = merge_heads(&before, &options, &args.fix)?;
        (before, done)
    } else {
        let use_of_objects = match args.target {
            Some(_) => Objects::ReadLater,
            None => Objects::MayBeRead,
        };
        let before = objects::analysis(&options, &source, use_of_objects, args.fetch)?;
        (before, (FixOutcome::NotAsked, Vec::new()))
    };
    let (after, merged) = match &fixed {
        FixOutcome::Done(done) => {
            let after = Analysis::at(&options, &source)
                .inspect_err(|_| stdio::say(&onehead_report::check::written(done)))?;
            (after, merged)
        }
        _ => (before, Vec::new()),
    };
    let mut report = after.report();
    fixed.add_to(&mut report);
    report.merged = merged;
    if args.explain_discovery {
        report.discovery = after.snapshot.candidates();
    }
    if let Some(name) = &args.target {
        let forecast = forecast(
            &after,
            &options,
            Some(name.as_str()).filter(|name| !name.is_empty()),
            args.fetch,
            &typed(invoked_as.command("fix"), &args.scan).to_string(),
        )?;
        report.add_forecast(forecast);
    }
    if args.releases {
        add_releases(&mut report, &after, &options, args.fetch)?;
    }
    let exit = report.exit();
    let forecast = report.forecast.as_ref();
    let output = Output::Check(Answer {
        report: &report,
        fix: &fixed,
        command: &command,
        all: args.formats.all,
        target: forecast.map(|forecast| forecast.target.as_str()),
    });
    args.formats.write_files(&output)?;
    let text = match args.formats.format.unwrap_or(Format::Text) {
        Format::Text if args.quiet && report.ok => String::new(),
        format => output.shown(format)?,
    };
    Ok((text, exit))
}

/// Merges the heads as far as was asked. What came of it, and whether the sides that it merges conflict.
fn merge_heads(
    analysis: &Analysis,
    scan: &ScanOptions,
    args: &MergeRevisionArgs,
) -> Result<(FixOutcome, Vec<MergedSides>), Box<dyn std::error::Error>> {
    let options = FixOptions {
        record: match (args.dry_run, args.commit) {
            (true, _) => Record::Nothing,
            (false, false) => Record::Stage,
            (false, true) => Record::Commit,
        },
        programs: args.programs.programs(),
        render: args.render.options(),
        ..FixOptions::merge_heads(scan.clone())
    };
    let proposal = propose(analysis, None, &options)?;
    let sides = proposal.plan.sides.clone();
    Ok((proposal.outcome()?, sides))
}

/// Forecasts the merge of what was checked. Changes that are not committed are no part of it.
fn forecast(
    here: &Analysis,
    options: &ScanOptions,
    named: Option<&str>,
    fetch: bool,
    fix: &str,
) -> Result<ForecastReport, Box<dyn std::error::Error>> {
    let Some(repository) = here.snapshot.git() else {
        return Err(Box::new(ScanError::NoRepository(
            here.snapshot.root().display().to_string(),
        )));
    };
    let setting = &here.snapshot.settings().target;
    let target = target::wanted(repository, named, setting, fetch)?;
    let ours = match &here.graph.source {
        Source::Commit { oid } => Oid::new(oid),
        _ => repository.commit("HEAD")?,
    };
    let ours = ours.ok_or_else(Failure::no_commit)?;
    let repository = match fetch {
        true => objects::for_forecast(repository, &ours, &target, here)?,
        false => repository.clone(),
    };
    let forecast = MergeForecast {
        repository: &repository,
        here,
        target: &target,
        options,
        fix,
        request: None,
    };
    Ok(forecast.of_commit(&ours))
}

/// Adds whether databases of the releases that the settings list can go on.
fn add_releases(
    report: &mut CheckReport,
    here: &Analysis,
    options: &ScanOptions,
    fetch: bool,
) -> Result<(), Box<dyn std::error::Error>> {
    let Some(repository) = here.snapshot.git() else {
        return Err(Box::new(ScanError::NoRepository(
            here.snapshot.root().display().to_string(),
        )));
    };
    let place = releases::Place {
        repository,
        options,
        setting: &here.snapshot.settings().target,
        fetch,
        request: None,
    };
    place.add_all(report)
}
