//! The settings: only what the defaults would not find, behind everything else in `pyproject.toml` if there is
//! one, else in an `onehead.toml` of their own. Settings that are there are never changed.

use std::fs;

use onehead_model::RepoPath;
use onehead_scan::{ScanError, Settings};
use serde::Serialize;

use super::error::InitError;
use super::look::Here;
use super::{Part, Policy};
use crate::install::steps::Step;

/// Keys of the settings, as `docs/settings.md` has them.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Values {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) exclude: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) environment: Vec<EnvironmentValues>,
}

/// An `[[environment]]`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct EnvironmentValues {
    pub(super) script_location: RepoPath,
    pub(super) policy: Policy,
}

/// `[tool.onehead]`.
#[derive(Serialize)]
struct Shared<'a> {
    tool: Tool<'a>,
}

#[derive(Serialize)]
struct Tool<'a> {
    onehead: &'a Values,
}

const OWN: &str = "onehead.toml";
const SHARED: &str = "pyproject.toml";

impl Values {
    fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// As an `onehead.toml`.
    fn text(&self) -> String {
        toml::to_string(self).expect("text and lists of text")
    }
}

/// The settings that these values are.
pub(super) fn read(values: &Values) -> Result<Settings, ScanError> {
    Settings::parse(&RepoPath::root().join(OWN), values.text().as_bytes())
}

/// What is to be written.
pub(super) fn plan(here: &Here) -> Result<Part, InitError> {
    let values = &here.values;
    if let Some(path) = &here.settings {
        return agrees(here, path);
    }
    if values.is_empty() {
        return Ok(Part::nothing("none needed, the defaults fit"));
    }
    let shared = here.root().join(SHARED);
    if let Ok(old) = fs::read_to_string(&shared) {
        let path = fs::canonicalize(&shared).unwrap_or(shared);
        let text = behind(&old, values).map_err(|why| InitError::ByHand {
            path: SHARED,
            why,
            otherwise: "",
            text: in_tool(values),
        })?;
        return Ok(Part {
            says: shown(&format!("{SHARED} gets a table"), &in_tool(values)),
            steps: vec![Step::Write {
                path,
                bytes: text.into_bytes(),
                executable: false,
            }],
        });
    }
    let steps = super::new_file(here.root(), OWN, values.text(), "")?;
    Ok(Part {
        says: shown(&format!("{OWN} is created"), &values.text()),
        steps,
    })
}

/// What happens, with the lines that are written.
fn shown(what: &str, text: &str) -> String {
    let lines = text.lines().filter(|line| !line.is_empty());
    let lines: String = lines.map(|line| format!("\n  {line}")).collect();
    format!("{what}{lines}")
}

/// Whether the settings that are there say what they are asked to.
fn agrees(here: &Here, path: &RepoPath) -> Result<Part, InitError> {
    let text = fs::read_to_string(here.root().join(path.as_str())).unwrap_or_default();
    let mut there: toml::Table = text.parse().unwrap_or_default();
    for key in ["tool", "onehead"] {
        if path.as_str() == SHARED {
            there = match there.remove(key) {
                Some(toml::Value::Table(inner)) => inner,
                _ => toml::Table::new(),
            };
        }
    }
    let mut asked = table(&here.values.text());
    // What a default says needs no line.
    asked.retain(|key, value| {
        let is_default = key == "policy" && value.as_str() == Some(Policy::Single.as_setting());
        there.contains_key(key) || !is_default
    });
    asked.retain(|key, value| there.get(key) != Some(value));
    if asked.is_empty() {
        return Ok(Part::nothing(&format!("{path} has them already")));
    }
    Err(InitError::Settled {
        path: path.to_string(),
        text: toml::to_string(&asked).expect("text and lists of text"),
    })
}

/// The values as a table at the end of a `pyproject.toml`, of which no other byte changes.
fn behind(old: &str, values: &Values) -> Result<String, String> {
    let newline = if old.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = match old {
        "" => String::new(),
        old if old.ends_with('\n') => newline.to_owned(),
        _ => newline.repeat(2),
    };
    let added = in_tool(values).replace('\n', newline);
    let new = format!("{old}{gap}{added}");
    let mut expected: toml::Table = old.parse().map_err(|_| "it is not TOML".to_owned())?;
    let tool = expected
        .entry("tool")
        .or_insert_with(|| toml::Table::new().into())
        .as_table_mut()
        .ok_or("`tool` is not a table")?;
    tool.insert("onehead".into(), table(&values.text()).into());
    match new.parse::<toml::Table>() {
        Ok(read) if read == expected => Ok(new),
        _ => Err("a table at its end would not be [tool.onehead]".into()),
    }
}

fn in_tool(values: &Values) -> String {
    let tool = Tool { onehead: values };
    toml::to_string(&Shared { tool }).expect("text and lists of text")
}

fn table(text: &str) -> toml::Table {
    text.parse().expect("it was just written")
}

#[cfg(test)]
mod tests {
    use onehead_model::RepoPath;
    use pretty_assertions::assert_eq;

    use super::*;

    fn values() -> Values {
        Values {
            target: Some("origin/\"x\"".into()),
            environment: vec![EnvironmentValues {
                script_location: RepoPath::root().join("db"),
                policy: Policy::PerLabel,
            }],
            ..Values::default()
        }
    }

    #[test]
    fn a_table_comes_behind_what_is_there() {
        let added = "[tool.onehead]\ntarget = 'origin/\"x\"'\n\n[[tool.onehead.environment]]\nscript-location = \"db\"\npolicy = \"per-label\"\n";
        for old in ["", "a = 1\n", "[tool.x]\nb = 2  # c\n", "[[x]]\n"] {
            let gap = if old.is_empty() { "" } else { "\n" };
            assert_eq!(behind(old, &values()), Ok(format!("{old}{gap}{added}")));
        }
        assert_eq!(behind("a = 1", &values()), Ok(format!("a = 1\n\n{added}")));
        let crlf = behind("a = 1\r\n", &values()).expect("it fits");
        assert_eq!(crlf, format!("a = 1\n\n{added}").replace('\n', "\r\n"));
    }

    #[test]
    fn where_no_table_can_come_nothing_is_guessed() {
        for old in ["tool = {}\n", "tool = 1\n", "a =\n"] {
            let _ = behind(old, &values()).expect_err(old);
        }
    }
}
