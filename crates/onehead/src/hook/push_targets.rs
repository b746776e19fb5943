//! The target of each ref that is pushed, and whether the ref is a target itself.

use onehead_configuration::Settings;
use onehead_forecast::{Proposed, Target, TargetError, Targets};
use onehead_git::{Connection, GitError, Oid, RefName};

use super::pushes::Push;
use crate::error::words;
use crate::hints::SAY_THE_TARGET;

/// The remote that is pushed to, as git names it.
pub(super) struct PushedTo<'a> {
    /// Its name; its address if it has none.
    pub(super) remote: Option<&'a str>,
    pub(super) url: Option<&'a str>,
}

/// Where pushes are merged. Without a target the pushed commits are checked all the same; why there is none is said once.
pub(super) enum PushTargets {
    One(Box<Result<Target, String>>),
    Several(Targets),
}

impl PushTargets {
    /// # Errors
    /// git failed, so nothing tells whether there is a target.
    pub(super) fn of(repository: &Connection, settings: &Settings) -> Result<Self, GitError> {
        let setting = &settings.target;
        let found = match setting.list() {
            [] => Target::find(repository, None, setting, None)
                .and_then(|target| target.ok_or(TargetError::NoneFound)),
            _ => match Targets::listed(repository, setting) {
                Ok(targets) => return Ok(Self::Several(targets)),
                Err(error) => Err(error),
            },
        };
        or_why(found).map(|found| Self::One(Box::new(found)))
    }

    /// Where a push is merged, or what it is pushed to where that is a target itself.
    pub(super) fn target(
        &self,
        repository: &Connection,
        push: &Push,
        commit: &Oid,
    ) -> Result<Result<Target, String>, GitError> {
        let targets = match self {
            Self::One(found) => return Ok((**found).clone()),
            Self::Several(targets) => targets,
        };
        if let Some(itself) = targets.that_is(&push.remote_ref) {
            return Ok(Ok(itself.clone()));
        }
        let branch = match RefName::new(&push.local_ref) {
            Some(head) if head == RefName::head() => repository.symbolic_ref(&head)?,
            branch => branch,
        };
        let proposed = Proposed {
            commit: commit.clone(),
            branch,
        };
        or_why(targets.of(repository, &proposed))
    }
}

/// The target, or why there is none, in words.
fn or_why(found: Result<Target, TargetError>) -> Result<Result<Target, String>, GitError> {
    let error = match found {
        Ok(target) => return Ok(Ok(target)),
        Err(TargetError::Git(error)) => return Err(error),
        Err(error) => error,
    };
    Ok(Err(match error {
        TargetError::NoneFound => {
            format!("no forecast of the merge: {error}\nhint: {SAY_THE_TARGET}")
        }
        error => format!("no forecast of the merge: {}", words(&error)),
    }))
}

/// Whether the pushed commit becomes the target itself.
pub(super) fn is_target(
    repository: &Connection,
    to: &PushedTo<'_>,
    push: &Push,
    target: Option<&Target>,
    settings: &Settings,
) -> Result<bool, Box<dyn std::error::Error>> {
    let Some(branch) = push.remote_ref.branch() else {
        return Ok(false);
    };
    let setting = &settings.target;
    // A branch that a glob names may be new.
    let listed = setting.lists(branch).then(|| {
        let remote = target.and_then(|target| Some(target.remote_branch()?.0));
        RefName::new(&format!(
            "refs/remotes/{}/{branch}",
            remote.unwrap_or("origin")
        ))
    });
    let full = match setting.list() {
        [] => target
            .and_then(|target| target.full_name.clone())
            .or_else(|| {
                let name = setting.single()?;
                RefName::new(&format!("refs/remotes/{name}"))
            }),
        _ => listed.flatten().or_else(|| {
            let full = target.and_then(|target| target.full_name.clone());
            full.filter(|full| full.ends_with(&format!("/{branch}")))
        }),
    };
    let Some(full) = full else { return Ok(false) };
    if full == push.remote_ref {
        return Ok(true);
    }
    let name = full.strip_prefix("refs/remotes/");
    let Some(remote) = name
        .and_then(|name| name.strip_suffix(branch))
        .and_then(|remote| remote.strip_suffix('/'))
    else {
        return Ok(false);
    };
    if to.remote.is_none_or(|given| given == remote) {
        return Ok(true);
    }
    // Pushed to the address instead of the name.
    for key in ["pushurl", "url"] {
        let url = repository.config(&format!("remote.{remote}.{key}"))?;
        if url.is_some() && url.as_deref() == to.url {
            return Ok(true);
        }
    }
    Ok(false)
}
