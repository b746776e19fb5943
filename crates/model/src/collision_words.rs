//! How a collision of branches is put into words, in every report, status, note and drawing: what will go wrong once
//! they are merged, and with whom. How two operations clash in the schema is said in `clash_words.rs` of
//! `onehead-operations`.

use crate::{Code, Outlook, RadarCollision, RevisionId, words};

/// Nothing will go wrong.
pub const NONE: &str = "no collision";

/// Nothing will go wrong with this one.
#[must_use]
pub fn none_with(target: &str) -> String {
    format!("{NONE} with {target}")
}

/// `others` are names, in a row.
///
/// ```
/// use onehead_model::collision_words::collides_with;
///
/// assert_eq!(collides_with("#7 and #8"), "collides with #7 and #8");
/// ```
#[must_use]
pub fn collides_with(others: &str) -> String {
    format!("collides with {others}")
}

/// Whether it does is not known; `what` is the branch or request that is asked about.
#[must_use]
pub fn unknown_whether(what: &str, others: &str, why: &str) -> String {
    format!("unknown whether {what} {}: {why}", collides_with(others))
}

/// The same in a status, which has no room for the reason.
#[must_use]
pub fn unknown_with(others: &str) -> String {
    format!("unknown with {others}")
}

/// How many heads an environment has by itself, and how many then.
#[must_use]
pub fn heads_here_and_then(here: usize, then: usize, target: &str) -> String {
    let here = words::counted(here, "head");
    format!("{here} here, {then} after merging into {target}")
}

/// How many heads an environment has then.
///
/// ```
/// use onehead_model::collision_words::heads_then;
///
/// assert_eq!(heads_then(2, "main"), "2 heads after merging into main");
/// ```
#[must_use]
pub fn heads_then(count: usize, target: &str) -> String {
    let heads = words::counted(count, "head");
    format!("{heads} after merging into {target}")
}

/// A commit that is about to be made.
#[must_use]
pub fn this_commit(environment: Option<&str>, parent: Option<&RevisionId>, others: &str) -> String {
    let place = environment.map(|name| format!("{name}: "));
    let parent = parent.map(|id| format!(" on {id}"));
    format!(
        "{}this commit collides{} with {others}",
        place.unwrap_or_default(),
        parent.unwrap_or_default()
    )
}

/// What comes of a branch, without the reason; none where the reason says it.
#[must_use]
pub fn outlook(outlook: Outlook, target: &str) -> Option<String> {
    match outlook {
        Outlook::Clear => Some(NONE.to_owned()),
        Outlook::Branches => Some(collides_with("other branches")),
        Outlook::Target => Some(collides_with(target)),
        Outlook::Broken | Outlook::Unknown => None,
    }
}

/// What happens at a place, in a line.
#[must_use]
pub fn heading(collision: &RadarCollision, target: &str) -> String {
    let place = collision.environment.as_ref();
    let place = place.map(|name| format!("{name}: ")).unwrap_or_default();
    let since = collision.since.as_ref();
    let since = since
        .map(|date| format!(", since {}", words::day(date)))
        .unwrap_or_default();
    let lines = words::counted(collision.lines.len(), "line");
    let what = match (&collision.parent, collision.code) {
        (Some(parent), Code::MultipleHeads) => format!("{lines} continue from {parent}"),
        (None, Code::MultipleHeads) if collision.lines.iter().any(|line| line.target) => {
            format!("{lines} have a head each after merging into {target}")
        }
        (None, Code::MultipleHeads) => format!("{lines} have a head each"),
        (_, code) => {
            let with_target = collision.lines.iter().any(|line| line.target);
            let when = match with_target {
                true => format!("once it is merged into {target}"),
                false => "once both are merged".to_owned(),
            };
            format!("{} {} {when}", code.code(), code.name())
        }
    };
    format!("{place}{what}{since}")
}
