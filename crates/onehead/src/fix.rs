//! `onehead fix`: the strategy is chosen for each fork, and the target can be integrated in the same step.

use std::error::Error;

use clap::{Args, ValueEnum};
use onehead_configuration::Strategy;
use onehead_fix::{FixOptions, Record, Scope, fix, integrate};
use onehead_forecast::Target;
use onehead_model::{Exit, FixReport, stdio};
use onehead_render::RenderArgs;
use onehead_report::fix::Answer;
use onehead_report::{Format, Kind, Output};
use onehead_scan::{ScanArgs, ScanError, ScanOptions};

use crate::error::could_not_run;
use crate::invoked_as::InvokedAs;
use crate::next::typed;
use crate::output::formats;
use crate::programs::ProgramArgs;
use crate::{objects, target, worktree};

/// What to fix, and how.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead fix --dry-run                       show what would be done, write nothing
  onehead fix                                 write it and add it to the index
  onehead fix --strategy reparent --explain   re-parent the unpublished side
  onehead fix --target                        merge the target, fix in the same commit
  onehead fix --target origin/main --rebase   rebase onto it, fix in a commit after it

Exit codes: 0 one head, 1 findings remain, 2 could not run")]
pub struct FixArgs {
    #[command(flatten)]
    scan: ScanArgs,

    /// How to fix a fork [default: `strategy` under [fix] in the settings, else merge]
    #[arg(long, value_enum)]
    strategy: Option<Strategy>,

    /// Merge this branch first, and fix in the same commit [without REF: the target branch]
    #[arg(long, value_name = "REF", num_args = 0..=1, default_missing_value = "")]
    target: Option<String>,

    /// Fetch what this clone lacks: files of a partial clone, and with --target the target
    #[arg(long)]
    fetch: bool,

    /// With --target: rebase onto it instead of merging it
    #[arg(long, requires = "target")]
    rebase: bool,

    /// Show the files as a diff, write nothing
    #[arg(long, conflicts_with = "commit")]
    dry_run: bool,

    /// Commit exactly the files of the fix [always with --target]
    #[arg(long)]
    commit: bool,

    /// Show what an upgrade does in every database state
    #[arg(long)]
    explain: bool,

    /// Output format
    #[arg(long, value_parser = formats(Kind::Fix), default_value = "text")]
    format: Format,

    #[command(flatten)]
    programs: ProgramArgs,

    #[command(flatten)]
    render: RenderArgs,
}

impl FixArgs {
    fn options(&self) -> FixOptions {
        FixOptions {
            scan: ScanOptions {
                // The target may be where the first environment is.
                allow_none: self.target.is_some(),
                ..self.scan.options()
            },
            strategy: self.strategy,
            scope: Scope::Everything,
            record: match (self.dry_run, self.commit) {
                (true, _) => Record::Nothing,
                (false, false) => Record::Stage,
                (false, true) => Record::Commit,
            },
            programs: self.programs.programs(),
            render: self.render.options(),
        }
    }

    /// The strategy as it was typed, to be typed again.
    fn typed_strategy(&self) -> String {
        let value = self.strategy.and_then(|one| one.to_possible_value());
        value.map_or_else(String::new, |value| {
            format!("--strategy {}", value.get_name())
        })
    }
}

/// Fixes, or shows how.
#[must_use]
pub fn run(args: &FixArgs, invoked_as: InvokedAs) -> Exit {
    match answer(args, invoked_as) {
        Ok((text, exit)) => stdio::print(&text, exit),
        Err(error) => could_not_run(error.as_ref()),
    }
}

fn answer(
    args: &FixArgs,
    invoked_as: InvokedAs,
) -> Result<(String, Exit), Box<dyn std::error::Error>> {
    let report = report(args)?;
    let exit = if report.ok {
        Exit::Clean
    } else {
        Exit::Findings
    };
    let again = typed(invoked_as.command("fix"), &args.scan).with(&args.typed_strategy());
    let output = Output::Fix(Answer {
        report: &report,
        explains: args.explain,
        again: &again,
    });
    let text = output.shown(args.format)?;
    Ok((text, exit))
}

fn report(args: &FixArgs) -> Result<FixReport, Box<dyn Error>> {
    let options = args.options();
    let analysis = worktree::to_fix(&args.scan, &options.scan, args.fetch)?;
    let setting = &analysis.snapshot.settings().target;
    let report = match (&args.target, analysis.snapshot.git()) {
        (Some(_), None) => {
            let root = analysis.snapshot.root().display().to_string();
            return Err(Box::new(ScanError::NoRepository(root)));
        }
        (Some(name), Some(connection)) => {
            let named = Some(name.as_str()).filter(|name| !name.is_empty());
            let target = target::wanted(connection, named, setting, args.fetch)?;
            if let (Some(head), true) = (connection.commit("HEAD")?, args.fetch) {
                objects::for_forecast(connection, &head, &target, &analysis)?;
            }
            if let Some(chosen) = &target.chosen {
                let why = onehead_report::chosen_target(chosen);
                stdio::say(&format!("note: the target is {}: {why}", target.name));
            }
            integrate(&analysis, &target, args.rebase, &options)
        }
        // What is published depends on it, whether it is to be integrated or not.
        (None, Some(connection)) => {
            let target = Target::find(connection, None, setting, None)?;
            fix(&analysis, target.as_ref(), &options)
        }
        (None, None) => fix(&analysis, None, &options),
    };
    Ok(report?)
}
