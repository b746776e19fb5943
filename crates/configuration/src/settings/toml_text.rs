//! The text of a TOML file that holds settings: which line is meant by what is wrong with it.

use std::ops::Range;

use onehead_model::RepoPath;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::error::{SettingsError, bad};
use super::nearest::nearest;
use crate::bytes::{NOT_UTF_8, text};

/// The keys of each table, by the name of the table.
pub(crate) type Keys = &'static [(&'static str, &'static [&'static str])];

/// A file that may hold the settings.
pub(crate) struct TomlText<'a> {
    pub(crate) path: &'a RepoPath,
    /// What stands before the names of the keys there.
    pub(crate) prefix: &'static str,
    text: &'a str,
}

impl<'a> TomlText<'a> {
    pub(crate) fn new(
        path: &'a RepoPath,
        prefix: &'static str,
        bytes: &'a [u8],
    ) -> Result<Self, SettingsError> {
        let text = text(bytes).map_err(|line| bad(path, &format!("line {line}: {NOT_UTF_8}")))?;
        Ok(Self { path, prefix, text })
    }

    pub(crate) fn table(&self) -> Result<Spanned<DeTable<'a>>, SettingsError> {
        DeTable::parse(self.text)
            .map_err(|error| self.at(error.span().unwrap_or_default(), error.message()))
    }

    /// Refuses a key that is not known.
    pub(crate) fn check_keys(&self, keys: Keys, table: &DeTable) -> Result<(), SettingsError> {
        self.check_table(keys, table, "", "")
    }

    /// Refuses it in the table of this name and in those in it, whose keys people know as `shown` and the key.
    fn check_table(
        &self,
        keys: Keys,
        table: &DeTable,
        name: &str,
        shown: &str,
    ) -> Result<(), SettingsError> {
        let Some((_, known)) = keys.iter().find(|(table, _)| *table == name) else {
            return Ok(());
        };
        let prefix = format!("{}{shown}", self.prefix);
        for (key, value) in table {
            let word: &str = key.get_ref();
            if !known.contains(&word) {
                let near = nearest(word, known);
                let reason =
                    format!("unknown key `{prefix}{word}`; did you mean `{prefix}{near}`?");
                return Err(self.at(key.span(), &reason));
            }
            let name = format!("{name}.{word}");
            let name = name.trim_start_matches('.');
            match value.get_ref() {
                DeValue::Table(table) => {
                    self.check_table(keys, table, name, &format!("{shown}{word}."))?;
                }
                DeValue::Array(entries) => {
                    for (index, entry) in entries.iter().enumerate() {
                        if let DeValue::Table(table) = entry.get_ref() {
                            self.check_table(
                                keys,
                                table,
                                name,
                                &format!("{shown}{word}[{index}]."),
                            )?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The values, each of its kind.
    pub(crate) fn values<T: DeserializeOwned>(
        &self,
        own: Spanned<DeValue<'_>>,
    ) -> Result<T, SettingsError> {
        serde_path_to_error::deserialize(ValueDeserializer::from(own)).map_err(|error| {
            let key = error.path().to_string();
            let error = error.into_inner();
            let reason = format!("`{}{key}`: {}", self.prefix, error.message());
            self.at(error.span().unwrap_or_default(), &reason)
        })
    }

    pub(crate) fn at(&self, span: Range<usize>, reason: &str) -> SettingsError {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        bad(self.path, &format!("line {line}: {reason}"))
    }
}
