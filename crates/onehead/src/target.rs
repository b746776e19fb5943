//! The target branch, as it was asked for, and what to do where there is none.

use std::error::Error;

use onehead_forecast::{Analysis, Target, TargetError, missing_objects};
use onehead_git::Connection;
use onehead_model::{stdio, words};

/// The target that was asked for, fetched if that was asked for too; else with a note if it may be
/// stale.
pub(crate) fn wanted(
    repository: &Connection,
    named: Option<&str>,
    setting: Option<&str>,
    fetch: bool,
) -> Result<Target, Box<dyn Error>> {
    let find = || {
        Target::find(repository, named, setting)
            .and_then(|target| target.ok_or(TargetError::NoneFound))
            .map_err(Box::from)
    };
    let target = find()?;
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

/// The repository once a partial clone has what a forecast reads of the target: fetched with one request, and whatever
/// else a merge takes when git asks for it. A complete clone is given back as it is.
pub(crate) fn with_objects(
    repository: &Connection,
    target: &Target,
    here: &Analysis,
) -> Result<Connection, Box<dyn Error>> {
    let remote = target
        .remote_branch()
        .map_or("origin", |(remote, _)| remote);
    if !repository.is_partial(remote)? {
        return Ok(repository.clone());
    }
    let missing = missing_objects(repository, &target.oid, here)?;
    repository.fetch_objects(remote, &missing)?;
    Ok(repository.fetching())
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
