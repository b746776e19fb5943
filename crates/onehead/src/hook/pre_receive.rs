//! On a server, before any ref moves: the pushed objects are in quarantine, and the environment that
//! git hands over leads to them.

use onehead_configuration::TargetSetting;
use onehead_git::{Connection, Oid, RefName};
use onehead_model::{Exit, stdio};
use onehead_scan::{SourceSpec, settings_in};

use super::pushed::{PushedCommit, examine};
use crate::context::Context;
use crate::error::Answered;
use crate::failure::{Failure, Kind};
use onehead_forecast::{Proposed, Target, TargetError, Targets};

pub(super) fn run(context: &Context<'_>) -> Answered<Exit> {
    let repository = context.repository()?;
    let text = stdio::read_text()?;
    let mut exit = Exit::Clean;
    for line in text.lines() {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let parsed = match words[..] {
            [old, new, name] => Oid::new(old).zip(Oid::new(new)).map(|oids| (oids, name)),
            _ => None,
        };
        let Some(((old, new), name)) = parsed else {
            let text = format!("stdin line `{line}` is not `<old> <new> <ref>`");
            let failure = Failure::new(Kind::User, text);
            return Err(failure
                .hint("git's pre-receive hook calls this command")
                .into());
        };
        if new.is_zero() || !name.starts_with("refs/heads/") {
            continue;
        }
        let Some(commit) = repository.commit(&new)? else {
            continue;
        };
        let source = SourceSpec::Commit(commit.to_string());
        let setting = settings_in(&repository, &source)?.target;
        let target = match setting.list() {
            [] => target(&repository, setting.single())?,
            _ => target_of(&repository, &setting, &commit, name)?,
        };
        let is_target = is_listed(&setting, name)
            || target
                .as_ref()
                .is_some_and(|target| target.full_name.as_deref() == Some(name));
        let old = if old.is_zero() {
            None
        } else {
            repository.commit(&old)?
        };
        let pushed = PushedCommit {
            commit: &commit,
            old: old.as_ref(),
            target: target.as_ref(),
            forecast: !is_target,
            published: old.as_ref().filter(|_| is_target),
            in_full: false,
        };
        let Some(verdict) = examine(context, &repository, &pushed, &mut false)? else {
            continue;
        };
        if !verdict.ok || verdict.has_lowered() {
            stdio::say(&onehead_report::check::verdict(&verdict));
        }
        if !verdict.ok {
            stdio::say(&format!("push of {name} refused"));
            stdio::say(match verdict.exit() {
                Exit::CouldNotRun => {
                    "next: an administrator has to complete the history of the repository on the server, then push again"
                }
                Exit::Clean | Exit::Findings => {
                    "next: run `onehead auto-merge` in your clone, or fix the other findings there, then push again"
                }
            });
            exit = exit.and(verdict.exit());
        }
    }
    Ok(exit)
}

/// The branch that the settings of the pushed commit name, as it is called here; else the one that HEAD
/// stands for. A server has no `origin/main`, only `main`.
fn target(
    repository: &Connection,
    setting: Option<&str>,
) -> Result<Option<Target>, Box<dyn std::error::Error>> {
    if let Some(name) = setting {
        let branch = name.strip_prefix("refs/remotes/").unwrap_or(name);
        let there = branch.split_once('/').map_or(branch, |(_, branch)| branch);
        for full in [
            name.to_owned(),
            format!("refs/heads/{name}"),
            format!("refs/heads/{there}"),
        ] {
            if full.starts_with("refs/")
                && let Some(target) = Target::named(repository, &full)?
            {
                return Ok(Some(target));
            }
        }
    }
    match repository.symbolic_ref(&RefName::head())? {
        Some(full) => Ok(Target::named(repository, &full)?),
        None => Ok(None),
    }
}

/// The branch of a list that a pushed branch is merged into, or is itself; where the server has none of them, the one that
/// HEAD stands for.
fn target_of(
    repository: &Connection,
    setting: &TargetSetting,
    commit: &Oid,
    name: &str,
) -> Result<Option<Target>, Box<dyn std::error::Error>> {
    let proposed = Proposed {
        commit: commit.clone(),
        branch: RefName::new(name),
    };
    match Targets::listed(repository, setting) {
        Ok(targets) => Ok(Some(targets.of(repository, &proposed)?)),
        // As with a single name that is not here.
        Err(TargetError::Unknown(_) | TargetError::NoneMatches(_)) => target(repository, None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a list names a branch, which may be new.
fn is_listed(setting: &TargetSetting, name: &str) -> bool {
    let branch = name.strip_prefix("refs/heads/");
    branch.is_some_and(|branch| setting.lists(branch) || setting.lists(&format!("origin/{branch}")))
}
