//! The target: the branch that work lands on.

use onehead_git::{Connection, GitError, Ref};
use onehead_model::stdio;

/// A target that git knows.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// What people call it: `origin/main`.
    pub(crate) name: String,
    /// Its commit.
    pub(crate) oid: String,
    /// The full name of the ref, if it is one.
    pub(crate) full_name: Option<String>,
}

/// Why there is no target.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TargetError {
    #[error(
        "no target branch found\nhint: name one with --target or `target = \"origin/main\"` in onehead.toml, or run `git remote set-head origin --auto`"
    )]
    NoneFound,
    #[error(
        "git knows no commit `{0}` to land on\nhint: `git fetch` brings remote branches; `git branch --all` lists what is here"
    )]
    Unknown(String),
    #[error(transparent)]
    Git(#[from] GitError),
}

/// Branches that a remote without `HEAD` may have as its default.
const USUAL: [&str; 3] = ["main", "master", "trunk"];

impl Target {
    /// The target that was named, or that the settings name; else what the remote calls its default.
    /// `Ok(None)` if nothing tells.
    pub(crate) fn find(
        repository: &Connection,
        named: Option<&str>,
        setting: Option<&str>,
    ) -> Result<Option<Self>, TargetError> {
        if let Some(name) = named.or(setting) {
            return Self::named(repository, name)?
                .map(Some)
                .ok_or_else(|| TargetError::Unknown(name.to_owned()));
        }
        let remotes = std::iter::once("origin".to_owned()).chain(repository.upstream_remote()?);
        for remote in remotes {
            if let Some(full) = repository.symbolic_ref(&format!("refs/remotes/{remote}/HEAD"))?
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
        }
        Ok(None)
    }

    /// The target of that name; `Ok(None)` if git does not know it.
    pub(crate) fn named(repository: &Connection, name: &str) -> Result<Option<Self>, GitError> {
        let Some(oid) = repository.commit(name)? else {
            return Ok(None);
        };
        let full_name = repository.full_name(name)?;
        let short = full_name.as_deref().unwrap_or(name);
        let name = Ref {
            name: short.to_owned(),
            commit: oid.clone(),
        };
        Ok(Some(Self {
            name: name.short_name().to_owned(),
            oid,
            full_name,
        }))
    }

    /// The branch as the remote calls it: `main` for `origin/main`.
    pub(crate) fn branch(&self) -> &str {
        self.remote_branch()
            .map_or(&self.name, |(_, branch)| branch)
    }

    /// Whether every clone finds it without being told: `origin/HEAD` is set in some clones and not in others.
    pub(crate) fn is_found_by_everybody(&self, repository: &Connection) -> Result<bool, GitError> {
        for branch in USUAL {
            let usual = format!("refs/remotes/origin/{branch}");
            if repository.commit(&usual)?.is_some() {
                return Ok(self.full_name.as_deref() == Some(&usual));
            }
        }
        Ok(false)
    }

    /// The remote and the branch there, if the target is a remote-tracking branch.
    pub(crate) fn remote_branch(&self) -> Option<(&str, &str)> {
        self.full_name
            .as_deref()?
            .strip_prefix("refs/remotes/")?
            .split_once('/')
    }
}

/// The target that somebody asked for, fetched if they asked for that too; else with a note if it may be
/// stale.
pub(crate) fn wanted(
    repository: &Connection,
    named: Option<&str>,
    setting: Option<&str>,
    fetch: bool,
) -> Result<Target, Box<dyn std::error::Error>> {
    let find = || Target::find(repository, named, setting);
    let target = find()?.ok_or(TargetError::NoneFound)?;
    match target.remote_branch() {
        Some((remote, branch)) if fetch => {
            repository.fetch(&[remote, branch])?;
            return Ok(find()?.ok_or(TargetError::NoneFound)?);
        }
        Some(_) => {
            if let Some(age) = stale(repository) {
                stdio::say(&format!(
                    "note: {} was last fetched {age} ago; --fetch brings what is new",
                    target.name
                ));
            }
        }
        None => {}
    }
    Ok(target)
}

/// How long ago anything was fetched, in words, if that is more than a day.
pub(crate) fn stale(repository: &Connection) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the age of a fetch is said to people, never decided on"
    )]
    let now = std::time::SystemTime::now();
    let days = now.duration_since(repository.last_fetch()?).ok()?.as_secs() / (24 * 60 * 60);
    match days {
        0 => None,
        1 => Some("a day".into()),
        days => Some(format!("{days} days")),
    }
}
