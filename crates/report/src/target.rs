//! How a target was found among several, in words.

use onehead_model::{ChosenBy, ChosenTarget};

/// So many names are listed.
const MOST: usize = 4;

/// What tells that a branch is the target: `the nearest of origin/main, origin/release/1`.
#[must_use]
pub fn words(chosen: &ChosenTarget) -> String {
    let among = listed(&chosen.among);
    let mut text = match chosen.by {
        ChosenBy::Itself => format!("the branch itself; the targets are {among}"),
        ChosenBy::Upstream => format!("the base of the branch; the targets are {among}"),
        ChosenBy::Nearest => format!("the nearest of {among}"),
        ChosenBy::First => match chosen.among.len() {
            1 => "the only one of `target` that is here".to_owned(),
            _ => format!("the first of {among}"),
        },
    };
    if !chosen.unmatched.is_empty() {
        let globs: Vec<String> = chosen
            .unmatched
            .iter()
            .map(|glob| format!("`{glob}`"))
            .collect();
        text += &format!("; no branch here matches {}", globs.join(", "));
    }
    text
}

fn listed(names: &[String]) -> String {
    let shown = names
        .iter()
        .take(MOST)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
