//! Who a merge revision is: its id and its message, made of what it merges.

use std::collections::BTreeSet;

use onehead_model::{
    EnvironmentGraph, IdEnding, IdPattern, PlannedMerge, RevisionId, RevisionIds, Stamp,
};
use sha2::{Digest, Sha256};

use crate::mako::DateTime;
use crate::options::{DEFAULT_MESSAGE, RenderOptions};
use crate::{date, name};

/// The id and the message of a merge revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub id: RevisionId,
    /// Its message.
    pub message: String,
}

/// The identity of each merge revision that is planned for an environment, in the order of its fixes.
///
/// # Errors
/// For each, why there is none, in words.
#[must_use]
pub fn identities(
    environment: &EnvironmentGraph,
    options: &RenderOptions,
) -> Vec<Result<Identity, String>> {
    let mut taken = taken(environment);
    let mut identities = Vec::with_capacity(environment.fixes.len());
    for fix in &environment.fixes {
        let identity = identity(environment, fix, options, &taken);
        if let Ok(identity) = &identity {
            taken.insert(identity.id.to_string());
        }
        identities.push(identity);
    }
    identities
}

fn identity(
    environment: &EnvironmentGraph,
    fix: &PlannedMerge,
    options: &RenderOptions,
    taken: &BTreeSet<String>,
) -> Result<Identity, String> {
    let asked = options.message.as_deref();
    if let Some(pattern) = &environment.sequence {
        let message = asked.map_or_else(|| message(fix, pattern), str::to_owned);
        let id = match &options.rev_id {
            Some(id) => RevisionId::new(id),
            None => next_id(environment, pattern, fix, options, &message, taken)?,
        };
        return Ok(Identity { id, message });
    }
    let id = match &options.rev_id {
        Some(id) => RevisionId::new(id),
        None if environment.merge.revision_id == Some(RevisionIds::Sequence) => {
            return Err(NO_SEQUENCE.into());
        }
        None => default_id(fix, options),
    };
    let message = asked.unwrap_or(DEFAULT_MESSAGE).to_owned();
    Ok(Identity { id, message })
}

const NO_SEQUENCE: &str = "`revision-id` is `sequence` in the settings, but none of the last ids has a number or a date; set it to `alembic` there";

/// What no other revision may be called: ids and labels.
fn taken(environment: &EnvironmentGraph) -> BTreeSet<String> {
    let nodes = environment.revisions.iter();
    nodes
        .flat_map(|node| {
            let labels = node.branch_labels.iter().cloned();
            labels.chain([node.id.to_string()])
        })
        .collect()
}

/// The message names the heads, so that two different merges with one number have files of different names: git keeps
/// both, and both are seen.
fn message(fix: &PlannedMerge, pattern: &IdPattern) -> String {
    let names = fix.parents.iter().map(|parent| {
        let id = parent.id.as_str();
        match (&pattern.ending, pattern.place(id)) {
            (IdEnding::Words(_) | IdEnding::Hash(_), Some(place)) if pattern.number.is_some() => {
                let bare = IdPattern {
                    ending: IdEnding::Nothing,
                    ..pattern.clone()
                };
                bare.write(place, "", "")
            }
            _ => id.to_owned(),
        }
    });
    let names: Vec<String> = names.collect();
    format!("{DEFAULT_MESSAGE} {}", names.join(", "))
}

/// The smallest id above every id of the environment, with the latest date of the heads.
fn next_id(
    environment: &EnvironmentGraph,
    pattern: &IdPattern,
    fix: &PlannedMerge,
    options: &RenderOptions,
    message: &str,
    taken: &BTreeSet<String>,
) -> Result<RevisionId, String> {
    let words = name::slug(message, environment.merge.truncate_slug_length as usize);
    let hash = default_id(fix, options);
    let stamp = match pattern.date_separator {
        Some(_) => stamp(&date::of_merge(environment, fix, options)?.1),
        None => Stamp::START,
    };
    let mut place = pattern.next(taken.iter().map(String::as_str), stamp);
    loop {
        let room = LONGEST_ID.saturating_sub(pattern.write(place, "", hash.as_str()).len() + 1);
        let id = pattern.write(place, cut(&words, room), hash.as_str());
        if !taken.contains(&id) {
            return Ok(RevisionId::new(id));
        }
        place = pattern.after(place);
    }
}

/// What the column holds in which Alembic keeps ids.
const LONGEST_ID: usize = 32;

/// Words that are no longer than this, cut between two of them if that can be.
fn cut(words: &str, length: usize) -> &str {
    let words = words.trim_end_matches('_');
    let Some((end, _)) = words.char_indices().nth(length) else {
        return words;
    };
    let head = &words[..end];
    match words[end..].starts_with('_') {
        true => head,
        false => head.rsplit_once('_').map_or(head, |(kept, _)| kept),
    }
}

fn stamp(date: &DateTime) -> Stamp {
    Stamp {
        date: onehead_model::Date {
            year: date.year,
            month: date.month,
            day: date.day,
        },
        hour: date.hour,
        minute: date.minute,
        second: date.second,
    }
}

/// The id of a merge revision that was not given one: twelve hexadecimal digits, as Alembic's own ids look,
/// made from the ids of the parents: people who merge the same heads get the same id.
///
/// A message, date or label that was given makes another file, so it makes another id: the files of
/// two people are then two heads for the next merge, and not two files with one id.
#[must_use]
pub fn default_id(fix: &PlannedMerge, options: &RenderOptions) -> RevisionId {
    let mut ids: Vec<&str> = fix
        .parents
        .iter()
        .map(|parent| parent.id.as_str())
        .collect();
    ids.sort_unstable();
    let message = options
        .message
        .as_deref()
        .filter(|text| *text != DEFAULT_MESSAGE);
    let date = options.date.as_deref();
    let labels = options.branch_labels.iter().map(String::as_str);
    let mut hash = Sha256::new();
    hash.update(b"onehead merge 1");
    let parts = ids.into_iter().map(|id| (0, id));
    let given = message.map(|text| (1, text)).into_iter();
    let given = given.chain(date.map(|text| (2, text)));
    for (kind, part) in parts.chain(given).chain(labels.map(|label| (3, label))) {
        hash.update([kind]);
        hash.update(part);
    }
    twelve_digits(hash)
}

/// The id of a revision that has to give up its own to another file: twelve hexadecimal digits, made from
/// the id and the bytes of its file, so that each person who fixes it gets the same.
#[must_use]
pub fn new_id(id: &RevisionId, content: &[u8]) -> RevisionId {
    let mut hash = Sha256::new();
    hash.update(b"onehead new id 1");
    hash.update([0]);
    hash.update(id.as_str());
    hash.update([0]);
    hash.update(content);
    twelve_digits(hash)
}

fn twelve_digits(hash: Sha256) -> RevisionId {
    let bytes = hash.finalize();
    let hex: String = bytes
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    RevisionId::new(hex)
}
