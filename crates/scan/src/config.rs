//! The configuration of one environment: an ini section, `[tool.alembic]`, or both, the ini winning
//! key by key (`alembic.config.Config.get_alembic_option`).

use std::collections::BTreeMap;
use std::rc::Rc;

use onehead_model::{Code, ConfigOrigin, Finding, Location, RepoPath};

use crate::ini::Ini;

/// What `%(here)s` becomes: no path of a file system starts like this, so that a folder of the
/// repository is told from an absolute path without knowing where the repository lies.
const HERE: &str = "/\u{1}";

/// A configuration that may lead to an environment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    pub(crate) ini: Option<(RepoPath, Rc<Ini>, String)>,
    pub(crate) toml: Option<(RepoPath, Rc<toml::Table>)>,
}

impl Config {
    pub(crate) fn origin(&self) -> Option<ConfigOrigin> {
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
    pub(crate) fn folder(&self) -> RepoPath {
        self.origin()
            .map_or_else(RepoPath::root, |origin| origin.path.parent())
    }

    /// A text option.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, Finding> {
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
    /// the characters besides the space that split where none does
    /// (`Config.get_version_locations_list`, `get_prepend_sys_paths_list`).
    pub(crate) fn list(
        &self,
        name: &str,
        separators: &[&str],
        legacy: &[char],
    ) -> Result<Vec<String>, Finding> {
        if let Some((path, ini, section)) = &self.ini {
            let fail = |error: crate::ini::IniError| bad(path, Some(error.line), error.message);
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

    /// `prepend_sys_path`. Text in TOML is taken as Python takes it where it expects a list: letter by letter, which makes
    /// `"."` what people mean by it.
    pub(crate) fn prepended(&self) -> Result<Vec<String>, Finding> {
        const NAME: &str = "prepend_sys_path";
        let of_ini = |(_, ini, section): &(RepoPath, Rc<Ini>, String)| {
            let text = ini.raw_text(section, NAME);
            text.is_some_and(|text| !text.is_empty())
        };
        match self.toml_value(NAME) {
            Some((path, toml::Value::String(text))) if !self.ini.as_ref().is_some_and(of_ini) => {
                let text = self.toml_text(path, NAME, text)?;
                Ok(text.chars().map(String::from).collect())
            }
            _ => self.list(NAME, &["path_separator"], &[':']),
        }
    }

    /// The options of the ini section, for a template that asks the configuration; with their
    /// values only if the template names them.
    pub(crate) fn options_for(&self, text: &str) -> BTreeMap<String, Option<String>> {
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

/// What `%(here)s` stands for in this file.
pub(crate) fn here(path: &RepoPath) -> String {
    format!("{HERE}/{}", path.parent().as_str())
        .trim_end_matches('/')
        .to_owned()
}

/// Absolute paths that are folders of the repository.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roots(Vec<(String, RepoPath)>);

impl Roots {
    /// The root of the repository lies at this path, if it is known.
    pub(crate) fn at(root: Option<&str>) -> Self {
        let root = root.map(|root| (root.trim_end_matches('/').to_owned(), RepoPath::root()));
        Self(root.into_iter().collect())
    }

    /// Elsewhere, this folder of the repository lies at this path.
    pub(crate) fn with(&self, absolute: &str, folder: &RepoPath) -> Self {
        let mut all = self.0.clone();
        all.push((absolute.trim_end_matches('/').to_owned(), folder.clone()));
        Self(all)
    }

    fn inside(&self, absolute: &str) -> Option<RepoPath> {
        self.0.iter().find_map(|(root, folder)| {
            let rest = absolute.strip_prefix(root.as_str())?;
            let is_below = rest.is_empty() || rest.starts_with('/');
            is_below.then(|| folder.resolve(rest.trim_start_matches('/')))?
        })
    }
}

/// The path that a configuration names, seen from `base`. `None` if it lies outside the repository.
pub(crate) fn path_of(text: &str, base: &RepoPath, roots: &Roots) -> Option<RepoPath> {
    if let Some(rest) = text.strip_prefix(HERE) {
        return RepoPath::root().resolve(rest.trim_start_matches('/'));
    }
    if text.starts_with('/') {
        return roots.inside(text);
    }
    base.resolve(text)
}

/// Whether a value begins at the root of a file system, and not at the folder of the configuration.
pub(crate) fn is_absolute(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with(HERE)
}

/// A value of the configuration as people wrote it.
pub(crate) fn shown(text: &str) -> String {
    text.replace(&format!("{HERE}/"), "").replace(HERE, ".")
}

pub(crate) fn bad(path: &RepoPath, line: Option<u32>, message: impl Into<String>) -> Finding {
    Finding::new(Code::BadConfiguration, message)
        .at(Location { path: path.clone(), line, column: None })
        .hint("correct the file, or exclude the environment with `exclude` in `onehead.toml`; Alembic reads it the same way")
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn config(ini: &str) -> Config {
        let path = RepoPath::new("db/alembic.ini").unwrap();
        Config {
            ini: Some((path, Rc::new(Ini::parse(ini).unwrap()), "alembic".into())),
            toml: None,
        }
    }

    fn locations(ini: &str) -> Result<Vec<String>, String> {
        let separators = ["path_separator", "version_path_separator"];
        config(ini)
            .list("version_locations", &separators, &[])
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
            .get("script_location")
            .unwrap()
            .unwrap();
        assert_eq!(
            path_of(&value, &RepoPath::root(), &Roots::default()),
            RepoPath::new("m").ok()
        );
        assert_eq!(shown(&value), "db/../m");
    }

    #[test]
    fn absolute_paths_of_the_repository() {
        let root = RepoPath::root();
        let roots = Roots::at(Some("/home/ann/shop")).with("/usr/src/app/", &root.join("backend"));
        let table = [
            ("/home/ann/shop/m", Some("m")),
            ("/home/ann/shop", Some("")),
            ("/home/ann/shopping/m", None),
            ("/usr/src/app/m", Some("backend/m")),
            ("/usr/src", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|path| RepoPath::new(path).unwrap());
            assert_eq!(path_of(text, &root, &roots), expected, "{text}");
        }
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
            assert_eq!(config.prepended().unwrap(), *expected, "{text}");
        }
    }
}
