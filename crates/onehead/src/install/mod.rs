//! `onehead install-hooks`: onehead at every door of a repository.

mod binary;
mod block;
pub(crate) mod git_hook;
pub(crate) mod hooks_dir;
pub(crate) mod manager;
pub(crate) mod plain;
pub(crate) mod script;
mod steps;

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use onehead_git::{GitError, Inherit, Repository};
use onehead_model::escape::for_terminal;
use onehead_model::{Exit, stdio};

use crate::door::Via;

use self::git_hook::GitHook;
use self::hooks_dir::HooksDir;
use self::manager::{Managed, Manager};
use self::plain::Planned;

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
    let repository = Repository::discover(&directory, inherit)?
        .ok_or_else(|| InstallError::NoRepository(directory.clone()))?;
    let hooks = HooksDir::of(&repository)?;
    let doors = GitHook::of(repository.is_bare());
    let managed = choose(args, &repository, &hooks)?;
    let plan = match &managed {
        _ if args.uninstall => {
            let mut plan = plain::uninstall(&hooks.path, doors)?;
            for managed in Manager::all(repository.root()) {
                plan.extend(managed.uninstall()?);
            }
            plan
        }
        Some(managed) => managed.install(doors)?,
        None => {
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
        }
    };
    let steps: Vec<_> = plan.iter().flat_map(|one| one.steps.clone()).collect();
    if !args.dry_run {
        steps::apply(&steps)?;
    }
    let done = Done {
        repository: &repository,
        hooks: &hooks,
        managed: managed.as_ref(),
        plan: &plan,
        changes: !steps.is_empty(),
    };
    Ok(done.text(args, via))
}

/// The manager that was named, or the one that is used here; of several, the one that is active.
fn choose(
    args: &InstallArgs,
    repository: &Repository,
    hooks: &HooksDir,
) -> Result<Option<Managed>, InstallError> {
    let root = repository.root();
    match args.manager {
        _ if repository.is_bare() || args.uninstall => Ok(None),
        Some(Manager::None) => Ok(None),
        Some(manager) => manager
            .find(root)
            .map(Some)
            .ok_or_else(|| InstallError::NotManaged {
                manager: manager.name(),
                root: root.to_owned(),
            }),
        None => {
            let found = Manager::all(root);
            let active = found.iter().position(|one| one.is_active(&hooks.path));
            Ok(found.into_iter().nth(active.unwrap_or(0)))
        }
    }
}

/// What was done, to be said.
struct Done<'a> {
    repository: &'a Repository,
    hooks: &'a HooksDir,
    managed: Option<&'a Managed>,
    plan: &'a [Planned],
    changes: bool,
}

impl Done<'_> {
    fn text(&self, args: &InstallArgs, via: Via) -> String {
        let root = self.repository.root();
        let short = |path: &Path| {
            path.strip_prefix(root)
                .unwrap_or(path)
                .display()
                .to_string()
        };
        let mut lines = vec![match self.managed {
            Some(managed) => format!("{}: {}", managed.manager.name(), short(&managed.path)),
            None => format!("hooks folder: {}", short(&self.hooks.path)),
        }];
        for one in self.plan {
            lines.push(format!("  {:<17} {}", one.name, one.says));
        }
        if self.plan.is_empty() {
            lines.push("  no hook of onehead is here".into());
        }
        if args.dry_run {
            lines.push("nothing was changed".into());
        } else if !args.uninstall {
            self.notes(&mut lines);
            if let Some(managed) = self.managed
                && !managed.is_active(&self.hooks.path)
            {
                lines.push(format!("next: {}", managed.manager.activate()));
            }
            lines.push(format!("next: {}   # tries every door", via.doctor()));
        }
        let lines = lines.iter().flat_map(|line| line.lines());
        lines
            .map(|line| for_terminal(line).into_owned() + "\n")
            .collect()
    }

    fn notes(&self, lines: &mut Vec<String>) {
        let plain = GitHook::WORK
            .iter()
            .any(|&door| plain::installed(&self.hooks.path, door).is_some());
        match self.managed {
            None if self.hooks.in_worktree && self.changes => lines.push(
                "note: this folder is part of the working tree; the scripts name a program of this machine, and\n      \
                 call the `onehead` on PATH where that is not there"
                    .into(),
            ),
            Some(managed) => {
                lines.push("note: the entry calls the `onehead` on PATH".into());
                if plain {
                    lines.push("note: git's own hooks call onehead here as well; --uninstall takes both away".into());
                }
                for other in Manager::all(self.repository.root()) {
                    if other.manager != managed.manager {
                        lines.push(format!(
                            "note: {} is configured here as well; --manager chooses",
                            other.manager.name()
                        ));
                    }
                }
            }
            None => {}
        }
    }
}
