//! Before the commit of a clean merge: what the index holds then.
//!
//! A file that this hook stages is not in the merge commit unless the hook refuses, so it refuses either
//! way; `git commit --no-edit` then records the merge with the file.

use onehead_fix::{FixError, FixOptions, Record, Step, hints, propose};
use onehead_forecast::Analysis;
use onehead_model::{CheckReport, Exit, stdio};
use onehead_scan::SourceSpec;

use crate::context::Context;
use crate::error::Answered;
use crate::{prompt, worktree};

const STAYS_OPEN: &str = "merge refused; it stays open\nnext: fix the findings above and run `git add`, then `git commit --no-edit` finishes the merge; or run `git merge --abort`";

pub(super) fn run(context: &Context<'_>) -> Answered<Exit> {
    let options = FixOptions {
        record: Record::Stage,
        ..FixOptions::merge_heads(context.options())
    };
    let index =
        Analysis::at(&options.scan, &SourceSpec::Index).map_err(worktree::no_source_helps)?;
    let verdict = verdict(context, &index)?;
    if !verdict.ok || verdict.has_lowered() {
        stdio::say(&onehead_report::check::verdict(&verdict));
    }
    if verdict.ok {
        return Ok(Exit::Clean);
    }
    let proposal = match propose(&index, None, &options) {
        Ok(proposal) => proposal,
        Err(FixError::Refused(refused)) => {
            stdio::say(&format!("{refused}\nhint: {}", hints::of_refusal(&refused)));
            stdio::say(STAYS_OPEN);
            return Ok(Exit::Findings);
        }
        Err(error) => return Err(error.into()),
    };
    let plan = &proposal.plan;
    if plan.is_empty() || !plan.findings.is_empty() {
        for finding in &plan.findings {
            stdio::say(&format!("error[{}] {}", finding.code, finding.message));
        }
        stdio::say(STAYS_OPEN);
        return Ok(Exit::Findings);
    }
    let fix = index.snapshot.settings().hooks.fix
        || prompt::possible() && {
            stdio::say(&onehead_report::check::plan(&plan.render.changes));
            prompt::agreed("Add this merge revision to the merge?") == Some(true)
        };
    if !fix {
        stdio::say(&format!(
            "merge refused; it stays open\nnext: run `{}` to write and stage the merge revision, then `git commit --no-edit` finishes the merge; or run `git merge --abort`",
            context.command("check") + " --fix"
        ));
        return Ok(Exit::Findings);
    }
    let done = proposal.apply(Step::Stage)?;
    stdio::say(&onehead_report::check::written(&done));
    stdio::say(
        "the merge is open and contains the merge revision\nnext: run `git commit --no-edit` to finish it",
    );
    Ok(Exit::Findings)
}

/// What the merge introduces over HEAD and the target.
fn verdict(context: &Context<'_>, index: &Analysis) -> Answered<CheckReport> {
    let repository = context.repository()?;
    let head = repository.commit("HEAD")?;
    let staged = repository.staged_since(head.as_ref())?;
    Ok(super::index::verdict(
        context,
        &repository,
        index,
        head.as_ref(),
        &staged,
    ))
}
