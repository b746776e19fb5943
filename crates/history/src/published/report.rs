//! The changes of published revisions as a document says them: who made each, who accepts it, which tags it concerns.

use onehead_git::{Commit, Message};
use onehead_model::{Person, PublishedChange, Severity};
use onehead_published::accepted_by;

use onehead_forecast::attribution::{people, person};

use super::change::Change;
use super::tags::Tags;
use crate::ancestry::Ancestry;
use crate::attribution::of_line;
use crate::totals::Window;

/// What is told of a change: of several revisions, those that are accepted apart.
pub(crate) fn told(
    change: &Change,
    window: &Window<'_>,
    ancestry: &Ancestry,
    tags: &Tags,
) -> Vec<PublishedChange> {
    let commit = &window.line[change.at].commit;
    let by = ancestry.doer(&change.paths, change.at);
    let all: Vec<Person> = match &by {
        // Any commit since may have made it.
        _ if change.unseen_since.is_some() => Vec::new(),
        Some(by) => [by.author()]
            .into_iter()
            .chain(by.co_authors.clone())
            .collect(),
        None => [person(&commit.author)]
            .into_iter()
            .chain(people(&commit.co_authors))
            .collect(),
    };
    let (with, authors): (Vec<Person>, Vec<Person>) =
        all.into_iter().partition(|one| window.bots.has(one));
    let inside = commit.is_merge().then(|| ancestry.brought_at(change.at));
    let messages: Vec<Message> = std::iter::once(commit)
        .chain(inside.into_iter().flatten())
        .filter(|commit| !commit.notes.is_empty())
        .map(message)
        .collect();
    let findings = accepted_by(&messages, vec![change.finding.clone()]);
    let told = findings.into_iter().map(|finding| PublishedChange {
        commit: of_line(change.at, commit),
        unseen_since: change
            .unseen_since
            .map(|place| of_line(place, &window.line[place].commit)),
        by: by.clone(),
        authors: authors.clone(),
        with: with.clone(),
        accepted: finding.severity == Severity::Notice,
        tags: tags.between(change.arrived, change.at),
        finding,
    });
    told.collect()
}

fn message(commit: &Commit) -> Message {
    Message {
        commit: commit.oid.clone(),
        author: commit.author.name.clone(),
        text: commit.notes.join("\n"),
    }
}
