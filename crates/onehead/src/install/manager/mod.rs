//! Programs that manage the hooks of a repository. Where one is used, onehead is an entry in its
//! configuration and leaves the hooks folder to it.

mod husky;
mod lefthook;
mod pre_commit;
pub(crate) mod yaml;

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::InstallError;
use super::block;
use super::git_hook::GitHook;
use super::plain::Planned;
use super::script::is_ours;
use super::steps::Step;

/// Which program manages the hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Manager {
    /// None: git's own hooks
    None,
    /// pre-commit or prek: .pre-commit-config.yaml
    PreCommit,
    /// lefthook.yml
    Lefthook,
    /// The folder .husky
    Husky,
}

/// A manager, and where it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Managed {
    pub(crate) manager: Manager,
    /// The file, or the folder of husky.
    pub(crate) path: PathBuf,
}

/// Names of configuration files, the ones that can be added to first.
const PRE_COMMIT: &[&str] = &[
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    "prek.toml",
];
const LEFTHOOK: &[&str] = &[
    "lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yml",
    ".lefthook.yaml",
    ".config/lefthook.yml",
    ".config/lefthook.yaml",
    "lefthook.toml",
    ".lefthook.toml",
    "lefthook.json",
    ".lefthook.json",
];
const HUSKY: &[&str] = &[".husky"];

impl Manager {
    const ALL: &[Self] = &[Self::PreCommit, Self::Lefthook, Self::Husky];

    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "git",
            Self::PreCommit => "pre-commit",
            Self::Lefthook => "lefthook",
            Self::Husky => "husky",
        }
    }

    /// What puts the manager itself into the hooks folder.
    pub(crate) fn activate(self) -> &'static str {
        match self {
            Self::None => "onehead install-hooks",
            Self::PreCommit => {
                "pre-commit install -t pre-commit -t pre-merge-commit -t pre-push -t post-merge -t post-rewrite"
            }
            Self::Lefthook => "lefthook install",
            Self::Husky => "npx husky",
        }
    }

    /// Whether this hook is the manager's, to go by its words.
    pub(crate) fn wrote(self, hook: &Path) -> bool {
        let Ok(bytes) = fs::read(hook) else {
            return false;
        };
        let text = String::from_utf8_lossy(&bytes);
        let signs: &[&str] = match self {
            Self::None => &[],
            Self::PreCommit => &["pre-commit.com", "pre_commit", "prek"],
            Self::Lefthook => &["lefthook"],
            Self::Husky => &["husky", "/h\""],
        };
        !is_ours(&bytes) && signs.iter().any(|sign| text.contains(sign))
    }

    fn files(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::PreCommit => PRE_COMMIT,
            Self::Lefthook => LEFTHOOK,
            Self::Husky => HUSKY,
        }
    }

    /// Where it is configured in this working tree.
    pub(crate) fn find(self, root: &Path) -> Option<Managed> {
        let path = self
            .files()
            .iter()
            .map(|name| root.join(name))
            .find(|path| path.exists())?;
        Some(Managed {
            manager: self,
            path,
        })
    }

    /// Every manager that is configured in this working tree.
    pub(crate) fn all(root: &Path) -> Vec<Managed> {
        let found = Self::ALL.iter().filter_map(|manager| manager.find(root));
        found.collect()
    }
}

impl Managed {
    /// Entries for these doors in the configuration.
    pub(crate) fn install(&self, doors: &[GitHook]) -> Result<Vec<Planned>, InstallError> {
        match self.manager {
            Manager::None => Ok(Vec::new()),
            Manager::PreCommit => self.in_file(doors, pre_commit::add, pre_commit::by_hand),
            Manager::Lefthook => self.in_file(doors, lefthook::add, lefthook::by_hand),
            Manager::Husky => husky::install(&self.path, doors),
        }
    }

    /// Takes our entries out of the configuration again.
    pub(crate) fn uninstall(&self) -> Result<Vec<Planned>, InstallError> {
        match self.manager {
            Manager::Husky => husky::uninstall(&self.path),
            _ => Ok(without(&self.path)?.into_iter().collect()),
        }
    }

    /// Whether a hook of git is the manager's.
    pub(crate) fn is_active(&self, hooks: &Path) -> bool {
        let of_manager = |door: &GitHook| self.manager.wrote(&hooks.join(door.name()));
        GitHook::WORK.iter().any(of_manager)
    }

    /// Whether the configuration has an entry for this door.
    pub(crate) fn covers(&self, door: GitHook) -> bool {
        let path = match self.manager {
            Manager::Husky => self.path.join(door.name()),
            _ => self.path.clone(),
        };
        fs::read_to_string(path).is_ok_and(|text| self.has(&text, door))
    }

    /// Whether the entry for this door brings a onehead of its own: it is that of a hook repository.
    pub(crate) fn brings_onehead(&self, door: GitHook) -> bool {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        self.manager == Manager::PreCommit && !calls(&text, door) && pre_commit::names(&text, door)
    }

    fn has(&self, text: &str, door: GitHook) -> bool {
        let named = self.manager == Manager::PreCommit && pre_commit::names(text, door);
        named || calls(text, door)
    }

    fn in_file(
        &self,
        doors: &[GitHook],
        add: impl Fn(&str, &[GitHook]) -> Result<String, String>,
        by_hand: impl Fn(&[GitHook]) -> String,
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
            let lacks = |door: &GitHook| !self.has(text, *door);
            doors.iter().copied().filter(lacks).collect()
        };
        if lacks(&text).is_empty() {
            return planned("has the entry already", Vec::new());
        }
        let base = block::remove(&text);
        let rest = base.as_deref().unwrap_or(&text);
        let missing = lacks(rest);
        let says = if base.is_some() {
            "gets the entry anew"
        } else {
            "gets an entry"
        };
        let is_yaml = path
            .extension()
            .is_some_and(|ext| ext == "yaml" || ext == "yml");
        let added = if is_yaml {
            add(rest, &missing)
        } else {
            Err("only YAML can be added to without changing the rest".to_owned())
        };
        let added = added.map_err(|why| InstallError::ByHand {
            path: path.clone(),
            why,
            text: by_hand(&missing),
        })?;
        planned(says, vec![write(path, added)])
    }
}

/// Our lines out of one file.
fn without(path: &Path) -> Result<Option<Planned>, InstallError> {
    let Some(text) = block::remove(&read(path)?) else {
        return Ok(None);
    };
    Ok(Some(Planned {
        name: file_name(path),
        says: "has no entry of onehead any more".into(),
        steps: vec![write(path, text)],
    }))
}

/// Writes through a symbolic link, not over it.
fn write(path: &Path, text: String) -> Step {
    Step::Write {
        path: fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
        bytes: text.into_bytes(),
        executable: false,
    }
}

fn read(path: &Path) -> Result<String, InstallError> {
    fs::read_to_string(path).map_err(|source| InstallError::Read {
        path: path.to_owned(),
        source,
    })
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Whether a line that is no comment calls onehead for this door, ours or not.
pub(crate) fn calls(text: &str, door: GitHook) -> bool {
    let call = format!("onehead hook {}", door.name());
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    lines
        .filter_map(|line| line.split_once(&call))
        .any(|(_, rest)| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'))
}
