//! The post-write hooks of a configuration (`Config.get_hooks_list`). Read, never run.

use std::collections::BTreeMap;

use onehead_model::{Finding, PostWriteHook};

use crate::config::{Config, bad, legacy_split};
use crate::named_paths::here;

const SECTION: &str = "post_write_hooks";

impl Config {
    /// The post-write hooks in their order. An ini with the section, even an empty one, silences the TOML.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn post_write_hooks(&self) -> Result<Vec<PostWriteHook>, Finding> {
        match &self.ini {
            Some((_, ini, _)) if ini.has_section(SECTION) => from_ini(self),
            _ => from_toml(self),
        }
    }
}

fn from_ini(config: &Config) -> Result<Vec<PostWriteHook>, Finding> {
    let Some((path, ini, _)) = &config.ini else {
        return Ok(Vec::new());
    };
    let folder = here(path);
    let mut options = BTreeMap::new();
    for name in ini.options(SECTION) {
        let value = ini
            .get(SECTION, name, &folder)
            .map_err(|error| bad(path, Some(error.line), error.message))?;
        options.insert(name, value.unwrap_or_default().replace(&folder, "%(here)s"));
    }
    let names = legacy_split(options.get("hooks").map_or("", String::as_str), &[]);
    let names = names.into_iter().filter(|name| !name.is_empty());
    Ok(names
        .map(|name| {
            let prefix = format!("{name}.");
            let own = options.iter().filter_map(|(option, value)| {
                Some((option.strip_prefix(&prefix)?.to_owned(), value.clone()))
            });
            PostWriteHook {
                options: own.collect(),
                name,
            }
        })
        .collect())
}

fn from_toml(config: &Config) -> Result<Vec<PostWriteHook>, Finding> {
    let Some((path, value)) = config.toml_value(SECTION) else {
        return Ok(Vec::new());
    };
    let wrong = || {
        bad(
            path,
            None,
            "`tool.alembic.post_write_hooks` is not a list of tables of text, each with a `name`",
        )
    };
    let toml::Value::Array(hooks) = value else {
        return Err(wrong());
    };
    hooks
        .iter()
        .map(|hook| {
            let toml::Value::Table(table) = hook else {
                return Err(wrong());
            };
            let mut options = BTreeMap::new();
            for (name, value) in table {
                let text = value.as_str().ok_or_else(wrong)?;
                let text = config.toml_text(path, SECTION, text)?;
                options.insert(name.clone(), text.replace(&here(path), "%(here)s"));
            }
            let name = options.remove("name").ok_or_else(wrong)?;
            Ok(PostWriteHook { name, options })
        })
        .collect()
}
