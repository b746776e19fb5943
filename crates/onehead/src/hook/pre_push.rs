//! Before a push: each pushed commit, the forecast of its merge into the target, then the project's own test.
//!
//! Cherry-picks, `am`, fast-forwards and rebases run no hook that could refuse, so this one is complete by
//! itself.

use std::collections::HashMap;
use std::io::{self, IsTerminal};
use std::process::Command;

use clap::Args;
use onehead_git::{Connection, GitError, LOCAL_VARIABLES, Oid, RefName};
use onehead_model::{Exit, stdio};
use onehead_scan::{Settings, SourceSpec, settings};
use xshell::Shell;

use super::pushed::{PushedCommit, examine_with_objects};
use crate::auto_merge;
use crate::context::{Context, Place};
use crate::error::{Answered, words};
use crate::failure::{Failure, Kind};
use crate::hints::SAY_THE_TARGET;
use crate::hook_env;
use onehead_forecast::{Target, TargetError};

/// What git hands to the hook.
#[derive(Debug, Clone, Args)]
pub struct PrePushArgs {
    #[command(flatten)]
    pub(super) place: Place,

    /// The name of the remote; its URL if it has none
    remote: Option<String>,

    /// The URL of the remote
    url: Option<String>,
}

impl PrePushArgs {
    /// pre-commit hands over in variables what git hands over as arguments. lefthook leaves its `{1}` as it is where no
    /// push is made.
    fn or_from_pre_commit(mut self) -> Self {
        let is_given = |word: &String| !matches!(word.as_str(), "" | "{1}" | "{2}");
        self.remote = self.remote.filter(is_given);
        self.url = self.url.filter(is_given);
        if self.remote.is_none() {
            (self.remote, self.url) = hook_env::remote_from_pre_commit();
        }
        self
    }
}

/// `<local ref> <local oid> <remote ref> <remote oid>`
struct Push {
    local_ref: String,
    local: Oid,
    remote_ref: RefName,
    remote: Oid,
}

pub(super) fn run(context: &Context<'_>, args: &PrePushArgs) -> Answered<Exit> {
    let repository = context.repository()?;
    let args = &args.clone().or_from_pre_commit();
    let mut text = String::new();
    if !io::stdin().is_terminal() {
        text = stdio::read_text()?;
    }
    if text.is_empty() {
        text = hook_env::pre_push_lines_from_pre_commit().unwrap_or_default();
    }
    // git names the remote even where it has nothing to push.
    let by_hand = text.is_empty() && args.remote.is_none();
    let pushes = if by_hand {
        would_be_pushed(&repository)?
    } else {
        text.lines().map(parse).collect::<Result<_, _>>()?
    };
    let updates: Vec<&Push> = pushes.iter().filter(|push| !push.local.is_zero()).collect();
    let Some(first) = updates.first() else {
        return Ok(Exit::Clean);
    };
    let settings = settings_here(context, &repository, &first.local)?;
    let target = target(&repository, &settings)?;
    let mut said = false;
    let mut may_fetch = settings.hooks.may_fetch();
    let mut exits: HashMap<(Oid, bool), Exit> = HashMap::new();
    let mut forked = Vec::new();
    for push in &updates {
        let Some(commit) = repository.commit(&push.local)? else {
            if let [missing, ..] = &repository.missing(std::slice::from_ref(&push.local))?[..] {
                let text = format!("the object {missing} of {} is missing", push.local_ref);
                return Err(Failure::new(Kind::Repository, text)
                    .hint("run `git fsck`, and fetch what it names")
                    .into());
            }
            // A tag of something that is no commit.
            continue;
        };
        let forecast = !push.remote_ref.starts_with("refs/tags/")
            && !is_target(&repository, args, push, target.as_ref().ok(), &settings)?;
        let asked = (commit.clone(), forecast);
        if !exits.contains_key(&asked) {
            let old = if push.remote.is_zero() {
                None
            } else {
                repository.commit(&push.remote)?
            };
            let pushed = PushedCommit {
                commit: &commit,
                old: old.as_ref(),
                target: target.as_ref().ok(),
                forecast,
                in_full: by_hand,
            };
            // That nothing in it matters holds for this ref only: another one may lack more.
            let Some(verdict) =
                examine_with_objects(context, &repository, &pushed, &mut may_fetch)?
            else {
                continue;
            };
            if let (Err(why), true, false) = (&target, forecast, said) {
                stdio::say(&format!("note: {why}"));
                said = true;
            }
            if !verdict.ok {
                stdio::say(&onehead_report::check::verdict(&verdict));
            }
            if verdict.environments.iter().any(|one| !one.is_ok()) {
                forked.push(commit.clone());
            }
            exits.insert(asked.clone(), verdict.exit());
        }
        if exits[&asked] != Exit::Clean {
            let remote = args.remote.as_deref().unwrap_or("the remote");
            stdio::say(&format!(
                "push of {} to {} at {remote} refused",
                push.local_ref, push.remote_ref
            ));
        }
    }
    match exits.into_values().max() {
        None | Some(Exit::Clean) => test(&repository, &settings),
        Some(exit) => {
            if exit == Exit::CouldNotRun {
                stdio::say("next: follow the hint where a merge is unknown, then push again");
            }
            offer(context, &repository, &forked)?;
            Ok(exit)
        }
    }
}

/// From the right, since the local name is whatever was typed, spaces included.
fn parse(line: &str) -> Result<Push, Failure> {
    let mut words = line.rsplitn(4, ' ');
    let mut push = || {
        Some(Push {
            remote: Oid::new(words.next()?)?,
            remote_ref: RefName::new(words.next()?)?,
            local: Oid::new(words.next()?)?,
            local_ref: words.next()?.to_owned(),
        })
    };
    push().ok_or_else(|| {
        let text = format!(
            "stdin line `{line}` is not `<local ref> <local oid> <remote ref> <remote oid>`"
        );
        Failure::new(Kind::User, text).hint("git's pre-push hook calls this command")
    })
}

/// By hand or in CI git hands over no push: HEAD to where it would go.
fn would_be_pushed(repository: &Connection) -> Result<Vec<Push>, Box<dyn std::error::Error>> {
    let Some(local) = repository.commit("HEAD")? else {
        return Ok(Vec::new());
    };
    let local_ref = repository
        .symbolic_ref(&RefName::head())?
        .unwrap_or(RefName::head());
    // git fails where the branch follows none.
    let upstream = repository.commit("@{upstream}").ok().flatten();
    let merged = local_ref
        .branch()
        .map(|branch| repository.config(&format!("branch.{branch}.merge")))
        .transpose()?
        .flatten();
    let push = Push {
        remote_ref: merged
            .and_then(|name| RefName::new(&name))
            .unwrap_or_else(|| local_ref.clone()),
        remote: upstream.unwrap_or_else(|| Oid::zero(repository.object_format())),
        local_ref: local_ref.into(),
        local,
    };
    stdio::say(&format!(
        "note: git started no push, so this checks a push of {} to {}",
        push.local_ref, push.remote_ref
    ));
    Ok(vec![push])
}

/// The settings of what is checked out: the test that they name runs there.
fn settings_here(
    context: &Context<'_>,
    repository: &Connection,
    pushed: &Oid,
) -> Result<Settings, Box<dyn std::error::Error>> {
    let commit = match repository.commit("HEAD")? {
        Some(head) => head,
        None => match repository.commit(pushed)? {
            Some(commit) => commit,
            None => return Ok(Settings::default()),
        },
    };
    Ok(settings(
        &context.options(),
        &SourceSpec::Commit(commit.into()),
    )?)
}

/// Without a target the pushed commits are checked all the same; why there is none is said once.
///
/// # Errors
/// git failed, so nothing tells whether there is a target.
fn target(
    repository: &Connection,
    settings: &Settings,
) -> Result<Result<Target, String>, GitError> {
    let error = match Target::find(repository, None, settings.target.as_deref()) {
        Ok(Some(target)) => return Ok(Ok(target)),
        Ok(None) => TargetError::NoneFound,
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
fn is_target(
    repository: &Connection,
    args: &PrePushArgs,
    push: &Push,
    target: Option<&Target>,
    settings: &Settings,
) -> Result<bool, Box<dyn std::error::Error>> {
    let Some(branch) = push.remote_ref.branch() else {
        return Ok(false);
    };
    let full = target.and_then(|target| target.full_name.clone());
    let full = full.or_else(|| {
        settings
            .target
            .as_ref()
            .and_then(|name| RefName::new(&format!("refs/remotes/{name}")))
    });
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
    if args.remote.as_deref().is_none_or(|given| given == remote) {
        return Ok(true);
    }
    // Pushed to the address instead of the name.
    for key in ["pushurl", "url"] {
        let url = repository.config(&format!("remote.{remote}.{key}"))?;
        if url.is_some() && url == args.url {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The fix, where it is one answer away.
fn offer(
    context: &Context<'_>,
    repository: &Connection,
    forked: &[Oid],
) -> Result<(), Box<dyn std::error::Error>> {
    let command = context.command("auto-merge");
    let head = repository.commit("HEAD")?;
    if !head.is_some_and(|head| forked.contains(&head)) {
        if !forked.is_empty() {
            stdio::say(&format!(
                "next: check out the branch, run `{command}` to merge the heads, then push again"
            ));
        }
        return Ok(());
    }
    if auto_merge::offer(context)? {
        stdio::say("this push did not include it\nnext: push again");
    } else {
        stdio::say(&format!(
            "next: run `{command}` to write and commit the merge revision, then push again"
        ));
    }
    Ok(())
}

/// The project's own test, as if it had been started by hand at the root.
fn test(repository: &Connection, settings: &Settings) -> Answered<Exit> {
    let Some(test) = &settings.hooks.test else {
        return Ok(Exit::Clean);
    };
    let shell = Shell::new()?;
    shell.change_dir(repository.root());
    let mut command = Command::from(shell.cmd("sh").arg("-c").arg(test));
    for name in LOCAL_VARIABLES {
        command.env_remove(name);
    }
    command.stdin(std::process::Stdio::null());
    stdio::say(&format!("running `{test}`"));
    let status = command
        .status()
        .map_err(|error| format!("cannot run `{test}` through sh: {error}"))?;
    if status.success() {
        return Ok(Exit::Clean);
    }
    stdio::say(&format!(
        "push refused: `{test}` (`hooks.test` in the settings) ended with {status}"
    ));
    Ok(Exit::Findings)
}
