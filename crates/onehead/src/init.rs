//! `onehead init`: from a repository with migrations to one that is protected, in one command.
//!
//! It looks at what is there, says what it would write, asks once, and writes all of it or nothing. It stages and
//! commits nothing.

use std::error::Error;

use clap::Args;
use onehead_model::{CheckReport, Exit, FileDiff, FixOutcome, HooksPlan, stdio};
use onehead_report::check::{self, Answer};
use onehead_report::{hooks, init};
use onehead_setup::hooks::{Caller, apply};
use onehead_setup::init::{Forge, Here, HooksChoice, InitError, InitOptions, Policy, Proposal};

use crate::choice::{Choice, hook_managers, one_of};
use crate::context::{Context, Place};
use crate::error::could_not_run;
use crate::invoked_as::InvokedAs;
use crate::next::typed;
use crate::prompt;

/// What to set up, and how.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead init                     show what would be written, ask, write it
  onehead init --yes               without the question
  onehead init --dry-run           only show it
  onehead init --ci none --hooks none --target origin/develop

Existing settings, hooks and jobs stay as they are, so a second run changes nothing.

Exit codes: 0 done, 1 done with findings, or the answer was not yes,
2 could not run, and nothing was changed")]
pub struct InitArgs {
    #[command(flatten)]
    place: Place,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    /// Show what would be written as a diff, and write nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,

    /// The target branch [default: the default branch of the remote]
    #[arg(long, value_name = "REF")]
    target: Option<String>,

    /// Which heads are allowed [default: one, or what the branch labels or version locations say]
    #[arg(long, value_name = "NAME", value_parser = one_of(POLICIES))]
    policy: Option<Policy>,

    /// Exclude the environments that this glob matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,

    /// Which hooks to install [default: the hook manager of this repository, else git]
    #[arg(long, value_name = "NAME", value_parser = one_of(hooks()))]
    hooks: Option<HooksChoice>,

    /// Also install post-checkout, which says when the branch that was left has revisions that this one lacks
    #[arg(long)]
    post_checkout: bool,

    /// Which CI file to write [default: that of the remote, or the one that exists]
    #[arg(long, value_name = "NAME", value_parser = one_of(FORGES))]
    ci: Option<Forge>,

    /// Also make Alembic say, right after `alembic revision`, who else goes on from the same parent: a post-write hook,
    /// run by `sh`, that does nothing where onehead is not installed
    #[arg(long)]
    authoring: bool,
}

const POLICIES: [Choice<Policy>; 3] = [
    ("single", Policy::Single, "Exactly one head"),
    (
        "per-label",
        Policy::PerLabel,
        "One head for each set of branch labels",
    ),
    (
        "per-location",
        Policy::PerLocation,
        "One head for each version location",
    ),
];

fn hooks() -> impl Iterator<Item = Choice<HooksChoice>> {
    let others = [
        ("none", HooksChoice::None, "No hooks"),
        ("git", HooksChoice::Named(Caller::Git), "git's own hooks"),
    ];
    let managed = hook_managers(|manager| HooksChoice::Named(Caller::Manager(manager)));
    others.into_iter().chain(managed)
}

const FORGES: [Choice<Forge>; 3] = [
    ("none", Forge::None, "No CI file"),
    ("github", Forge::Github, "A workflow of GitHub Actions"),
    ("gitlab", Forge::Gitlab, "A job of GitLab CI"),
];

/// Sets a repository up.
#[must_use]
pub fn run(args: &InitArgs, invoked_as: InvokedAs) -> Exit {
    answer(args, invoked_as).unwrap_or_else(|error| could_not_run(error.as_ref()))
}

fn answer(args: &InitArgs, invoked_as: InvokedAs) -> Result<Exit, Box<dyn Error>> {
    let context = Context {
        place: &args.place,
        invoked_as,
    };
    let options = InitOptions {
        target: args.target.clone(),
        policy: args.policy,
        exclude: args.exclude.clone(),
        hooks: args.hooks.unwrap_or_default(),
        post_checkout: args.post_checkout,
        ci: args.ci,
        authoring: args.authoring,
    };
    let repository = context.repository().map_err(InitError::from)?;
    let here = Here::look(repository, &context.options(), &options)?;
    let proposal = Proposal::of(&here, &options)?;
    let document = proposal.document();
    let (steps, diffs) = (proposal.steps(), proposal.diffs());
    say(&init::proposal(&document));

    if steps.is_empty() {
        say(&["nothing to write".into()]);
    } else if args.dry_run {
        say(&init::diffs(&diffs));
        say(&["nothing was written".into()]);
        return Ok(exit(here.verdict()));
    } else if args.yes || agreed(&diffs) {
        apply(&steps)?;
    } else {
        return Ok(Exit::Findings);
    }

    let now = here.again()?;
    let answer = Answer {
        report: &now,
        fix: &FixOutcome::NotAsked,
        command: &typed(invoked_as.command("check"), &context.scan()),
        all: false,
        target: None,
    };
    let _ = stdio::print(&check::text(&answer), Exit::Findings);
    say(&next(&here, &context, &diffs, document.hooks.as_ref()));
    Ok(exit(&now))
}

fn exit(verdict: &CheckReport) -> Exit {
    if verdict.ok {
        Exit::Clean
    } else {
        Exit::Findings
    }
}

/// Whether the person at the terminal wants all of it written.
fn agreed(diffs: &[FileDiff]) -> bool {
    if prompt::possible() {
        say(&init::diffs(diffs));
    }
    match prompt::agreed("write this?") {
        Some(true) => return true,
        Some(false) => stdio::say("nothing was written"),
        None => stdio::say(
            "nothing was written: there is no terminal for the question\nnext: add `--yes`, or `--dry-run` to see the files",
        ),
    }
    false
}

/// What remains for people to do.
fn next(
    here: &Here,
    context: &Context<'_>,
    written: &[FileDiff],
    plan: Option<&HooksPlan>,
) -> Vec<String> {
    let mut lines = plan.map(hooks::notes).unwrap_or_default();
    if plan.is_some_and(|plan| plan.this_clone_only) {
        lines.push(format!(
            "note: these hooks belong to this clone; run `{}` once in every other clone",
            context.invoked_as.command("install-hooks")
        ));
    }
    if !written.is_empty() {
        if let Ok(true) = here.is_detached() {
            lines.push("note: HEAD is detached; run `git switch -c NAME` before you commit".into());
        }
        let files = written.iter().map(|one| shell_words::quote(&one.name));
        lines.push(format!(
            "next: git add {} && git commit -m 'Keep migrations at one head'",
            files.collect::<Vec<_>>().join(" ")
        ));
    }
    if plan.is_some() {
        let doctor = context.command("doctor");
        lines.push(format!("next: {doctor}   # tests every check"));
    }
    lines
}

/// Lines for people.
fn say(lines: &[String]) {
    let _ = stdio::print(&onehead_report::lines(lines), Exit::Clean);
}
