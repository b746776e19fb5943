//! Hooks for every check of a repository: what is to be done, and not yet done.

use std::path::Path;

use onehead_git::Connection;
use onehead_model::{HookManager, HooksNote, HooksPlan, PlannedHook};

use super::binary;
use super::error::InstallError;
use super::git_hook::GitHook;
use super::hooks_dir::HooksDir;
use super::manager::Managed;
use super::plain;
use super::planned::Planned;
use super::steps::Step;

/// What calls onehead at a commit, a merge and a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// git's own hooks.
    Git,
    /// A hook manager.
    Manager(HookManager),
}

/// How hooks are to be installed.
#[derive(Debug, Default)]
pub struct Wanted<'a> {
    /// What calls onehead; none: the manager that is used here, else git.
    pub caller: Option<Caller>,
    /// Also where other repositories share the hooks folder.
    pub shared: bool,
    /// Also post-checkout, which refuses nothing; where it is installed already, it stays.
    pub post_checkout: bool,
    /// The program that git's own hooks call; none: this one.
    pub binary: Option<&'a Path>,
}

/// A plan for the hooks of a repository.
#[derive(Debug)]
pub struct Installation<'a> {
    repository: &'a Connection,
    hooks: HooksDir,
    managed: Option<Managed>,
    checks: Vec<GitHook>,
    plan: Vec<Planned>,
}

impl<'a> Installation<'a> {
    /// What is missing at the checks.
    ///
    /// # Errors
    /// Something is in the way, or cannot be read.
    pub fn plan(repository: &'a Connection, wanted: &Wanted<'_>) -> Result<Self, InstallError> {
        let hooks = HooksDir::of(repository)?;
        let mut checks = GitHook::of(repository.is_bare()).to_vec();
        let managed = choose(wanted.caller, repository, &hooks)?;
        let is_there = || match &managed {
            Some(managed) => managed.covers(GitHook::PostCheckout),
            None => plain::installed(&hooks.path, GitHook::PostCheckout).is_some(),
        };
        if !repository.is_bare() && (wanted.post_checkout || is_there()) {
            checks.push(GitHook::PostCheckout);
        }
        let plan = match &managed {
            Some(managed) => managed.install(&checks)?,
            None => {
                if let (Some(why), false) = (&hooks.shared, wanted.shared) {
                    let own = repository.common_dir().join("hooks");
                    return Err(InstallError::Shared {
                        folder: hooks.path,
                        why: why.clone(),
                        own,
                    });
                }
                let binary = binary::find(wanted.binary)?;
                plain::install(&hooks.path, &checks, binary.as_os_str())?
            }
        };
        Ok(Self {
            repository,
            hooks,
            managed,
            checks,
            plan,
        })
    }

    /// What has to go for everything to be as it was before.
    ///
    /// # Errors
    /// Something cannot be read.
    pub fn removal(repository: &'a Connection) -> Result<Self, InstallError> {
        let hooks = HooksDir::of(repository)?;
        let checks = match repository.is_bare() {
            true => GitHook::SERVER,
            false => GitHook::WORK_AND_CHECKOUT,
        };
        let checks = checks.to_vec();
        let mut plan = plain::uninstall(&hooks.path, &checks)?;
        for managed in Managed::all(repository.root()) {
            plan.extend(managed.uninstall()?);
        }
        Ok(Self {
            repository,
            hooks,
            managed: None,
            checks,
            plan,
        })
    }

    /// What has to be done for it.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        self.plan.iter().flat_map(|one| one.steps.clone()).collect()
    }

    /// The plan for people to read.
    #[must_use]
    pub fn document(&self) -> HooksPlan {
        let root = self.repository.root();
        let place = self.managed.as_ref().map(|managed| &managed.path);
        let place = place.unwrap_or(&self.hooks.path);
        let hooks = self.plan.iter().map(|one| PlannedHook {
            name: one.name.clone(),
            says: one.says.clone(),
        });
        HooksPlan {
            manager: self.managed.as_ref().map(|managed| managed.manager),
            path: place
                .strip_prefix(root)
                .unwrap_or(place)
                .display()
                .to_string(),
            hooks: hooks.collect(),
            notes: self.notes(),
            this_clone_only: self.managed.is_none() && !self.hooks.in_worktree,
        }
    }

    fn notes(&self) -> Vec<HooksNote> {
        let Some(managed) = &self.managed else {
            let changes = self.plan.iter().any(|one| !one.steps.is_empty());
            let in_worktree = self.hooks.in_worktree && changes;
            return in_worktree
                .then_some(HooksNote::InWorktree)
                .into_iter()
                .collect();
        };
        let mut notes = vec![HooksNote::CallsPath];
        let hooks = &self.hooks.path;
        let mut checks = GitHook::WORK.iter();
        if checks.any(|&check| plain::installed(hooks, check).is_some()) {
            notes.push(HooksNote::GitHooksToo);
        }
        let others = Managed::all(self.repository.root()).into_iter();
        let others = others.map(|other| other.manager);
        let others = others.filter(|&other| other != managed.manager);
        notes.extend(others.map(HooksNote::OtherManager));
        if !managed.has_all(hooks, &self.checks) {
            notes.push(HooksNote::NotActive {
                manager: managed.manager,
                post_checkout: self.checks.contains(&GitHook::PostCheckout),
            });
        }
        notes
    }
}

/// The caller that was named, or the manager that is used here; of several, the one that is active.
fn choose(
    named: Option<Caller>,
    repository: &Connection,
    hooks: &HooksDir,
) -> Result<Option<Managed>, InstallError> {
    let root = repository.root();
    match named {
        _ if repository.is_bare() => Ok(None),
        Some(Caller::Git) => Ok(None),
        Some(Caller::Manager(manager)) => {
            Managed::find(manager, root)
                .map(Some)
                .ok_or_else(|| InstallError::NotManaged {
                    manager,
                    root: root.to_owned(),
                })
        }
        None => {
            let found = Managed::all(root);
            let active = found.iter().position(|one| one.is_active(&hooks.path));
            Ok(found.into_iter().nth(active.unwrap_or(0)))
        }
    }
}
