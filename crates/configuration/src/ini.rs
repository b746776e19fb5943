//! Ini files as Python's `configparser.ConfigParser()` reads them, with basic interpolation.
//!
//! The ini crates differ from it in what a comment is, where a value goes on, which repetitions are
//! errors and how `%` is read, and every one of these decides where migrations are looked for.
//! So the format is read here, by the rules of `configparser` (strict, `=` and `:`, `#` and `;` at
//! the start of a line only, values over several lines).

use std::collections::{BTreeMap, BTreeSet};

use crate::bytes::{NOT_UTF_8, text};

/// A parsed file: sections in order, options in lower case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ini {
    defaults: BTreeMap<String, Value>,
    sections: Vec<(String, BTreeMap<String, Value>)>,
}

#[derive(Debug, Clone, PartialEq)]
struct Value {
    text: String,
    line: u32,
}

/// Why a file or a value is not what `configparser` takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct IniError {
    /// Line, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

fn error<T>(line: u32, message: impl Into<String>) -> Result<T, IniError> {
    Err(IniError {
        line,
        message: message.into(),
    })
}

/// How often a value may refer to another (`configparser.MAX_INTERPOLATION_DEPTH`).
const MAX_DEPTH: usize = 10;

/// How long an interpolated value may become: a few lines that double each other stay small.
const MAX_LENGTH: usize = 1 << 16;

/// How many references a value may lead to: empty values that double each other stay short.
const MAX_REFERENCES: usize = 10_000;

/// A value as it is interpolated.
#[derive(Default)]
struct Interpolated {
    text: String,
    references: usize,
}

impl Ini {
    /// Parses the bytes of a file. Python stops at any that its encoding does not know, also in a comment.
    ///
    /// # Errors
    /// They are not UTF-8, or those of [`Ini::parse`].
    pub fn read(bytes: &[u8]) -> Result<Self, IniError> {
        match text(bytes) {
            Ok(text) => Self::parse(text),
            Err(line) => error(line, NOT_UTF_8),
        }
    }

    /// Parses the text of a file.
    ///
    /// # Errors
    /// A line before the first section, a line that is no option, a section or option given twice.
    pub fn parse(text: &str) -> Result<Self, IniError> {
        let mut ini = Self::default();
        let mut parser = Parser::default();
        // Python's text mode turns every line break into `\n`.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if text.starts_with('\u{feff}') {
            return error(1, "the file starts with a byte order mark");
        }
        for (number, line) in (1..).zip(text.split('\n')) {
            parser.line(&mut ini, number, line)?;
        }
        parser.finish_option(&mut ini);
        Ok(ini)
    }

    /// The names of the sections, in order, without `DEFAULT`.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|(name, _)| name.as_str())
    }

    /// Whether there is such a section.
    #[must_use]
    pub fn has_section(&self, section: &str) -> bool {
        self.sections().any(|name| name == section)
    }

    /// Whether the section itself gives the option, `DEFAULT` aside.
    #[must_use]
    pub fn gives(&self, section: &str, option: &str) -> bool {
        self.section(section)
            .is_some_and(|options| options.contains_key(option))
    }

    /// An option of a section, or of `DEFAULT`, as it is written.
    #[must_use]
    pub fn raw_text(&self, section: &str, option: &str) -> Option<&str> {
        self.raw(section, option).map(|value| value.text.as_str())
    }

    /// Whether `DEFAULT` gives the option.
    #[must_use]
    pub fn defaults_give(&self, option: &str) -> bool {
        self.defaults.contains_key(option)
    }

    /// The options that a section gives itself, `DEFAULT` aside, sorted.
    pub fn own_options(&self, section: &str) -> impl Iterator<Item = &str> {
        let own = self.section(section).into_iter().flat_map(BTreeMap::keys);
        own.map(String::as_str)
    }

    /// An option of a section, or of `DEFAULT`, interpolated. `here` is what `%(here)s` stands for.
    ///
    /// # Errors
    /// An interpolation that does not resolve.
    pub fn get(&self, section: &str, option: &str, here: &str) -> Result<Option<String>, IniError> {
        let Some(value) = self.raw(section, option) else {
            return Ok(None);
        };
        let mut out = Interpolated::default();
        self.interpolate(&mut out, section, option, value, here, 1)?;
        Ok(Some(out.text))
    }

    /// The options that a section has, those of `DEFAULT` included, sorted.
    pub fn options(&self, section: &str) -> impl Iterator<Item = &str> {
        let own = self.section(section).into_iter().flat_map(BTreeMap::keys);
        let names: BTreeSet<&str> = own
            .chain(self.defaults.keys())
            .map(String::as_str)
            .collect();
        names.into_iter()
    }

    /// The line on which an option stands.
    #[must_use]
    pub fn line_of(&self, section: &str, option: &str) -> Option<u32> {
        self.raw(section, option).map(|value| value.line)
    }

    fn section(&self, section: &str) -> Option<&BTreeMap<String, Value>> {
        self.sections
            .iter()
            .find(|(name, _)| name == section)
            .map(|(_, options)| options)
    }

    fn raw(&self, section: &str, option: &str) -> Option<&Value> {
        self.section(section)
            .and_then(|options| options.get(option))
            .or_else(|| self.defaults.get(option))
    }

    /// `configparser.BasicInterpolation`: `%%` is a percent sign, `%(name)s` another option of the
    /// section or of `DEFAULT`, and any other percent sign is an error.
    fn interpolate(
        &self,
        out: &mut Interpolated,
        section: &str,
        option: &str,
        value: &Value,
        here: &str,
        depth: usize,
    ) -> Result<(), IniError> {
        if depth > MAX_DEPTH {
            return error(
                value.line,
                format!("`{option}` refers to other options more than {MAX_DEPTH} levels deep"),
            );
        }
        let mut rest = value.text.as_str();
        while let Some(at) = rest.find('%') {
            out.text.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix('%') {
                out.text.push('%');
                rest = behind;
                continue;
            }
            let inner = rest
                .strip_prefix('(')
                .and_then(|inner| inner.split_once(")s"));
            let Some((name, behind)) =
                inner.filter(|(name, _)| !name.is_empty() && !name.contains(')'))
            else {
                return error(
                    value.line,
                    format!(
                        "`{option}` has a `%` that is followed by neither `%` nor `(name)s`; write `%%` for a percent sign"
                    ),
                );
            };
            out.references += 1;
            if out.references > MAX_REFERENCES {
                return error(
                    value.line,
                    format!("`{option}` refers to other options more than {MAX_REFERENCES} times"),
                );
            }
            let name = name.to_lowercase();
            match self.raw(section, &name) {
                Some(other) => self.interpolate(out, section, &name, other, here, depth + 1)?,
                None if name == "here" => out.text.push_str(here),
                None => {
                    return error(
                        value.line,
                        format!(
                            "`{option}` refers to `%({name})s`, which neither `[{section}]` nor `[DEFAULT]` sets"
                        ),
                    );
                }
            }
            if out.text.len() > MAX_LENGTH {
                return error(
                    value.line,
                    format!("`{option}` is longer than {MAX_LENGTH} bytes"),
                );
            }
            rest = behind;
        }
        out.text.push_str(rest);
        Ok(())
    }
}

/// `configparser.RawConfigParser._read`
#[derive(Default)]
struct Parser {
    section: Option<usize>,
    in_defaults: bool,
    option: Option<(String, u32, Vec<String>)>,
    indent: usize,
}

impl Parser {
    fn line(&mut self, ini: &mut Ini, number: u32, line: &str) -> Result<(), IniError> {
        let value = line.trim();
        let is_comment = value.starts_with(['#', ';']);
        if value.is_empty() || is_comment {
            // An empty line may belong to a value over several lines; a comment never does.
            if !is_comment && let Some((_, _, lines)) = &mut self.option {
                lines.push(String::new());
            }
            return Ok(());
        }
        let indent = line.len() - line.trim_start().len();
        if let Some((_, _, lines)) = &mut self.option
            && indent > self.indent
        {
            lines.push(value.to_owned());
            return Ok(());
        }
        self.indent = indent;
        self.finish_option(ini);
        match section_header(value) {
            Some(name) => self.open_section(ini, number, name),
            None => self.open_option(ini, number, value),
        }
    }

    fn open_section(&mut self, ini: &mut Ini, number: u32, name: &str) -> Result<(), IniError> {
        self.in_defaults = name == "DEFAULT";
        if self.in_defaults {
            self.section = None;
            return Ok(());
        }
        if ini.has_section(name) {
            return error(number, format!("section `[{name}]` occurs twice"));
        }
        ini.sections.push((name.to_owned(), BTreeMap::new()));
        self.section = Some(ini.sections.len() - 1);
        Ok(())
    }

    fn open_option(&mut self, ini: &Ini, number: u32, value: &str) -> Result<(), IniError> {
        if self.section.is_none() && !self.in_defaults {
            return error(
                number,
                "the file has an option before its first `[section]`",
            );
        }
        let Some((name, text)) = value.split_once(['=', ':']) else {
            return error(
                number,
                format!("`{value}` is neither `[section]` nor `option = value`"),
            );
        };
        let name = name.trim_end().to_lowercase();
        if name.is_empty() {
            return error(number, format!("`{value}` is a value without an option"));
        }
        let known = match self.section {
            Some(section) => &ini.sections[section].1,
            None => &ini.defaults,
        };
        if known.contains_key(&name) {
            return error(
                number,
                format!("option `{name}` occurs twice in its section"),
            );
        }
        self.option = Some((name, number, vec![text.trim().to_owned()]));
        Ok(())
    }

    fn finish_option(&mut self, ini: &mut Ini) {
        if let Some((name, line, lines)) = self.option.take() {
            let text = lines.join("\n").trim_end().to_owned();
            let options = match self.section {
                Some(section) => &mut ini.sections[section].1,
                None => &mut ini.defaults,
            };
            options.insert(name, Value { text, line });
        }
    }
}

/// `\[(?P<header>.+)\]` at the start: up to the last closing bracket.
fn section_header(value: &str) -> Option<&str> {
    let inner = value.strip_prefix('[')?;
    let end = inner.rfind(']')?;
    (end > 0).then(|| &inner[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn get(text: &str, option: &str) -> Result<Option<String>, String> {
        let ini = Ini::parse(text).map_err(|error| error.to_string())?;
        ini.get("alembic", option, "/here")
            .map_err(|error| error.to_string())
    }

    /// `a8` refers to `a7` twenty times, and so on down to `a0`.
    fn doubling(innermost: &str) -> String {
        let line = |at: usize| format!("a{at} = {}\n", format!("%(a{})s", at - 1).repeat(20));
        let lines: String = (1..9).map(line).collect();
        format!("[alembic]\na0 ={innermost}\n{lines}")
    }

    #[test]
    fn references_that_double_each_other_end() {
        let empty = get(&doubling(""), "a8").expect_err("too many");
        assert!(
            empty.contains("refers to other options more than 10000 times"),
            "{empty}"
        );
        let long = get(&doubling(&"x".repeat(100)), "a8").expect_err("too long");
        assert!(long.contains("longer than 65536 bytes"), "{long}");
    }

    #[test]
    fn what_a_value_is() {
        let table = [
            ("[alembic]\na = b", "a", Some("b")),
            ("[alembic]\nA : b ", "a", Some("b")),
            (
                "[alembic]\na = b  # no comment",
                "a",
                Some("b  # no comment"),
            ),
            (
                "[alembic]\na = b\n  c\n\n  d\n# out\nz=1",
                "a",
                Some("b\nc\n\nd"),
            ),
            ("[alembic]\na =\n  b\n  c", "a", Some("\nb\nc")),
            ("[DEFAULT]\na = b\n[alembic]\n", "a", Some("b")),
            ("[alembic]\na = %(here)s/m", "a", Some("/here/m")),
            (
                "[alembic]\nroot = x\na = %(ROOT)s/%%(rev)s",
                "a",
                Some("x/%(rev)s"),
            ),
            ("[alembic]\r\na = b\r\n", "a", Some("b")),
            ("[alembic]\na = b", "c", None),
        ];
        for (text, option, expected) in table {
            assert_eq!(
                get(text, option),
                Ok(expected.map(str::to_owned)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_refused() {
        for text in [
            "a = b",
            "\u{feff}[alembic]\na = b",
            "[alembic]\na = b\na = c",
            "[alembic]\n[alembic]",
            "[alembic]\nnonsense",
            "[alembic]\na = 100%",
            "[alembic]\na = %(zz)s",
            "[alembic]\na = %(a)s",
        ] {
            assert!(get(text, "a").is_err(), "{text:?}");
        }
    }
}
