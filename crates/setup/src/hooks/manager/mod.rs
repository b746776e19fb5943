//! Programs that manage the hooks of a repository. Where one is used, onehead is an entry in its configuration and
//! leaves the hooks folder to it.
//!
//! What is known about each, its files and its words, is a row of [`onehead_model::HookManager`]; how an entry is added
//! to its configuration is a file beside this one, and which file that is, is said here.

mod calls;
mod file;
mod husky;
mod lefthook;
mod pre_commit;
pub(crate) mod yaml;

use std::fs;
use std::path::{Path, PathBuf};

use onehead_model::HookManager;

use crate::hooks::block;
use crate::hooks::error::InstallError;
use crate::hooks::git_hook::GitHook;
use crate::hooks::planned::Planned;
use crate::hooks::script::is_ours;

pub(crate) use calls::calls;
use file::{file_name, read, without, write};

/// Whether this hook of git is the manager's, to go by its words.
pub(crate) fn wrote(manager: HookManager, hook: &Path) -> bool {
    let Ok(bytes) = fs::read(hook) else {
        return false;
    };
    let text = String::from_utf8_lossy(&bytes);
    !is_ours(&bytes) && manager.signs().iter().any(|sign| text.contains(sign))
}

/// A manager, and where it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Managed {
    pub(crate) manager: HookManager,
    /// The file, or the folder of husky.
    pub(crate) path: PathBuf,
}

impl Managed {
    /// A manager, if it is configured in this working tree.
    pub(crate) fn find(manager: HookManager, root: &Path) -> Option<Self> {
        let mut places = manager.files().iter().map(|name| root.join(name));
        let path = places.find(|path| path.exists())?;
        Some(Self { manager, path })
    }

    /// Every manager that is configured in this working tree.
    pub(crate) fn all(root: &Path) -> Vec<Self> {
        let managers = HookManager::INSTALLABLE.into_iter();
        managers
            .filter_map(|manager| Self::find(manager, root))
            .collect()
    }

    /// Entries for these checks in the configuration.
    pub(crate) fn install(&self, checks: &[GitHook]) -> Result<Vec<Planned>, InstallError> {
        match self.manager {
            HookManager::Overcommit => Ok(Vec::new()),
            HookManager::PreCommit => self.in_file(checks, pre_commit::add, pre_commit::by_hand),
            HookManager::Lefthook => self.in_file(checks, lefthook::add, lefthook::by_hand),
            HookManager::Husky => husky::install(&self.path, checks),
        }
    }

    /// Takes our entries out of the configuration again.
    pub(crate) fn uninstall(&self) -> Result<Vec<Planned>, InstallError> {
        match self.manager {
            HookManager::Husky => husky::uninstall(&self.path),
            _ => Ok(without(&self.path)?.into_iter().collect()),
        }
    }

    /// Whether a hook of git is the manager's.
    pub(crate) fn is_active(&self, hooks: &Path) -> bool {
        let of_manager = |check: &GitHook| wrote(self.manager, &hooks.join(check.name()));
        GitHook::WORK.iter().any(of_manager)
    }

    /// Whether every hook of git for these checks is the manager's.
    pub(crate) fn has_all(&self, hooks: &Path, checks: &[GitHook]) -> bool {
        let mut checks = checks.iter();
        checks.all(|check| wrote(self.manager, &hooks.join(check.name())))
    }

    /// Whether the configuration has an entry for this check.
    pub(crate) fn covers(&self, check: GitHook) -> bool {
        let path = match self.manager {
            HookManager::Husky => self.path.join(check.name()),
            _ => self.path.clone(),
        };
        fs::read_to_string(path).is_ok_and(|text| self.has(&text, check))
    }

    /// Whether the entry for this check brings a onehead of its own: it is that of a hook repository.
    pub(crate) fn brings_onehead(&self, check: GitHook) -> bool {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        self.manager == HookManager::PreCommit
            && !calls(&text, check)
            && pre_commit::names(&text, check)
    }

    fn has(&self, text: &str, check: GitHook) -> bool {
        let named = self.manager == HookManager::PreCommit && pre_commit::names(text, check);
        named || calls(text, check)
    }

    fn in_file(
        &self,
        checks: &[GitHook],
        add: impl Fn(&str, &[GitHook]) -> Result<String, String>,
        by_hand: impl Fn(&[GitHook], &Path) -> String,
    ) -> Result<Vec<Planned>, InstallError> {
        let path = &self.path;
        let text = read(path)?;
        let planned = |says: &str, steps| {
            Ok(vec![Planned {
                name: file_name(path),
                says: says.to_owned(),
                steps,
            }])
        };
        let lacks = |text: &str| -> Vec<GitHook> {
            let lacks = |check: &GitHook| !self.has(text, *check);
            checks.iter().copied().filter(lacks).collect()
        };
        if lacks(&text).is_empty() {
            return planned("has the entry already", Vec::new());
        }
        let base = block::remove(&text);
        let rest = base.as_deref().unwrap_or(&text);
        let missing = lacks(rest);
        let says = if base.is_some() {
            "gets a new entry"
        } else {
            "gets an entry"
        };
        let is_yaml = path
            .extension()
            .is_some_and(|ext| ext == "yaml" || ext == "yml");
        let added = if is_yaml {
            add(rest, &missing)
        } else {
            Err("onehead changes YAML only".to_owned())
        };
        let added = added.map_err(|why| InstallError::ByHand {
            path: path.clone(),
            why,
            text: by_hand(&missing, path),
        })?;
        planned(says, vec![write(path, added)])
    }
}
