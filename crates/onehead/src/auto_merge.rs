//! `onehead auto-merge`: from several heads to a commit of their merge revision, in one answer.

use clap::Args;
use onehead_fix::{FixError, FixOptions, Proposal, Record, Refusal, Step, hints, propose};
use onehead_forecast::Analysis;
use onehead_model::{Exit, Finding, NextCommand, stdio};
use onehead_render::RenderArgs;
use onehead_report::check as report;
use onehead_scan::{ScanArgs, ScanOptions, SourceSpec};

use crate::context::Context;
use crate::error::could_not_run;
use crate::invoked_as::InvokedAs;
use crate::next::typed;
use crate::programs::ProgramArgs;
use crate::{prompt, worktree};

/// What to merge, and how.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead auto-merge                show the merge revision, ask, write it and commit it
  onehead auto-merge --yes -m 'merge billing and search'

CI=1 or CI=true in the environment answers yes as well. Without a terminal and without either of them
nothing is done.

Exit codes: 0 one head, 1 findings remain, 2 could not run")]
pub struct AutoMergeArgs {
    #[command(flatten)]
    scan: ScanArgs,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    programs: ProgramArgs,

    #[command(flatten)]
    render: RenderArgs,
}

/// Merges the heads of the working tree.
#[must_use]
pub fn run(args: &AutoMergeArgs, invoked_as: InvokedAs) -> Exit {
    answer(args, invoked_as).unwrap_or_else(|error| could_not_run(error.as_ref()))
}

fn answer(args: &AutoMergeArgs, invoked_as: InvokedAs) -> Result<Exit, Box<dyn std::error::Error>> {
    let options = FixOptions {
        programs: args.programs.programs(),
        render: args.render.options(),
        ..merging(args.scan.options())
    };
    let analysis = worktree::to_fix(&args.scan, &options.scan, false)?;
    let verdict = analysis.report();
    let text = report::verdict(&verdict);
    if verdict.ok {
        return Ok(stdio::print(&text, Exit::Clean));
    }
    let _ = stdio::print(&text, Exit::Findings);
    let check = typed(invoked_as.command("check"), &args.scan);
    let (proposal, step) = match ready(&analysis, &options, &check)? {
        Ok(ready) => ready,
        Err(why) => {
            if let Some(text) = settled(&options.scan) {
                return Ok(stdio::print(&text, Exit::Clean));
            }
            stdio::say(&why);
            return Ok(Exit::Findings);
        }
    };
    let _ = stdio::print(
        &format!("\n{}\n", report::plan(&proposal.plan.render.changes)),
        Exit::Findings,
    );
    let agreed = args.yes
        || is_ci()
        || match prompt::agreed(question(step)) {
            Some(answer) => answer,
            None => {
                stdio::say(
                    "nothing was written: there is no terminal for the question\nnext: add `--yes`, or set `CI=1` in the environment",
                );
                return Ok(Exit::Findings);
            }
        };
    if !agreed {
        stdio::say("nothing was written");
        return Ok(Exit::Findings);
    }
    let done = match proposal.apply(step) {
        Ok(done) => done,
        Err(error) => match settled(&options.scan) {
            Some(text) => return Ok(stdio::print(&text, Exit::Clean)),
            None => return Err(error.into()),
        },
    };
    let _ = stdio::print(&report::written(&done), Exit::Clean);
    say_what_remains(step);
    let after = Analysis::at(&options.scan, &SourceSpec::Worktree)?.report();
    let exit = if after.ok {
        Exit::Clean
    } else {
        Exit::Findings
    };
    Ok(stdio::print(&report::verdict(&after), exit))
}

/// What is there now, if the heads were merged meanwhile.
fn settled(options: &ScanOptions) -> Option<String> {
    let now = Analysis::at(options, &SourceSpec::Worktree).ok()?.report();
    now.ok.then(|| {
        stdio::say("note: another process has merged the heads; nothing was written");
        report::verdict(&now)
    })
}

/// What came of an offer to merge the heads.
pub(crate) enum Offered {
    Committed,
    /// They can be merged, and no person agreed to it.
    Open,
    /// They cannot be merged; why, and what to do, has been said.
    Impossible,
}

/// Asks at the terminal of a hook whether to merge the heads of HEAD.
pub(crate) fn offer(context: &Context<'_>) -> Result<Offered, Box<dyn std::error::Error>> {
    let options = merging(context.options());
    let analysis = Analysis::at(&options.scan, &SourceSpec::Worktree)?;
    let check = typed(context.invoked_as.command("check"), &context.scan());
    let (proposal, step) = match ready(&analysis, &options, &check)? {
        Ok(ready) => ready,
        Err(why) => {
            stdio::say(&why);
            return Ok(Offered::Impossible);
        }
    };
    if step == Step::JoinMerge || !prompt::possible() {
        return Ok(Offered::Open);
    }
    stdio::say(&report::plan(&proposal.plan.render.changes));
    if prompt::agreed(question(step)) != Some(true) {
        return Ok(Offered::Open);
    }
    let done = proposal.apply(step)?;
    stdio::say(&report::written(&done));
    say_what_remains(step);
    Ok(Offered::Committed)
}

/// The heads are merged and committed, or added to a merge that is open.
fn merging(scan: ScanOptions) -> FixOptions {
    FixOptions {
        record: Record::CommitOrJoinMerge,
        ..FixOptions::merge_heads(scan)
    }
}

fn question(step: Step) -> &'static str {
    match step {
        Step::JoinMerge => "add this merge revision to the open merge?",
        Step::Stage | Step::Commit { .. } => "merge the heads now?",
    }
}

fn say_what_remains(step: Step) {
    match step {
        Step::JoinMerge => stdio::say(
            "note: git commits no single file while a merge is open\nnext: run `git commit --no-edit` to finish the merge with the merge revision in it",
        ),
        Step::Commit { detached: true } => {
            stdio::say("note: HEAD is detached, so no branch moved");
        }
        Step::Stage | Step::Commit { .. } => {}
    }
}

/// A fix and how far it goes, or why nothing was written.
type Ready<'a> = Result<(Proposal<'a>, Step), String>;

fn ready<'a>(
    analysis: &'a Analysis,
    options: &'a FixOptions,
    check: &NextCommand,
) -> Result<Ready<'a>, Box<dyn std::error::Error>> {
    let refused = |error| match error {
        FixError::Refused(refusal) => Ok(Err(nothing_written(&refusal, check))),
        other => Err(other.into()),
    };
    let proposal = match propose(analysis, None, options) {
        Ok(proposal) => proposal,
        Err(error) => return refused(error),
    };
    if let Some(finding) = proposal.plan.findings.first() {
        return Ok(Err(refusal_of(finding)));
    }
    if proposal.plan.is_empty() {
        return Ok(Err(
            "nothing was written: a merge revision would hide the other findings; fix them first"
                .into(),
        ));
    }
    match proposal.step() {
        Ok(step) => Ok(Ok((proposal, step))),
        Err(error) => refused(error),
    }
}

fn nothing_written(refused: &Refusal, check: &NextCommand) -> String {
    let next = match refused {
        Refusal::NotCommitted(_) => format!(
            "`{}` writes and stages the merge revision, then commit all of it",
            check.with("--fix")
        ),
        other => hints::of_refusal(other),
    };
    format!("nothing was written: {refused}\nnext: {next}")
}

fn refusal_of(finding: &Finding) -> String {
    let hint = finding
        .hint
        .as_ref()
        .map(|hint| format!("\nhint: {hint}"))
        .unwrap_or_default();
    format!(
        "error[{}] {}{hint}\nnothing was written",
        finding.code, finding.message
    )
}

/// Whether no person is there to answer, and this was set up on purpose.
#[expect(
    clippy::disallowed_methods,
    reason = "CI in the environment is an argument of this command"
)]
fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "1" || value == "true")
}
