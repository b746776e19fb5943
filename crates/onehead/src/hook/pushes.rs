//! What a push would send, from whatever started pre-push: git's lines on stdin, the variables of pre-commit, or neither.

use std::io::{self, IsTerminal};

use onehead_git::{Connection, Oid, RefName};
use onehead_model::stdio;

use crate::error::Answered;
use crate::failure::{Failure, Kind};
use crate::hook_env;

/// `<local ref> <local oid> <remote ref> <remote oid>`
pub(super) struct Push {
    pub(super) local_ref: String,
    pub(super) local: Oid,
    pub(super) remote_ref: RefName,
    pub(super) remote: Oid,
}

/// What is pushed.
pub(super) struct Pushes {
    /// Without deletions.
    pub(super) updates: Vec<Push>,
    /// Whether no push is made: a person or a CI job asks what one would be told.
    pub(super) by_hand: bool,
}

impl Pushes {
    /// Reads stdin. git names the remote even where it has nothing to push.
    pub(super) fn read(repository: &Connection, remote: Option<&str>) -> Answered<Self> {
        let mut lines = String::new();
        if !io::stdin().is_terminal() {
            lines = stdio::read_text()?;
        }
        let by_git = !lines.is_empty();
        if !by_git {
            lines = hook_env::pre_push_lines_from_pre_commit().unwrap_or_default();
        }
        let by_hand = lines.is_empty() && remote.is_none();
        let mut updates = if by_hand {
            Vec::from_iter(would_be_pushed(repository)?)
        } else {
            lines.lines().map(parse).collect::<Result<_, _>>()?
        };
        updates.retain(|push| !push.local.is_zero());
        if let (false, Some(remote), [only]) = (by_git, remote, &updates[..]) {
            say_that_more_may_be_pushed(repository, remote, only);
        }
        Ok(Self { updates, by_hand })
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

/// pre-commit and prek name the first ref of a push. Another one matters only if it brings commits of its own; where
/// that is not known, it may.
fn say_that_more_may_be_pushed(repository: &Connection, remote: &str, first: &Push) {
    if repository
        .has_more_to_push(remote, &first.local)
        .unwrap_or(true)
    {
        stdio::say(&format!(
            "note: this checks only {}: pre-commit and prek name no other ref of a push, and other branches or tags here have commits that {remote} lacks\nhint: push them one by one, so that each is checked",
            first.local_ref
        ));
    }
}

/// By hand or in CI git hands over no push: HEAD to where it would go.
fn would_be_pushed(repository: &Connection) -> Answered<Option<Push>> {
    let Some(local) = repository.commit("HEAD")? else {
        return Ok(None);
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
    Ok(Some(push))
}
