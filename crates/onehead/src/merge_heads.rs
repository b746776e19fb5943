//! From a graph with forks to written merge revisions: what `onehead check --fix` and `onehead auto-merge`
//! do, and the part of `onehead fix` that merges.

use clap::Args;
pub(crate) use onehead_model::FixOutcome as Fixed;
use onehead_model::{Change, RenderReport, RevisionId};
use onehead_render::{RenderArgs, render};
use onehead_scan::{ScanArgs, SourceSpec};
use onehead_stage::{StageOptions, stage};

use crate::alembic;
use crate::check::{MendArgs, reads_worktree};
use crate::{post_write, recorded};
use onehead_forecast::Analysis;
use onehead_forecast::sides;

pub(crate) fn fix(
    looked: &Analysis,
    scan: &ScanArgs,
    args: &MendArgs,
) -> Result<Fixed, Box<dyn std::error::Error>> {
    reads_worktree(scan)?;
    let plan = plan(
        looked,
        &args.render,
        Programs::of(!args.dry_run, args.hooks),
    )?;
    if !plan.findings.is_empty() {
        return Ok(Fixed::Refused(plan.findings));
    }
    if plan.changes.is_empty() {
        return Ok(Fixed::Nothing);
    }
    if args.dry_run {
        return Ok(Fixed::Shown(plan));
    }
    if let (true, Some(repository)) = (args.commit, &looked.scanned.repository)
        && let Some(missing) = recorded::what_is_missing(
            looked,
            &scan.options(),
            repository,
            &SourceSpec::Commit("HEAD".into()),
        )?
    {
        return Err(format!(
            "{missing} not in HEAD, and a commit of the merge revision alone would not hold together\nhint: leave --commit out, then commit all of it"
        )
        .into());
    }
    let done = stage(
        &plan,
        &StageOptions {
            directory: looked.scanned.root.clone(),
            inherit: scan.options().inherit,
            add: true,
            commit: args.commit.then(|| commit_message(&plan, &args.render)),
        },
    )?;
    Ok(Fixed::Done(done))
}

/// Which programs of the project may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Programs {
    /// None: nothing is going to be written, or nothing of the project may run.
    None,
    /// Those that the settings name.
    AsSet,
    /// The post-write hooks as well.
    WithHooks,
}

impl Programs {
    /// For a mend that may be a dry run.
    pub(crate) fn of(writes: bool, hooks: HookArgs) -> Self {
        match (writes && !hooks.no_programs, hooks.post_write_hooks) {
            (false, _) => Self::None,
            (true, false) => Self::AsSet,
            (true, true) => Self::WithHooks,
        }
    }
}

/// What to run on what is written.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct HookArgs {
    /// Run the project's post-write hooks on merge revisions
    #[arg(long)]
    post_write_hooks: bool,

    /// Run no program that the settings name: neither post-write hooks nor the project's Alembic
    #[arg(long, conflicts_with = "post_write_hooks")]
    no_programs: bool,
}

/// The merge revisions that the graph asks for. Programs of the project only run where something may be
/// written.
pub(crate) fn plan(
    looked: &Analysis,
    args: &RenderArgs,
    programs: Programs,
) -> Result<RenderReport, Box<dyn std::error::Error>> {
    let options = args.options();
    let mut plan = render(&looked.graph, &options)?;
    let refusals = sides::refusals(looked);
    if !refusals.is_empty() {
        plan.changes.clear();
        plan.findings.extend(refusals);
        return Ok(plan);
    }
    let settings = &looked.scanned.settings;
    let hooks = match programs {
        Programs::None => return Ok(plan),
        Programs::AsSet => settings.fix.post_write_hooks,
        Programs::WithHooks => true,
    };
    if hooks {
        post_write::run(looked, &options, &mut plan)?;
    }
    if let (false, Some(command)) = (plan.findings.is_empty(), &settings.alembic) {
        alembic::render_instead(command, looked, &options, &mut plan)?;
    }
    Ok(plan)
}

/// The message of a commit of the planned files and nothing else.
pub(crate) fn commit_message(plan: &RenderReport, args: &RenderArgs) -> String {
    if let Some(message) = &args.message {
        return message.clone();
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
