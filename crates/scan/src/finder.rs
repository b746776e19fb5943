//! From a configuration to the folders of its environment.

use std::collections::BTreeSet;

use onehead_model::{Code, ConfigOrigin, Finding, Location, RepoPath};

use crate::config::{Config, Roots, path_of, shown};
use crate::files::Files;
use crate::layout::Tried;
use crate::located::Located;
use crate::paths::{NotFound, folder_of};
use crate::python_path::import_roots;
use crate::settings::{EnvironmentSettings, Settings};
use crate::unsettled::Unsettled;
use crate::{ScanError, ScanOptions};

/// What was found, and what is wrong with what was looked at.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    pub(crate) located: Vec<Located>,
    pub(crate) findings: Vec<Finding>,
    /// The folders and files that the settings leave out.
    pub(crate) left_out: BTreeSet<RepoPath>,
    /// What was looked for on the way, found or not.
    pub(crate) tried: Tried,
    /// Configurations that do not hold here.
    pub(crate) unsettled: Vec<Unsettled>,
    /// Configurations that were dealt with.
    pub(crate) done: BTreeSet<ConfigOrigin>,
}

pub(crate) struct Finder<'a> {
    pub(crate) files: &'a Files,
    pub(crate) settings: &'a Settings,
    pub(crate) options: &'a ScanOptions,
    /// Where the repository lies, to understand absolute paths in configurations.
    pub(crate) roots: Roots,
}

impl Finder<'_> {
    /// The bytes of a file.
    pub(crate) fn read(
        &self,
        path: &RepoPath,
        found: &mut Discovery,
    ) -> Result<Option<Vec<u8>>, ScanError> {
        found.tried.files.insert(path.as_str().to_owned());
        self.files.read(path)
    }

    /// The file with onehead's own settings.
    pub(crate) fn settings_file(&self) -> RepoPath {
        self.settings.path.clone().unwrap_or_default()
    }

    /// Resolves `script_location` of a configuration and adds the environment.
    pub(crate) fn locate(&self, config: Config, found: &mut Discovery) {
        let Some(origin) = config.origin() else {
            return;
        };
        let path = origin.path;
        let value = match config.get("script_location") {
            Ok(Some(value)) => value,
            Ok(None) => {
                let folder = config.folder();
                let mut inside = ["env.py", "script.py.mako"].iter();
                if inside.any(|name| self.files.get(&folder.join(name)).is_some()) {
                    self.add(config, folder, &self.roots, found);
                }
                return;
            }
            Err(finding) => return self.say(&path, finding, found),
        };
        let not_found = match folder_of(self.files, &value, &config, &self.roots, &mut found.tried)
        {
            Ok(folder) => return self.add(config, folder, &self.roots, found),
            Err(not_found) => not_found,
        };
        let ini = config.ini.as_ref();
        let line = ini.and_then(|(_, ini, section)| ini.line_of(section, "script_location"));
        let message = format!(
            "`script_location` is `{}`, which is not in the repository (looked for {})",
            shown(&value),
            not_found.tried()
        );
        let finding = Finding::new(Code::MissingScriptLocation, message)
            .at(Location {
                path: path.clone(),
                line,
                column: None,
            })
            .hint("correct it, or name this file as `config` and the folder as `script-location` under `[[environment]]` in `onehead.toml`, or add the file to `exclude` there");
        match not_found {
            NotFound::Elsewhere => found.unsettled.push(Unsettled {
                path,
                config: Some(config),
                value: Some(value),
                finding,
            }),
            NotFound::At(_) => self.say(&path, finding, found),
        }
    }

    /// Says what is wrong with a configuration, unless the settings leave it out.
    pub(crate) fn say(&self, path: &RepoPath, finding: Finding, found: &mut Discovery) {
        if self.settings.wants(&path.parent()) && !self.settings.excludes_file(path) {
            // Sections that inherit a value lead to one finding.
            if !found.findings.contains(&finding) {
                found.findings.push(finding);
            }
        } else {
            found.left_out.insert(path.parent());
        }
    }

    /// Adds an environment whose script location is known.
    pub(crate) fn add(
        &self,
        config: Config,
        script_location: RepoPath,
        roots: &Roots,
        found: &mut Discovery,
    ) {
        let script_location = self
            .files
            .canonical(&script_location)
            .unwrap_or(script_location);
        if !self.settings.wants(&script_location) {
            found.left_out.insert(script_location);
            return;
        }
        let import_roots = import_roots(
            self.files,
            &config,
            &script_location,
            roots,
            &mut found.tried,
        );
        let of_settings = self.settings.of(&script_location, config.origin().as_ref());
        let own: Vec<Option<EnvironmentSettings>> = match of_settings.is_empty() {
            true => vec![None],
            false => of_settings.into_iter().map(Some).collect(),
        };
        for own in own {
            let mut findings = Vec::new();
            let mut version_locations =
                match own.as_ref().and_then(|own| own.version_locations.clone()) {
                    Some(locations) => locations,
                    None => self.version_locations(&config, roots, &mut findings, found),
                };
            if version_locations.is_empty() {
                let versions = script_location.join("versions");
                version_locations.push(self.files.canonical(&versions).unwrap_or(versions));
            }
            let mut seen = BTreeSet::new();
            version_locations.retain(|location| {
                let is_new = seen.insert(location.clone());
                if !is_new {
                    findings.push(named_twice(location));
                }
                is_new
            });
            // Alembic reads this option as well, and fails on a separator that it does not know.
            findings.extend(config.prepended().err());
            found.located.push(Located {
                config: config.clone(),
                script_location: script_location.clone(),
                version_locations,
                import_roots: import_roots.clone(),
                own,
                findings,
            });
        }
    }

    fn version_locations(
        &self,
        config: &Config,
        roots: &Roots,
        findings: &mut Vec<Finding>,
        found: &mut Discovery,
    ) -> Vec<RepoPath> {
        let separators = ["path_separator", "version_path_separator"];
        let values = match config.list("version_locations", &separators, &[]) {
            Ok(values) => values,
            Err(finding) => {
                findings.push(finding);
                return Vec::new();
            }
        };
        let mut locations = Vec::new();
        for value in values {
            match folder_of(self.files, &value, config, roots, &mut found.tried) {
                Ok(folder) => locations.push(folder),
                Err(not_found) => {
                    let origin = config.origin().map(|origin| origin.path);
                    let message = format!(
                        "version location `{}` is not in the repository (looked for {}); Alembic skips it",
                        shown(&value),
                        not_found.tried()
                    );
                    findings.push(
                        Finding::new(Code::MissingVersionLocation, message)
                            .at(origin.unwrap_or_default()),
                    );
                    locations.extend(path_of(&value, &config.folder(), roots));
                }
            }
        }
        locations
    }
}

fn named_twice(location: &RepoPath) -> Finding {
    let message = "the version location is named twice; Alembic loads its files once";
    Finding::new(Code::LoadedTwice, message)
        .at(location.clone())
        .hint("make the version locations distinct")
}
