//! The name of a revision file (`ScriptDirectory._rev_path`).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::mako::DateTime;

/// What a file template can name.
pub(crate) struct Parts<'a> {
    pub(crate) rev: &'a str,
    pub(crate) message: &'a str,
    pub(crate) date: &'a DateTime,
    /// Seconds since 1970 in UTC.
    pub(crate) epoch: i64,
    pub(crate) truncate_slug_length: u32,
}

/// The file's path below its version location: `file_template % {…}` and `.py`.
///
/// # Errors
/// A template that Python would not format, or only in a way that is not known here.
pub(crate) fn file_name(template: &str, parts: &Parts<'_>) -> Result<String, String> {
    let slug = slug(parts.message, parts.truncate_slug_length as usize);
    let mut out = String::new();
    for piece in pieces(template)? {
        let (name, spec) = match piece {
            Piece::Text(text) => {
                out.push_str(text);
                continue;
            }
            Piece::Value(name, spec) => (name, spec),
        };
        let date = parts.date;
        let value = match name {
            "rev" => Value::Text(parts.rev),
            "slug" => Value::Text(&slug),
            "epoch" => Value::Number(parts.epoch),
            "year" => Value::Number(date.year.into()),
            "month" => Value::Number(date.month.into()),
            "day" => Value::Number(date.day.into()),
            "hour" => Value::Number(date.hour.into()),
            "minute" => Value::Number(date.minute.into()),
            "second" => Value::Number(date.second.into()),
            other => {
                return Err(format!(
                    "`file_template` names `{other}`, which Alembic does not know"
                ));
            }
        };
        out.push_str(&spec.format(&value)?);
    }
    out.push_str(".py");
    Ok(out)
}

/// Whether the template could have given a file of this revision this name, which has neither folder nor `.py`.
pub(crate) fn fits(template: &str, rev: &str, name: &str) -> bool {
    let template = template.rsplit('/').next().unwrap_or_default();
    let Ok(pieces) = pieces(template) else {
        return false;
    };
    // How much of the name the pieces so far can have given.
    let mut ends = BTreeSet::from([0]);
    for piece in pieces {
        let behind = |at: usize| {
            let lengths = piece.lengths(&name[at..], rev).into_iter();
            lengths.map(move |length| at + length)
        };
        ends = ends.into_iter().flat_map(behind).collect();
    }
    ends.contains(&name.len())
}

/// What a template consists of.
enum Piece<'t> {
    Text(&'t str),
    /// `%(name)…`
    Value(&'t str, Spec),
}

impl Piece<'_> {
    /// How long what it gives to the beginning of a name can be.
    fn lengths(&self, name: &str, rev: &str) -> Vec<usize> {
        let exactly = |text: &str| match name.starts_with(text) {
            true => vec![text.len()],
            false => vec![],
        };
        match self {
            Self::Text(text) => exactly(text),
            Self::Value("rev", _) => exactly(rev),
            Self::Value("slug", _) => {
                let word = WORD.find(name).filter(|word| word.start() == 0);
                let longest = word.map_or(0, |word| word.end());
                (0..=longest)
                    .filter(|at| name.is_char_boundary(*at))
                    .collect()
            }
            Self::Value(..) => (1..=digits(name).0.len()).collect(),
        }
    }
}

fn pieces(template: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        pieces.push(Piece::Text(&rest[..at]));
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('%') {
            pieces.push(Piece::Text("%"));
            rest = behind;
            continue;
        }
        let inner = rest
            .strip_prefix('(')
            .and_then(|inner| inner.split_once(')'));
        let (name, behind) = inner.ok_or("`file_template` has a `%` without a (name)")?;
        let (spec, behind) = Spec::parse(behind)?;
        pieces.push(Piece::Value(name, spec));
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

/// Python's `\w+`, which takes no combining marks.
static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[\p{L}\p{N}_]+").expect("a constant"));

/// Words joined by `_`, in lower case, cut at `length` characters back to the last `_`, which stays.
pub(crate) fn slug(message: &str, length: usize) -> String {
    let words: Vec<&str> = WORD.find_iter(message).map(|word| word.as_str()).collect();
    let slug = words.join("_").to_lowercase();
    match slug.char_indices().nth(length) {
        None => slug,
        Some((end, _)) => {
            let cut = &slug[..end];
            format!("{}_", cut.rsplit_once('_').map_or(cut, |(kept, _)| kept))
        }
    }
}

enum Value<'a> {
    Text(&'a str),
    Number(i64),
}

/// `[flags][width][.precision]conversion` of Python's `%`.
struct Spec {
    left: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    conversion: char,
}

/// No file name is wider.
const MAX_WIDTH: usize = 255;

impl Spec {
    fn parse(text: &str) -> Result<(Self, &str), String> {
        let flags = text.len() - text.trim_start_matches(['-', '0']).len();
        let (flags, rest) = text.split_at(flags);
        let (width, rest) = digits(rest);
        let (precision, rest) = match rest.strip_prefix('.') {
            Some(rest) => {
                let (precision, rest) = digits(rest);
                (Some(number(precision)?), rest)
            }
            None => (None, rest),
        };
        let mut rest = rest.chars();
        let conversion = rest.next().filter(|c| matches!(c, 's' | 'd' | 'i' | 'u'));
        let conversion = conversion
            .ok_or("`file_template` has a `%(name)` that is not followed by `s` or `d`")?;
        let spec = Self {
            left: flags.contains('-'),
            zero: flags.contains('0'),
            width: number(width)?,
            precision,
            conversion,
        };
        Ok((spec, rest.as_str()))
    }

    fn format(&self, value: &Value<'_>) -> Result<String, String> {
        let (text, numeric) = match (value, self.conversion) {
            (Value::Text(text), 's') => {
                let most = self.precision.unwrap_or(usize::MAX);
                (text.chars().take(most).collect(), false)
            }
            (Value::Number(number), 's') => (number.to_string(), false),
            (Value::Number(number), _) => {
                let least = self.precision.unwrap_or(1);
                let sign = if *number < 0 { "-" } else { "" };
                (format!("{sign}{:0>least$}", number.unsigned_abs()), true)
            }
            (Value::Text(_), _) => return Err("`file_template` formats text as a number".into()),
        };
        let width = self.width;
        Ok(if self.left {
            format!("{text:<width$}")
        } else if self.zero && numeric {
            let sign = if text.starts_with('-') { "-" } else { "" };
            format!(
                "{sign}{:0>1$}",
                text.trim_start_matches('-'),
                width.saturating_sub(sign.len())
            )
        } else {
            format!("{text:>width$}")
        })
    }
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len())
}

fn number(text: &str) -> Result<usize, String> {
    match text {
        "" => Ok(0),
        text => text
            .parse()
            .ok()
            .filter(|width| *width <= MAX_WIDTH)
            .ok_or_else(|| format!("`file_template` has the width {text}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn name(template: &str, message: &str) -> Result<String, String> {
        let date = DateTime {
            year: 2024,
            month: 5,
            day: 6,
            hour: 7,
            minute: 8,
            second: 9,
            microsecond: 0,
            offset: None,
            zone: None,
        };
        file_name(
            template,
            &Parts {
                rev: "a1",
                message,
                date: &date,
                epoch: 1_714_979_289,
                truncate_slug_length: 40,
            },
        )
    }

    #[test]
    fn as_python_formats() {
        let table = [
            (
                "%(rev)s_%(slug)s",
                "Merge  heads: A & b",
                "a1_merge_heads_a_b.py",
            ),
            ("%(rev)s_%(slug)s", "", "a1_.py"),
            (
                "%(year)d_%(month).2d_%(day)02d-%(rev)s",
                "x",
                "2024_05_06-a1.py",
            ),
            ("%(year)d/%(month).2d/%(slug)s", "x", "2024/05/x.py"),
            ("%(epoch)s", "x", "1714979289.py"),
            ("100%%_%(rev).1s", "x", "100%_a.py"),
            ("%(rev)4s|%(rev)-4s|%(hour)4d", "x", "  a1|a1  |   7.py"),
            (
                "%(slug)s",
                "a word that is followed by quite a few other words",
                "a_word_that_is_followed_by_quite_a_few_.py",
            ),
            ("%(slug)s", "Äpfel ÉTÉ", "äpfel_été.py"),
        ];
        for (template, message, expected) in table {
            assert_eq!(
                name(template, message).as_deref(),
                Ok(expected),
                "{template}"
            );
        }
        for template in ["%(nope)s", "%s", "%(rev)d", "%(rev)", "%(rev)q"] {
            assert!(name(template, "x").is_err(), "{template}");
        }
    }

    #[test]
    fn a_name_fits_the_template_that_can_have_given_it() {
        let table = [
            ("%(rev)s_%(slug)s", "a1_add_users", true),
            ("%(rev)s_%(slug)s", "a1_", true),
            ("%(rev)s_%(slug)s", "a1", false),
            ("%(rev)s_%(slug)s", "a2_add_users", false),
            ("%(rev)s_%(slug)s", "a1_add-users", false),
            ("%(rev)s_%(slug)s", "a1_äpfel_été_²", true),
            // No word of Python's has a combining mark.
            ("%(rev)s_%(slug)s", "a1_e\u{301}te", false),
            ("%(slug)s_%(rev)s", "a1_a1_a1", true),
            ("%(slug)s%(slug)s_%(rev)s", "äpfel_a1", true),
            ("%(year)d_%(month).2d-%(rev)s", "2024_05-a1", true),
            ("%(year)d_%(month).2d-%(rev)s", "_05-a1", false),
            ("%(year)d%(month).2d%(rev)s", "202405a1", true),
            ("%(year)d/%(month).2d/%(slug)s", "add_users", true),
            ("100%%_%(rev)s", "100%_a1", true),
            ("%(rev)s.+", "a1.+", true),
            ("%(rev)s.+", "a1xx", false),
            ("%s", "a1", false),
        ];
        for (template, name, expected) in table {
            assert_eq!(fits(template, "a1", name), expected, "{template} {name}");
        }
    }
}
