//! What commits did to a revision.

use std::collections::{BTreeMap, BTreeSet};

use onehead_git::{ChangedCommit, Commit, Connection, Difference, GitError, Object, Oid};
use onehead_model::{RepoPath, WhereChange, WhereCommit};

use super::versions::Wanted;

/// The commits that added, changed or removed it, newest first.
pub(crate) struct Commits<'a>(Vec<Event<'a>>);

struct Event<'a> {
    commit: &'a Commit,
    change: WhereChange,
    path: &'a str,
    in_head: bool,
}

impl<'a> Commits<'a> {
    pub(crate) fn of(
        repository: &Connection,
        past: &'a [ChangedCommit],
        wanted: &BTreeSet<&Wanted>,
        head: Option<&Oid>,
    ) -> Result<Self, GitError> {
        let boundary = repository.boundary()?;
        // Where history was cut, every file seems to be added.
        let commits = past
            .iter()
            .filter(|one| !boundary.contains(&one.commit.oid));
        let mut events: Vec<Event> = commits.filter_map(|one| event(one, wanted)).collect();
        drop_repeated_by_merges(repository, &mut events)?;
        if let Some(head) = head {
            for event in &mut events {
                event.in_head = repository.is_ancestor(&event.commit.oid, head)?;
            }
        }
        Ok(Self(events))
    }

    /// Those that added it.
    pub(crate) fn adding(&self) -> Vec<Oid> {
        self.that(WhereChange::Added)
    }

    /// Those that removed it.
    pub(crate) fn removing(&self) -> Vec<Oid> {
        self.that(WhereChange::Removed)
    }

    fn that(&self, change: WhereChange) -> Vec<Oid> {
        let events = self.0.iter().filter(|event| event.change == change);
        events.map(|event| event.commit.oid.clone()).collect()
    }

    /// The files, the youngest first.
    pub(crate) fn paths(&self) -> Vec<&'a str> {
        self.0.iter().map(|event| event.path).collect()
    }

    /// The same as the document has it; `lacking` names the refs that lack it since a removal.
    pub(crate) fn into_report(self, lacking: &BTreeMap<Oid, Vec<String>>) -> Vec<WhereCommit> {
        let commits = self.0.into_iter().filter_map(|event| {
            let commit = event.commit;
            Some(WhereCommit {
                commit: commit.oid.to_string(),
                change: event.change,
                path: RepoPath::new(event.path).ok()?,
                author: commit.author.name.clone(),
                date: commit.authored.clone(),
                subject: commit.subject.clone(),
                in_head: event.in_head,
                lacking: lacking.get(&commit.oid).cloned().unwrap_or_default(),
            })
        });
        commits.collect()
    }
}

fn event<'a>(one: &'a ChangedCommit, wanted: &BTreeSet<&Wanted>) -> Option<Event<'a>> {
    let with = |side: fn(&Difference) -> &Option<Object>| {
        let mut changes = one.changes.iter();
        changes.find(|change| {
            side(change).as_ref().is_some_and(|object| {
                wanted.contains(&Wanted {
                    path: change.path.clone(),
                    oid: Some(object.oid.clone()),
                })
            })
        })
    };
    let before = with(|change| &change.before);
    let after = with(|change| &change.after);
    let (change, at) = match (before, after) {
        (None, Some(after)) => (WhereChange::Added, after),
        (Some(_), Some(after)) => (WhereChange::Changed, after),
        (Some(before), None) => (WhereChange::Removed, before),
        (None, None) => return None,
    };
    Some(Event {
        commit: &one.commit,
        change,
        path: &at.path,
        in_head: false,
    })
}

/// A merge does to its first parent what commits of the other side did. It counts where none of them did: the merge itself
/// did it then.
fn drop_repeated_by_merges(
    repository: &Connection,
    events: &mut Vec<Event<'_>>,
) -> Result<(), GitError> {
    let by_commits: Vec<(Oid, WhereChange)> = events
        .iter()
        .filter(|event| !event.commit.is_merge())
        .map(|event| (event.commit.oid.clone(), event.change))
        .collect();
    let mut kept = Vec::new();
    for event in events.drain(..) {
        let mut is_repeated = false;
        if event.commit.is_merge() {
            for (commit, change) in &by_commits {
                is_repeated |=
                    *change == event.change && repository.is_ancestor(commit, &event.commit.oid)?;
            }
        }
        if !is_repeated {
            kept.push(event);
        }
    }
    *events = kept;
    Ok(())
}
