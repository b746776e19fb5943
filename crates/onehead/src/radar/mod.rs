//! `onehead radar`: which branches will collide, before any of them has landed.

use clap::Args;
use onehead_forecast::{Assigned, Targets};
use onehead_model::{Exit, RadarReport, stdio};
use onehead_radar::{RadarOptions, radar, radar_of_each};
use onehead_report::{Format, Kind, Output};
use onehead_scan::SourceSpec;

use crate::context::{Context, Place};
use crate::error::could_not_run;
use crate::invoked_as::InvokedAs;
use crate::output::formats;

/// What to look at, and against what.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead radar                        every branch, local and remote
  onehead radar --refs 'origin/*'      what is on the remote
  onehead radar --newer-than 14        only active branches
  onehead radar --all                  old branches as well
  onehead radar --format mermaid       a drawing

Each branch is merged into the target in memory, and so is each pair of branches. Nothing is fetched.

Exit codes: 0 report printed, 1 only with --exit-code: branches will collide, or something is unknown, 2 could not run")]
pub struct RadarArgs {
    #[command(flatten)]
    place: Place,

    /// The target branch [default: that of the settings or of the remote; of several, for each branch its own]
    #[arg(long, value_name = "REF")]
    target: Option<String>,

    /// Only these branches; `*` also matches `/` [default: all]
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    refs: Vec<String>,

    /// Leave out branches whose last commit is this many days older than that of the target [default: 90]
    #[arg(long, value_name = "DAYS")]
    newer_than: Option<u32>,

    /// Also show old branches, those of a merge queue, and those that cannot be merged as they are
    #[arg(long, conflicts_with = "newer_than")]
    all: bool,

    /// Exit with 1 if branches will collide, or something is unknown
    #[arg(long)]
    exit_code: bool,

    /// Output format
    #[arg(long, value_parser = formats(Kind::Radar), default_value = "text")]
    format: Format,
}

/// Looks, and answers.
#[must_use]
pub fn run(args: &RadarArgs, invoked_as: InvokedAs) -> Exit {
    let shown = look(args, invoked_as).and_then(|report| {
        let text = Output::Radar(&report).shown(args.format)?;
        Ok((report, text))
    });
    let (report, text) = match shown {
        Ok(shown) => shown,
        Err(error) => return could_not_run(error.as_ref()),
    };
    let exit = match args.exit_code && !report.verdict.is_fine() {
        true => Exit::Findings,
        false => Exit::Clean,
    };
    stdio::print(&text, exit)
}

fn look(
    args: &RadarArgs,
    invoked_as: InvokedAs,
) -> Result<RadarReport, Box<dyn std::error::Error>> {
    let context = Context {
        place: &args.place,
        invoked_as,
    };
    let repository = context.repository()?;
    let scan = context.options();
    let setting = context.target_setting(&repository)?;
    let options = RadarOptions {
        refs: args.refs.clone(),
        newer_than: args.newer_than,
        all: args.all,
        // Settings that cannot be read name nobody; the forecast says what is wrong with them.
        bots: onehead_scan::settings(&scan, &SourceSpec::Commit("HEAD".into()))
            .unwrap_or_default()
            .bots,
    };
    if args.target.is_none() && !setting.list().is_empty() {
        let targets = Targets::listed(&repository, &setting)?;
        let assigned = Assigned::read(&repository, &targets)?;
        return radar_of_each(&scan, &repository, &assigned, &options).map_err(Box::from);
    }
    let target = context.target(&repository, args.target.as_deref())?;
    radar(&scan, &repository, &target, &options).map_err(Box::from)
}
