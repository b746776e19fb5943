//! `onehead doctor`: is onehead called at every hook of this clone, and would it answer?

use std::error::Error;

use clap::Args;
use onehead_model::{Exit, stdio};
use onehead_report::{Format, Kind, Output};
use onehead_setup::doctor::{Examined, examine};

use crate::context::{Context, Place};
use crate::error::{Words, could_not_run, words};
use crate::invoked_as::InvokedAs;
use crate::output::formats;

/// Where to look.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Reads each hook, says which onehead it would call, and makes one check. No hook is run.

Exit codes: 0 every check is installed, 1 a check that can refuse is missing, 2 could not run"
)]
pub struct DoctorArgs {
    #[command(flatten)]
    place: Place,

    /// Output format
    #[arg(long, value_parser = formats(Kind::Doctor), default_value = "text")]
    format: Format,
}

/// Tries every hook.
#[must_use]
pub fn run(args: &DoctorArgs, invoked_as: InvokedAs) -> Exit {
    answer(args, invoked_as).unwrap_or_else(|error| could_not_run(error.as_ref()))
}

fn answer(args: &DoctorArgs, invoked_as: InvokedAs) -> Result<Exit, Box<dyn Error>> {
    let context = Context {
        place: &args.place,
        invoked_as,
    };
    let scan = context.options();
    let install = context.command("install-hooks");
    let Examined {
        mut report,
        took,
        problem,
    } = examine(&context.repository()?, &scan, &install)?;
    if let Some(problem) = problem {
        let Words { text, hint } = words(&problem);
        report.problem = Some(text);
        report.hint = hint;
    }
    let exit = if report.ok {
        Exit::Clean
    } else {
        Exit::Findings
    };
    let text = Output::Doctor(&report, took).shown(args.format)?;
    Ok(stdio::print(&text, exit))
}
