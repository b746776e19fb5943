//! Before a push: each pushed commit, the forecast of its merge into the target, then the project's own test.
//!
//! Cherry-picks, `am`, fast-forwards and rebases run no hook that could refuse, so this one is complete by
//! itself.

use std::collections::HashMap;
use std::process::Command;

use clap::Args;
use onehead_configuration::Settings;
use onehead_forecast::Target;
use onehead_git::{Connection, LOCAL_VARIABLES, Oid};
use onehead_model::{CheckReport, Exit, stdio};
use onehead_scan::{SourceSpec, settings_in};
use xshell::Shell;

use super::push_targets::{PushTargets, PushedTo, is_target};
use super::pushed::{PushedCommit, examine};
use super::pushes::{Push, Pushes};
use crate::auto_merge::{self, Offered};
use crate::context::{Context, Place};
use crate::error::Answered;
use crate::failure::{Failure, Kind};
use crate::hook_env;

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

    fn to(&self) -> PushedTo<'_> {
        PushedTo {
            remote: self.remote.as_deref(),
            url: self.url.as_deref(),
        }
    }
}

pub(super) fn run(context: &Context<'_>, args: &PrePushArgs) -> Answered<Exit> {
    let repository = &context.repository()?;
    let args = &args.clone().or_from_pre_commit();
    let Pushes { updates, by_hand } = Pushes::read(repository, args.remote.as_deref())?;
    let Some(first) = updates.first() else {
        return Ok(Exit::Clean);
    };
    let settings = &settings_here(repository, &first.local)?;
    let mut judge = Judge {
        context,
        repository,
        args,
        settings,
        targets: PushTargets::of(repository, settings)?,
        in_full: by_hand,
        may_fetch: settings.hooks.may_fetch(),
        exits: HashMap::new(),
        forked: Vec::new(),
        said_no_target: false,
    };
    for push in &updates {
        judge.push(push)?;
    }
    match judge.exit() {
        Exit::Clean => return test(repository, settings),
        Exit::Findings => {}
        Exit::CouldNotRun => {
            stdio::say("next: follow the hint where a merge is unknown, then push again");
        }
    }
    offer(context, repository, &judge.forked)?;
    Ok(judge.exit())
}

/// What is known of a push, ref after ref.
struct Judge<'a> {
    context: &'a Context<'a>,
    repository: &'a Connection,
    args: &'a PrePushArgs,
    settings: &'a Settings,
    targets: PushTargets,
    in_full: bool,
    may_fetch: bool,
    /// What came of each commit, with and without a forecast, for each target: it may be pushed to several refs.
    exits: HashMap<(Oid, bool, Option<String>), Exit>,
    /// Those with a fork.
    forked: Vec<Oid>,
    said_no_target: bool,
}

impl Judge<'_> {
    /// What came of all of them.
    fn exit(&self) -> Exit {
        self.exits.values().copied().fold(Exit::Clean, Exit::and)
    }

    fn push(&mut self, push: &Push) -> Answered<()> {
        let Some(commit) = self.commit(push)? else {
            return Ok(());
        };
        let target = self.targets.target(self.repository, push, &commit)?;
        let forecast = self.is_merged_later(push, target.as_ref().ok())?;
        let name = target.as_ref().ok().map(|target| target.name.clone());
        let asked = (commit, forecast, name);
        if !self.exits.contains_key(&asked) {
            // That nothing in it matters holds for this ref only: another one may lack more.
            let known = target.as_ref().ok();
            let Some(verdict) = self.examine(push, &asked.0, known, forecast)? else {
                return Ok(());
            };
            self.say(&verdict, target.as_ref().err().filter(|_| forecast));
            if verdict.environments.iter().any(|one| !one.is_ok()) {
                self.forked.push(asked.0.clone());
            }
            self.exits.insert(asked.clone(), verdict.exit());
        }
        if self.exits[&asked] != Exit::Clean {
            let remote = self.args.remote.as_deref().unwrap_or("the remote");
            stdio::say(&format!(
                "push of {} to {} at {remote} refused",
                push.local_ref, push.remote_ref
            ));
        }
        Ok(())
    }

    /// `None` for a tag of something that is no commit.
    fn commit(&self, push: &Push) -> Answered<Option<Oid>> {
        if let Some(commit) = self.repository.commit(&push.local)? {
            return Ok(Some(commit));
        }
        match &self.repository.missing(std::slice::from_ref(&push.local))?[..] {
            [] => Ok(None),
            [missing, ..] => {
                let text = format!("the object {missing} of {} is missing", push.local_ref);
                Err(Failure::new(Kind::Repository, text)
                    .hint("run `git fsck`, and fetch what it names")
                    .into())
            }
        }
    }

    /// A tag is merged nowhere, and the target's own branch becomes the target.
    fn is_merged_later(&self, push: &Push, target: Option<&Target>) -> Answered<bool> {
        Ok(!push.remote_ref.starts_with("refs/tags/")
            && !is_target(
                self.repository,
                &self.args.to(),
                push,
                target,
                self.settings,
            )?)
    }

    fn examine(
        &mut self,
        push: &Push,
        commit: &Oid,
        target: Option<&Target>,
        forecast: bool,
    ) -> Answered<Option<CheckReport>> {
        let old = match push.remote.is_zero() {
            true => None,
            false => self.repository.commit(&push.remote)?,
        };
        let becomes_target = !forecast && push.remote_ref.branch().is_some();
        let pushed = PushedCommit {
            commit,
            old: old.as_ref(),
            target,
            forecast,
            // Where this clone lacks it, it is not known what the push changes of it.
            published: Some(&push.remote).filter(|one| becomes_target && !one.is_zero()),
            in_full: self.in_full,
        };
        examine(self.context, self.repository, &pushed, &mut self.may_fetch)
    }

    fn say(&mut self, verdict: &CheckReport, no_forecast: Option<&String>) {
        if let (Some(why), false) = (no_forecast, self.said_no_target) {
            stdio::say(&format!("note: {why}"));
            self.said_no_target = true;
        }
        if !verdict.ok || verdict.has_lowered() {
            stdio::say(&onehead_report::check::verdict(verdict));
        }
    }
}

/// The settings of what is checked out: the test that they name runs there.
fn settings_here(
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
    Ok(settings_in(repository, &SourceSpec::Commit(commit.into()))?)
}

/// The fix, where it is one answer away.
fn offer(
    context: &Context<'_>,
    repository: &Connection,
    forked: &[Oid],
) -> Result<(), Box<dyn std::error::Error>> {
    let command = context.command("auto-merge");
    let head = repository.commit("HEAD")?;
    let is_checked_out = !repository.is_bare() && head.is_some_and(|head| forked.contains(&head));
    if !is_checked_out {
        if !forked.is_empty() {
            stdio::say(&format!(
                "next: check out the branch, run `{command}` to merge the heads, then push again"
            ));
        }
        return Ok(());
    }
    match auto_merge::offer(context)? {
        Offered::Committed => stdio::say("this push did not include it\nnext: push again"),
        Offered::Open => stdio::say(&format!(
            "next: run `{command}` to write and commit the merge revision, then push again"
        )),
        Offered::Impossible => {}
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
