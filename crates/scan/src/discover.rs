//! Which environments a repository has: by its settings, its configuration files, and by folders that look like one.
//! Which names of files are looked for is in `file_names`.

use std::rc::Rc;

use onehead_configuration::bytes::contains;
use onehead_configuration::config_file::{alembic_table, named_config};
use onehead_configuration::ini::Ini;
use onehead_configuration::{Config, Table, bad, sections};
use onehead_model::{Code, Finding, LeftOutBy, RepoPath};

use crate::ScanError;
use crate::candidates::{Candidates, Configurations};
use crate::file_names::ALEMBIC_INI;
use crate::finder::{Discovery, Finder};
use crate::located::{sort, unify};
use crate::named::Named;
use crate::paths::is_folder;
use crate::unsettled::{Belongs, Unsettled};

impl Finder<'_> {
    /// Looks everywhere, or only where the command line says.
    pub(crate) fn discover(&self, named: &Named) -> Result<Discovery, ScanError> {
        let mut found = Discovery::default();
        if named.configs.is_empty() && named.script_location.is_none() {
            let candidates = Candidates::of(self.files)?;
            let paths = candidates.paths().map(|path| path.as_str().to_owned());
            found.tried.files.extend(paths);
            self.by_settings(&candidates, &mut found)?;
            for of_folder in candidates.folders.values() {
                self.by_configurations(of_folder, &mut found);
            }
            self.settle(&candidates, &mut found);
            self.by_folders(&candidates, &mut found);
            self.unmet(&mut found);
            sort(&mut found.located);
        } else {
            self.by_command_line(named, &mut found)?;
        }
        unify(&mut found.located);
        Ok(found)
    }

    /// Folders that the settings name have to be there, and configurations that they name lead to environments.
    fn by_settings(&self, candidates: &Candidates, found: &mut Discovery) -> Result<(), ScanError> {
        for one in &self.settings.environments {
            if let Some(folder) = &one.script_location
                && !is_folder(self.files, folder, &mut found.tried)
            {
                let message = format!("`{folder}` is not a folder of the repository");
                found.findings.push(
                    Finding::new(Code::MissingScriptLocation, message)
                        .at(self.settings_file())
                        .hint("correct `script-location` in the settings"),
                );
                continue;
            }
            let Some(path) = &one.config else { continue };
            found.tried.named.insert(path.as_str().to_owned());
            let Some(bytes) = self.read(path, found)? else {
                let message = format!("`config` is `{path}`, which is not in the repository");
                found.findings.push(
                    Finding::new(Code::BadConfiguration, message)
                        .at(self.settings_file())
                        .hint("correct `config` in the settings"),
                );
                continue;
            };
            let beside = candidates.folders.get(&path.parent());
            let toml = beside.and_then(|of_folder| of_folder.toml.as_ref());
            match named_config(path, &bytes, one.section.as_deref(), toml) {
                Ok(config) => {
                    found.done.extend(config.origin());
                    match &one.script_location {
                        Some(folder) => self.add(config, folder.clone(), &self.roots, found),
                        None => self.locate(config, found),
                    }
                }
                Err(finding) => found.findings.push(finding),
            }
        }
        Ok(())
    }

    /// What an entry of the settings says of a configuration to which nothing leads.
    fn unmet(&self, found: &mut Discovery) {
        for one in &self.settings.environments {
            let (Some(section), None) = (&one.section, &one.config) else {
                continue;
            };
            let is_met = found.located.iter().any(|located| {
                one.fits(&located.script_location, located.config.origin().as_ref())
            });
            let folder = one.script_location.clone().unwrap_or_default();
            if !is_met && self.settings.wants(&folder) {
                let message =
                    format!("no configuration with a section `[{section}]` leads to `{folder}`");
                found.findings.push(
                    Finding::new(Code::BadConfiguration, message)
                        .at(self.settings_file())
                        .hint("correct `section`, or name the ini file with `config`"),
                );
            }
        }
    }

    /// What the configuration files of one folder lead to.
    fn by_configurations(&self, of_folder: &Configurations, found: &mut Discovery) {
        let toml = of_folder.toml.as_ref().and_then(|(path, bytes)| {
            alembic_table(path, bytes).unwrap_or_else(|finding| {
                self.say(path, finding, found);
                None
            })
        });
        for (path, bytes) in &of_folder.inis {
            if let Some(ini) = self.ini(path, bytes, found) {
                self.by_ini(path, &ini, toml.as_ref(), found);
            }
        }
        // Where there is an `alembic.ini`, Alembic reads both.
        let is_alone = !of_folder.inis.keys().any(|path| path.name() == ALEMBIC_INI);
        if let Some((path, table)) = toml.filter(|_| is_alone) {
            let config = Config {
                ini: None,
                toml: Some((path, table)),
            };
            self.by_config(config, found);
        }
    }

    /// An ini file, if it can be read.
    pub(crate) fn ini(
        &self,
        path: &RepoPath,
        bytes: &[u8],
        found: &mut Discovery,
    ) -> Option<Rc<Ini>> {
        match Ini::read(bytes) {
            Ok(ini) => Some(Rc::new(ini)),
            Err(error) => {
                let finding = bad(path, Some(error.line), error.message);
                match contains(bytes, b"{{") || contains(bytes, b"{%") {
                    true => found.unsettled.push(Unsettled {
                        path: path.clone(),
                        config: None,
                        value: None,
                        finding,
                    }),
                    false => self.say(path, finding, found),
                }
                None
            }
        }
    }

    /// Every section of an ini that leads to an environment, or the one that was asked for.
    fn by_ini(&self, path: &RepoPath, ini: &Rc<Ini>, toml: Option<&Table>, found: &mut Discovery) {
        let config = |section: &str| Config {
            ini: Some((path.clone(), Rc::clone(ini), section.to_owned())),
            toml: toml.cloned(),
        };
        if let Some(section) = self.options.section.as_deref() {
            if ini.has_section(section) {
                self.by_config(config(section), found);
            }
            return;
        }
        let is_named = |section: &str| {
            let mut entries = self.settings.environments.iter();
            entries.any(|one| {
                one.section.as_deref() == Some(section)
                    && one.config.as_ref().is_none_or(|config| config == path)
            })
        };
        for section in sections::leading(ini, is_named) {
            self.by_config(config(section), found);
        }
    }

    fn by_config(&self, config: Config, found: &mut Discovery) {
        let Some(origin) = config.origin() else {
            return;
        };
        if self.settings.excludes_file(&origin.path) {
            let folders = self.places(&config, found);
            found
                .left_out
                .entry(origin.path)
                .or_default()
                .extend(folders);
        } else if found.done.insert(origin) {
            self.locate(config, found);
        }
    }

    /// Finds the environments to which configurations belong that do not hold here.
    fn settle(&self, candidates: &Candidates, found: &mut Discovery) {
        for one in std::mem::take(&mut found.unsettled) {
            let folder = one.path.parent();
            let mut homes = |left_out_by: Option<LeftOutBy>| -> Vec<RepoPath> {
                candidates
                    .homes
                    .iter()
                    .filter(|home| self.settings.leaves_out(home) == left_out_by)
                    .filter(|home| **home == folder || self.looks_like_one(home, found))
                    .cloned()
                    .collect()
            };
            let (wanted, not_included) = (homes(None), homes(Some(LeftOutBy::Include)));
            let is_claimed = |home: &RepoPath| {
                let mut located = found.located.iter();
                located.any(|one| one.script_location == *home)
            };
            let is_of_another = || {
                let belongs = one.belongs(self.files, &not_included, &is_claimed);
                belongs != Belongs::Nowhere
            };
            match (one.belongs(self.files, &wanted, &is_claimed), &one.config) {
                (Belongs::To(home, elsewhere), Some(config)) => {
                    let roots = Unsettled::roots(&self.roots, elsewhere.as_ref());
                    self.add(config.clone(), home, &roots, found);
                }
                (Belongs::To(..) | Belongs::ToOneThatIsRead, _) => {}
                (Belongs::Nowhere, _) if is_of_another() => {}
                (Belongs::Nowhere, _) if self.is_of_the_settings(&one, found) => {}
                (Belongs::Nowhere, _) => self.say(&one.path, one.finding, found),
            }
        }
    }

    /// Whether the settings name the environment of a configuration that does not hold here: one to which no other
    /// configuration leads, below the folder of this one.
    fn is_of_the_settings(&self, one: &Unsettled, found: &mut Discovery) -> bool {
        let folder = one.path.parent();
        self.settings.environments.iter().any(|entry| {
            let is_free = |home: &RepoPath| {
                let mut located = found.located.iter();
                !located.any(|one| one.script_location == *home && one.config.origin().is_some())
            };
            entry.script_location.as_ref().is_some_and(|home| {
                home.is_within(&folder)
                    && is_free(home)
                    && self.settings.wants(home)
                    && self.files.is_folder(home)
            })
        })
    }

    fn by_folders(&self, candidates: &Candidates, found: &mut Discovery) {
        for folder in &candidates.homes {
            let is_known = found
                .located
                .iter()
                .any(|one| one.script_location == *folder);
            let is_said = !self.settings.of(folder, None).is_empty();
            if !is_known && (is_said || self.looks_like_one(folder, found)) {
                self.add(Config::default(), folder.clone(), &self.roots, found);
            }
        }
        for one in &self.settings.environments {
            let Some(folder) = one
                .script_location
                .as_ref()
                .filter(|_| !one.names_a_configuration())
            else {
                continue;
            };
            let is_known = found
                .located
                .iter()
                .any(|one| one.script_location == *folder);
            if !is_known && is_folder(self.files, folder, &mut found.tried) {
                self.add(Config::default(), folder.clone(), &self.roots, found);
            }
        }
    }

    /// Whether revisions lie where they do by default. Alembic's own templates, shipped by a project, have the other files
    /// of an environment but no revisions. In a submodule there may be some.
    fn looks_like_one(&self, home: &RepoPath, found: &mut Discovery) -> bool {
        let folder = home.join("versions");
        if self.files.is_submodule(&folder) {
            return true;
        }
        let is_in_template = folder.parts().any(|part| part == "templates");
        if !is_in_template {
            return is_folder(self.files, &folder, &mut found.tried);
        }
        let text = folder.as_str().to_owned();
        found.tried.python_folders.insert(text);
        let mut below = self.files.below(&folder);
        below.any(|file| file.path.ends_with(".py") && self.files.is_there(file))
    }
}
