//! The settings: only what the defaults would not find, behind everything else in `pyproject.toml` if there is
//! one, else in an `onehead.toml` of their own. Settings that are there get entries for environments at their end, and
//! are never changed otherwise.

use std::fs;

use onehead_model::{PlannedFile, RepoPath};

use super::end_of_text::with_more;
use super::error::{InitError, Part};
use super::look::Here;
use super::options::Policy;
use super::part::{PartPlan, new_file};
use super::settings_text::{in_tool, own_table, table};
use super::values::{OWN, SHARED, Values};
use crate::hooks::Step;

/// What is to be written.
pub(super) fn plan(here: &Here) -> Result<PartPlan, InitError> {
    let values = &here.values;
    if let Some(path) = &here.settings {
        agrees(here, path)?;
        return Ok(match &here.extension {
            Some(more) => PartPlan {
                says: PlannedFile::Extended(path.to_string(), lines(&more.added)),
                steps: vec![Step::Write {
                    path: more.file.clone(),
                    bytes: more.text.clone().into_bytes(),
                    executable: false,
                }],
            },
            None => PartPlan::nothing(PlannedFile::Present(path.to_string())),
        });
    }
    if values.is_empty() {
        return Ok(PartPlan::nothing(PlannedFile::NotNeeded));
    }
    let shared = here.root().join(SHARED);
    if let Ok(old) = fs::read_to_string(&shared) {
        let path = fs::canonicalize(&shared).unwrap_or(shared);
        let text = behind(&old, values).map_err(|why| InitError::ByHand {
            path: SHARED.into(),
            why,
            part: Part::Settings,
            text: in_tool(values),
        })?;
        return Ok(PartPlan {
            says: PlannedFile::Extended(SHARED.into(), lines(&in_tool(values))),
            steps: vec![Step::Write {
                path,
                bytes: text.into_bytes(),
                executable: false,
            }],
        });
    }
    let steps = new_file(here.root(), OWN, values.text(), Part::Settings)?;
    Ok(PartPlan {
        says: PlannedFile::Created(OWN.into(), lines(&values.text())),
        steps,
    })
}

/// The lines that are written.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// Whether the settings that are there say what they are asked to.
fn agrees(here: &Here, path: &RepoPath) -> Result<(), InitError> {
    let text = fs::read_to_string(here.root().join(path.as_str())).unwrap_or_default();
    let mut there: toml::Table = text.parse().unwrap_or_default();
    let there = own_table(path, &mut there).cloned().unwrap_or_default();
    let mut asked = table(&here.values.text());
    // What a default says needs no line.
    asked.retain(|key, value| {
        let is_default = key == "policy" && value.as_str() == Some(Policy::Single.as_setting());
        there.contains_key(key) || !is_default
    });
    asked.retain(|key, value| there.get(key) != Some(value));
    if asked.is_empty() {
        return Ok(());
    }
    Err(InitError::Settled {
        path: path.to_string(),
        text: toml::to_string(&asked).expect("text and lists of text"),
    })
}

/// The values as a table at the end of a `pyproject.toml`, of which no other byte changes.
fn behind(old: &str, values: &Values) -> Result<String, String> {
    let new = with_more(old, &in_tool(values));
    let mut expected: toml::Table = old.parse().map_err(|_| "it is not TOML".to_owned())?;
    let tool = expected
        .entry("tool")
        .or_insert_with(|| toml::Table::new().into())
        .as_table_mut()
        .ok_or("`tool` is not a table")?;
    tool.insert("onehead".into(), table(&values.text()).into());
    match new.parse::<toml::Table>() {
        Ok(read) if read == expected => Ok(new),
        _ => Err("a table at its end would not be `[tool.onehead]`".into()),
    }
}

#[cfg(test)]
mod tests {
    use onehead_model::RepoPath;
    use pretty_assertions::assert_eq;

    use super::super::values::EnvironmentValues;
    use super::*;

    fn values() -> Values {
        Values {
            target: Some("origin/\"x\"".into()),
            environment: vec![EnvironmentValues {
                script_location: RepoPath::root().join("db"),
                policy: Some(Policy::PerLabel),
                ..EnvironmentValues::of(&RepoPath::root())
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
