//! From a configuration to the folders of its environment.

use std::collections::{BTreeMap, BTreeSet};

use onehead_configuration::named_paths::{Roots, path_of, shown};
use onehead_configuration::{Config, EnvironmentSettings, Settings};
use onehead_model::{Code, ConfigOrigin, Finding, LeftOutBy, Location, RepoPath, glob_matches};

use crate::file_names::{ENV, TEMPLATE};
use crate::files::Files;
use crate::layout::Tried;
use crate::located::Located;
use crate::paths::{NotFound, folder_of};
use crate::python_path::import_roots;
use crate::unsettled::Unsettled;
use crate::{ScanError, ScanOptions};

/// What was found, and what is wrong with what was looked at.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    pub(crate) located: Vec<Located>,
    pub(crate) findings: Vec<Finding>,
    /// The folders and files that the settings leave out, each with the folders to which it leads.
    pub(crate) left_out: BTreeMap<RepoPath, Vec<RepoPath>>,
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
        let value = match config.script_location() {
            Ok(Some(value)) => value,
            Ok(None) => {
                let folder = config.folder();
                if self.is_script_location(&folder) {
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

    /// Says what is wrong with a configuration that leads nowhere, unless the settings leave it out.
    pub(crate) fn say(&self, path: &RepoPath, finding: Finding, found: &mut Discovery) {
        let folder = path.parent();
        let left_out = match self.settings.leaves_out(&folder) {
            _ if self.settings.excludes_file(path) => Some(path.clone()),
            Some(LeftOutBy::Exclude) => Some(folder),
            // It may lead to what is included, unless it lies in another environment.
            Some(LeftOutBy::Include) if self.is_script_location(&folder) => Some(folder),
            Some(LeftOutBy::Include) | None => None,
        };
        if let Some(left_out) = left_out {
            found.left_out.entry(left_out).or_default();
        } else if !found.findings.contains(&finding) {
            // Sections that inherit a value lead to one finding.
            found.findings.push(finding);
        }
    }

    fn is_script_location(&self, folder: &RepoPath) -> bool {
        let mut inside = [ENV, TEMPLATE].iter();
        inside.any(|name| self.files.get(&folder.join(name)).is_some())
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
            let locations = self.version_locations(&config, roots, None, &mut Vec::new(), found);
            let left_out = found.left_out.entry(script_location).or_default();
            left_out.extend(locations.inside);
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
            let entry = own.as_ref();
            let mut locations = match entry.and_then(|own| own.version_locations.as_ref()) {
                Some(folders) => self.named_locations(&config, folders, entry, &mut findings),
                None => self.version_locations(&config, roots, entry, &mut findings, found),
            };
            if locations.inside.is_empty() && !locations.has_outside {
                let usual = [script_location.join("versions")];
                locations = self.named_locations(&config, &usual, entry, &mut findings);
            }
            let mut version_locations = locations.inside;
            let mut seen = BTreeSet::new();
            version_locations.retain(|location| {
                let is_new = seen.insert(location.clone());
                if !is_new {
                    findings.push(named_twice(location));
                }
                is_new
            });
            // Alembic reads this option as well, and fails on a separator that it does not know.
            findings.extend(config.prepend_sys_path().err());
            found.located.push(Located {
                config: config.clone(),
                script_location: script_location.clone(),
                version_locations,
                outside: locations.unsaid,
                import_roots: import_roots.clone(),
                own,
                findings,
            });
        }
    }

    /// The folders to which a configuration leads that the settings leave out.
    pub(crate) fn places(&self, config: &Config, found: &mut Discovery) -> Vec<RepoPath> {
        let roots = &self.roots;
        let locations = self.version_locations(config, roots, None, &mut Vec::new(), found);
        let mut folders = locations.inside;
        if let Ok(Some(value)) = config.script_location() {
            folders.extend(folder_of(
                self.files,
                &value,
                config,
                roots,
                &mut found.tried,
            ));
        }
        folders
    }

    /// Version locations that are folders of the repository, with a finding for each that a symbolic link puts elsewhere.
    fn named_locations(
        &self,
        config: &Config,
        folders: &[RepoPath],
        entry: Option<&EnvironmentSettings>,
        findings: &mut Vec<Finding>,
    ) -> Locations {
        let mut locations = Locations::default();
        for folder in folders {
            match self.files.canonical(folder) {
                Some(folder) => locations.inside.push(folder),
                None => {
                    let (name, tried) = (folder.to_string(), format!("`{folder}`"));
                    let finding = locations.outside(name, &tried, entry);
                    findings.push(finding.at(origin_of(config)));
                }
            }
        }
        locations
    }

    /// The version locations that a configuration names, with a finding for each that is not here.
    fn version_locations(
        &self,
        config: &Config,
        roots: &Roots,
        entry: Option<&EnvironmentSettings>,
        findings: &mut Vec<Finding>,
        found: &mut Discovery,
    ) -> Locations {
        let values = match config.version_locations() {
            Ok(values) => values,
            Err(finding) => {
                findings.push(finding);
                return Locations::default();
            }
        };
        let origin = origin_of(config);
        let mut locations = Locations::default();
        for value in values {
            let not_found = match folder_of(self.files, &value, config, roots, &mut found.tried) {
                Ok(folder) => {
                    locations.inside.push(folder);
                    continue;
                }
                Err(not_found) => not_found,
            };
            let is_of_a_package = !value.starts_with('/') && value.contains(':');
            let inside = path_of(&value, &config.folder(), roots)
                .filter(|_| !is_of_a_package && not_found != NotFound::Elsewhere)
                .and_then(|folder| self.files.canonical(&folder));
            let (name, tried) = (shown(&value), not_found.tried());
            if let Some(folder) = inside {
                let message = format!(
                    "version location `{name}` is not in the repository (looked for {tried}); Alembic skips it"
                );
                let finding = Finding::new(Code::MissingVersionLocation, message);
                findings.push(finding.at(origin.clone()));
                locations.inside.push(folder);
                continue;
            }
            let finding = locations.outside(name, &tried, entry);
            findings.push(finding.at(origin.clone()));
        }
        locations
    }
}

fn origin_of(config: &Config) -> RepoPath {
    let origin = config.origin().map(|origin| origin.path);
    origin.unwrap_or_default()
}

/// The version locations that a configuration names.
#[derive(Debug, Default)]
struct Locations {
    /// Those inside the repository.
    inside: Vec<RepoPath>,
    /// Whether there are others.
    has_outside: bool,
    /// Those of them of which the settings do not say so.
    unsaid: Vec<String>,
}

impl Locations {
    /// Takes in one that lies outside of the repository, with what is to be said of it.
    fn outside(
        &mut self,
        name: String,
        tried: &str,
        entry: Option<&EnvironmentSettings>,
    ) -> Finding {
        self.has_outside = true;
        let elsewhere = entry.map_or(&[][..], |entry| &entry.elsewhere);
        if elsewhere.iter().any(|pattern| glob_matches(pattern, &name)) {
            return said_elsewhere(&name);
        }
        let finding = outside(&name, tried, entry.is_some());
        self.unsaid.push(name);
        finding
    }
}

/// That a version location is not checked.
fn said_elsewhere(name: &str) -> Finding {
    let message = format!(
        "version location `{name}` lies outside of the repository, as the settings say; what it holds is not checked"
    );
    Finding::new(Code::Elsewhere, message)
}

/// That it is not known what a version location holds.
fn outside(name: &str, tried: &str, has_entry: bool) -> Finding {
    let message = format!(
        "version location `{name}` lies outside of the repository (looked for {tried}), so what it holds is not known"
    );
    let (which, written) = match has_entry {
        true => ("its ", ""),
        false => ("", " (`onehead init` writes it)"),
    };
    Finding::new(Code::OutsideLocation, message).hint(format!(
        "if it belongs to another package, say so with `elsewhere = [\"{name}\"]` under {which}`[[environment]]` in `onehead.toml`{written}; else correct it"
    ))
}

fn named_twice(location: &RepoPath) -> Finding {
    let message = "the version location is named twice; Alembic loads its files once";
    Finding::new(Code::LoadedTwice, message)
        .at(location.clone())
        .hint("make the version locations distinct")
}
