//! One revision file with other ids in it: name, bytes, and the proof that it says what was planned.

use std::borrow::Cow;

use onehead_model::{
    Change, Code, Content, EnvironmentGraph, Field, Finding, Location, Replaced, Replacement,
    RepoPath, RevisionId, Rewrite,
};
use onehead_python::revision::{FieldFact, Reading, RevisionFacts, Source, Term, read};
use onehead_python::{decode, splice};

use crate::edit::{self, NotEdited};
use crate::names;

/// Renders a rewrite.
///
/// # Errors
/// Why it is not rendered, as a finding.
pub(crate) fn rewrite(
    environment: &EnvironmentGraph,
    rewrite: &Rewrite,
) -> Result<Change, Finding> {
    edited(environment, rewrite).map_err(|not| refusal(rewrite, &not))
}

/// What is wrong, where, and what to write there instead.
fn refusal(rewrite: &Rewrite, not: &NotEdited) -> Finding {
    let place = Location {
        path: rewrite.path.clone(),
        line: not.position.map(|position| position.line),
        column: not.position.map(|position| position.column),
    };
    let wanted = rewrite.replacements.iter().map(|replacement| {
        let Replacement { field, from, to } = replacement;
        match from {
            Some(from) => format!("`{to}` in place of `{from}` in `{field}`"),
            None => format!("`{to}` in place of `None` in `{field}`"),
        }
    });
    let wanted = wanted.collect::<Vec<_>>().join(", ");
    Finding::new(
        Code::NotEditable,
        format!("the file cannot be edited: {}", not.reason),
    )
    .at(place)
    .hint(if not.is_bad_id {
        "choose another id".to_owned()
    } else {
        format!("edit it by hand: {wanted}")
    })
    .about(rewrite.replacements.iter().map(|one| one.to.clone()))
}

fn edited(environment: &EnvironmentGraph, rewrite: &Rewrite) -> Result<Change, NotEdited> {
    let old_bytes = bytes(&rewrite.content)?;
    let old = facts(&old_bytes)?;
    let first = rewrite.replacements.first();
    let place = first.and_then(|one| old.field(one.field));
    change(environment, rewrite, &old_bytes, &old)
        .map_err(|not| not.or_at(place.map(|fact| fact.position)))
}

fn change(
    environment: &EnvironmentGraph,
    rewrite: &Rewrite,
    old_bytes: &[u8],
    old: &RevisionFacts,
) -> Result<Change, NotEdited> {
    let Rewrite {
        path: old_path,
        content,
        replacements,
    } = rewrite;
    let path = new_path(environment, old_path, replacements).map_err(NotEdited::bad_id)?;
    let new_bytes = replace(old_bytes, replacements)?;
    let new = facts(&new_bytes)?;
    check(old, &new, replacements)?;
    let (revision, down_revisions) = (id(&new)?, parents(&new)?);
    if down_revisions.contains(&revision) {
        let reason = format!("`{revision}` would be its own parent");
        return Err(NotEdited::bad_id(reason));
    }
    Ok(Change {
        environment: environment.name.clone(),
        version_locations: environment.version_locations.clone(),
        diff: diff((old_path, old_bytes), (&path, &new_bytes))?,
        revision,
        down_revisions,
        message: new.message,
        replaces: Some(Replaced {
            path: old_path.clone(),
            content: content.clone(),
        }),
        content: Content::from(new_bytes),
        path,
    })
}

/// The bytes with the replacements made. What they then bind is for the caller to look at.
fn replace(old_bytes: &[u8], replacements: &[Replacement]) -> Result<Vec<u8>, NotEdited> {
    let old_text = text(old_bytes)?;
    let old = Source::parse(&old_text).map_err(|error| error.message)?;
    let edits = edit::edits(&old, &old_text, replacements)?;
    let new_bytes = splice(old_bytes, &edits)?;
    if new_bytes == old_bytes {
        return Err("nothing would change".to_owned().into());
    }
    let new_text = text(&new_bytes)?;
    let new = Source::parse(&new_text).map_err(|error| error.message)?;
    check_docstring(&old, &new, replacements)?;
    Ok(new_bytes)
}

fn text(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    decode(bytes).map_err(|error| error.to_string())
}

fn bytes(content: &Content) -> Result<Vec<u8>, String> {
    content
        .bytes()
        .ok_or_else(|| "its content is not base64".into())
}

fn facts(bytes: &[u8]) -> Result<RevisionFacts, NotEdited> {
    match read(bytes) {
        Reading::Module(facts) => Ok(*facts),
        Reading::Broken {
            message, position, ..
        } => Err(NotEdited {
            reason: message,
            position,
            is_bad_id: false,
        }),
    }
}

/// The path, with the new id in place of the old one if the file is named after it.
fn new_path(
    environment: &EnvironmentGraph,
    path: &RepoPath,
    replacements: &[Replacement],
) -> Result<RepoPath, String> {
    let Some((from, to)) = new_id(replacements) else {
        return Ok(path.clone());
    };
    let taken = |what: &str, whose: &RepoPath| format!("{what} is taken by {whose}");
    let others = || {
        environment
            .revisions
            .iter()
            .filter(|node| node.path != *path)
    };
    if let Some(other) = others().find(|node| node.id == *to) {
        return Err(taken(&format!("revision id `{to}`"), &other.path));
    }
    if let Some(bad) = to
        .as_str()
        .chars()
        .find(|c| matches!(c, '@' | '-' | '+' | ':'))
    {
        return Err(format!(
            "revision id `{to}` contains `{bad}`, which Alembic refuses"
        ));
    }
    let Some(new) = renamed(environment, path, from, to) else {
        return Ok(path.clone());
    };
    if to.as_str().contains(['/', '\\', '\0']) {
        return Err(format!("`{to}` cannot be part of a file name"));
    }
    match others().find(|node| node.path == new && !gives_up_its_name(environment, &node.path)) {
        Some(other) => Err(taken("its new name", &other.path)),
        None => Ok(new),
    }
}

fn renamed(
    environment: &EnvironmentGraph,
    path: &RepoPath,
    from: &RevisionId,
    to: &RevisionId,
) -> Option<RepoPath> {
    let stem = path.name().strip_suffix(".py").unwrap_or(path.name());
    let new = names::renamed(environment, stem, from, to)?;
    let ending = &path.name()[stem.len()..];
    Some(path.parent().join(&format!("{new}{ending}")))
}

/// Whether the file at this path gets another name in the same plan.
fn gives_up_its_name(environment: &EnvironmentGraph, path: &RepoPath) -> bool {
    let own = environment.rewrites.iter().filter(|one| one.path == *path);
    own.flat_map(|one| new_id(&one.replacements))
        .any(|(from, to)| {
            let new = renamed(environment, path, from, to);
            new.is_some_and(|new| new != *path)
        })
}

/// The id of a file and the one that it gets.
fn new_id(replacements: &[Replacement]) -> Option<(&RevisionId, &RevisionId)> {
    let mut of_id = replacements
        .iter()
        .filter(|one| one.field == Field::Revision);
    of_id.find_map(|one| Some((one.from.as_ref()?, &one.to)))
}

/// The values must be the old ones with the replacements made, and everything else as it was.
fn check(
    old: &RevisionFacts,
    new: &RevisionFacts,
    replacements: &[Replacement],
) -> Result<(), NotEdited> {
    for field in Field::ALL {
        let of_field = replacements.iter().filter(|one| one.field == field);
        let of_field: Vec<&Replacement> = of_field.collect();
        let expected = match old.field(field) {
            Some(fact) if !of_field.is_empty() => Some(replaced(fact.term.clone(), &of_field)?),
            other => other.map(|fact| fact.term.clone()),
        };
        let found = new.field(field);
        if found.map(|fact| &fact.term) != expected.as_ref() {
            let text = found.map_or("nothing".into(), FieldFact::written);
            return Err(NotEdited {
                reason: format!("`{field}` would be `{text}`, which differs from the plan"),
                position: old.field(field).map(|fact| fact.position),
                is_bad_id: false,
            });
        }
    }
    Ok(())
}

/// A value with other ids in place of these, all at once.
fn replaced(term: Term, replacements: &[&Replacement]) -> Result<Term, String> {
    let new = |one: &Replacement| Term::Str(one.to.to_string());
    let replacement_of = |term: &Term| {
        let is_from = |from: &Option<RevisionId>| match (term, from) {
            (Term::Str(text), Some(from)) => text == from.as_str(),
            _ => false,
        };
        replacements.iter().find(|one| is_from(&one.from))
    };
    let exchange = |items: Vec<Term>| {
        let stay = items.iter().filter(|item| replacement_of(item).is_none());
        let stay: Vec<&Term> = stay.collect();
        if let Some(one) = replacements.iter().find(|one| stay.contains(&&new(one))) {
            return Err(format!("`{}` names `{}` already", one.field, one.to));
        }
        let exchanged = items.into_iter().map(|item| match replacement_of(&item) {
            Some(one) => new(one),
            None => item,
        });
        Ok(exchanged.collect())
    };
    match term {
        Term::None | Term::Str(_) => Ok(replacements.last().map_or(term, |one| new(one))),
        Term::Sequence(items) => exchange(items).map(Term::Sequence),
        Term::Set(items) => exchange(items).map(Term::Set),
        other => Ok(other),
    }
}

/// The docstring says the same with the replacements made, where the file spells those lines out.
fn check_docstring(
    old: &Source<'_>,
    new: &Source<'_>,
    replacements: &[Replacement],
) -> Result<(), String> {
    if old.docstring() == new.docstring() {
        return Ok(());
    }
    let mut expected = old.docstring().unwrap_or_default().to_owned();
    for edit in edit::docstring(&expected.clone(), replacements)
        .into_iter()
        .rev()
    {
        expected.replace_range(edit.span.start..edit.span.end, &edit.text);
    }
    if new.docstring() == Some(expected.as_str()) {
        Ok(())
    } else {
        Err("its docstring would differ from the plan".into())
    }
}

fn id(facts: &RevisionFacts) -> Result<RevisionId, String> {
    match facts.field(Field::Revision).map(|fact| &fact.term) {
        Some(Term::Str(id)) => Ok(RevisionId::new(id)),
        _ => Err("`revision` is not a literal".into()),
    }
}

fn parents(facts: &RevisionFacts) -> Result<Vec<RevisionId>, String> {
    let one = |term: &Term| match term {
        Term::Str(id) => Ok(RevisionId::new(id)),
        _ => Err("`down_revision` is not a literal".to_owned()),
    };
    match facts.field(Field::DownRevision).map(|fact| &fact.term) {
        Some(Term::None) => Ok(Vec::new()),
        Some(Term::Sequence(terms) | Term::Set(terms)) => terms.iter().map(one).collect(),
        Some(term) => one(term).map(|id| vec![id]),
        None => Err("there is no `down_revision`".into()),
    }
}

/// The edit as a unified diff.
fn diff(old: (&RepoPath, &[u8]), new: (&RepoPath, &[u8])) -> Result<String, String> {
    let (old_text, new_text) = (text(old.1)?, text(new.1)?);
    Ok(similar::TextDiff::from_lines(&*old_text, &*new_text)
        .unified_diff()
        .header(&format!("a/{}", old.0), &format!("b/{}", new.0))
        .to_string())
}
