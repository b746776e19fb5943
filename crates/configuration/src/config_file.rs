//! The configuration of Alembic that a file holds, from its bytes.

use std::rc::Rc;

use onehead_model::{Finding, RepoPath};

use crate::bytes::{NOT_UTF_8, contains, text};
use crate::config::{Config, Table, bad};
use crate::ini::Ini;
use crate::sections;

/// The configuration that Alembic takes without being told.
pub const ALEMBIC_INI: &str = "alembic.ini";

/// Alembic's and onehead's tables, among those of others.
pub const PYPROJECT: &str = "pyproject.toml";

/// Whether the content of a configuration file of this name may lead to an environment. Most of them are something else,
/// and none of those is parsed.
#[must_use]
pub fn may_lead(name: &str, bytes: &[u8]) -> bool {
    match name {
        // It is one even if it says nothing.
        ALEMBIC_INI => true,
        PYPROJECT => contains(bytes, b"alembic"),
        _ => sections::may_lead(bytes),
    }
}

/// The configuration in a file that is said to hold one; of an ini file in this section. `beside` is the `pyproject.toml`
/// in the folder of the ini file.
pub fn named_config(
    path: &RepoPath,
    bytes: &[u8],
    section: Option<&str>,
    beside: Option<&(RepoPath, Vec<u8>)>,
) -> Result<Config, Finding> {
    if path.name().ends_with(".toml") {
        let table = alembic_table(path, bytes)?;
        let table = table.ok_or_else(|| bad(path, None, "the file has no `[tool.alembic]`"))?;
        return Ok(Config {
            ini: None,
            toml: Some(table),
        });
    }
    let ini = Ini::read(bytes).map_err(|error| bad(path, Some(error.line), error.message))?;
    let section = section.unwrap_or(sections::USUAL);
    if !ini.has_section(section) {
        return Err(bad(
            path,
            None,
            format!("the file has no section `[{section}]`"),
        ));
    }
    let toml = match beside {
        Some((path, bytes)) => alembic_table(path, bytes)?,
        None => None,
    };
    Ok(Config {
        ini: Some((path.clone(), Rc::new(ini), section.to_owned())),
        toml,
    })
}

/// The sections of an ini file that lead to an environment; none if it cannot be read.
pub fn leading_sections(bytes: &[u8]) -> Vec<Option<String>> {
    let Ok(ini) = Ini::read(bytes) else {
        return Vec::new();
    };
    let leading = sections::leading(&ini, |_| false).into_iter();
    leading.map(|section| Some(section.to_owned())).collect()
}

/// `[tool.alembic]` of a `pyproject.toml`, if it has one.
pub fn alembic_table(path: &RepoPath, bytes: &[u8]) -> Result<Option<Table>, Finding> {
    if !contains(bytes, b"alembic") {
        return Ok(None);
    }
    let text = text(bytes).map_err(|line| bad(path, Some(line), NOT_UTF_8))?;
    let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map(|span| text[..span.start].matches('\n').count() + 1);
        let line = line.and_then(|line| u32::try_from(line).ok());
        bad(path, line, error.message())
    })?;
    let tool = table.remove("tool").and_then(|tool| match tool {
        toml::Value::Table(mut tool) => tool.remove("alembic"),
        _ => None,
    });
    let table = match tool {
        Some(toml::Value::Table(table)) => table,
        Some(_) => return Err(bad(path, None, "`tool.alembic` is not a table")),
        None => return Ok(None),
    };
    if text.starts_with('\u{feff}') {
        let message = "the file starts with a byte order mark";
        return Err(bad(path, Some(1), message));
    }
    Ok(Some((path.clone(), Rc::new(table))))
}
