//! `onehead auto-merge`: from several heads to a commit of their merge revision, in one answer.

use clap::Args;
use onehead_git::Unfinished;
use onehead_model::{Exit, Finding, NextCommand, RenderReport, StageReport, stdio};
use onehead_render::RenderArgs;
use onehead_report::check as report;
use onehead_scan::{ScanArgs, ScanError, ScanOptions, SourceSpec};
use onehead_stage::{StageOptions, stage};

use crate::check::reads_worktree;
use crate::door::{Door, Via};
use crate::merge_heads::{self, HookArgs, Programs, commit_message};
use crate::next::typed;
use crate::{prompt, recorded};
use onehead_forecast::Analysis;

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
    hooks: HookArgs,

    #[command(flatten)]
    render: RenderArgs,
}

/// Merges the heads of the working tree.
#[must_use]
pub fn run(args: &AutoMergeArgs, via: Via) -> Exit {
    answer(args, via).unwrap_or_else(|error| stdio::could_not_run(error.as_ref()))
}

fn answer(args: &AutoMergeArgs, via: Via) -> Result<Exit, Box<dyn std::error::Error>> {
    reads_worktree(&args.scan)?;
    let options = args.scan.options();
    let looked = Analysis::at(&options)?;
    let verdict = looked.report();
    let text = report::verdict(&verdict);
    if verdict.ok {
        return Ok(stdio::print(&text, Exit::Clean));
    }
    let _ = stdio::print(&text, Exit::Findings);
    let check = typed(via.check(), &args.scan);
    let plan = match propose(
        &looked,
        &options,
        &args.render,
        Programs::of(true, args.hooks),
        &check,
    )? {
        Ok(plan) => plan,
        Err(why) => {
            if let Some(text) = settled(&options) {
                return Ok(stdio::print(&text, Exit::Clean));
            }
            stdio::say(&why);
            return Ok(Exit::Findings);
        }
    };
    let _ = stdio::print(
        &format!("\n{}\n", report::plan(&plan.changes.changes)),
        Exit::Findings,
    );
    let agreed = args.yes
        || is_ci()
        || match prompt::agreed(plan.question()) {
            Some(answer) => answer,
            None => {
                stdio::say(
                    "nothing was written: there is no terminal to ask at\nnext: the same with --yes, or with CI=1 in the environment",
                );
                return Ok(Exit::Findings);
            }
        };
    if !agreed {
        stdio::say("nothing was written");
        return Ok(Exit::Findings);
    }
    let done = match carry_out(&looked, &options, &args.render, &plan) {
        Ok(done) => done,
        Err(error) => match settled(&options) {
            Some(text) => return Ok(stdio::print(&text, Exit::Clean)),
            None => return Err(error),
        },
    };
    let _ = stdio::print(&report::written(&done), Exit::Clean);
    plan.say_what_remains();
    let after = Analysis::at(&options)?.report();
    let exit = if after.ok {
        Exit::Clean
    } else {
        Exit::Findings
    };
    Ok(stdio::print(&report::verdict(&after), exit))
}

/// What is there now, if somebody else has merged the heads meanwhile.
fn settled(options: &ScanOptions) -> Option<String> {
    let now = Analysis::at(options).ok()?.report();
    now.ok.then(|| {
        stdio::say("note: somebody else has merged the heads meanwhile; nothing more was written");
        report::verdict(&now)
    })
}

/// Asks at the terminal of a hook whether to merge the heads of HEAD. Whether that was done.
pub(crate) fn offer(door: &Door<'_>) -> Result<bool, Box<dyn std::error::Error>> {
    let scan = door.scan();
    let options = door.options(SourceSpec::Worktree);
    let looked = Analysis::at(&options)?;
    let check = typed(door.via.check(), &scan);
    let render = RenderArgs::default();
    let plan = match propose(&looked, &options, &render, Programs::AsSet, &check)? {
        Ok(plan) => plan,
        Err(why) => {
            stdio::say(&why);
            return Ok(false);
        }
    };
    if plan.how == How::Stage {
        return Ok(false);
    }
    if !prompt::possible() {
        return Ok(false);
    }
    stdio::say(&report::plan(&plan.changes.changes));
    if prompt::agreed("merge the heads now?") != Some(true) {
        return Ok(false);
    }
    let done = carry_out(&looked, &options, &render, &plan)?;
    stdio::say(&report::written(&done));
    plan.say_what_remains();
    Ok(true)
}

/// What would be written, and how far it can go.
struct Plan {
    changes: RenderReport,
    how: How,
    detached: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Commit,
    /// A merge is open: git makes no partial commit then.
    Stage,
}

impl Plan {
    fn question(&self) -> &'static str {
        match self.how {
            How::Commit => "merge the heads now?",
            How::Stage => "add this merge revision to the open merge?",
        }
    }

    fn say_what_remains(&self) {
        if self.how == How::Stage {
            stdio::say(
                "a merge is open, and git commits no single file then\nnext: `git commit --no-edit` finishes the merge with the merge revision in it",
            );
        } else if self.detached {
            stdio::say("note: HEAD is detached, so no branch moved");
        }
    }
}

/// The plan, or why there is none.
fn propose(
    looked: &Analysis,
    options: &ScanOptions,
    render: &RenderArgs,
    programs: Programs,
    check: &NextCommand,
) -> Result<Result<Plan, String>, Box<dyn std::error::Error>> {
    let Some(repository) = &looked.scanned.repository else {
        return Err(Box::new(ScanError::NoRepository(
            looked.scanned.root.display().to_string(),
        )));
    };
    let changes = merge_heads::plan(looked, render, programs)?;
    if let Some(finding) = changes.findings.first() {
        return Ok(Err(refusal(finding)));
    }
    if changes.changes.is_empty() {
        return Ok(Err(
            "nothing was written: a merge revision would only hide what else is wrong; mend that first".into(),
        ));
    }
    let (how, base) = match repository.unfinished() {
        None => (How::Commit, SourceSpec::Commit("HEAD".into())),
        Some(Unfinished::Merge(_)) => (How::Stage, SourceSpec::Index),
        Some(other) => return Ok(Err(in_the_way(&other))),
    };
    if let Some(missing) = recorded::what_is_missing(looked, options, repository, &base)? {
        let fix = check.with("--fix");
        return Ok(Err(match how {
            How::Commit => format!(
                "nothing was written: {missing} not in HEAD, and a commit of the merge revision alone would not hold together\nnext: `{fix}` writes and stages the merge revision, then commit all of it"
            ),
            How::Stage => format!(
                "nothing was written: {missing} not in the index of the open merge\nnext: `git add` what belongs to the merge, then the same again"
            ),
        }));
    }
    Ok(Ok(Plan {
        changes,
        how,
        detached: repository.symbolic_ref("HEAD")?.is_none(),
    }))
}

fn refusal(finding: &Finding) -> String {
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

pub(crate) fn in_the_way(unfinished: &Unfinished) -> String {
    let (what, command) = match unfinished {
        Unfinished::Merge(_) => ("merge", "git merge"),
        Unfinished::Rebase => ("rebase", "git rebase"),
        Unfinished::Am => ("`git am`", "git am"),
        Unfinished::CherryPick => ("cherry-pick", "git cherry-pick"),
        Unfinished::Revert => ("revert", "git revert"),
    };
    format!(
        "nothing was written: a {what} is open, and a commit now would land in the middle of it\nnext: `{command} --continue` or `{command} --abort`, then the same again"
    )
}

fn carry_out(
    looked: &Analysis,
    options: &ScanOptions,
    render: &RenderArgs,
    plan: &Plan,
) -> Result<StageReport, Box<dyn std::error::Error>> {
    let commit = plan.how == How::Commit;
    Ok(stage(
        &plan.changes,
        &StageOptions {
            directory: looked.scanned.root.clone(),
            inherit: options.inherit,
            add: true,
            commit: commit.then(|| commit_message(&plan.changes, render)),
        },
    )?)
}

/// Whether nobody is there to answer, and somebody has set this up on purpose.
#[expect(
    clippy::disallowed_methods,
    reason = "CI in the environment is an argument of this command"
)]
fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "1" || value == "true")
}
