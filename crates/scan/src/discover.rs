//! Which environments a repository has: by its ini files, its `pyproject.toml` files, its settings,
//! and by folders that look like one.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use onehead_model::{Code, Finding, Location, RepoPath};

use crate::config::{Config, bad, path_of, shown};
use crate::files::Files;
use crate::ini::Ini;
use crate::layout::{self, Tried};
use crate::named::Named;
use crate::settings::{EnvironmentSettings, Settings, contains};
use crate::{ScanError, ScanOptions};

/// An environment whose folders are known.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) config: Config,
    pub(crate) script_location: RepoPath,
    /// As the configuration or the settings name them; empty for the default.
    pub(crate) version_locations: Vec<RepoPath>,
    /// Folders from which modules are imported, in order.
    pub(crate) import_roots: Vec<RepoPath>,
    /// What the settings say about it.
    pub(crate) own: Option<EnvironmentSettings>,
    pub(crate) findings: Vec<Finding>,
}

/// What was found, and what is wrong with what was looked at.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    pub(crate) located: Vec<Located>,
    pub(crate) findings: Vec<Finding>,
    /// The folders that the settings leave out.
    pub(crate) left_out: BTreeSet<RepoPath>,
    /// What was looked for on the way, found or not.
    pub(crate) tried: Tried,
}

pub(crate) struct Finder<'a> {
    pub(crate) files: &'a Files,
    pub(crate) settings: &'a Settings,
    pub(crate) options: &'a ScanOptions,
    /// The working tree's absolute path, to understand absolute paths in configurations.
    pub(crate) disk_root: Option<String>,
}

/// Folders whose contents come from elsewhere.
pub(crate) const FOREIGN: &[&str] = &["site-packages", "node_modules", ".git"];

impl Finder<'_> {
    /// Looks everywhere, or only where the command line says.
    pub(crate) fn discover(&self, named: &Named) -> Result<Discovery, ScanError> {
        let mut found = Discovery::default();
        if named.configs.is_empty() && named.script_location.is_none() {
            let places = self.places();
            self.by_settings(&mut found);
            self.by_configs(&places, &mut found)?;
            self.by_folders(&places, &mut found);
        } else {
            self.by_command_line(named, &mut found)?;
        }
        Ok(deduplicated(found))
    }

    /// The one walk over all files: those that may lead to an environment, foreign folders left out.
    fn places(&self) -> Places {
        let mut places = Places::default();
        let mut environments: BTreeSet<RepoPath> = BTreeSet::new();
        for file in self.files.below(&RepoPath::root()) {
            let name = file.path.rsplit('/').next().unwrap_or(&file.path);
            if !layout::leads(name) {
                continue;
            }
            let Ok(path) = RepoPath::new(&file.path) else {
                continue;
            };
            if path.parts().any(|part| FOREIGN.contains(&part)) {
                continue;
            }
            match name {
                "pyvenv.cfg" => drop(environments.insert(path.parent())),
                "alembic.ini" => places.inis.push(path),
                "pyproject.toml" => places.tomls.push(path),
                "onehead.toml" => {}
                _ => drop(places.folders.insert(path.parent())),
            }
        }
        let is_foreign = |path: &RepoPath| environments.iter().any(|folder| path.is_within(folder));
        places.inis.retain(|path| !is_foreign(path));
        places.tomls.retain(|path| !is_foreign(path));
        places.folders.retain(|path| !is_foreign(path));
        places
    }

    fn by_settings(&self, found: &mut Discovery) {
        for one in &self.settings.environments {
            if !self.is_folder(&one.script_location, found) {
                let place = self.settings.path.clone().unwrap_or_default();
                found.findings.push(
                    Finding::new(
                        Code::MissingScriptLocation,
                        format!(
                            "`{}` is not a folder of the repository",
                            one.script_location
                        ),
                    )
                    .at(place)
                    .hint("correct `script-location` in the settings"),
                );
            }
        }
    }

    fn by_configs(&self, places: &Places, found: &mut Discovery) -> Result<(), ScanError> {
        let mut folders: BTreeMap<RepoPath, (Option<RepoPath>, Option<RepoPath>)> = BTreeMap::new();
        for ini in &places.inis {
            folders.entry(ini.parent()).or_default().0 = Some(ini.clone());
        }
        for toml in &places.tomls {
            folders.entry(toml.parent()).or_default().1 = Some(toml.clone());
        }
        for (ini, toml) in folders.into_values() {
            let toml = match toml {
                Some(path) => self.alembic_table(&path, found)?,
                None => None,
            };
            match ini {
                Some(path) => self.by_ini(path, toml, false, found)?,
                None if toml.is_some() => self.locate(Config { ini: None, toml }, found),
                None => {}
            }
        }
        Ok(())
    }

    /// `[tool.alembic]` of a `pyproject.toml`, if it has one.
    fn alembic_table(
        &self,
        path: &RepoPath,
        found: &mut Discovery,
    ) -> Result<Option<(RepoPath, Rc<toml::Table>)>, ScanError> {
        let Some(bytes) = self.read(path, found)? else {
            return Ok(None);
        };
        if !contains(&bytes, b"alembic") {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&bytes);
        let mut table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) if self.settings.wants(&path.parent()) => {
                let error: toml::de::Error = error;
                let line = error
                    .span()
                    .map(|span| text[..span.start].matches('\n').count() + 1);
                let line = line.and_then(|line| u32::try_from(line).ok());
                found.findings.push(bad(path, line, error.message()));
                return Ok(None);
            }
            Err(_) => return Ok(None),
        };
        let tool = table.remove("tool").and_then(|tool| match tool {
            toml::Value::Table(mut tool) => tool.remove("alembic"),
            _ => None,
        });
        Ok(match tool {
            Some(toml::Value::Table(table)) => Some((path.clone(), Rc::new(table))),
            _ => None,
        })
    }

    /// Every section of an ini that leads to an environment, or the one that was asked for. A file
    /// that the command line names must have it.
    fn by_ini(
        &self,
        path: RepoPath,
        toml: Option<(RepoPath, Rc<toml::Table>)>,
        named: bool,
        found: &mut Discovery,
    ) -> Result<(), ScanError> {
        let Some(bytes) = self.read(&path, found)? else {
            return Ok(());
        };
        let text = String::from_utf8_lossy(&bytes);
        let ini = match Ini::parse(&text) {
            Ok(ini) => Rc::new(ini),
            Err(error) => {
                if named || self.settings.wants(&path.parent()) {
                    found
                        .findings
                        .push(bad(&path, Some(error.line), error.message));
                }
                return Ok(());
            }
        };
        let config = |section: &str| Config {
            ini: Some((path.clone(), Rc::clone(&ini), section.to_owned())),
            toml: toml.clone(),
        };
        if let Some(section) = self.options.section.as_deref() {
            if !ini.has_section(section) && !named {
                return Ok(());
            }
            if !ini.has_section(section) {
                found.findings.push(bad(
                    &path,
                    None,
                    format!("the file has no section `[{section}]`"),
                ));
                return Ok(());
            }
            self.locate(config(section), found);
            return Ok(());
        }
        let giving: Vec<&str> = ini
            .sections()
            .filter(|section| ini.gives(section, "script_location"))
            .collect();
        for section in &giving {
            self.locate(config(section), found);
        }
        if giving.is_empty() && ini.has_section("alembic") {
            // From [DEFAULT] or pyproject.toml; else Flask-Migrate's ini inside the migrations folder.
            self.locate(config("alembic"), found);
        }
        Ok(())
    }

    fn by_folders(&self, places: &Places, found: &mut Discovery) {
        for folder in &places.folders {
            let known = found
                .located
                .iter()
                .any(|one| one.script_location == *folder);
            let said = !self.settings.of(folder).is_empty();
            // Alembic's own templates, shipped by a project, have these files but no revisions.
            let looks_like_one = self.has_revisions(&folder.join("versions"), found);
            if !known && (said || looks_like_one) {
                self.add(Config::default(), folder.clone(), found);
            }
        }
        for one in &self.settings.environments {
            let known = found
                .located
                .iter()
                .any(|other| other.script_location == one.script_location);
            if !known && self.is_folder(&one.script_location, found) {
                self.add(Config::default(), one.script_location.clone(), found);
            }
        }
    }

    fn has_revisions(&self, folder: &RepoPath, found: &mut Discovery) -> bool {
        let in_template = folder.parts().any(|part| part == "templates");
        if !in_template {
            return self.is_folder(folder, found);
        }
        found
            .tried
            .python_folders
            .insert(folder.as_str().to_owned());
        let mut below = self.files.below(folder);
        below.any(|file| file.path.ends_with(".py"))
    }

    fn is_folder(&self, folder: &RepoPath, found: &mut Discovery) -> bool {
        found.tried.folders.insert(folder.as_str().to_owned());
        self.files.is_folder(folder)
    }

    fn read(&self, path: &RepoPath, found: &mut Discovery) -> Result<Option<Vec<u8>>, ScanError> {
        found.tried.files.insert(path.as_str().to_owned());
        self.files.read(path)
    }

    fn by_command_line(&self, named: &Named, found: &mut Discovery) -> Result<(), ScanError> {
        for path in &named.configs {
            found.tried.files.insert(path.as_str().to_owned());
            found.tried.named.insert(path.as_str().to_owned());
            if self.files.get(path).is_none() {
                return Err(ScanError::NoSuchConfig(path.to_string()));
            }
            if path.name().ends_with(".toml") {
                match self.alembic_table(path, found)? {
                    Some(toml) => self.locate(
                        Config {
                            ini: None,
                            toml: Some(toml),
                        },
                        found,
                    ),
                    None => {
                        found
                            .findings
                            .push(bad(path, None, "the file has no `[tool.alembic]`"))
                    }
                }
                continue;
            }
            let beside = path.parent().join("pyproject.toml");
            let toml = self.alembic_table(&beside, found)?;
            self.by_ini(path.clone(), toml, true, found)?;
        }
        if let Some(folder) = &named.script_location {
            if !self.is_folder(folder, found) {
                return Err(ScanError::NoSuchScriptLocation(folder.to_string()));
            }
            // A configuration that was named applies to the folder that was named with it.
            match found.located.pop() {
                Some(located) => self.add(located.config, folder.clone(), found),
                None => {
                    let config = self.config_inside(folder, found)?;
                    self.add(config, folder.clone(), found);
                }
            }
        }
        Ok(())
    }

    /// Flask-Migrate's ini, which lies inside the migrations folder.
    fn config_inside(&self, folder: &RepoPath, found: &mut Discovery) -> Result<Config, ScanError> {
        let path = folder.join("alembic.ini");
        let ini = match self.read(&path, found)? {
            Some(bytes) => Ini::parse(&String::from_utf8_lossy(&bytes)).ok(),
            None => None,
        };
        let ini = ini.filter(|ini| ini.has_section("alembic"));
        Ok(Config {
            ini: ini.map(|ini| (path, Rc::new(ini), "alembic".to_owned())),
            toml: None,
        })
    }

    /// Resolves `script_location` of a configuration and adds the environment.
    fn locate(&self, config: Config, found: &mut Discovery) {
        let value = match config.get("script_location") {
            Ok(value) => value,
            Err(finding) => return self.say(&config, finding, found),
        };
        let Some(value) = value else {
            let folder = config.folder();
            let inside = ["env.py", "script.py.mako"]
                .iter()
                .any(|name| self.files.get(&folder.join(name)).is_some());
            if inside {
                self.add(config, folder, found);
            }
            return;
        };
        match self.folder_of(&value, &config, found) {
            Ok(folder) => self.add(config, folder, found),
            Err(tried) => {
                let origin = config
                    .origin()
                    .map(|origin| origin.path)
                    .unwrap_or_default();
                let line = config
                    .ini
                    .as_ref()
                    .and_then(|(_, ini, section)| ini.line_of(section, "script_location"));
                let finding = Finding::new(
                    Code::MissingScriptLocation,
                    format!("`script_location` is `{}`, which is not in the repository (looked for {tried})", shown(&value)),
                )
                .at(Location { path: origin, line, column: None })
                .hint("correct it, or exclude the folder of this file with `exclude` in `onehead.toml`");
                self.say(&config, finding, found);
            }
        }
    }

    fn say(&self, config: &Config, finding: Finding, found: &mut Discovery) {
        if self.settings.wants(&config.folder()) {
            found.findings.push(finding);
        } else {
            found.left_out.insert(config.folder());
        }
    }

    /// The folder that a value names: a path from where Alembic is run, or `package:folder`.
    /// Otherwise what was looked for.
    fn folder_of(
        &self,
        value: &str,
        config: &Config,
        found: &mut Discovery,
    ) -> Result<RepoPath, String> {
        let candidates: Vec<RepoPath> = if !value.starts_with('/') && value.contains(':') {
            let mut tokens = value.split(':');
            let package = tokens.next().unwrap_or_default().replace('.', "/");
            let rest: Vec<&str> = tokens.collect();
            let relative = format!("{package}/{}", rest.join("/"));
            let roots = self.import_roots(config, &config.folder());
            roots
                .iter()
                .filter_map(|root| root.resolve(&relative))
                .collect()
        } else {
            // Relative to where Alembic runs: beside the file, or at the root, or in between.
            bases(config)
                .iter()
                .filter_map(|base| path_of(value, base, self.disk_root.as_deref()))
                .collect()
        };
        let candidates = deduplicated_paths(candidates);
        let real = candidates
            .iter()
            .filter_map(|path| self.files.canonical(path));
        match real.into_iter().find(|path| self.is_folder(path, found)) {
            Some(path) => Ok(path),
            None if candidates.is_empty() => Err("a path inside the repository".into()),
            None => {
                let shown: Vec<String> =
                    candidates.iter().map(|path| format!("`{path}`")).collect();
                Err(shown.join(", "))
            }
        }
    }

    /// Where Python would look for modules: `prepend_sys_path`, the folder of the configuration, the
    /// root, `src`, and the folders above the script location, in which its package must lie.
    fn import_roots(&self, config: &Config, folder: &RepoPath) -> Vec<RepoPath> {
        let prepended = config
            .list("prepend_sys_path", &["path_separator"], &[':'])
            .unwrap_or_default();
        let base = config.folder();
        let mut roots: Vec<RepoPath> = prepended
            .iter()
            .filter_map(|text| path_of(text, &base, self.disk_root.as_deref()))
            .collect();
        roots.push(base.clone());
        roots.push(RepoPath::root());
        roots.extend(RepoPath::root().resolve("src"));
        for start in [folder.clone(), base] {
            let mut at = start;
            while at != RepoPath::root() {
                roots.push(at.clone());
                roots.push(at.join("src"));
                at = at.parent();
            }
        }
        deduplicated_paths(roots)
    }

    /// Adds an environment whose script location is known.
    fn add(&self, config: Config, script_location: RepoPath, found: &mut Discovery) {
        let script_location = self
            .files
            .canonical(&script_location)
            .unwrap_or(script_location);
        if !self.settings.wants(&script_location) {
            found.left_out.insert(script_location);
            return;
        }
        let import_roots = self.import_roots(&config, &script_location);
        let mut own: Vec<Option<EnvironmentSettings>> = self
            .settings
            .of(&script_location)
            .into_iter()
            .map(Some)
            .collect();
        if own.is_empty() {
            own.push(None);
        }
        for own in own {
            let mut findings = Vec::new();
            let version_locations = match own.as_ref().and_then(|own| own.version_locations.clone())
            {
                Some(locations) => locations,
                None => self.version_locations(&config, &mut findings, found),
            };
            // Alembic reads this option as well, and fails on a separator that it does not know.
            findings.extend(
                config
                    .list("prepend_sys_path", &["path_separator"], &[':'])
                    .err(),
            );
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
        findings: &mut Vec<Finding>,
        found: &mut Discovery,
    ) -> Vec<RepoPath> {
        let values = match config.list(
            "version_locations",
            &["path_separator", "version_path_separator"],
            &[],
        ) {
            Ok(values) => values,
            Err(finding) => {
                findings.push(finding);
                return Vec::new();
            }
        };
        let mut locations = Vec::new();
        for value in values {
            match self.folder_of(&value, config, found) {
                Ok(folder) => locations.push(folder),
                Err(tried) => {
                    let fallback = path_of(&value, &config.folder(), self.disk_root.as_deref());
                    let origin = config
                        .origin()
                        .map(|origin| origin.path)
                        .unwrap_or_default();
                    findings.push(
                        Finding::new(
                            Code::MissingVersionLocation,
                            format!("version location `{}` is not in the repository (looked for {tried}); Alembic skips it", shown(&value)),
                        )
                        .at(origin),
                    );
                    locations.extend(fallback);
                }
            }
        }
        deduplicated_paths(locations)
    }
}

#[derive(Debug, Default)]
struct Places {
    inis: Vec<RepoPath>,
    tomls: Vec<RepoPath>,
    folders: BTreeSet<RepoPath>,
}

/// The folders from which Alembic may have been meant to run: that of the file, and those above it.
fn bases(config: &Config) -> Vec<RepoPath> {
    let mut at = config.folder();
    let mut bases = vec![at.clone()];
    while at != RepoPath::root() {
        at = at.parent();
        bases.push(at.clone());
    }
    bases
}

fn deduplicated_paths(paths: Vec<RepoPath>) -> Vec<RepoPath> {
    let mut seen = BTreeSet::new();
    paths
        .into_iter()
        .filter(|path| seen.insert(path.clone()))
        .collect()
}

/// The same folders reached twice are one environment; the first way to it counts.
fn deduplicated(mut found: Discovery) -> Discovery {
    let mut seen = BTreeSet::new();
    found
        .located
        .retain(|one| seen.insert((one.script_location.clone(), one.version_locations.clone())));
    found
}
