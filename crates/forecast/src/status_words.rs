//! The words of a status.

use onehead_model::escape::for_log;
use onehead_model::{Request, RevisionId, words};

pub(super) fn missing(request: &Request) -> String {
    let short = words::short_id(&request.commit);
    match request.number {
        Some(number) => format!(
            "commit {short} is not in this clone; fetch refs/pull/{number}/head (GitLab: refs/merge-requests/{number}/head)"
        ),
        None => format!("commit {short} is not in this clone"),
    }
}

/// How many other requests, and which, by their numbers or else their branches.
pub(super) fn counted<'a>(others: impl Iterator<Item = (Option<u64>, &'a String)>) -> String {
    let names: Vec<String> = others
        .map(|(number, name)| match number {
            Some(number) => format!("#{number}"),
            None => name.clone(),
        })
        .collect();
    let count = match names.len() {
        1 => "1 other".to_owned(),
        count => format!("{count} others"),
    };
    format!("{count}: {}", names.join(", "))
}

pub(super) fn listed(ids: &[RevisionId]) -> String {
    let ids: Vec<&str> = ids.iter().map(RevisionId::as_str).collect();
    ids.join(", ")
}

/// How long a description may be at GitHub.
const LONGEST: usize = 140;

/// One line that nothing acts in, short enough for a forge.
pub(super) fn shortened(text: &str) -> String {
    let line = for_log(text.lines().next().unwrap_or_default()).into_owned();
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST - 1).chain(['…']).collect()
}
