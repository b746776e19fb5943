//! Changes of published revisions, in words.

use onehead_model::words::{counted, number, short_id};
use onehead_model::{AffectedTags, Code, PublishedChange, PublishedTotal};

use super::words;

/// What became of revisions, as a kind of change.
pub(super) fn kind(kind: Code) -> &'static str {
    match kind {
        Code::InsertedBeforePublished => "new revision before it",
        Code::PublishedReparented => "other parents",
        Code::PublishedParentRemoved => "parent removed",
        Code::PublishedRenamed => "other id",
        Code::PublishedRemoved => "removed",
        Code::PublishedDependencyChanged => "other depends_on",
        Code::PublishedLabelChanged => "other branch labels",
        Code::PublishedBodyChanged => "other body",
        other => other.name(),
    }
}

/// How often, by kind: `removed 2 times, other body 3 times`.
pub(super) fn by_kind(totals: &[PublishedTotal]) -> String {
    let parts = totals.iter().map(|total| {
        let accepted = match total.accepted {
            0 => String::new(),
            some => format!(" ({} accepted)", number(some)),
        };
        format!(
            "{} {}{accepted}",
            kind(total.kind),
            counted(total.changes, "time")
        )
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Whether only the code of revisions does something else, which is common and counts least.
pub(super) fn is_of_a_body(change: &PublishedChange) -> bool {
    change.finding.code == Code::PublishedBodyChanged
}

/// How many changes of bodies there are.
pub(super) fn other_bodies(count: usize) -> String {
    match count {
        1 => "1 other body".to_owned(),
        _ => format!("{} other bodies", number(count)),
    }
}

/// Who made it, in which request and commit.
pub(super) fn by(change: &PublishedChange) -> String {
    let request = match &change.by {
        Some(by) => by.pull_request.or(change.commit.pull_request),
        None => change.commit.pull_request,
    };
    let request = request
        .map(|number| format!(", #{number}"))
        .unwrap_or_default();
    let commit = change
        .by
        .as_ref()
        .map_or(&change.commit.commit, |by| &by.commit);
    let who = words::people(&change.authors, &change.with);
    format!("{who}{request}, in {}", short_id(commit))
}

/// Which tags have the revisions as they were: `tags v1 to v3 (14)`.
pub(super) fn tags(tags: &AffectedTags) -> String {
    match tags.count {
        1 => format!("tag {}", tags.oldest),
        2 => format!("tags {} and {}", tags.oldest, tags.newest),
        _ => format!(
            "{} from {} to {}",
            counted(tags.count, "tag"),
            tags.oldest,
            tags.newest
        ),
    }
}
