//! One environment: its folders listed as Alembic lists them, its files read, its settings gathered.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use onehead_configuration::{FileOptions, Settings};
use onehead_model::{Code, Environment, Finding, MergeSettings, RepoPath, Template};
use onehead_python::revision::read;
use rayon::prelude::*;

use crate::ScanError;
use crate::conflict;
use crate::declared::{Outcome, revision};
use crate::file_names::TEMPLATE;
use crate::files::{Files, ReadError};
use crate::imports::Imports;
use crate::layout;
use crate::listing::{Content, File};
use crate::load_order::{FileKind, Listed, kind_of, list};
use crate::located::Located;
use crate::parse_cache::{Key, ParseCache};
use crate::unchanged::Unchanged;

/// An environment, and what the next state needs to know of it.
pub(crate) struct Loaded<'a> {
    pub(crate) environment: Environment,
    pub(crate) aside: Aside,
    /// The modules that values were looked for in.
    pub(crate) modules: Vec<RepoPath>,
    /// Files that count through a symbolic link or by a name of their own.
    pub(crate) files: Vec<RepoPath>,
    /// The files that Alembic would load, whatever they say.
    pub(crate) read: Vec<&'a str>,
    /// Version locations outside of the repository of which the settings do not say so.
    pub(crate) outside: Vec<String>,
}

/// What a scan knows of an environment and does not report.
#[derive(Debug, Clone)]
pub(crate) struct Aside {
    /// Whether its revisions stand in the order of their paths, each loaded under its own path from its source.
    pub(crate) is_plain: bool,
}

pub(crate) fn load<'a>(
    files: &'a Files,
    settings: &Settings,
    cache: &ParseCache,
    located: Located,
) -> Result<Loaded<'a>, ScanError> {
    let own = located.own.as_ref();
    let mut findings = located.findings.clone();
    let switches = Switches::read(&located, &mut findings);
    let Listed {
        files: listed,
        mut linked,
    } = list(
        files,
        &located.version_locations,
        switches.recursive,
        switches.sourceless,
        &mut findings,
    );
    let aside = Aside {
        is_plain: linked.is_empty() && stand_in_order(&listed, &located, &switches),
    };
    let imports = Imports::new(files, located.import_roots.clone());
    let mut revisions = Vec::with_capacity(listed.len());
    let mut read = Vec::with_capacity(listed.len());
    for (file, outcome) in std::iter::zip(&listed, read_all(files, cache, &listed)?) {
        let Some(outcome) = outcome else {
            continue;
        };
        read.push(file.path.as_str());
        if let Ok(path) = RepoPath::new(&file.path) {
            let declared = settings.declaration_of(&path);
            let found = revision(&path, &outcome, &imports, declared, &mut findings);
            revisions.extend(found.map(Arc::new));
        }
    }
    let modules = imports.finish()?;
    if revisions.is_empty() && !findings.iter().any(Finding::is_error) {
        findings.extend(no_revision(&located));
    }
    ignored(files, &located.version_locations, &listed, &mut findings);
    let template = own.and_then(|own| own.template.clone());
    let template = template.unwrap_or_else(|| located.script_location.join(TEMPLATE));
    linked.extend(files.canonical(&template));
    let mut merge = merge_settings(files, &located, template, switches.recursive, &mut findings)?;
    let revision_id = own.and_then(|own| own.revision_id);
    merge.revision_id = revision_id.or(settings.revision_id);
    let policy = own.and_then(|own| own.policy.clone());
    let environment = Environment {
        name: located.script_location.to_string(),
        config: located.config.origin(),
        elsewhere: own.map_or_else(Vec::new, |own| own.elsewhere.clone()),
        policy: policy.unwrap_or_else(|| settings.policy.clone()),
        script_location: located.script_location,
        version_locations: located.version_locations,
        merge,
        revisions,
        findings,
    };
    Ok(Loaded {
        environment,
        aside,
        modules,
        files: linked,
        read,
        outside: located.outside,
    })
}

/// Whether each file lies where the order of the paths puts it, and is loaded from its source.
fn stand_in_order(listed: &[&File], located: &Located, switches: &Switches) -> bool {
    let has_place = |file: &&File| {
        let locations = &located.version_locations;
        layout::listed_by(locations, switches.recursive, &file.path).is_some()
    };
    !switches.sourceless && listed.iter().all(has_place)
}

/// That an environment is empty. One whose version locations all lie elsewhere may not be.
fn no_revision(located: &Located) -> Option<Finding> {
    let places: Vec<String> = located
        .version_locations
        .iter()
        .map(|path| format!("`{path}`"))
        .collect();
    let message = format!("no revision in {}", places.join(", "));
    let finding = Finding::new(Code::EmptyEnvironment, message)
        .at(located.script_location.clone())
        .hint("if the project sets `version_locations` in code, name them under `[[environment]]` in `onehead.toml`");
    (!places.is_empty()).then_some(finding)
}

/// Which of the files in a version location are revisions.
struct Switches {
    recursive: bool,
    sourceless: bool,
}

impl Switches {
    fn read(located: &Located, findings: &mut Vec<Finding>) -> Self {
        let config = &located.config;
        let mut flag = |value: Result<bool, Finding>| {
            value.unwrap_or_else(|finding| {
                findings.push(finding);
                false
            })
        };
        let configured = flag(config.recursive_version_locations());
        let own = located.own.as_ref().and_then(|own| own.recursive);
        Self {
            recursive: own.unwrap_or(configured),
            sourceless: flag(config.sourceless()),
        }
    }
}

/// Reads revision files, asking the parse cache first. `None` for a file that is gone.
pub(crate) fn read_all(
    files: &Files,
    cache: &ParseCache,
    listed: &[&File],
) -> Result<Vec<Option<Outcome>>, ScanError> {
    let unchanged = Unchanged::of(files, listed).filter(|_| !cache.is_empty());
    let known = |path: &mut PathBuf, file: &&File| known(file, cache, unchanged.as_ref(), path);
    let known: Vec<Option<Outcome>> = listed.par_iter().map_init(PathBuf::new, known).collect();
    let mut outcomes = known;
    let mut missing = Vec::new();
    let mut conflicts = Vec::new();
    for (index, (file, outcome)) in std::iter::zip(listed, &outcomes).enumerate() {
        match outcome {
            Some(_) => {}
            None if file.unmerged => conflicts.push(index),
            None => missing.push(index),
        }
    }
    let wanted: Vec<&File> = missing.iter().map(|&index| listed[index]).collect();
    let fresh = files.map(&wanted, |file, bytes| {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(ReadError::Gone) => return None,
            Err(error) => return Some(Outcome::Failed(error.to_string())),
        };
        let key = stored_key(file, cache).or_else(|| cache.key(bytes));
        if let Some(reading) = key.as_ref().and_then(|key| cache.get(key)) {
            return Some(Outcome::Read(reading));
        }
        let reading = read(bytes);
        if let Some(key) = key {
            cache.learn(key, bytes.len(), &reading);
        }
        Some(Outcome::Read(reading))
    })?;
    for (index, outcome) in std::iter::zip(missing, fresh) {
        outcomes[index] = outcome;
    }
    let unmerged: Vec<&File> = conflicts.iter().map(|&index| listed[index]).collect();
    let agreements = conflict::agreements(files, &unmerged)?;
    for (index, agreed) in std::iter::zip(conflicts, agreements) {
        outcomes[index] = Some(Outcome::Unmerged(agreed));
    }
    Ok(outcomes)
}

/// What can be said of a file without its bytes.
fn known(
    file: &File,
    cache: &ParseCache,
    unchanged: Option<&Unchanged<'_>>,
    path: &mut PathBuf,
) -> Option<Outcome> {
    if file.unmerged {
        return None;
    }
    if !file.utf8 {
        let reason = "the name of the file is not UTF-8";
        return Some(Outcome::Failed(reason.into()));
    }
    // What the object store names by its content need not even be fetched.
    let stored = || cache.get(&stored_key(file, cache)?);
    let reading = stored().or_else(|| unchanged?.reading(file, cache, path));
    reading.map(Outcome::Read)
}

fn stored_key(file: &File, cache: &ParseCache) -> Option<Key> {
    match &file.content {
        Content::Object(oid) => cache.key_of_oid(oid),
        _ => None,
    }
}

/// Revision files on the disk that git ignores.
fn ignored(files: &Files, locations: &[RepoPath], listed: &[&File], findings: &mut Vec<Finding>) {
    let known: HashSet<&str> = listed.iter().map(|file| file.path.as_str()).collect();
    for location in locations {
        let mut text = location.join("").as_str().to_owned();
        let folder = text.len();
        for name in files.names_on_disk(location) {
            text.truncate(folder);
            text.push_str(&name);
            if known.contains(text.as_str()) || !matches!(kind_of(&name, false), FileKind::Revision)
            {
                continue;
            }
            let path = location.join(&name);
            if files.get(&path).is_none() && !files.links().any(|link| link == path.as_str()) {
                findings.push(
                    Finding::new(Code::IgnoredRevision, "git ignores this file, so it is not checked; Alembic loads it on this machine only")
                        .at(path)
                        .hint("remove it, or remove the ignore rule"),
                );
            }
        }
    }
}

/// Everything that decides how a merge revision of this environment looks.
fn merge_settings(
    files: &Files,
    located: &Located,
    path: RepoPath,
    recursive: bool,
    findings: &mut Vec<Finding>,
) -> Result<MergeSettings, ScanError> {
    let config = &located.config;
    let FileOptions {
        file_template,
        timezone,
        output_encoding,
        truncate_slug_length,
    } = FileOptions::read(config, findings);
    let post_write_hooks = config.post_write_hooks().unwrap_or_else(|finding| {
        findings.push(finding);
        Vec::new()
    });
    let bytes = match files.canonical(&path) {
        Some(real) => files.read(&real)?,
        None => None,
    };
    let template = bytes.and_then(|bytes| {
        Some(Template {
            text: String::from_utf8(bytes).ok()?,
            path,
        })
    });
    let options = template
        .as_ref()
        .map(|template| config.options_for(&template.text))
        .unwrap_or_default();
    Ok(MergeSettings {
        template,
        file_template,
        recursive,
        truncate_slug_length,
        revision_id: None,
        timezone,
        output_encoding,
        post_write_hooks,
        options,
    })
}
