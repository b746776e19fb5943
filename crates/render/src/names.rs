//! Names of revision files, as they are in an environment whose ids follow one another: by `file_template`, or by hand.

use onehead_model::{Coverage, EnvironmentGraph, IdPattern, IdPlace, RevisionId};

use crate::name::{self, Parts};

/// Older names do not count.
const LAST: usize = 20;

/// The name of a new file: by `file_template`, as Alembic gives it, else as the last files are named.
///
/// # Errors
/// A template that Python would not format, or only in a way that is not known here.
pub(crate) fn of_merge(
    environment: &EnvironmentGraph,
    parts: &Parts<'_>,
) -> Result<String, String> {
    let place = environment
        .sequence
        .as_ref()
        .and_then(|ids| ids.place(parts.rev));
    match (place, by_hand(environment)) {
        (Some(_), Some(ByHand::Ids)) => Ok(format!("{}.py", parts.rev)),
        (Some(place), Some(ByHand::Numbers(names))) => {
            let words = name::slug(parts.message, parts.truncate_slug_length as usize);
            let words = words.trim_end_matches('_');
            Ok(format!("{}.py", names.write(place, words, parts.rev)))
        }
        _ => name::file_name(&environment.merge.file_template, parts),
    }
}

/// Names that are not given by `file_template`.
enum ByHand {
    /// Each is the id.
    Ids,
    /// Each has the number of the id, and follows this pattern.
    Numbers(IdPattern),
}

/// How the last files are named, if `file_template` gives most names otherwise.
fn by_hand(environment: &EnvironmentGraph) -> Option<ByHand> {
    let ids = environment.sequence.as_ref()?;
    let mut files: Vec<(IdPlace, &str, &str)> = environment
        .revisions
        .iter()
        .filter_map(|node| {
            let id = node.id.as_str();
            Some((ids.place(id)?, id, node.path.name().strip_suffix(".py")?))
        })
        .collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    files.truncate(LAST);
    let template = &environment.merge.file_template;
    let by_template = files
        .iter()
        .filter(|(_, id, name)| name::fits(template, id, name));
    if by_template.count() * 2 > files.len() {
        return None;
    }
    if files.iter().all(|(_, id, name)| id == name) {
        return Some(ByHand::Ids);
    }
    let names: Vec<&str> = files.iter().map(|(.., name)| *name).collect();
    let pattern = IdPattern::of(&names, Coverage::All)?;
    let is_numbered =
        |(place, _, name): &(IdPlace, &str, &str)| pattern.place(name) == Some(*place);
    files
        .iter()
        .all(is_numbered)
        .then_some(ByHand::Numbers(pattern))
}

/// A name without `.py`, with the new id in place of the old one: of a name that holds it several times, the first that
/// is no part of a longer word. A name that has only the number of its id gets the new number. None if it has neither.
pub(crate) fn renamed(
    environment: &EnvironmentGraph,
    name: &str,
    from: &RevisionId,
    to: &RevisionId,
) -> Option<String> {
    if let Some(at) = word(name, from.as_str()) {
        return Some(replaced(name, at, from.as_str(), to.as_str()));
    }
    let ids = environment.sequence.as_ref()?;
    let number = |id: &RevisionId| ids.place(id.as_str())?.number;
    let (from, to) = (number(from)?, number(to)?);
    let mut runs = name.split(|c: char| !c.is_ascii_digit());
    let (at, old) = runs.find_map(|digits| {
        let is_it = digits.parse() == Ok(from);
        let at = is_it.then(|| word(name, digits)).flatten()?;
        Some((at, digits))
    })?;
    let width = old.len();
    Some(replaced(name, at, old, &format!("{to:0>width$}")))
}

fn replaced(name: &str, at: usize, old: &str, new: &str) -> String {
    format!("{}{new}{}", &name[..at], &name[at + old.len()..])
}

/// Where `word` stands in `name` with no letter or digit beside it.
fn word(name: &str, word: &str) -> Option<usize> {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    name.match_indices(word)
        .map(|(at, _)| at)
        .find(|at| {
            let (before, behind) = (&name[..*at], &name[at + word.len()..]);
            !is_part(before.chars().next_back()) && !is_part(behind.chars().next())
        })
        .filter(|_| !word.is_empty())
}
