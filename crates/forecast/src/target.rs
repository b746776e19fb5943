//! The target: the branch that work is merged into.

use onehead_git::{Connection, GitError, Oid, Ref, RefName};
use onehead_model::ChosenTarget;
use onehead_model::escape::for_terminal;

/// A target that git knows.
#[derive(Debug, Clone)]
pub struct Target {
    /// What people call it: `origin/main`.
    pub name: String,
    /// Its commit.
    pub oid: Oid,
    /// The full name of the ref, if it is one.
    pub full_name: Option<RefName>,
    /// How it was found, where the settings list several.
    pub chosen: Option<ChosenTarget>,
}

/// Why there is no target.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Nothing names one, and no remote has a default branch here.
    #[error("no target branch found")]
    NoneFound,
    /// The name stands for no commit.
    #[error("target `{}` not found", for_terminal(.0))]
    Unknown(String),
    /// The settings list only globs, and no branch matches.
    #[error("no branch matches `target` of the settings ({})", listed(.0))]
    NoneMatches(Vec<String>),
    /// The settings list several, and history that would tell which is meant was cut off.
    #[error("this clone is shallow, so it is not known which of {} this is merged into", listed(.0))]
    CutOff(Vec<String>),
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// Branches that a remote without `HEAD` may have as its default.
const USUAL: [&str; 3] = ["main", "master", "trunk"];

impl Target {
    /// The default branch of the remote. `Ok(None)` if nothing tells.
    pub(crate) fn of_remote(repository: &Connection) -> Result<Option<Self>, GitError> {
        if let Some(target) = Self::default_of(repository, "origin")? {
            return Ok(Some(target));
        }
        match repository.upstream_remote()? {
            Some(remote) => Self::default_of(repository, &remote),
            None => Ok(None),
        }
    }

    /// What a remote calls its default, or else one of the usual names.
    fn default_of(repository: &Connection, remote: &str) -> Result<Option<Self>, GitError> {
        if let Some(head) = RefName::new(&format!("refs/remotes/{remote}/HEAD"))
            && let Some(full) = repository.symbolic_ref(&head)?
            && let Some(target) = Self::named(repository, &full)?
        {
            return Ok(Some(target));
        }
        for branch in USUAL {
            if let Some(target) =
                Self::named(repository, &format!("refs/remotes/{remote}/{branch}"))?
            {
                return Ok(Some(target));
            }
        }
        Ok(None)
    }

    /// The target of that name; `Ok(None)` if git does not know it.
    ///
    /// # Errors
    /// git failed, or the ref is there and its commit is not.
    pub fn named(repository: &Connection, name: &str) -> Result<Option<Self>, GitError> {
        let Some(oid) = repository.commit(name)? else {
            return match ref_without_commit(repository, name)? {
                Some(object) => Err(GitError::MissingObject {
                    object,
                    needed_for: "find the target",
                }),
                None => Ok(None),
            };
        };
        let full_name = repository.full_name(name)?;
        let full = full_name.clone().or_else(|| RefName::new(name));
        Ok(Some(Self {
            name: full.as_ref().map_or(name, RefName::short).to_owned(),
            oid,
            full_name,
            chosen: None,
        }))
    }

    pub(crate) fn of_ref(one: &Ref) -> Self {
        Self {
            name: one.name.short().to_owned(),
            oid: one.commit.clone(),
            full_name: Some(one.name.clone()),
            chosen: None,
        }
    }

    /// The branch as the remote calls it: `main` for `origin/main`.
    #[must_use]
    pub fn branch(&self) -> &str {
        self.remote_branch()
            .map_or(&self.name, |(_, branch)| branch)
    }

    /// Whether every clone finds it without being told: `origin/HEAD` is set in some clones and not in others.
    ///
    /// # Errors
    /// git failed.
    pub fn is_found_by_every_clone(&self, repository: &Connection) -> Result<bool, GitError> {
        for branch in USUAL {
            let usual = format!("refs/remotes/origin/{branch}");
            if repository.commit(&usual)?.is_some() {
                return Ok(self.full_name.as_deref() == Some(&usual));
            }
        }
        Ok(false)
    }

    /// The remote and the branch there, if the target is a remote-tracking branch.
    #[must_use]
    pub fn remote_branch(&self) -> Option<(&str, &str)> {
        self.full_name
            .as_deref()?
            .strip_prefix("refs/remotes/")?
            .split_once('/')
    }
}

/// The ref that a name stands for, if there is one; `HEAD` of a repository without commits stands for none.
fn ref_without_commit(repository: &Connection, name: &str) -> Result<Option<String>, GitError> {
    let Some(full) = repository.full_name(name)? else {
        return Ok(None);
    };
    let itself = repository.full_name(&full)?;
    Ok(itself.map(|full| full.to_string()))
}

fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
