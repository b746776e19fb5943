//! The target branch, as it was asked for, and what to do where there is none.

use std::error::Error;

use onehead_configuration::{TargetEntry, TargetSetting};
use onehead_forecast::{Target, TargetError};
use onehead_git::Connection;
use onehead_model::{stdio, words};

/// The target that was asked for, fetched if that was asked for too; else with a note if it may be
/// stale.
pub(crate) fn wanted(
    repository: &Connection,
    named: Option<&str>,
    setting: &TargetSetting,
    fetch: bool,
) -> Result<Target, Box<dyn Error>> {
    let find = || {
        Target::find(repository, named, setting, None)
            .and_then(|target| target.ok_or(TargetError::NoneFound))
            .map_err(Box::from)
    };
    let target = match find() {
        Err(_) if fetch && !setting.list().is_empty() && named.is_none() => {
            fetch_listed(repository, setting)?;
            return find();
        }
        Err(error) if fetch => {
            // Nothing here knows it: the remote may.
            let Some(name) = (match named.or(setting.single()) {
                Some(name) => Some(name.to_owned()),
                None => default_name(repository)?,
            }) else {
                return Err(error);
            };
            self::fetch(repository, &name)?;
            return Target::find(repository, Some(&name), setting, None)
                .and_then(|target| target.ok_or(TargetError::NoneFound))
                .map_err(Box::from);
        }
        found => found?,
    };
    match target.remote_branch() {
        Some((remote, branch)) if fetch => {
            repository.fetch(&[remote, branch])?;
            return find();
        }
        Some(_) => {
            if let Some(age) = stale(repository) {
                stdio::say(&format!(
                    "note: {} was last fetched {age} ago; add `--fetch` to update it",
                    target.name
                ));
            }
        }
        None => {}
    }
    Ok(target)
}

/// The name of the target that neither a person nor the settings name: that of this clone, else the default branch of
/// the remote, which is asked for it.
pub(crate) fn default_name(repository: &Connection) -> Result<Option<String>, Box<dyn Error>> {
    if let Some(target) = Target::find(repository, None, &TargetSetting::default(), None)? {
        return Ok(Some(target.name));
    }
    if repository.config("remote.origin.url")?.is_none() {
        return Ok(None);
    }
    let branch = repository.default_branch_at("origin")?;
    Ok(branch.map(|branch| format!("origin/{branch}")))
}

/// Fetches what a list of targets names, all branches of the remote where it has globs; in a shallow clone the whole
/// history, since only that tells which of them is meant.
pub(crate) fn fetch_listed(
    repository: &Connection,
    setting: &TargetSetting,
) -> Result<(), Box<dyn Error>> {
    let remote = "origin";
    if repository.config("remote.origin.url")?.is_none() {
        return Ok(());
    }
    let mut arguments = vec!["--no-tags".to_owned()];
    if repository.is_shallow()? {
        arguments.push("--unshallow".into());
    }
    arguments.push(remote.into());
    let refspec = |branch: &str| format!("+refs/heads/{branch}:refs/remotes/{remote}/{branch}");
    if setting.list().iter().any(TargetEntry::is_glob) {
        arguments.push(refspec("*"));
    } else {
        let names = setting.list().iter().map(TargetEntry::text);
        let own = |name: &str| refspec(name.strip_prefix("origin/").unwrap_or(name));
        arguments.extend(names.map(own));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Ok(repository.fetch(&arguments)?)
}

/// Fetches the target, where it is a branch of a remote. In a shallow clone only its last commit.
pub(crate) fn fetch(repository: &Connection, name: &str) -> Result<(), Box<dyn Error>> {
    let name = name.strip_prefix("refs/remotes/").unwrap_or(name);
    let Some((remote, branch)) = name.split_once('/') else {
        return Ok(());
    };
    if repository
        .config(&format!("remote.{remote}.url"))?
        .is_none()
    {
        return Ok(());
    }
    let refspec = format!("+refs/heads/{branch}:refs/remotes/{remote}/{branch}");
    let mut arguments = vec!["--no-tags"];
    if repository.is_shallow()? {
        arguments.push("--depth=1");
    }
    arguments.extend([remote, &refspec]);
    Ok(repository.fetch(&arguments)?)
}

const DAY: u64 = 24 * 60 * 60;

/// How long ago anything was fetched, in words, if that is more than a day.
pub(crate) fn stale(repository: &Connection) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the age of a fetch is said to people, never decided on"
    )]
    let now = std::time::SystemTime::now();
    let days = now.duration_since(repository.last_fetch()?).ok()?.as_secs() / DAY;
    (days > 0).then(|| words::duration(days * DAY))
}

/// Says why nothing is inherited from a state.
pub(crate) fn say_that_all_counts(name: &str, why: &(dyn std::error::Error + 'static)) {
    stdio::say(&format!(
        "note: what {name} has already counts as well: {}",
        crate::error::words(why)
    ));
}
