//! Hooks for every door of a repository: what is to be done, and not yet done.

use std::path::Path;

use onehead_git::Connection;

use super::git_hook::GitHook;
use super::hooks_dir::HooksDir;
use super::manager::{Managed, Manager};
use super::plain::{self, Planned};
use super::steps::Step;
use super::{InstallError, binary};

/// How hooks are to be installed.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Whose configuration to add to; none: that of the manager that is used here.
    pub(crate) manager: Option<Manager>,
    /// Also where other repositories share the hooks folder.
    pub(crate) shared: bool,
    /// The program that git's own hooks call; none: this one.
    pub(crate) binary: Option<&'a Path>,
}

/// A plan for the hooks of a repository.
#[derive(Debug)]
pub(crate) struct Installation<'a> {
    repository: &'a Connection,
    hooks: HooksDir,
    managed: Option<Managed>,
    plan: Vec<Planned>,
}

impl<'a> Installation<'a> {
    /// What is missing at the doors.
    pub(crate) fn plan(
        repository: &'a Connection,
        wanted: &Wanted<'_>,
    ) -> Result<Self, InstallError> {
        let hooks = HooksDir::of(repository)?;
        let doors = GitHook::of(repository.is_bare());
        let managed = choose(wanted.manager, repository, &hooks)?;
        let plan = match &managed {
            Some(managed) => managed.install(doors)?,
            None => {
                if let (Some(why), false) = (&hooks.shared, wanted.shared) {
                    let own = repository.common_dir().join("hooks");
                    return Err(InstallError::Shared {
                        folder: hooks.path,
                        why: why.clone(),
                        own: shell_words::quote(&own.to_string_lossy()).into_owned(),
                    });
                }
                let binary = binary::find(wanted.binary)?;
                plain::install(&hooks.path, doors, binary.as_os_str())?
            }
        };
        Ok(Self {
            repository,
            hooks,
            managed,
            plan,
        })
    }

    /// What has to go for everything to be as it was before.
    pub(super) fn taken_away(repository: &'a Connection) -> Result<Self, InstallError> {
        let hooks = HooksDir::of(repository)?;
        let mut plan = plain::uninstall(&hooks.path, GitHook::of(repository.is_bare()))?;
        for managed in Manager::all(repository.root()) {
            plan.extend(managed.uninstall()?);
        }
        Ok(Self {
            repository,
            hooks,
            managed: None,
            plan,
        })
    }

    /// What has to be done for it.
    pub(crate) fn steps(&self) -> Vec<Step> {
        self.plan.iter().flat_map(|one| one.steps.clone()).collect()
    }

    /// Whether the hooks are those of this clone alone.
    pub(crate) fn is_of_this_clone(&self) -> bool {
        self.managed.is_none() && !self.hooks.in_worktree
    }

    /// Where the hooks are, and what happens to each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let root = self.repository.root();
        let short = |path: &Path| {
            path.strip_prefix(root)
                .unwrap_or(path)
                .display()
                .to_string()
        };
        let mut lines = vec![match &self.managed {
            Some(managed) => format!("{}: {}", managed.manager.name(), short(&managed.path)),
            None => format!("hooks folder: {}", short(&self.hooks.path)),
        }];
        for one in &self.plan {
            lines.push(format!("  {:<17} {}", one.name, one.says));
        }
        if self.plan.is_empty() {
            lines.push("  no hook of onehead is here".into());
        }
        lines
    }

    /// What people should know about the hooks once they are there, and do about them.
    pub(crate) fn notes(&self) -> Vec<String> {
        let Some(managed) = &self.managed else {
            return if self.hooks.in_worktree && !self.steps().is_empty() {
                vec![
                    "note: this folder is part of the working tree; the scripts name a program of this machine, and\n      \
                     call the `onehead` on PATH where that is not there"
                        .into(),
                ]
            } else {
                Vec::new()
            };
        };
        let mut lines = vec!["note: the entry calls the `onehead` on PATH".into()];
        let hooks = &self.hooks.path;
        if GitHook::WORK
            .iter()
            .any(|&door| plain::installed(hooks, door).is_some())
        {
            lines.push(
                "note: git's own hooks call onehead here as well; --uninstall takes both away"
                    .into(),
            );
        }
        for other in Manager::all(self.repository.root()) {
            if other.manager != managed.manager {
                lines.push(format!(
                    "note: {} is configured here as well; --manager chooses",
                    other.manager.name()
                ));
            }
        }
        if !managed.is_active(hooks) {
            lines.push(format!("next: {}", managed.manager.activate()));
        }
        lines
    }
}

/// The manager that was named, or the one that is used here; of several, the one that is active.
fn choose(
    named: Option<Manager>,
    repository: &Connection,
    hooks: &HooksDir,
) -> Result<Option<Managed>, InstallError> {
    let root = repository.root();
    match named {
        _ if repository.is_bare() => Ok(None),
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
