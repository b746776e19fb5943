//! Before the commit of a clean merge: what the index holds then.
//!
//! A file that this hook stages is not in the merge commit unless the hook refuses, so it refuses either
//! way; `git commit --no-edit` then records the merge with the file.

use onehead_model::{Exit, stdio};
use onehead_render::RenderArgs;
use onehead_scan::SourceSpec;
use onehead_stage::{StageOptions, stage};

use super::Done;
use crate::door::Door;
use crate::merge_heads::{self, Programs};
use crate::prompt;
use onehead_forecast::Analysis;

pub(super) fn run(door: &Door<'_>) -> Done {
    let options = door.options(SourceSpec::Index);
    let index = Analysis::at(&options)?;
    let verdict = index.report();
    if verdict.ok {
        return Ok(Exit::Clean);
    }
    stdio::say(&onehead_report::check::verdict(&verdict));
    let plan = merge_heads::plan(&index, &RenderArgs::default(), Programs::AsSet)?;
    if plan.changes.is_empty() || !plan.findings.is_empty() {
        for finding in &plan.findings {
            stdio::say(&format!("error[{}] {}", finding.code, finding.message));
        }
        stdio::say(
            "merge refused: it stays open\nnext: mend what is said above and `git add` it, then `git commit --no-edit` finishes the merge; `git merge --abort` drops it",
        );
        return Ok(Exit::Findings);
    }
    let fix = index.scanned.settings.hooks.fix
        || prompt::possible() && {
            stdio::say(&onehead_report::check::plan(&plan.changes));
            prompt::agreed("Add this merge revision to the merge?") == Some(true)
        };
    if !fix {
        stdio::say(&format!(
            "merge refused: it stays open\nnext: `{}` writes and stages the merge revision, then `git commit --no-edit` finishes the merge; `git merge --abort` drops it",
            door.command(&format!("{} --fix", door.via.check()))
        ));
        return Ok(Exit::Findings);
    }
    let done = stage(
        &plan,
        &StageOptions {
            directory: index.scanned.root.clone(),
            inherit: options.inherit,
            add: true,
            commit: None,
        },
    )?;
    stdio::say(&onehead_report::check::written(&done));
    stdio::say(
        "the merge is open, with the merge revision in it\nnext: `git commit --no-edit` finishes it",
    );
    Ok(Exit::Findings)
}
