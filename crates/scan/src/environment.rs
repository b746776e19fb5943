//! One environment: its folders listed as Alembic lists them, its files read, its settings gathered.

use std::collections::{BTreeSet, HashSet};

use onehead_model::{Code, Environment, Field, Finding, MergeSettings, RepoPath, Template};
use onehead_python::revision::{Reading, read};

use crate::ScanError;
use crate::config::Config;
use crate::declared::{Outcome, revision};
use crate::discover::Located;
use crate::files::{File, Files, ReadError};
use crate::imports::Imports;
use crate::listing::{FileKind, kind_of, list};
use crate::memo::{Key, Memo, key_of_oid};
use crate::settings::{Settings, contains};
use crate::write_hooks;

/// Readings that this run asked for, to be kept.
#[derive(Default)]
pub(crate) struct Used {
    pub(crate) keys: Vec<Key>,
    pub(crate) new: Vec<(Key, Reading)>,
    /// The modules that values were looked for in.
    pub(crate) modules: BTreeSet<RepoPath>,
}

pub(crate) fn load(
    files: &Files,
    settings: &Settings,
    memo: &Memo,
    used: &mut Used,
    located: Located,
) -> Result<Environment, ScanError> {
    let mut findings = located.findings.clone();
    let switches = Switches::read(&located.config, &mut findings);
    let version_locations = match located.version_locations.as_slice() {
        [] => vec![default_location(files, &located.script_location)],
        given => given.to_vec(),
    };
    let listed = list(
        files,
        &version_locations,
        switches.recursive,
        switches.sourceless,
        &mut findings,
    );
    let readings = read_all(files, memo, used, &listed)?;
    let imports = Imports::new(files, located.import_roots.clone());
    let mut revisions = Vec::with_capacity(listed.len());
    for (file, reading) in std::iter::zip(&listed, readings) {
        let Ok(path) = RepoPath::new(&file.path) else {
            continue;
        };
        if let Some(reading) = reading {
            revisions.extend(revision(&path, &reading, &imports, &mut findings));
        }
    }
    used.modules.extend(imports.paths());
    if revisions.is_empty() && !findings.iter().any(Finding::is_error) {
        let places: Vec<String> = version_locations
            .iter()
            .map(|path| format!("`{path}`"))
            .collect();
        findings.push(
            Finding::new(Code::EmptyEnvironment, format!("no revision in {}", places.join(", ")))
                .at(located.script_location.clone())
                .hint("if the project sets `version_locations` in code, name them under [[environment]] in onehead.toml"),
        );
    }
    stray(
        files,
        &located.script_location,
        &version_locations,
        switches.recursive,
        &listed,
        &mut findings,
    )?;
    ignored(files, &version_locations, &listed, &mut findings);
    let own = located.own.clone();
    let merge = merge_settings(
        files,
        &located,
        own.as_ref().and_then(|own| own.template.clone()),
        switches.recursive,
        &mut findings,
    )?;
    Ok(Environment {
        name: located.script_location.to_string(),
        config: located.config.origin(),
        policy: own
            .and_then(|own| own.policy.clone())
            .unwrap_or_else(|| settings.policy.clone()),
        script_location: located.script_location,
        version_locations,
        merge,
        revisions,
        findings,
    })
}

/// `recursive_version_locations` and `sourceless`.
struct Switches {
    recursive: bool,
    sourceless: bool,
}

impl Switches {
    fn read(config: &Config, findings: &mut Vec<Finding>) -> Self {
        let mut flag = |name| {
            config.flag(name).unwrap_or_else(|finding| {
                findings.push(finding);
                false
            })
        };
        Self {
            recursive: flag("recursive_version_locations"),
            sourceless: flag("sourceless"),
        }
    }
}

fn default_location(files: &Files, script_location: &RepoPath) -> RepoPath {
    let versions = script_location.join("versions");
    files.canonical(&versions).unwrap_or(versions)
}

/// Reads the files, asking the memo first. `None` for a file that is gone.
fn read_all(
    files: &Files,
    memo: &Memo,
    used: &mut Used,
    listed: &[&File],
) -> Result<Vec<Option<Outcome>>, ScanError> {
    // What the object store names by its content need not even be fetched.
    let from_store = files.reads_objects();
    let mut outcomes: Vec<Option<Outcome>> = Vec::with_capacity(listed.len());
    let mut missing = Vec::new();
    for (index, file) in listed.iter().enumerate() {
        files.ask(file);
        let key = file
            .oid
            .as_deref()
            .filter(|_| from_store && memo.is_on())
            .and_then(key_of_oid);
        let known = key.as_ref().and_then(|key| memo.get(key));
        if file.unmerged {
            outcomes.push(Some(Outcome::Unmerged));
        } else if !file.utf8 {
            outcomes.push(Some(Outcome::Failed(
                "the name of the file is not UTF-8".into(),
            )));
        } else if let (Some(key), Some(reading)) = (key, known) {
            used.keys.push(key);
            outcomes.push(Some(Outcome::Read(reading)));
        } else {
            missing.push(index);
            outcomes.push(None);
        }
    }
    let wanted: Vec<&File> = missing.iter().map(|&index| listed[index]).collect();
    let fresh = files.map(&wanted, |file, bytes| {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(ReadError::Gone) => return (None, None, false),
            Err(error) => return (Some(Outcome::Failed(error.to_string())), None, false),
        };
        let stored = file
            .oid
            .as_deref()
            .filter(|_| from_store && memo.is_on())
            .and_then(key_of_oid);
        let key = stored.or_else(|| memo.key(bytes));
        match key.as_ref().and_then(|key| memo.get(key)) {
            Some(reading) => (Some(Outcome::Read(reading)), key, false),
            None => (Some(Outcome::Read(read(bytes))), key, true),
        }
    })?;
    for (index, (outcome, key, is_new)) in std::iter::zip(missing, fresh) {
        if let (true, Some(key), Some(Outcome::Read(reading))) = (is_new, &key, &outcome) {
            used.new.push((*key, reading.clone()));
        } else {
            used.keys.extend(key);
        }
        outcomes[index] = outcome;
    }
    Ok(outcomes)
}

/// Files below the script location that look like revisions and that Alembic would not load.
fn stray(
    files: &Files,
    script_location: &RepoPath,
    locations: &[RepoPath],
    recursive: bool,
    listed: &[&File],
    findings: &mut Vec<Finding>,
) -> Result<(), ScanError> {
    // A script location at the root has the whole project below it.
    if *script_location == RepoPath::root() {
        return Ok(());
    }
    // A file that is loaded through a symbolic link lies elsewhere.
    let loaded: BTreeSet<&str> = listed.iter().map(|file| file.path.as_str()).collect();
    let candidates: Vec<&File> = files
        .below(script_location)
        .iter()
        .filter(|file| {
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            name != "env.py"
                && matches!(kind_of(name, false), FileKind::Revision)
                && !is_loaded(folder, locations, recursive)
                && !loaded.contains(file.path.as_str())
        })
        .collect();
    let looks_like_one = files.map(&candidates, |file, bytes| {
        let bytes = bytes
            .ok()
            .filter(|bytes| contains(bytes, b"down_revision"))?;
        match read(bytes) {
            Reading::Module(facts) => {
                let is_one = facts.field(Field::Revision).is_some()
                    && facts.field(Field::DownRevision).is_some();
                is_one.then(|| RepoPath::new(&file.path).ok()).flatten()
            }
            Reading::Broken { .. } => None,
        }
    })?;
    let strays: Vec<RepoPath> = looks_like_one.into_iter().flatten().collect();
    let Some(first) = strays.first() else {
        return Ok(());
    };
    let message = match strays.len() {
        1 => "the file looks like a revision but belongs to no version location".to_owned(),
        count => {
            let folders: BTreeSet<RepoPath> = strays.iter().map(RepoPath::parent).collect();
            let folders = match folders.len() {
                1 => "1 folder".to_owned(),
                count => format!("{count} folders"),
            };
            format!(
                "this and {} more files in {folders} look like revisions but belong to no version location",
                count - 1
            )
        }
    };
    findings.push(
        Finding::new(Code::StrayRevision, message)
            .at(first.clone())
            .hint("if the project sets `version_locations` in code, name them under [[environment]] in onehead.toml"),
    );
    Ok(())
}

/// Whether a version location lists the files of a folder.
fn is_loaded(folder: &str, locations: &[RepoPath], recursive: bool) -> bool {
    locations.iter().any(|location| {
        let location = location.as_str();
        let below = || match folder.strip_prefix(location) {
            Some(rest) => location.is_empty() || rest.starts_with('/'),
            None => false,
        };
        folder == location || recursive && below()
    })
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
                    Finding::new(Code::IgnoredRevision, "git ignores this file, so it is left out; Alembic loads it on this machine only")
                        .at(path)
                        .hint("remove it, or take it out of the ignore rules"),
                );
            }
        }
    }
}

/// Everything that decides how a merge revision of this environment looks.
fn merge_settings(
    files: &Files,
    located: &Located,
    template: Option<RepoPath>,
    recursive: bool,
    findings: &mut Vec<Finding>,
) -> Result<MergeSettings, ScanError> {
    let config = &located.config;
    let mut text = |name: &str| {
        config.get(name).unwrap_or_else(|finding| {
            findings.push(finding);
            None
        })
    };
    let file_template = text("file_template").unwrap_or_else(|| "%(rev)s_%(slug)s".into());
    let timezone = text("timezone").filter(|name| !name.is_empty());
    let output_encoding = text("output_encoding").unwrap_or_else(|| "utf-8".into());
    let length = text("truncate_slug_length");
    // `int(text)`, and Alembic takes 0 for its default of 40.
    let truncate_slug_length = match length.as_deref().map(|text| text.trim().parse::<u32>()) {
        None | Some(Ok(0)) => 40,
        Some(Ok(length)) => length,
        Some(Err(_)) => {
            let path = config
                .origin()
                .map(|origin| origin.path)
                .unwrap_or_default();
            findings.push(crate::config::bad(
                &path,
                None,
                "`truncate_slug_length` is not a whole number",
            ));
            40
        }
    };
    let post_write_hooks = write_hooks::read(config).unwrap_or_else(|finding| {
        findings.push(finding);
        Vec::new()
    });
    let path = template.unwrap_or_else(|| located.script_location.join("script.py.mako"));
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
        timezone,
        output_encoding,
        post_write_hooks,
        options,
    })
}
