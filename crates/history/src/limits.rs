//! What keeps a history from being the whole story.

use onehead_git::{ChangedCommit, Connection, GitError};
use onehead_model::words::{counted, short_id};
use onehead_model::{Limit, LimitKind};

use crate::HistoryOptions;
use crate::replay::Replayed;

/// The limits of a history, by kind.
pub(crate) fn limits(
    repository: &Connection,
    options: &HistoryOptions,
    line: &[ChangedCommit],
    replayed: &Replayed,
) -> Result<Vec<Limit>, GitError> {
    let mut limits = Vec::new();
    limits.extend(shallow(repository, line)?);
    limits.extend(rewritten(repository, options)?);
    limits.extend(missing(line, replayed));
    limits.extend(replayed.unreadable.iter().map(|(at, error)| Limit {
        kind: LimitKind::UnreadableConfiguration,
        message: format!(
            "environments could not be searched for, so their heads are not known there: {}",
            error.lines().next().unwrap_or_default()
        ),
        hint: None,
        commit: Some(line[*at].commit.oid.to_string()),
    }));
    limits.extend(swapped(options, line));
    limits.extend(unseen(line, replayed));
    limits.extend(unordered(line, replayed));
    limits.extend(uncompared(line, replayed));
    Ok(limits)
}

/// The limits of a history of which the commits cannot be read.
pub(crate) fn of_unread(
    repository: &Connection,
    options: &HistoryOptions,
    missing: &GitError,
) -> Result<Vec<Limit>, GitError> {
    let mut limits = Vec::new();
    limits.extend(shallow(repository, &[])?);
    limits.push(Limit {
        kind: LimitKind::MissingContent,
        message: format!("what the commits changed is not known: {missing}"),
        hint: Some("git fetch --refetch --no-filter".into()),
        commit: None,
    });
    limits.extend(rewritten(repository, options)?);
    limits.sort_by_key(|limit| limit.kind);
    Ok(limits)
}

fn shallow(repository: &Connection, line: &[ChangedCommit]) -> Result<Option<Limit>, GitError> {
    Ok(repository.is_shallow()?.then(|| Limit {
        kind: LimitKind::ShallowClone,
        message: "the clone is shallow: nothing before its oldest commits is known".into(),
        hint: Some("git fetch --unshallow".into()),
        commit: line.first().map(|first| first.commit.oid.to_string()),
    }))
}

fn rewritten(repository: &Connection, options: &HistoryOptions) -> Result<Option<Limit>, GitError> {
    let Some(full_name) = &options.full_name else {
        return Ok(None);
    };
    let lost = repository.thrown_away(full_name, &options.oid)?;
    let Some(newest) = lost.first() else {
        return Ok(None);
    };
    let times = match lost.len() {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    Ok(Some(Limit {
        kind: LimitKind::RewrittenHistory,
        message: format!(
            "`{}` was rewritten ({times}): removed commits are not in this history",
            options.name
        ),
        hint: Some(format!("git log --walk-reflogs {}", options.name)),
        commit: Some(newest.to_string()),
    }))
}

fn missing(line: &[ChangedCommit], replayed: &Replayed) -> Option<Limit> {
    let at = replayed.missing?;
    Some(Limit {
        kind: LimitKind::MissingContent,
        message: "some versions of migrations are not in this clone: heads that depend on them are not known".into(),
        hint: Some("git fetch --refetch --no-filter".into()),
        commit: Some(line[at].commit.oid.to_string()),
    })
}

/// Merges on the line that, by their message, merge the target itself: what the target had before is the other parent.
fn swapped(options: &HistoryOptions, line: &[ChangedCommit]) -> Option<Limit> {
    let is_target = |branch: &String| {
        let before = options.name.strip_suffix(branch.as_str());
        before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    let mut merges = line.iter().rev().filter(|arrived| {
        let commit = &arrived.commit;
        commit.is_merge() && commit.branch.as_ref().is_some_and(is_target)
    });
    let newest = merges.next()?;
    let count = counted(merges.count() + 1, "commit");
    Some(Limit {
        kind: LimitKind::SwappedParents,
        message: format!(
            "{count} on the line merged `{}` itself: what it had before is the other parent, and a fork that came and went there is not seen",
            options.name
        ),
        hint: None,
        commit: Some(newest.commit.oid.to_string()),
    })
}

/// Environments that were there before they are seen, as those that only settings name.
fn unseen<'a>(
    line: &'a [ChangedCommit],
    replayed: &'a Replayed,
) -> impl Iterator<Item = Limit> + 'a {
    let unseen = replayed.tracks.iter();
    unseen
        .filter(|track| track.was_unseen && track.appeared > 0)
        .map(|track| {
            let first = &line[track.appeared].commit;
            Limit {
                kind: LimitKind::UnseenBefore,
                message: format!(
                    "`{}` is found since {}, with revisions that were there before: what happened to them until then is not known",
                    track.name,
                    short_id(first.oid.as_str())
                ),
                hint: None,
                commit: Some(first.oid.to_string()),
            }
        })
}

fn uncompared(line: &[ChangedCommit], replayed: &Replayed) -> Option<Limit> {
    let first = *replayed.uncompared.first()?;
    let count = counted(replayed.uncompared.len(), "commit");
    Some(Limit {
        kind: LimitKind::UncomparedRevisions,
        message: format!(
            "what {count} changed of published revisions is not known, since a file could not be read before or after"
        ),
        hint: None,
        commit: Some(line[first].commit.oid.to_string()),
    })
}

fn unordered(line: &[ChangedCommit], replayed: &Replayed) -> Option<Limit> {
    let forks = replayed
        .tracks
        .iter()
        .flat_map(|track| track.closed.iter().chain(track.open.values()));
    let backwards = forks
        .filter(|fork| {
            let end = fork.ended.as_ref().map_or(line.len() - 1, |ended| ended.at);
            line[end].commit.time < line[fork.began].commit.time
        })
        .map(|fork| fork.began)
        .min()?;
    Some(Limit {
        kind: LimitKind::UnorderedDates,
        message: "committers' dates go backwards: a negative duration counts as zero".into(),
        hint: None,
        commit: Some(line[backwards].commit.oid.to_string()),
    })
}
