//! After a switch of branches: what was left may have revisions that what is checked out now lacks, and a database may
//! have run them.

use std::collections::BTreeSet;

use clap::Args;
use onehead_git::{Oid, Unfinished};
use onehead_model::{Exit, RevisionId, stdio};
use onehead_scan::{Snapshot, SourceSpec};

use crate::context::{Context, Place};
use crate::error::{Answered, words};
use crate::hook_env::checkout_from_pre_commit;

/// What git hands to the hook.
#[derive(Debug, Clone, Args)]
pub struct PostCheckoutArgs {
    #[command(flatten)]
    pub(super) place: Place,

    /// The commit that was left [default: what pre-commit or prek says]
    #[arg(value_name = "OLD", requires = "flag")]
    old: Option<String>,

    /// The commit that is checked out now
    #[arg(value_name = "NEW")]
    new: Option<String>,

    /// 1 for a branch, 0 for files
    #[arg(value_name = "FLAG")]
    flag: Option<String>,
}

impl PostCheckoutArgs {
    /// From which commit to which, of a switch of branches.
    fn switch(&self) -> Option<(Oid, String)> {
        let [old, new, flag] = match (&self.old, &self.new, &self.flag) {
            (Some(old), Some(new), Some(flag)) => [old, new, flag].map(Clone::clone),
            _ => checkout_from_pre_commit()?,
        };
        let left = Oid::new(&old).filter(|left| !left.is_zero())?;
        (flag == "1" && old != new).then_some((left, new))
    }
}

/// Says what is lacking. git has done its work by now, and nothing is refused.
pub(super) fn run(context: &Context<'_>, args: &PostCheckoutArgs) -> Exit {
    if let Err(error) = look(context, args) {
        stdio::say(&format!(
            "note: the branches were not compared: {}",
            words(error.as_ref())
        ));
    }
    Exit::Clean
}

fn look(context: &Context<'_>, args: &PostCheckoutArgs) -> Answered<()> {
    let Some((old, new)) = args.switch() else {
        return Ok(());
    };
    let repository = context.repository()?;
    // A rebase goes from commit to commit by itself.
    if repository.unfinished() == Some(Unfinished::Rebase) {
        return Ok(());
    }
    let open = |commit: &str| {
        let source = SourceSpec::Commit(commit.to_owned());
        Snapshot::open(&repository, &context.options(), &source)
    };
    let (left, here) = (open(old.as_str())?, open(&new)?);
    let ids = |state: &Snapshot| -> BTreeSet<RevisionId> {
        let environments = state.report().environments.iter();
        let revisions = environments.flat_map(|one| &one.revisions);
        revisions.map(|one| one.id.clone()).collect()
    };
    let here = ids(&here);
    let lacking: Vec<RevisionId> = ids(&left).difference(&here).cloned().collect();
    let Some(first) = lacking.first() else {
        return Ok(());
    };
    let name = repository.full_name("@{-1}")?;
    let left = name.as_ref().map_or("what was left", |name| name.short());
    stdio::say(&format!(
        "note: {left} has {} that {} not here: {}; a database that has run {} ends with `Can't locate revision identified by '{first}'`",
        onehead_model::words::counted(lacking.len(), "revision"),
        if lacking.len() == 1 { "is" } else { "are" },
        listed(&lacking),
        if lacking.len() == 1 { "it" } else { "them" },
    ));
    stdio::say(&format!(
        "hint: run `alembic current 2>&1 | {}` to compare the database",
        context.command("where") + " --database"
    ));
    Ok(())
}

/// How many are named before the rest is counted.
const MOST: usize = 4;

fn listed(ids: &[RevisionId]) -> String {
    let mut names: Vec<String> = ids.iter().take(MOST).map(|id| format!("`{id}`")).collect();
    if ids.len() > MOST {
        names.push(format!("and {} more", ids.len() - MOST));
    }
    names.join(", ")
}
