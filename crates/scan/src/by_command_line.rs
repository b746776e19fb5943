//! The environments that the command line names.

use onehead_configuration::config_file::{leading_sections, named_config};
use onehead_configuration::{Config, sections};
use onehead_model::RepoPath;

use crate::ScanError;
use crate::file_names::{ALEMBIC_INI, PYPROJECT};
use crate::finder::{Discovery, Finder};
use crate::named::Named;
use crate::paths::is_folder;

impl Finder<'_> {
    /// What the command line names has to be there.
    pub(crate) fn by_command_line(
        &self,
        named: &Named,
        found: &mut Discovery,
    ) -> Result<(), ScanError> {
        for path in &named.configs {
            found.tried.named.insert(path.as_str().to_owned());
            let Some(bytes) = self.read(path, found)? else {
                return Err(ScanError::NoSuchConfig(path.to_string()));
            };
            let is_toml = path.name().ends_with(".toml");
            let beside = path.parent().join(PYPROJECT);
            let toml = match is_toml {
                true => None,
                false => self.read(&beside, found)?.map(|bytes| (beside, bytes)),
            };
            let sections = match is_toml || self.options.section.is_some() {
                true => Vec::new(),
                false => leading_sections(&bytes),
            };
            let sections = match sections.is_empty() {
                true => vec![self.options.section.clone()],
                false => sections,
            };
            for section in sections {
                match named_config(path, &bytes, section.as_deref(), toml.as_ref()) {
                    Ok(config) => self.locate(config, found),
                    Err(finding) => found.findings.push(finding),
                }
            }
        }
        let unsettled = std::mem::take(&mut found.unsettled);
        if let Some(folder) = &named.script_location {
            if !is_folder(self.files, folder, &mut found.tried) {
                return Err(ScanError::NoSuchScriptLocation(folder.to_string()));
            }
            // A configuration that was named applies to the folder that was named with it.
            let config = found.located.pop().map(|located| located.config);
            let config = config.or_else(|| unsettled.into_iter().rev().find_map(|one| one.config));
            let config = match config {
                Some(config) => config,
                None => self.config_inside(folder, found)?,
            };
            self.add(config, folder.clone(), &self.roots, found);
        } else {
            for one in unsettled {
                self.say(&one.path, one.finding, found);
            }
        }
        Ok(())
    }

    /// Flask-Migrate's ini, which lies inside the migrations folder.
    fn config_inside(&self, folder: &RepoPath, found: &mut Discovery) -> Result<Config, ScanError> {
        let path = folder.join(ALEMBIC_INI);
        let ini = match self.read(&path, found)? {
            Some(bytes) => self.ini(&path, &bytes, found),
            None => None,
        };
        let ini = ini.filter(|ini| ini.has_section(sections::USUAL));
        Ok(Config {
            ini: ini.map(|ini| (path, ini, sections::USUAL.to_owned())),
            toml: None,
        })
    }
}
