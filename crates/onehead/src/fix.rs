//! From a graph with forks to written merge revisions.

use onehead_model::{Finding, RenderReport, StageReport};
use onehead_render::render;
use onehead_scan::ScanArgs;
use onehead_stage::{StageOptions, stage};

use crate::alembic;
use crate::check::{FixArgs, reads_worktree};
use crate::looked::Looked;

/// What came of it.
pub(crate) enum Fixed {
    /// There was nothing that a merge revision mends.
    Nothing,
    /// A merge revision is needed but cannot be rendered; nothing was written.
    Refused(Vec<Finding>),
    /// What would be written.
    Shown(RenderReport),
    /// What was written.
    Done(StageReport),
}

pub(crate) fn fix(
    looked: &Looked,
    scan: &ScanArgs,
    args: &FixArgs,
) -> Result<Fixed, Box<dyn std::error::Error>> {
    reads_worktree(scan)?;
    let options = args.render.options();
    let mut plan = render(&looked.graph, &options)?;
    if let (false, Some(command)) = (
        plan.findings.is_empty() || args.dry_run,
        &looked.scanned.settings.alembic,
    ) {
        alembic::render_instead(command, looked, &options, &mut plan)?;
    }
    if !plan.findings.is_empty() {
        return Ok(Fixed::Refused(plan.findings));
    }
    if plan.changes.is_empty() {
        return Ok(Fixed::Nothing);
    }
    if args.dry_run {
        return Ok(Fixed::Shown(plan));
    }
    let done = stage(
        &plan,
        &StageOptions {
            directory: looked.scanned.root.clone(),
            inherit: scan.options().inherit,
            add: true,
            commit: args.commit.then(|| commit_message(&plan, args)),
        },
    )?;
    Ok(Fixed::Done(done))
}

fn commit_message(plan: &RenderReport, args: &FixArgs) -> String {
    match &args.render.message {
        Some(message) => message.clone(),
        None => {
            let heads = plan
                .changes
                .iter()
                .flat_map(|change| &change.down_revisions);
            let heads: Vec<&str> = heads.map(|id| id.as_str()).collect();
            format!("Merge migration heads {}", heads.join(", "))
        }
    }
}
