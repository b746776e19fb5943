//! `onehead install-hooks`: onehead at every door of a repository.

mod binary;
pub(crate) mod door;
pub(crate) mod hooks_dir;
pub(crate) mod plain;
pub(crate) mod script;
mod steps;

use std::io;
use std::path::PathBuf;

use clap::Args;
use onehead_git::{GitError, Inherit, Repository};
use onehead_model::{Exit, stdio};

use self::door::Door;
use self::hooks_dir::HooksDir;
use self::plain::Planned;

/// Where to install hooks.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead install-hooks               a hook at every door; those that are there run first
  onehead install-hooks --dry-run     only say what it would do
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

    /// The program that the hooks call [default: this one]
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

/// Installs or takes away, and says what was done. `command` is what the user typed to get here.
#[must_use]
pub fn run(args: &InstallArgs, command: &str) -> Exit {
    match install(args, command) {
        Ok(text) => stdio::print(&text, Exit::Clean),
        Err(error) => stdio::could_not_run(&error),
    }
}

fn install(args: &InstallArgs, command: &str) -> Result<String, InstallError> {
    let directory = args.repo.clone().unwrap_or_else(|| PathBuf::from("."));
    let inherit = if args.repo.is_some() {
        Inherit::No
    } else {
        Inherit::Yes
    };
    let repository = Repository::discover(&directory, inherit)?
        .ok_or_else(|| InstallError::NoRepository(directory.clone()))?;
    let hooks = HooksDir::of(&repository)?;
    let doors = Door::of(repository.is_bare());
    let plan = if args.uninstall {
        plain::uninstall(&hooks.path, doors)?
    } else {
        if let (Some(why), false) = (&hooks.shared, args.shared) {
            let own = repository.common_dir().join("hooks");
            return Err(InstallError::Shared {
                folder: hooks.path,
                why: why.clone(),
                own: shell_words::quote(&own.to_string_lossy()).into_owned(),
            });
        }
        let binary = binary::find(args.binary.as_deref())?;
        plain::install(&hooks.path, doors, binary.as_os_str())?
    };
    let steps: Vec<_> = plan.iter().flat_map(|one| one.steps.clone()).collect();
    if !args.dry_run {
        steps::apply(&steps)?;
    }
    Ok(said(args, &hooks, &plan, steps.is_empty(), command))
}

fn said(
    args: &InstallArgs,
    hooks: &HooksDir,
    plan: &[Planned],
    nothing: bool,
    command: &str,
) -> String {
    let mut lines = vec![format!("hooks folder: {}", hooks.path.display())];
    for one in plan {
        lines.push(format!("  {:<17} {}", one.door.name(), one.says));
    }
    if plan.is_empty() {
        lines.push("  no hook of onehead is here".into());
    }
    if hooks.in_worktree && !args.uninstall && !nothing {
        lines.push(
            "note: this folder is part of the working tree; the scripts name a program of this machine and use\n      \
             the `onehead` on PATH where that is not there"
                .into(),
        );
    }
    if args.dry_run {
        lines.push("nothing was changed".into());
    } else if !args.uninstall {
        let front = command.strip_suffix("install-hooks").unwrap_or("onehead ");
        lines.push(format!("next: {front}doctor   # tries every door"));
    }
    lines
        .iter()
        .flat_map(|line| line.lines())
        .map(|line| onehead_model::escape::for_terminal(line).to_string() + "\n")
        .collect()
}
