//! `onehead ci rejudge`: the target moved, so what was green may be stale.

use clap::Args;
use onehead_forecast::{Targets, rejudge, rejudge_each};
use onehead_model::{Exit, RejudgeReport, Request};
use onehead_report::{Format, Kind, Output};

use super::requests::{Judged, Requests, of_clone, of_forge};
use crate::context::{Context, Place};
use crate::error::Answered;
use crate::invoked_as::InvokedAs;
use crate::output::formats;

/// What to judge, and against what.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  gh pr list --limit 1000 --json number,title,author,headRefName,headRefOid,baseRefName,isDraft,url |
    onehead ci rejudge --target origin/main --format json
  onehead ci rejudge --refs 'origin/*'   the branches of this clone instead

Each is merged into the target in memory, and so is each pair of them. A commit that is not in this
clone is never green: fetch refs/pull/*/head (GitLab: refs/merge-requests/*/head) first.

Exit codes: 0 all can be merged, 1 some cannot, 2 some are unknown, or could not run")]
pub(super) struct RejudgeArgs {
    #[command(flatten)]
    place: Place,

    /// The target branch [default: that of the settings or of the remote; of several, each request its own]
    #[arg(long, visible_alias = "base", value_name = "REF")]
    target: Option<String>,

    /// Check these branches of this clone; `*` also matches `/` [default: the list on stdin]
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    refs: Vec<String>,

    /// Output format
    #[arg(long, value_parser = formats(Kind::Rejudge), default_value = "text")]
    format: Format,
}

pub(super) fn answer(args: &RejudgeArgs, invoked_as: InvokedAs) -> Answered<(String, Exit)> {
    let judged = judge(args, invoked_as)?;
    let text = Output::Rejudge(&judged).shown(args.format)?;
    Ok((text, judged.exit()))
}

fn judge(
    args: &RejudgeArgs,
    invoked_as: InvokedAs,
) -> Result<RejudgeReport, Box<dyn std::error::Error>> {
    let context = Context {
        place: &args.place,
        invoked_as,
    };
    let repository = context.repository()?;
    let options = context.options();
    let setting = context.target_setting(&repository)?;
    let several = match (&args.target, setting.list()) {
        (Some(_), _) | (None, []) => None,
        _ => Some(Targets::listed(&repository, &setting)?),
    };
    let one;
    let targets = match &several {
        Some(targets) => Judged::Several(targets),
        None => {
            one = context.target(&repository, args.target.as_deref())?;
            Judged::One(&one)
        }
    };
    let Requests { to_judge, skipped } = match args.refs.as_slice() {
        [] => of_forge(targets.all())?,
        patterns => of_clone(&repository, patterns, &targets)?,
    };
    match targets {
        Judged::One(target) => {
            let requests: Vec<Request> = to_judge.into_iter().map(|(_, one)| one).collect();
            Ok(rejudge(&options, &repository, target, &requests, skipped)?)
        }
        Judged::Several(targets) => Ok(rejudge_each(
            &options,
            &repository,
            targets.all(),
            &to_judge,
            skipped,
        )?),
    }
}
