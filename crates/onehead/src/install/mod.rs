//! `onehead install-hooks`: onehead at every door of a repository.

mod binary;
pub(crate) mod block;
pub(crate) mod git_hook;
pub(crate) mod hooks_dir;
mod installation;
pub(crate) mod manager;
pub(crate) mod plain;
pub(crate) mod script;
pub(crate) mod steps;

use std::io;
use std::path::PathBuf;

use clap::Args;
use onehead_git::{Connection, GitError, Inherit};
use onehead_model::escape::for_terminal;
use onehead_model::{Exit, stdio};

use crate::door::Via;

use self::manager::Manager;

pub(crate) use self::installation::{Installation, Wanted};

/// Where to install hooks.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead install-hooks               a hook at every door; those that are there run first
  onehead install-hooks --dry-run     only say what it would do
  onehead install-hooks --manager none   git's own hooks, whatever manages hooks here
  onehead install-hooks --uninstall   everything as it was before

Exit codes: 0 done, 2 could not, and then nothing was changed")]
pub struct InstallArgs {
    /// A folder inside the repository [default: the current folder]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,

    /// Take the hooks away, and put back what was there before
    #[arg(long)]
    uninstall: bool,

    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Also if other repositories share the hooks folder
    #[arg(long)]
    shared: bool,

    /// Add to this hook manager's configuration [default: the one that is used here]
    #[arg(long, value_enum, value_name = "NAME")]
    manager: Option<Manager>,

    /// The program that git's own hooks call [default: this one]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// Why hooks were not installed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InstallError {
    #[error("{} is in no git repository\nhint: run it inside one, or name one with --repo", .0.display())]
    NoRepository(PathBuf),
    #[error("cannot read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("`{}` is a folder, so git runs no hook there\nhint: move it away, then install again", .0.display())]
    Folder(PathBuf),
    #[error(
        "`{}` is left from an earlier install, but the hook that calls it is not ours any more\n\
         hint: give it its old name back if it still has to run, or remove it; then install again", .0.display()
    )]
    Leftover(PathBuf),
    #[error(
        "the hooks folder is `{}`, {why}\n\
         hint: --shared installs there all the same; hooks of this repository alone: git config --local core.hooksPath {own}",
        folder.display()
    )]
    Shared {
        folder: PathBuf,
        why: String,
        own: String,
    },
    #[error("cannot add to `{}`: {why}\nhint: add this by hand, or take git's own hooks with `--manager none`\n{text}", path.display())]
    ByHand {
        path: PathBuf,
        why: String,
        text: String,
    },
    #[error("{manager} is not used in `{}`\nhint: --manager none installs git's own hooks", root.display())]
    NotManaged {
        manager: &'static str,
        root: PathBuf,
    },
    #[error("there is no program `{}` for the hooks to call", .0.display())]
    NoBinary(PathBuf),
    #[error(
        "no `onehead` beside `{}` for the hooks to call\nhint: build it (`cargo build -p onehead`), or name one with --binary", .0.display()
    )]
    NotBuilt(PathBuf),
    #[error("cannot find out where this program is")]
    Unknown(#[source] io::Error),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    Step(#[from] steps::StepError),
}

/// Installs or takes away, and says what was done.
#[must_use]
pub fn run(args: &InstallArgs, via: Via) -> Exit {
    match install(args, via) {
        Ok(text) => stdio::print(&text, Exit::Clean),
        Err(error) => stdio::could_not_run(&error),
    }
}

fn install(args: &InstallArgs, via: Via) -> Result<String, InstallError> {
    let directory = args.repo.clone().unwrap_or_else(|| PathBuf::from("."));
    let inherit = if args.repo.is_some() {
        Inherit::No
    } else {
        Inherit::Yes
    };
    let repository = Connection::discover(&directory, inherit)?
        .ok_or_else(|| InstallError::NoRepository(directory.clone()))?;
    let installation = if args.uninstall {
        Installation::taken_away(&repository)?
    } else {
        let wanted = Wanted {
            manager: args.manager,
            shared: args.shared,
            binary: args.binary.as_deref(),
        };
        Installation::plan(&repository, &wanted)?
    };
    if !args.dry_run {
        steps::apply(&installation.steps())?;
    }
    Ok(text(&installation, args, via))
}

fn text(installation: &Installation, args: &InstallArgs, via: Via) -> String {
    let mut lines = installation.lines();
    if args.dry_run {
        lines.push("nothing was changed".into());
    } else if !args.uninstall {
        lines.extend(installation.notes());
        lines.push(format!("next: {}   # tries every door", via.doctor()));
    }
    let lines = lines.iter().flat_map(|line| line.lines());
    lines
        .map(|line| for_terminal(line).into_owned() + "\n")
        .collect()
}
