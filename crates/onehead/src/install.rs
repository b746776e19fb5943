//! `onehead install-hooks`: onehead at every hook of a repository.

use std::error::Error;
use std::iter;
use std::path::PathBuf;

use clap::Args;
use onehead_model::{Exit, stdio};
use onehead_report::hooks;
use onehead_setup::hooks::{Caller, Installation, Wanted, apply};

use crate::choice::{Choice, hook_managers, one_of};
use crate::context::{Context, Place};
use crate::error::could_not_run;
use crate::invoked_as::InvokedAs;

/// Where to install hooks.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead install-hooks               a hook at every context; those that are there run first
  onehead install-hooks --dry-run     only show what it would do
  onehead install-hooks --manager none   git's own hooks, also beside a hook manager
  onehead install-hooks --uninstall   restore what was there before

Exit codes: 0 done, 2 could not run, and nothing was changed")]
pub struct InstallArgs {
    #[command(flatten)]
    place: Place,

    /// Remove the hooks, and restore previous ones
    #[arg(long)]
    uninstall: bool,

    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Install even if other repositories share the hooks folder
    #[arg(long)]
    shared: bool,

    /// Also install post-checkout, which says when the branch that was left has revisions that this one lacks
    #[arg(long, conflicts_with = "uninstall")]
    post_checkout: bool,

    /// Add an entry for this hook manager [default: the one that is used here]
    #[arg(long, value_name = "NAME", value_parser = one_of(callers()))]
    manager: Option<Caller>,

    /// The program that git's own hooks call [default: this one]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

fn callers() -> impl Iterator<Item = Choice<Caller>> {
    let git = ("none", Caller::Git, "None: git's own hooks");
    iter::once(git).chain(hook_managers(Caller::Manager))
}

/// Installs or takes away, and says what was done.
#[must_use]
pub fn run(args: &InstallArgs, invoked_as: InvokedAs) -> Exit {
    match install(args, invoked_as) {
        Ok(lines) => stdio::print(&onehead_report::lines(&lines), Exit::Clean),
        Err(error) => could_not_run(error.as_ref()),
    }
}

fn install(args: &InstallArgs, invoked_as: InvokedAs) -> Result<Vec<String>, Box<dyn Error>> {
    let context = Context {
        place: &args.place,
        invoked_as,
    };
    let repository = context.repository()?;
    let installation = if args.uninstall {
        Installation::removal(&repository)?
    } else {
        let wanted = Wanted {
            caller: args.manager,
            shared: args.shared,
            post_checkout: args.post_checkout,
            binary: args.binary.as_deref(),
        };
        Installation::plan(&repository, &wanted)?
    };
    if !args.dry_run {
        apply(&installation.steps())?;
    }
    let plan = installation.document();
    let mut lines = hooks::plan(&plan);
    if args.dry_run {
        lines.push("nothing was changed".into());
    } else if !args.uninstall {
        lines.extend(hooks::notes(&plan));
        lines.push(format!(
            "next: {}   # tests every check",
            invoked_as.command("doctor")
        ));
    }
    Ok(lines)
}
