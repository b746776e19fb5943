//! Which pattern ids follow, if they follow one.

use super::pattern::{IdEnding, IdNumber, IdPattern, is_hash, is_time};
use super::shape::Shape;

/// How many of the ids have to follow the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// All of them.
    All,
    /// Any; the pattern is that of the most.
    Most,
}

impl IdPattern {
    /// The pattern that these ids follow, the last one first.
    #[must_use]
    pub fn of(ids: &[&str], coverage: Coverage) -> Option<Self> {
        let shapes: Vec<Shape<'_>> = ids.iter().filter_map(|id| Shape::of(id)).collect();
        let first = shapes.iter().map(kind);
        let count = |one: &Kind<'_>| shapes.iter().filter(|shape| kind(shape) == *one).count();
        // Of several that are as frequent, the one of the last ids.
        let kind_of_most = first.rev().max_by_key(count)?;
        let alike = shapes.iter().filter(|shape| kind(shape) == kind_of_most);
        let alike: Vec<&Shape<'_>> = alike.collect();
        match coverage {
            Coverage::All if alike.len() < ids.len() => None,
            _ => pattern(&alike),
        }
    }
}

/// What ids of one pattern have in common, apart from how many digits they have.
#[derive(PartialEq, Eq)]
struct Kind<'t> {
    prefix: &'t str,
    date: Option<&'t str>,
    number: Option<&'t str>,
    ending: EndingKind<'t>,
}

#[derive(PartialEq, Eq)]
enum EndingKind<'t> {
    Nothing,
    Words(&'t str),
    Hash(&'t str),
}

fn kind<'t>(shape: &Shape<'t>) -> Kind<'t> {
    let separator = shape.ending.get(..1).unwrap_or_default();
    Kind {
        prefix: shape.prefix,
        date: shape.date.map(|(_, separator)| separator),
        number: shape.number.map(|(separator, _)| separator),
        ending: match shape.ending {
            "" => EndingKind::Nothing,
            ending if is_hash(&ending[1..]) => EndingKind::Hash(separator),
            _ => EndingKind::Words(separator),
        },
    }
}

/// The pattern of ids of one kind; none if their numbers are not written alike.
fn pattern(shapes: &[&Shape<'_>]) -> Option<IdPattern> {
    let kind = kind(shapes.first()?);
    let digits = shapes.iter().filter_map(|shape| shape.number);
    let digits: Vec<&str> = digits.map(|(_, digits)| digits).collect();
    let number = match kind.number {
        Some(separator) => Some(number(separator, &digits, kind.date)?),
        None => None,
    };
    Some(IdPattern {
        prefix: kind.prefix.to_owned(),
        date_separator: kind.date.map(str::to_owned),
        number,
        ending: ending(&kind.ending, shapes),
    })
}

/// How these numbers are written: all with zeros up to a width, or none with a zero in front.
fn number(separator: &str, digits: &[&str], date: Option<&str>) -> Option<IdNumber> {
    let shortest = digits.iter().map(|digits| digits.len()).min()?;
    let longest = digits.iter().map(|digits| digits.len()).max()?;
    let has_zero = |digits: &&&str| digits.len() > 1 && digits.starts_with('0');
    let padded = digits.iter().find(has_zero).map(|digits| digits.len());
    // Without a separator only the number of digits tells where the date ends.
    let is_glued = date.is_some() && separator.is_empty();
    let width = match padded {
        Some(width) => width,
        None if is_glued => shortest,
        None => 1,
    };
    let is_alike = |digits: &&str| {
        digits.len() == width || digits.len() > width && !has_zero(&digits) && !is_glued
    };
    if !digits.iter().all(is_alike) {
        return None;
    }
    let numbers: Vec<u64> = digits
        .iter()
        .filter_map(|digits| digits.parse().ok())
        .collect();
    // A number that counts is smaller than an hour for long.
    let hour = if shortest == 4 { 100 } else { 10_000 };
    let clock = date.is_some()
        && shortest == longest
        && numbers.iter().all(|number| is_time(*number, shortest))
        && numbers.iter().any(|number| *number >= hour);
    Some(IdNumber {
        separator: separator.to_owned(),
        width: if clock { shortest } else { width },
        longest,
        clock,
    })
}

fn ending(kind: &EndingKind<'_>, shapes: &[&Shape<'_>]) -> IdEnding {
    let first = shapes[0].ending;
    let are_same = shapes.len() > 1 && shapes.iter().all(|shape| shape.ending == first);
    match kind {
        EndingKind::Nothing => IdEnding::Nothing,
        EndingKind::Words(_) if are_same => IdEnding::Same(first.to_owned()),
        EndingKind::Words(separator) => IdEnding::Words((*separator).to_owned()),
        EndingKind::Hash(separator) => IdEnding::Hash((*separator).to_owned()),
    }
}

#[cfg(test)]
#[path = "detect_tests.rs"]
mod tests;
