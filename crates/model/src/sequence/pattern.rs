//! What the ids of a sequence have in common, and the id that comes next.

use serde::{Deserialize, Serialize};

use super::shape::{Date, IdPlace, Shape};

/// The pattern that ids follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdPattern {
    /// What each begins with.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub prefix: String,
    /// What stands between year, month and day, if each has a date.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date_separator: Option<String>,
    /// How the number is written, if each has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<IdNumber>,
    /// What each ends with.
    #[serde(skip_serializing_if = "IdEnding::is_nothing", default)]
    pub ending: IdEnding,
}

/// How the number of an id is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdNumber {
    /// What stands between the date and the number.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub separator: String,
    /// The least digits that it is written with, with zeros in front.
    pub width: usize,
    /// The most digits that it has. A longer one is no number of this sequence.
    pub longest: usize,
    /// Whether it is the time of the day: hours and minutes, perhaps seconds.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub clock: bool,
}

/// What stands behind the number of an id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdEnding {
    /// Nothing.
    #[default]
    Nothing,
    /// The same in each id.
    Same(String),
    /// This, and the words of the message.
    Words(String),
    /// This, and hexadecimal digits.
    Hash(String),
}

impl IdEnding {
    fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

/// An instant, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The day.
    pub date: Date,
    /// Up to 23.
    pub hour: u8,
    /// Up to 59.
    pub minute: u8,
    /// Up to 59.
    pub second: u8,
}

impl IdPattern {
    /// Where an id stands, whatever it ends with; none if its date and number are not written like the others.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<IdPlace> {
        let shape = Shape::of(id)?;
        let fits = shape.prefix == self.prefix
            && shape.date.map(|(_, separator)| separator) == self.date_separator.as_deref()
            && self.fits_number(shape.number);
        fits.then(|| shape.place())
    }

    fn fits_number(&self, number: Option<(&str, &str)>) -> bool {
        match (&self.number, number) {
            (None, None) => true,
            (Some(pattern), Some((separator, digits))) => {
                pattern.separator == separator
                    && (pattern.width..=pattern.longest).contains(&digits.len())
            }
            _ => false,
        }
    }

    /// The smallest place above all of these ids, at this instant or later.
    #[must_use]
    pub fn next<'i>(&self, ids: impl IntoIterator<Item = &'i str>, at: Stamp) -> IdPlace {
        let places: Vec<IdPlace> = ids.into_iter().filter_map(|id| self.place(id)).collect();
        let top = places.iter().max();
        let number = places.iter().filter_map(|place| place.number).max();
        let date = self.date_separator.as_ref().map(|_| at.date);
        let now = match &self.number {
            None => {
                return IdPlace {
                    date: date.max(top.and_then(|top| top.date)),
                    number: None,
                };
            }
            Some(pattern) if pattern.clock => at.clock(pattern.width),
            Some(_) => number.map_or(1, |number| number + 1),
        };
        let now = IdPlace {
            date,
            number: Some(now),
        };
        match top {
            Some(top) => now.max(self.after(*top)),
            None => now,
        }
    }

    /// The next place of the same date. Without a number, ids of one date are counted from 2.
    #[must_use]
    pub fn after(&self, place: IdPlace) -> IdPlace {
        let next = place.number.map_or(2, |number| number + 1);
        let time = match &self.number {
            Some(pattern) if pattern.clock => {
                (next..next + 10_000).find(|time| is_time(*time, pattern.width))
            }
            _ => None,
        };
        IdPlace {
            number: Some(time.unwrap_or(next)),
            ..place
        }
    }

    /// The id at a place. `words` are those of the message, joined by `_`; `hash` is for ids that end with one.
    #[must_use]
    pub fn write(&self, place: IdPlace, words: &str, hash: &str) -> String {
        let number = place.number.map(|number| match &self.number {
            Some(pattern) => {
                let width = pattern.width;
                format!("{}{number:0>width$}", pattern.separator)
            }
            None => format!("_{number}"),
        });
        let number = number.unwrap_or_default();
        let date = self.date(place);
        let ending = match &self.ending {
            IdEnding::Nothing => String::new(),
            IdEnding::Same(text) => text.clone(),
            IdEnding::Words(_) if words.is_empty() => String::new(),
            IdEnding::Words(separator) => format!("{separator}{words}"),
            IdEnding::Hash(separator) => format!("{separator}{hash}"),
        };
        // A number that is no part of the pattern would change what the words of the others are compared with.
        match &self.number {
            Some(_) => format!("{}{date}{number}{ending}", self.prefix),
            None => format!("{}{date}{ending}{number}", self.prefix),
        }
    }

    /// An id of the sequence at another place, with the rest as it is.
    #[must_use]
    pub fn moved(&self, id: &str, place: IdPlace) -> Option<String> {
        self.place(id)?;
        let ending = Shape::of(id)?.ending;
        let bare = Self {
            ending: IdEnding::Same(ending.to_owned()),
            ..self.clone()
        };
        Some(bare.write(place, "", ""))
    }

    fn date(&self, place: IdPlace) -> String {
        match (&self.date_separator, place.date) {
            (Some(separator), Some(date)) => format!(
                "{:04}{separator}{:02}{separator}{:02}",
                date.year, date.month, date.day
            ),
            _ => String::new(),
        }
    }
}

impl Stamp {
    /// Earlier than what any id says.
    pub const START: Self = Self {
        date: Date {
            year: 1970,
            month: 1,
            day: 1,
        },
        hour: 0,
        minute: 0,
        second: 0,
    };

    /// The time of the day in four or six digits.
    fn clock(self, width: usize) -> u64 {
        let minutes = u64::from(self.hour) * 100 + u64::from(self.minute);
        match width {
            4 => minutes,
            _ => minutes * 100 + u64::from(self.second),
        }
    }
}

/// Whether it is a time of the day, as `HHMM` or `HHMMSS`.
pub(super) fn is_time(number: u64, digits: usize) -> bool {
    let (hours, minutes, seconds) = match digits {
        4 => (number / 100, number % 100, 0),
        6 => (number / 10_000, number / 100 % 100, number % 100),
        _ => return false,
    };
    hours < 24 && minutes < 60 && seconds < 60
}

/// Whether it looks like the random part of an id.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() >= 8
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}
