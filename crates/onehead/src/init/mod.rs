//! `onehead init`: from a repository with migrations to one that is protected, in one command.
//!
//! It looks at what is there (`look`), says what it would write, asks once, and writes all of it or nothing:
//! settings where the defaults do not do (`settings`), a CI job (`ci`), and hooks as `onehead install-hooks` plans
//! them. What names onehead already is left as it is, so that a second run changes nothing. It stages and
//! commits nothing.

mod ci;
mod error;
mod look;
mod settings;
mod show;

use std::error::Error;
use std::fs;
use std::path::Path;

use clap::{Args, ValueEnum};
use onehead_model::escape::for_terminal;
use onehead_model::{CheckReport, Exit, FixOutcome, HeadPolicy, stdio};
use onehead_report::check::{self as report, Answer};
use serde::Serialize;

use crate::door::{Door, Place, Via};
use crate::install::hooks_dir::real;
use crate::install::manager::Manager;
use crate::install::steps::{self, Step};
use crate::install::{Installation, Wanted};
use crate::next::typed;
use crate::prompt;

use self::ci::Forge;
use self::error::InitError;
use self::look::Here;

/// What to set up, and how.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead init                     show what would be written, ask, write it
  onehead init --yes               without the question
  onehead init --dry-run           only show it
  onehead init --ci none --hooks none --target origin/develop

What names onehead already is left as it is, so a second run changes nothing.

Exit codes: 0 done, and every environment has one head; 1 done, but there are findings, or nobody agreed;
2 could not, and then nothing was changed")]
pub struct InitArgs {
    #[command(flatten)]
    place: Place,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    /// Show what would be written, as a diff, and write nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,

    /// The branch that work lands on [default: what the remote calls its default]
    #[arg(long, value_name = "REF")]
    target: Option<String>,

    /// Which heads are right [default: one, or what the branch labels or version locations say]
    #[arg(long, value_enum, value_name = "NAME")]
    policy: Option<Policy>,

    /// Leave out the environments that this glob matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,

    /// Who calls onehead at a commit, a merge and a push [default: the hook manager that is used here, else git]
    #[arg(long, value_enum, value_name = "NAME")]
    hooks: Option<Hooks>,

    /// Where the CI runs [default: where the remote is, or what has a configuration here]
    #[arg(long, value_enum, value_name = "NAME")]
    ci: Option<Forge>,
}

/// The policies that can be named in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Policy {
    /// Exactly one head
    Single,
    /// One head for each set of branch labels
    PerLabel,
    /// One head for each version location
    PerLocation,
}

impl Policy {
    fn as_setting(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::PerLabel => "per-label",
            Self::PerLocation => "per-location",
        }
    }
}

impl From<Policy> for HeadPolicy {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Single => Self::Single,
            Policy::PerLabel => Self::PerLabel,
            Policy::PerLocation => Self::PerLocation,
        }
    }
}

/// Who calls onehead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Hooks {
    /// Nobody: hooks are left alone
    None,
    /// git's own hooks
    Git,
    /// pre-commit or prek
    PreCommit,
    /// lefthook
    Lefthook,
    /// husky
    Husky,
}

impl Hooks {
    fn manager(self) -> Manager {
        match self {
            Self::None | Self::Git => Manager::None,
            Self::PreCommit => Manager::PreCommit,
            Self::Lefthook => Manager::Lefthook,
            Self::Husky => Manager::Husky,
        }
    }
}

/// One part of the proposal: what is said about it, and what has to be done for it.
struct Part {
    says: String,
    steps: Vec<Step>,
}

impl Part {
    /// There is nothing to do, for this reason.
    fn nothing(says: &str) -> Self {
        Self {
            says: says.to_owned(),
            steps: Vec::new(),
        }
    }
}

/// Sets a repository up.
#[must_use]
pub fn run(args: &InitArgs, via: Via) -> Exit {
    answer(args, via).unwrap_or_else(|error| stdio::could_not_run(error.as_ref()))
}

fn answer(args: &InitArgs, via: Via) -> Result<Exit, Box<dyn Error>> {
    let door = Door {
        place: &args.place,
        via,
    };
    let here = Here::look(&door, args)?;
    let settings = settings::plan(&here)?;
    let ci = ci::plan(&here, args.ci)?;
    let hooks = hooks(args.hooks, &here)?;
    let steps: Vec<Step> = [&settings.steps, &ci.steps]
        .into_iter()
        .cloned()
        .chain(hooks.as_ref().map(Installation::steps))
        .flatten()
        .collect();
    say(&show::proposal(&here, &settings, &ci, hooks.as_ref()));

    if steps.is_empty() {
        say(&["nothing to write".into()]);
    } else if args.dry_run {
        say(&show::diffs(here.root(), &steps));
        say(&["nothing was written".into()]);
        return Ok(exit(&here.verdict));
    } else if args.yes || agreed(&here, &steps)? {
        steps::apply(&steps)?;
    } else {
        return Ok(Exit::Findings);
    }

    let now = here.again(&door)?;
    let scan = door.scan();
    let answer = Answer {
        report: &now,
        fix: &FixOutcome::NotAsked,
        command: &typed(via.check(), &scan),
        target: None,
    };
    let _ = stdio::print(&report::text(&answer), Exit::Findings);
    say(&show::next(&here, &door, &steps, hooks.as_ref()));
    Ok(exit(&now))
}

fn exit(verdict: &CheckReport) -> Exit {
    if verdict.ok {
        Exit::Clean
    } else {
        Exit::Findings
    }
}

/// Whether somebody at the terminal wants all of it written.
fn agreed(here: &Here, steps: &[Step]) -> Result<bool, Box<dyn Error>> {
    if prompt::possible() {
        say(&show::diffs(here.root(), steps));
    }
    match prompt::agreed("write this?") {
        Some(true) => return Ok(true),
        Some(false) => stdio::say("nothing was written"),
        None => stdio::say(
            "nothing was written: there is no terminal to ask at\nnext: the same with --yes, or with --dry-run to see it",
        ),
    }
    Ok(false)
}

/// The hooks as `onehead install-hooks` plans them; none if nobody wants any.
fn hooks(wanted: Option<Hooks>, here: &Here) -> Result<Option<Installation<'_>>, String> {
    if wanted == Some(Hooks::None) {
        return Ok(None);
    }
    let how = Wanted {
        manager: wanted.map(Hooks::manager),
        ..Wanted::default()
    };
    let planned = Installation::plan(&here.repository, &how);
    planned.map(Some).map_err(|error| {
        let error = error.to_string();
        let error = error.trim_end();
        format!("{error}\nhint: these are options of `onehead install-hooks`; `onehead init --hooks none` leaves hooks to it")
    })
}

/// Writes a file that is not there yet, inside the repository.
fn new_file(
    root: &Path,
    name: &str,
    text: String,
    otherwise: &'static str,
) -> Result<Vec<Step>, InitError> {
    let path = real(root).join(name);
    if fs::symlink_metadata(&path).is_ok() {
        return Err(InitError::InTheWay(name.to_owned(), otherwise));
    }
    let folder = path.parent().unwrap_or(root);
    if real(folder) != folder {
        return Err(InitError::Linked(name.to_owned(), otherwise));
    }
    let mut steps = Vec::new();
    if !folder.is_dir() {
        steps.push(Step::CreateFolder(folder.to_owned()));
    }
    steps.push(Step::Write {
        path,
        bytes: text.into_bytes(),
        executable: false,
    });
    Ok(steps)
}

/// Lines for people, safe for a terminal.
fn say(lines: &[String]) {
    let lines = lines.iter().flat_map(|line| line.lines());
    let text: String = lines
        .map(|line| for_terminal(line).into_owned() + "\n")
        .collect();
    let _ = stdio::print(&text, Exit::Clean);
}
