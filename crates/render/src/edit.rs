//! What changes in the text of a revision file when ids in it are replaced: the string literals that name
//! them, and the lines of the docstring that repeat them for people.

use onehead_model::{Field, Replacement};
use onehead_python::Edit;
use onehead_python::revision::{Literal, Position, Source, Written};

/// Why a replacement cannot be made.
#[derive(Debug)]
pub(crate) struct NotEdited {
    /// In words.
    pub(crate) reason: String,
    /// Where, if the file has the place.
    pub(crate) position: Option<Position>,
    /// Whether it is the new id that is wrong, so that writing it by hand would be as well.
    pub(crate) is_bad_id: bool,
}

impl NotEdited {
    /// The new id is wrong.
    pub(crate) fn bad_id(reason: String) -> Self {
        Self {
            is_bad_id: true,
            ..Self::from(reason)
        }
    }

    /// The same at a place, if it has none of its own.
    pub(crate) fn or_at(mut self, position: Option<Position>) -> Self {
        self.position = self.position.or(position);
        self
    }
}

impl From<String> for NotEdited {
    fn from(reason: String) -> Self {
        Self {
            reason,
            position: None,
            is_bad_id: false,
        }
    }
}

/// The edits of the values and of the docstring, in the order of the text.
pub(crate) fn edits(
    source: &Source<'_>,
    text: &str,
    replacements: &[Replacement],
) -> Result<Vec<Edit>, NotEdited> {
    let mut edits = Vec::new();
    for replacement in replacements {
        edits.extend(value(source, replacement)?);
    }
    if let Some(body) = source.docstring_body() {
        let inside = &text[body.start..body.end];
        for mut edit in docstring(inside, replacements) {
            edit.span.start += body.start;
            edit.span.end += body.start;
            let quotes = &text[body.end..=body.end];
            spelled(&edit.text, quotes)?;
            edits.push(edit);
        }
    }
    edits.sort_by_key(|edit| edit.span.start);
    if edits
        .windows(2)
        .any(|pair| pair[0].span.end > pair[1].span.start)
    {
        return Err("the plan replaces the same id twice".to_owned().into());
    }
    Ok(edits)
}

/// The literals that name `from`, and the same with `to`.
fn value(source: &Source<'_>, replacement: &Replacement) -> Result<Vec<Edit>, NotEdited> {
    let Replacement { field, from, to } = replacement;
    if *field == Field::BranchLabels {
        return Err(format!("a plan may not change `{field}`").into());
    }
    let written = source.field(*field).map_err(|not| NotEdited {
        reason: format!("`{field}` is {}", not.reason),
        position: not.position,
        is_bad_id: false,
    })?;
    let literals = match (written, from) {
        (Written::None(span), None) => {
            let quote = own_quote(source);
            let text = format!("{quote}{}{quote}", spelled(to.as_str(), quote)?);
            return Ok(vec![Edit { span, text }]);
        }
        (_, None) => return Err(format!("`{field}` is not `None`").into()),
        (Written::None(_), Some(from)) => {
            return Err(format!("`{field}` is `None`, not `{from}`").into());
        }
        (Written::One(literal), Some(_)) => vec![literal],
        (Written::Many(literals), Some(_)) => literals,
    };
    let is_from = |literal: &&Literal| {
        Some(literal.value.as_str()) == from.as_ref().map(|from| from.as_str())
    };
    let edits: Vec<Edit> = literals
        .iter()
        .filter(is_from)
        .map(|literal| {
            let text = spelled(to.as_str(), &literal.quotes)?.to_owned();
            Ok(Edit {
                span: literal.body,
                text,
            })
        })
        .collect::<Result<_, NotEdited>>()?;
    if edits.is_empty() {
        let from = from.as_ref().map_or_else(String::new, ToString::to_string);
        return Err(format!("`{from}` is not one plain string in `{field}`").into());
    }
    Ok(edits)
}

/// The quote that the file writes its own id with.
fn own_quote(source: &Source<'_>) -> &'static str {
    match source.field(Field::Revision) {
        Ok(Written::One(literal)) if literal.quotes.starts_with('"') => "\"",
        _ => "'",
    }
}

/// An id as it stands between these quotes without any escape, whatever the prefix of the literal.
fn spelled<'a>(id: &'a str, quotes: &str) -> Result<&'a str, NotEdited> {
    let quote = quotes.chars().next();
    let is_bad = |c: &char| *c == '\\' || c.is_control() || Some(*c) == quote;
    match id.chars().find(is_bad) {
        Some(bad) => {
            let reason = format!("`{id}` contains {bad:?}, which needs an escape there");
            Err(NotEdited::bad_id(reason))
        }
        None if id.is_empty() => Err(NotEdited::bad_id("the id is empty".into())),
        None => Ok(id),
    }
}

/// The edits of a docstring's lines `Revision ID: a` and `Revises: a, b`. A line that says something else
/// stays, and so does what else mentions an id.
pub(crate) fn docstring(text: &str, replacements: &[Replacement]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (field, opening) in [
        (Field::Revision, "Revision ID:"),
        (Field::DownRevision, "Revises:"),
    ] {
        let Some((start, list)) = line(text, opening) else {
            continue;
        };
        for replacement in replacements.iter().filter(|one| one.field == field) {
            edits.extend(listed(list, start, replacement));
        }
    }
    edits.sort_by_key(|edit: &Edit| edit.span.start);
    edits
}

/// The first line that opens like this: where the rest of it starts, and what that is.
fn line<'t>(text: &'t str, opening: &str) -> Option<(usize, &'t str)> {
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let indent = line.len() - line.trim_start().len();
        if let Some(rest) = line[indent..].strip_prefix(opening) {
            let rest = rest.trim_end_matches(['\n', '\r']);
            return Some((at + indent + opening.len(), rest));
        }
        at += line.len();
    }
    None
}

/// The item of a list between commas that is the id; for a base, where the list is empty or says `None`.
fn listed(list: &str, start: usize, replacement: &Replacement) -> Option<Edit> {
    let Replacement { from, to, .. } = replacement;
    let edit = |at: usize, length: usize, text: String| Edit {
        span: onehead_python::Span {
            start: start + at,
            end: start + at + length,
        },
        text,
    };
    let Some(from) = from else {
        return match list.trim() {
            "" if list.is_empty() => Some(edit(0, 0, format!(" {to}"))),
            "" => Some(edit(list.len(), 0, to.to_string())),
            none @ "None" => Some(edit(list.find(none)?, none.len(), to.to_string())),
            _ => None,
        };
    };
    let mut at = 0;
    for item in list.split(',') {
        let indent = item.len() - item.trim_start().len();
        if item.trim() == from.as_str() {
            return Some(edit(at + indent, from.as_str().len(), to.to_string()));
        }
        at += item.len() + 1;
    }
    None
}
