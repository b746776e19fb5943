//! The files of a plan, byte for byte: merge revisions and edited revisions.

use onehead_forecast::Analysis;
use onehead_model::{Change, RenderReport, RevisionId};
use onehead_render::{RenderOptions, render};

use crate::options::Programs;
use crate::refusal::FixError;
use crate::{alembic, post_write};

/// The merge revisions that the graph asks for, and the files that are to be rewritten. Programs of the project only
/// run where something may be written.
pub(crate) fn render_merges(
    analysis: &Analysis,
    options: &RenderOptions,
    programs: Option<Programs>,
) -> Result<RenderReport, FixError> {
    let mut plan = render(&analysis.graph, options)?;
    let refusals = analysis.refusals();
    if !refusals.is_empty() {
        plan.changes.clear();
        plan.findings.extend(refusals);
        return Ok(plan);
    }
    let settings = analysis.snapshot.settings();
    let hooks = match programs {
        None | Some(Programs::None) => return Ok(plan),
        Some(Programs::AsSet) => settings.fix.post_write_hooks,
        Some(Programs::WithHooks) => true,
    };
    if hooks {
        post_write::run(analysis, options, &mut plan)?;
    }
    if let (false, Some(command)) = (plan.findings.is_empty(), &settings.alembic) {
        alembic::render_instead(command, analysis, options, &mut plan)?;
    }
    Ok(plan)
}

/// The message of a commit of the planned files and nothing else.
pub(crate) fn commit_message(plan: &RenderReport, asked: Option<&str>) -> String {
    if let Some(message) = asked {
        return message.to_owned();
    }
    let ids = |changes: &[&Change], of: fn(&Change) -> Vec<&RevisionId>| {
        let ids: Vec<&str> = changes
            .iter()
            .flat_map(|change| of(change))
            .map(|id| id.as_str())
            .collect();
        ids.join(", ")
    };
    let (merges, rewrites): (Vec<&Change>, Vec<&Change>) = plan
        .changes
        .iter()
        .partition(|change| change.replaces.is_none());
    if rewrites.is_empty() {
        let heads = ids(&merges, |change| change.down_revisions.iter().collect());
        return format!("Merge migration heads {heads}");
    }
    let changed = ids(&rewrites, |change| vec![&change.revision]);
    format!("Bring migrations to one head: {changed}")
}
