//! `onehead ci`: the merge result, whatever the CI checked out; the comment of a pull request; and the pull
//! requests whose verdict is stale.

mod look;
mod rejudge;
mod requests;

use clap::{Args, Subcommand};
use onehead_model::{CheckReport, Exit, FixOutcome, Source, stdio};
use onehead_report::check::{Answer, comment as pull_comment};
use onehead_report::{Format, Kind, Output};

use crate::error::{Answered, Words, could_not_run, words};
use crate::invoked_as::InvokedAs;
use crate::next::typed;
use crate::output::{Formats, formats};
use look::{LookArgs, Surroundings, look};
use rejudge::RejudgeArgs;

/// What to look at.
#[derive(Debug, Clone, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  onehead ci                            HEAD, and its merge into the target
  onehead ci --target origin/main --fetch
  onehead ci --also sarif=onehead.sarif --also markdown=\"$GITHUB_STEP_SUMMARY\"
  onehead ci comment                    the comment of the pull request
  gh pr list --json … | onehead ci rejudge   check every open pull request

HEAD counts as the merge result if it is one: GitHub's merge of a pull request, a merge queue,
a push to the target. With GITHUB_ACTIONS=true in the environment, findings are also printed as annotations.

Exit codes: 0 clean, 1 findings, 2 could not run"
)]
pub struct CiArgs {
    #[command(subcommand)]
    step: Option<Step>,

    #[command(flatten)]
    look: LookArgs,

    #[command(flatten)]
    formats: Formats,
}

#[derive(Debug, Clone, Subcommand)]
enum Step {
    /// Print the comment of the pull request: what collides, with whom, and what to run
    Comment(CommentArgs),
    /// Check every open pull request again after the target has moved
    Rejudge(RejudgeArgs),
}

/// What the comment is about, and how to print it.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead ci comment > body.md
  onehead ci comment --format json | jq -r .body

A script finds the comment by its first line. The same state gives the same bytes.

Exit codes: 0 clean, 1 findings, 2 could not run")]
struct CommentArgs {
    #[command(flatten)]
    look: LookArgs,

    /// Output format
    #[arg(long, value_parser = formats(Kind::Comment), default_value = "markdown")]
    format: Format,
}

/// Looks at the merge result, or does what else was asked for.
#[must_use]
pub fn run(args: &CiArgs, invoked_as: InvokedAs) -> Exit {
    let answer = match &args.step {
        None => check(args, invoked_as),
        Some(Step::Comment(args)) => comment(args, invoked_as),
        Some(Step::Rejudge(args)) => rejudge::answer(args, invoked_as),
    };
    match answer {
        Ok((text, exit)) => stdio::print(&text, exit),
        Err(error) => {
            unanswered(args, invoked_as, error.as_ref());
            could_not_run(error.as_ref())
        }
    }
}

/// Gives a machine the document that it asked for, with the verdict unknown.
fn unanswered(args: &CiArgs, invoked_as: InvokedAs, error: &(dyn std::error::Error + 'static)) {
    let Words { text, hint } = words(error);
    let report = CheckReport::unanswered(Source::Worktree, &text, hint);
    match &args.step {
        None => {
            let around = Surroundings::read();
            let usual = around.github.then_some(Format::Github);
            let command = typed(invoked_as.command("check"), &args.look.scan(invoked_as));
            args.formats.show_unanswered(&report, &command, usual);
        }
        Some(Step::Comment(args)) => {
            let comment = pull_comment(&report, None);
            if let Ok(text) = Output::Comment(&comment).shown(args.format) {
                let _ = stdio::print(&text, Exit::CouldNotRun);
            }
        }
        Some(Step::Rejudge(_)) => {}
    }
}

fn check(args: &CiArgs, invoked_as: InvokedAs) -> Answered<(String, Exit)> {
    let around = Surroundings::read();
    let seen = look(&args.look, &around, invoked_as)?;
    let output = Output::Check(Answer {
        report: &seen.report,
        fix: &FixOutcome::NotAsked,
        command: &typed(invoked_as.command("check"), &seen.scan),
        all: args.formats.all,
        target: seen.target.as_deref(),
    });
    args.formats.write_files(&output)?;
    let text = match args.formats.format {
        Some(format) => output.shown(format)?,
        None if around.github => output.shown(Format::Text)? + &output.shown(Format::Github)?,
        None => output.shown(Format::Text)?,
    };
    Ok((text, seen.report.exit()))
}

fn comment(args: &CommentArgs, invoked_as: InvokedAs) -> Answered<(String, Exit)> {
    let seen = look(&args.look, &Surroundings::read(), invoked_as)?;
    let comment = pull_comment(&seen.report, seen.target.as_deref());
    let text = Output::Comment(&comment).shown(args.format)?;
    Ok((text, seen.report.exit()))
}
