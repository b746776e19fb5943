//! The text of the settings, with more at its end.

use std::fs;
use std::path::{Path, PathBuf};

use onehead_model::{RepoPath, SuggestedEnvironment};
use serde::Serialize;

use super::end_of_text::with_more;
use super::values::{SHARED, Values};

/// onehead's own table of a file that holds settings.
pub(super) fn own_table<'t>(
    path: &RepoPath,
    whole: &'t mut toml::Table,
) -> Option<&'t mut toml::Table> {
    if path.as_str() != SHARED {
        return Some(whole);
    }
    let tool = whole.get_mut("tool")?.as_table_mut()?;
    tool.get_mut("onehead")?.as_table_mut()
}

/// More environments for settings that are there.
#[derive(Debug)]
pub(super) struct Extension {
    /// The file, links followed.
    pub(super) file: PathBuf,
    /// All of it, with what is added.
    pub(super) text: String,
    pub(super) added: String,
}

impl Extension {
    /// These entries at the end of the settings; none where there are none, or where that would change anything else.
    pub(super) fn of(
        root: &Path,
        path: &RepoPath,
        suggested: &[SuggestedEnvironment],
    ) -> Option<Self> {
        let file = fs::canonicalize(root.join(path.as_str())).ok()?;
        let old = fs::read_to_string(&file).ok()?;
        let mut expected: toml::Table = old.parse().ok()?;
        let entries = own_table(path, &mut expected)?
            .entry("environment")
            .or_insert_with(|| toml::Value::Array(Vec::new()))
            .as_array_mut()?;
        let mut values = Values::default();
        values.add_suggested(suggested);
        let added = table(&values.text()).remove("environment")?;
        entries.extend(added.as_array()?.iter().cloned());
        let added = match path.as_str() {
            SHARED => in_tool(&values),
            _ => values.text(),
        };
        let text = with_more(&old, &added);
        let is_it = text
            .parse::<toml::Table>()
            .is_ok_and(|read| read == expected);
        is_it.then_some(Self { file, text, added })
    }
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

/// The values as `[tool.onehead]`.
pub(super) fn in_tool(values: &Values) -> String {
    let tool = Tool { onehead: values };
    toml::to_string(&Shared { tool }).expect("text and lists of text")
}

/// The text as a table.
pub(super) fn table(text: &str) -> toml::Table {
    text.parse().expect("it was just written")
}
