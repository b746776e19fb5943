//! One id, or one file name, taken apart: what comes before its number, a date, the number, and what comes behind.

use serde::{Deserialize, Serialize};

/// A day, as an id says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Date {
    /// With four digits.
    pub year: u16,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
}

/// Where an id stands in its sequence: first by date, then by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdPlace {
    /// The date, in a sequence that has one.
    pub date: Option<Date>,
    /// The number, in a sequence that has one.
    pub number: Option<u64>,
}

/// An id that has a date or a number, in pieces. Put together again, they are the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape<'t> {
    pub(crate) prefix: &'t str,
    /// The date, and what stands between year, month and day.
    pub(crate) date: Option<(Date, &'t str)>,
    /// What stands between date and number, and the digits of the number.
    pub(crate) number: Option<(&'t str, &'t str)>,
    /// All that is behind.
    pub(crate) ending: &'t str,
}

/// What may stand between the pieces.
const SEPARATORS: [char; 3] = ['_', '-', '.'];
/// More digits are no number that a person counts.
const MOST_DIGITS: usize = 18;

impl<'t> Shape<'t> {
    /// Takes it apart; none if it has neither date nor number, or ends otherwise than with words behind a separator.
    pub(crate) fn of(text: &'t str) -> Option<Self> {
        let start = text.find(|c: char| c.is_ascii_digit())?;
        let (prefix, rest) = text.split_at(start);
        let shape = match date(rest) {
            Some((date, separator, rest)) => {
                let (number, ending) = number_behind_date(rest);
                Self {
                    prefix,
                    date: Some((date, separator)),
                    number,
                    ending,
                }
            }
            None => {
                let (digits, ending) = digits(rest);
                Self {
                    prefix,
                    date: None,
                    number: Some(("", digits)),
                    ending,
                }
            }
        };
        let is_short = shape
            .number
            .is_none_or(|(_, digits)| digits.len() <= MOST_DIGITS);
        (is_short && is_ending(shape.ending)).then_some(shape)
    }

    pub(crate) fn place(&self) -> IdPlace {
        IdPlace {
            date: self.date.map(|(date, _)| date),
            number: self.number.and_then(|(_, digits)| digits.parse().ok()),
        }
    }
}

/// `20260301` or `2026_03_01`, with the separator and what comes behind.
fn date(text: &str) -> Option<(Date, &str, &str)> {
    let year: u16 = fixed(text, 4)?;
    let rest = &text[4..];
    let separator = &rest[..usize::from(rest.starts_with(SEPARATORS))];
    let rest = &rest[separator.len()..];
    let month: u8 = fixed(rest, 2)?;
    let rest = rest[2..].strip_prefix(separator)?;
    let day: u8 = fixed(rest, 2)?;
    let rest = &rest[2..];
    let is_whole = separator.is_empty() || !rest.starts_with(|c: char| c.is_ascii_digit());
    let is_valid =
        (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    (is_whole && is_valid).then_some((Date { year, month, day }, separator, rest))
}

/// The number of the first so many digits.
fn fixed<N: std::str::FromStr>(text: &str, count: usize) -> Option<N> {
    let head = text.get(..count)?;
    let is_number = head.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| head.parse().ok()).flatten()
}

type Number<'t> = (&'t str, &'t str);

/// The number behind a date, if all of what stands there up to the next separator is one.
fn number_behind_date(text: &str) -> (Option<Number<'_>>, &str) {
    let separator = &text[..usize::from(text.starts_with(SEPARATORS))];
    let (digits, ending) = digits(&text[separator.len()..]);
    match digits {
        "" => (None, text),
        digits if is_ending(ending) => (Some((separator, digits)), ending),
        _ => (None, text),
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

/// Nothing, or words behind a separator, of which the first is not another number.
fn is_ending(text: &str) -> bool {
    let Some(words) = text.strip_prefix(SEPARATORS) else {
        return text.is_empty();
    };
    let first = words.split(SEPARATORS).next().unwrap_or_default();
    first.contains(char::is_alphabetic)
}
