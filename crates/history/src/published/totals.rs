//! How often published revisions changed, and by whom.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use onehead_model::{Code, EnvironmentHistory, Person, PublishedAuthor, PublishedTotal};

/// How often they changed, by what became of them.
pub(crate) fn totals(environments: &[EnvironmentHistory]) -> Vec<PublishedTotal> {
    let mut totals: BTreeMap<Code, PublishedTotal> = BTreeMap::new();
    for change in environments.iter().flat_map(|one| &one.published_changes) {
        let kind = change.finding.code;
        let total = totals.entry(kind).or_insert_with(|| PublishedTotal {
            kind,
            name: kind.name().to_owned(),
            changes: 0,
            accepted: 0,
            revisions: 0,
        });
        total.changes += 1;
        total.accepted += usize::from(change.accepted);
        total.revisions += change.finding.revisions.len();
    }
    totals.into_values().collect()
}

/// Who made those that nothing accepts, the most often first.
pub(crate) fn authors(environments: &[EnvironmentHistory]) -> Vec<PublishedAuthor> {
    let mut count: BTreeMap<&Person, usize> = BTreeMap::new();
    let changes = environments.iter().flat_map(|one| &one.published_changes);
    for change in changes.filter(|change| !change.accepted) {
        for author in &change.authors {
            *count.entry(author).or_default() += 1;
        }
    }
    let author = |(author, changes): (&Person, usize)| PublishedAuthor {
        author: author.clone(),
        changes,
    };
    let mut authors: Vec<PublishedAuthor> = count.into_iter().map(author).collect();
    authors.sort_by_key(|one| Reverse(one.changes));
    authors
}
