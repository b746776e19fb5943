//! The configuration of one environment: an ini section, `[tool.alembic]`, or both, the ini winning
//! key by key (`alembic.config.Config.get_alembic_option`).

use std::collections::BTreeMap;
use std::rc::Rc;

use onehead_model::{Code, ConfigOrigin, Finding, Location, RepoPath};

use crate::ini::{Ini, IniError};
use crate::named_paths::{here, shown};

/// `[tool.alembic]` of a `pyproject.toml`.
pub type Table = (RepoPath, Rc<toml::Table>);

/// A configuration that may lead to an environment.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// An ini file, and the section of it that counts.
    pub ini: Option<(RepoPath, Rc<Ini>, String)>,
    /// `[tool.alembic]` of a file.
    pub toml: Option<Table>,
}

impl Config {
    /// The file and its section; none if there is no file.
    #[must_use]
    pub fn origin(&self) -> Option<ConfigOrigin> {
        match (&self.ini, &self.toml) {
            (Some((path, _, section)), _) => Some(ConfigOrigin {
                path: path.clone(),
                section: Some(section.clone()),
            }),
            (None, Some((path, _))) => Some(ConfigOrigin {
                path: path.clone(),
                section: None,
            }),
            (None, None) => None,
        }
    }

    /// The folder of the file, in which people run Alembic.
    #[must_use]
    pub fn folder(&self) -> RepoPath {
        self.origin()
            .map_or_else(RepoPath::root, |origin| origin.path.parent())
    }

    /// A text option.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Finding> {
        if let Some((path, ini, section)) = &self.ini {
            let value = ini
                .get(section, name, &here(path))
                .map_err(|error| bad(path, Some(error.line), error.message))?;
            if value.is_some() {
                return Ok(value);
            }
        }
        match self.toml_value(name) {
            None => Ok(None),
            Some((path, toml::Value::String(text))) => self.toml_text(path, name, text).map(Some),
            Some((_, toml::Value::Integer(value))) => Ok(Some(value.to_string())),
            Some((path, _)) => Err(bad(
                path,
                None,
                format!("`tool.alembic.{name}` is neither text nor a number"),
            )),
        }
    }

    /// A boolean option: `true` in the ini, spelled so; a boolean in TOML.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Finding> {
        if let Some((path, ini, section)) = &self.ini {
            let value = ini
                .get(section, name, &here(path))
                .map_err(|error| bad(path, Some(error.line), error.message))?;
            if let Some(value) = value {
                return Ok(value == "true");
            }
        }
        match self.toml_value(name) {
            None => Ok(false),
            Some((_, toml::Value::Boolean(value))) => Ok(*value),
            Some((path, _)) => Err(bad(
                path,
                None,
                format!("`tool.alembic.{name}` is not a boolean"),
            )),
        }
    }

    /// A list of paths. `separators` are the options that may name the separator, and `legacy` are
    /// the characters besides the space that split where none does.
    pub(crate) fn list(
        &self,
        name: &str,
        separators: &[&str],
        legacy: &[char],
    ) -> Result<Vec<String>, Finding> {
        if let Some((path, ini, section)) = &self.ini {
            let fail = |error: IniError| bad(path, Some(error.line), error.message);
            let value = ini.get(section, name, &here(path)).map_err(fail)?;
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                for option in separators {
                    if let Some(separator) = ini.get(section, option, &here(path)).map_err(fail)? {
                        let character = separator_character(&separator).ok_or_else(|| {
                            let line = ini.line_of(section, option);
                            bad(path, line, format!("`{option}` is `{separator}`; Alembic takes `space`, `newline`, `os`, `:` or `;`"))
                        })?;
                        let parts = value.split(character).filter(|part| !part.is_empty());
                        return Ok(parts.map(|part| part.trim().to_owned()).collect());
                    }
                }
                return Ok(legacy_split(&value, legacy));
            }
        }
        match self.toml_value(name) {
            None => Ok(Vec::new()),
            Some((path, toml::Value::Array(items))) => items
                .iter()
                .map(|item| match item {
                    toml::Value::String(text) => self.toml_text(path, name, text),
                    _ => Err(bad(
                        path,
                        None,
                        format!("`tool.alembic.{name}` contains a value that is not text"),
                    )),
                })
                .collect(),
            Some((path, _)) => Err(bad(
                path,
                None,
                format!("`tool.alembic.{name}` is not a list"),
            )),
        }
    }

    /// The text that TOML gives an option, where no ini gives another one.
    pub(crate) fn toml_text_alone(&self, name: &str) -> Result<Option<String>, Finding> {
        let of_ini = |(_, ini, section): &(RepoPath, Rc<Ini>, String)| {
            let text = ini.raw_text(section, name);
            text.is_some_and(|text| !text.is_empty())
        };
        match self.toml_value(name) {
            Some((path, toml::Value::String(text))) if !self.ini.as_ref().is_some_and(of_ini) => {
                self.toml_text(path, name, text).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The options of the ini section, for a template that asks the configuration; with their
    /// values only if the template names them.
    #[must_use]
    pub fn options_for(&self, text: &str) -> BTreeMap<String, Option<String>> {
        let Some((path, ini, section)) = &self.ini else {
            return BTreeMap::new();
        };
        if !text.contains("config") {
            return BTreeMap::new();
        }
        let value = |name: &str| {
            let value = ini.get(section, name, &here(path)).ok().flatten();
            value
                .filter(|_| text.contains(name))
                .map(|value| shown(&value))
        };
        ini.options(section)
            .map(|name| (name.to_owned(), value(name)))
            .collect()
    }

    /// An option of `[tool.alembic]`, as it is written.
    pub(crate) fn toml_value(&self, name: &str) -> Option<(&RepoPath, &toml::Value)> {
        let (path, table) = self.toml.as_ref()?;
        Some((path, table.get(name)?))
    }

    /// Python's `text % {"here": …}`, as far as it cannot fail.
    pub(crate) fn toml_text(
        &self,
        path: &RepoPath,
        name: &str,
        text: &str,
    ) -> Result<String, Finding> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix('%') {
                out.push('%');
                rest = behind;
            } else if let Some(behind) = rest.strip_prefix("(here)s") {
                out.push_str(&here(path));
                rest = behind;
            } else {
                return Err(bad(
                    path,
                    None,
                    format!(
                        "`tool.alembic.{name}` has a `%` that is followed by neither `%` nor `(here)s`; write `%%` for a percent sign"
                    ),
                ));
            }
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// `Config._get_file_separator_char`. `os` is the colon: what is checked is what a Unix host runs.
fn separator_character(name: &str) -> Option<char> {
    match name {
        "space" => Some(' '),
        "newline" => Some('\n'),
        "os" | ":" => Some(':'),
        ";" => Some(';'),
        _ => None,
    }
}

/// Python's `re.split(", *|(?: +)", value)`, with more characters to split at.
pub(crate) fn legacy_split(value: &str, more: &[char]) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        if c == ',' || c == ' ' {
            while chars.next_if_eq(&' ').is_some() {}
            parts.push(String::new());
        } else if more.contains(&c) {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

/// That a configuration cannot be read.
pub fn bad(path: &RepoPath, line: Option<u32>, message: impl Into<String>) -> Finding {
    Finding::new(Code::BadConfiguration, message)
        .at(Location { path: path.clone(), line, column: None })
        .hint("correct the file, or exclude the environment with `exclude` in `onehead.toml`; Alembic reads it the same way")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::named_paths::{Roots, path_of};
    use pretty_assertions::assert_eq;

    fn config(ini: &str) -> Config {
        let path = RepoPath::new("db/alembic.ini").unwrap();
        Config {
            ini: Some((path, Rc::new(Ini::parse(ini).unwrap()), "alembic".into())),
            toml: None,
        }
    }

    fn locations(ini: &str) -> Result<Vec<String>, String> {
        config(ini)
            .version_locations()
            .map_err(|finding| finding.message)
    }

    #[test]
    fn version_locations_are_split_as_alembic_splits_them() {
        let table: &[(&str, &[&str])] = &[
            (
                "[alembic]\nversion_locations = a b,c,  d",
                &["a", "b", "c", "d"],
            ),
            (
                "[alembic]\npath_separator = os\nversion_locations = a:b c",
                &["a", "b c"],
            ),
            (
                "[alembic]\nversion_path_separator = space\nversion_locations = a b",
                &["a", "b"],
            ),
            (
                "[alembic]\npath_separator = newline\nversion_locations =\n  a\n  b",
                &["a", "b"],
            ),
            (
                "[alembic]\npath_separator = ;\nversion_path_separator = os\nversion_locations = a;b",
                &["a", "b"],
            ),
        ];
        for (ini, expected) in table {
            assert_eq!(locations(ini).unwrap(), *expected, "{ini}");
        }
        assert!(
            locations("[alembic]\nversion_path_separator = os  # x\nversion_locations = a")
                .is_err()
        );
        assert_eq!(
            locations("[alembic]\nversion_path_separator = os  # x").unwrap(),
            Vec::<String>::new()
        );
    }

    #[test]
    fn here_is_the_folder_of_the_file() {
        let value = config("[alembic]\nscript_location = %(here)s/../m")
            .script_location()
            .unwrap()
            .unwrap();
        assert_eq!(
            path_of(&value, &RepoPath::root(), &Roots::default()),
            RepoPath::new("m").ok()
        );
        assert_eq!(shown(&value), "db/../m");
    }

    #[test]
    fn text_where_a_list_of_folders_is_expected() {
        let table: &[(&str, &[&str])] = &[
            ("prepend_sys_path = \".\"", &["."]),
            ("prepend_sys_path = \"ab\"", &["a", "b"]),
            ("prepend_sys_path = [\"ab\", \".\"]", &["ab", "."]),
        ];
        for (text, expected) in table {
            let config = Config {
                ini: None,
                toml: Some((RepoPath::root().join("p"), Rc::new(text.parse().unwrap()))),
            };
            assert_eq!(config.prepend_sys_path().unwrap(), *expected, "{text}");
        }
    }
}
