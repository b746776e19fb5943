//! Adding lines to YAML without touching the others. The parser only says where things are, and
//! proves afterwards that nothing else changed.

use saphyr::{LoadableYamlNode, MarkedYaml};

use crate::hooks::block::END;

/// The one document of a text.
pub(crate) fn parse(text: &str) -> Result<MarkedYaml<'_>, String> {
    let mut documents = MarkedYaml::load_from_str(text).map_err(|error| error.to_string())?;
    match (documents.pop(), documents.len()) {
        (Some(document), 0) => Ok(document),
        (None, _) => Err("it is empty".into()),
        (_, more) => Err(format!("it contains {} documents", more + 1)),
    }
}

/// The value behind a key.
pub(crate) fn get<'a, 'i>(node: &'a MarkedYaml<'i>, key: &str) -> Option<&'a MarkedYaml<'i>> {
    let pairs = node.data.as_mapping()?.iter();
    pairs
        .into_iter()
        .find(|(name, _)| name.data.as_str() == Some(key))
        .map(|(_, value)| value)
}

/// Where lines can be added at the end of a list or a mapping: the number of the line before which
/// they go, counted from 0, and their indentation. `None` if it is written in one line or not at all.
pub(crate) fn end(text: &str, node: &MarkedYaml<'_>) -> Option<(usize, usize)> {
    let (first, last, dash) = if let Some(list) = node.data.as_sequence() {
        (list.first()?, list.last()?, true)
    } else {
        let pairs = node.data.as_mapping()?;
        (pairs.front()?.0, pairs.back()?.0, false)
    };
    let lines: Vec<&str> = text.lines().collect();
    let line_of = |node: &MarkedYaml<'_>| node.span.start.line().checked_sub(1);
    let opening = lines.get(line_of(first)?)?;
    let indent = lead(opening);
    let fits = if dash {
        opening[indent..].starts_with("- ")
    } else {
        first.span.start.col() == indent && !opening[indent..].starts_with(['{', '-'])
    };
    if !fits {
        return None;
    }
    let from = line_of(last)?;
    let mut end = from + 1;
    for (index, line) in lines.iter().enumerate().skip(from + 1) {
        let word = line.trim_start();
        let inside =
            lead(line) > indent || (!dash && lead(line) == indent && word.starts_with("- "));
        match word {
            "" => {}
            // Lines of ours may have been added here already.
            END => end = index + 1,
            _ if inside => end = index + 1,
            word if word.starts_with('#') => {}
            _ => break,
        }
    }
    Some((end, indent))
}

fn lead(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether `new` is `old` with what `added` holds at the end of the list or mapping that `keys` lead
/// to, and nothing else.
pub(crate) fn is_old_plus(
    old: &MarkedYaml<'_>,
    new: &MarkedYaml<'_>,
    keys: &[&str],
    added: &MarkedYaml<'_>,
) -> bool {
    if let (Some(old), Some(new)) = (old.data.as_mapping(), new.data.as_mapping()) {
        let more = if keys.is_empty() {
            added.data.as_mapping()
        } else {
            None
        };
        let more_len = more.map_or(0, |more| more.len());
        return new.len() == old.len() + more_len
            && old.iter().zip(new).all(|((key, before), (name, after))| {
                key == name
                    && match keys {
                        [wanted, rest @ ..] if key.data.as_str() == Some(wanted) => {
                            is_old_plus(before, after, rest, added)
                        }
                        _ => before == after,
                    }
            })
            && more.into_iter().flatten().eq(new.iter().skip(old.len()));
    }
    if let (Some(old), Some(new), [], Some(added)) = (
        old.data.as_sequence(),
        new.data.as_sequence(),
        keys,
        added.data.as_sequence(),
    ) {
        return new.strip_prefix(old.as_slice()) == Some(added.as_slice());
    }
    false
}
