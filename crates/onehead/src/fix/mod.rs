//! `onehead fix`: chooses the mend, shows it, says what it means for databases, and carries it out.

mod choose;
mod duplicates;
mod edits;
mod missing;
mod plan;
mod published;
mod run;

use clap::{Args, ValueEnum};
use onehead_model::{Exit, stdio};
use onehead_render::RenderArgs;
use onehead_report::fix::Answer;
use onehead_report::{Format, Kind, Output};
use onehead_scan::{ScanArgs, Strategy};

use crate::check::reads_worktree;
use crate::merge_heads::HookArgs;
use crate::next::typed;
use crate::output::formats;
use run::Run;

/// What to mend, and how.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead fix --dry-run                       show what would be done, write nothing
  onehead fix                                 write it and add it to the index
  onehead fix --strategy reparent --explain   hang the unpublished arm onto the target's head
  onehead fix --target                        merge the target, mend in the same commit
  onehead fix --target origin/main --rebase   rebase onto it, mend in a commit behind

Exit codes: 0 one head, 1 findings remain, 2 could not run")]
pub struct FixArgs {
    #[command(flatten)]
    scan: ScanArgs,

    /// How a fork becomes one head [default: `strategy` under [fix] in the settings, else merge]
    #[arg(long, value_enum)]
    strategy: Option<Strategy>,

    /// Bring this branch in first, and mend in the same step [without REF: the branch that work lands on]
    #[arg(long, value_name = "REF", num_args = 0..=1, default_missing_value = "")]
    target: Option<String>,

    /// With --target: fetch it first
    #[arg(long, requires = "target")]
    fetch: bool,

    /// With --target: rebase onto it instead of merging it
    #[arg(long, requires = "target")]
    rebase: bool,

    /// Show the files as a diff, write nothing
    #[arg(long, conflicts_with = "commit")]
    dry_run: bool,

    /// Commit exactly the files of the mend [always with --target]
    #[arg(long)]
    commit: bool,

    /// Say what upgrading will do, for every state that a database can be in
    #[arg(long)]
    explain: bool,

    /// How to answer
    #[arg(long, value_parser = formats(Kind::Fix), default_value = "text")]
    format: Format,

    #[command(flatten)]
    hooks: HookArgs,

    #[command(flatten)]
    render: RenderArgs,
}

impl FixArgs {
    /// The strategy as it was typed, to be typed again.
    fn typed_strategy(&self) -> String {
        let value = self.strategy.and_then(|one| one.to_possible_value());
        value.map_or_else(String::new, |value| {
            format!("--strategy {}", value.get_name())
        })
    }
}

/// Mends, or shows how. `command` is what the user typed to get here, for the hints.
#[must_use]
pub fn run(args: &FixArgs, command: &str) -> Exit {
    match answer(args, command) {
        Ok((text, exit)) => stdio::print(&text, exit),
        Err(error) => stdio::could_not_run(error.as_ref()),
    }
}

fn answer(args: &FixArgs, command: &str) -> Result<(String, Exit), Box<dyn std::error::Error>> {
    reads_worktree(&args.scan)?;
    let report = Run::begin(args)?.report()?;
    let exit = if report.ok {
        Exit::Clean
    } else {
        Exit::Findings
    };
    let again = typed(command, &args.scan).with(&args.typed_strategy());
    let output = Output::Fix(Answer {
        report: &report,
        explains: args.explain,
        again: &again,
    });
    let text = output.shown(args.format)?;
    Ok((text, exit))
}
