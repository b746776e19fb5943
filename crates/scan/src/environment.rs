//! One environment: its folders listed as Alembic lists them, its files read, its settings gathered.

use std::collections::{BTreeSet, HashSet};

use onehead_model::{
    Code, Environment, Field, Finding, Location, MergeSettings, RepoPath, Revision, RevisionId,
    Template, ValueSpan,
};
use onehead_python::revision::{FieldFact, Position, Reading, RevisionFacts, read};

use crate::ScanError;
use crate::config::Config;
use crate::discover::Located;
use crate::files::{File, Files, ReadError};
use crate::imports::{Imports, Value, resolve};
use crate::memo::{Key, Memo, key_of_oid};
use crate::settings::{Settings, contains};

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
    let listed = list(files, &version_locations, &switches, &mut findings);
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

/// The files that Alembic would load, in its order (`Script._list_py_dir`, `Script._from_path`).
fn list<'a>(
    files: &'a Files,
    locations: &[RepoPath],
    switches: &Switches,
    findings: &mut Vec<Finding>,
) -> Vec<&'a File> {
    let mut seen = HashSet::new();
    let mut listed = Vec::new();
    for location in locations {
        for path in paths_in(files, location, switches.recursive) {
            let Some(real) = files.canonical(&path) else {
                findings.push(
                    Finding::new(
                        Code::UnreadableFile,
                        "a symbolic link that leads out of the repository or in a circle",
                    )
                    .at(path),
                );
                continue;
            };
            match kind_of(real.name(), switches.sourceless) {
                FileKind::Other => continue,
                FileKind::Compiled if has_source(files, &real) => continue,
                FileKind::Compiled => {
                    findings.push(
                        Finding::new(Code::CompiledOnly, "a compiled revision without its source: `sourceless` makes Alembic load it")
                            .at(real)
                            .hint("restore the .py file, or remove the compiled one"),
                    );
                    continue;
                }
                FileKind::Revision => {}
            }
            let Some(file) = files.get(&real) else {
                findings.push(
                    Finding::new(
                        Code::UnreadableFile,
                        format!("a symbolic link to `{real}`, which is not there"),
                    )
                    .at(path),
                );
                continue;
            };
            if !seen.insert(file.path.as_str()) {
                findings.push(
                    Finding::new(Code::LoadedTwice, "the file is reached twice through the version locations; Alembic loads it once")
                        .at(real)
                        .hint("make the version locations distinct"),
                );
                continue;
            }
            listed.push(file);
        }
    }
    listed
}

enum FileKind {
    Revision,
    Compiled,
    Other,
}

/// `(?!\.\#|__init__)(.*\.py)$`, with `(c|o)?` behind it where `sourceless` is set.
fn kind_of(name: &str, sourceless: bool) -> FileKind {
    if name.starts_with(".#")
        || name.starts_with("__init__")
        || name.contains('\n')
        || name == ".py"
    {
        return FileKind::Other;
    }
    if name.ends_with(".py") {
        return FileKind::Revision;
    }
    let compiled = name.ends_with(".pyc") || name.ends_with(".pyo");
    if sourceless && compiled {
        FileKind::Compiled
    } else {
        FileKind::Other
    }
}

/// Whether Alembic would load the source instead: beside the compiled file, or above `__pycache__`.
fn has_source(files: &Files, compiled: &RepoPath) -> bool {
    let folder = compiled.parent();
    let name = compiled.name();
    if files.get(&folder.join(&name[..name.len() - 1])).is_some() {
        return true;
    }
    let stem = name.split('.').next().unwrap_or(name);
    folder.name() == "__pycache__"
        && files
            .get(&folder.parent().join(&format!("{stem}.py")))
            .is_some()
}

/// The paths in a version location: sorted by name, and with `recursive` each folder's files before
/// its sorted sub-folders. Symbolic links are listed under their own name. `__pycache__` counts only
/// for `sourceless`, which sorts the rest out.
fn paths_in(files: &Files, location: &RepoPath, recursive: bool) -> Vec<RepoPath> {
    let prefix = if location.as_str().is_empty() {
        0
    } else {
        location.as_str().len() + 1
    };
    let inside = |path: &&str| {
        let relative = &path[prefix..];
        match relative.rsplit_once('/') {
            None => true,
            Some((folder, _)) => folder == "__pycache__" || recursive,
        }
    };
    let linked = files
        .links()
        .filter(|path| RepoPath::new(*path).is_ok_and(|path| path.is_within(location)));
    let mut paths: Vec<&str> = files
        .below(location)
        .iter()
        .map(|file| file.path.as_str())
        .chain(linked)
        .filter(inside)
        .collect();
    let key = |path: &&str| -> Vec<(bool, String)> {
        let mut parts: Vec<(bool, String)> = path[prefix..]
            .split('/')
            .map(|part| (true, part.to_owned()))
            .collect();
        if let Some(last) = parts.last_mut() {
            last.0 = false;
        }
        parts
    };
    if recursive {
        paths.sort_by_cached_key(key);
    } else {
        paths.sort_unstable();
    }
    paths
        .into_iter()
        .filter_map(|path| RepoPath::new(path).ok())
        .collect()
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

enum Outcome {
    Read(Reading),
    Failed(String),
    Unmerged,
}

/// A revision from what its file says, with a finding for whatever is missing or not known.
fn revision(
    path: &RepoPath,
    outcome: &Outcome,
    imports: &Imports<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Revision> {
    let facts = match outcome {
        Outcome::Read(Reading::Module(facts)) => facts,
        Outcome::Read(Reading::Broken {
            syntax,
            message,
            position,
        }) => {
            let hint = if *syntax {
                "Alembic cannot load the environment until the file is correct Python"
            } else {
                "Alembic cannot load the environment until the file can be read"
            };
            let place = Location {
                path: path.clone(),
                line: position.map(|position| position.line),
                column: position.map(|position| position.column),
            };
            findings.push(
                Finding::new(
                    if *syntax {
                        Code::SyntaxError
                    } else {
                        Code::UnreadableFile
                    },
                    message.clone(),
                )
                .at(place)
                .hint(hint),
            );
            return None;
        }
        Outcome::Failed(reason) => {
            findings.push(
                Finding::new(
                    Code::UnreadableFile,
                    format!("cannot read the file: {reason}"),
                )
                .at(path.clone()),
            );
            return None;
        }
        Outcome::Unmerged => {
            findings.push(
                Finding::new(Code::Unmerged, "the file is in conflict")
                    .at(path.clone())
                    .hint(format!("resolve the conflict, then `git add -- '{path}'`")),
            );
            return None;
        }
    };
    FieldReader {
        path,
        facts,
        imports,
        findings,
    }
    .revision()
}

/// Turns the four names of one file into values and findings.
struct FieldReader<'a> {
    path: &'a RepoPath,
    facts: &'a RevisionFacts,
    imports: &'a Imports<'a>,
    findings: &'a mut Vec<Finding>,
}

impl FieldReader<'_> {
    fn revision(mut self) -> Option<Revision> {
        let id = self.id();
        let down_revisions = self.parents();
        let depends_on = self.strings(Field::DependsOn);
        let branch_labels = self.strings(Field::BranchLabels);
        let unknown = [
            (Field::DownRevision, down_revisions.is_none()),
            (Field::BranchLabels, branch_labels.is_none()),
            (Field::DependsOn, depends_on.is_none()),
        ];
        let mut depends_on = depends_on.unwrap_or_default();
        if let [only] = depends_on.as_slice()
            && only.is_empty()
        {
            // Alembic takes an empty string for no dependency.
            depends_on.clear();
        }
        Some(Revision {
            id: RevisionId::new(id?),
            path: self.path.clone(),
            message: self.facts.message.clone(),
            create_date: self.facts.create_date.clone(),
            down_revisions: down_revisions
                .unwrap_or_default()
                .into_iter()
                .map(RevisionId::new)
                .collect(),
            depends_on,
            branch_labels: branch_labels.unwrap_or_default(),
            unknown: unknown
                .into_iter()
                .filter(|(_, unknown)| *unknown)
                .map(|(field, _)| field)
                .collect(),
            down_revision_at: self
                .facts
                .field(Field::DownRevision)
                .map(|fact| span(fact.position)),
        })
    }

    fn id(&mut self) -> Option<String> {
        let Some(fact) = self.facts.field(Field::Revision) else {
            // A file from the time before `revision` is named by its id.
            if let Some(id) = legacy_id(self.path.name()) {
                return Some(id.to_owned());
            }
            self.findings.push(
                Finding::new(Code::MissingRevision, "the file does not set `revision`")
                    .at(self.path.clone())
                    .hint("Alembic loads every .py file of a version location: set `revision`, or move the file elsewhere"),
            );
            return None;
        };
        let value = self.value(Field::Revision, fact)?;
        match value {
            Value::Str(id) => Some(id),
            other => {
                self.wrong_type(Field::Revision, fact, &other, "a string");
                None
            }
        }
    }

    fn parents(&mut self) -> Option<Vec<String>> {
        if self.facts.field(Field::DownRevision).is_none() {
            self.findings.push(
                Finding::new(
                    Code::MissingDownRevision,
                    "the file does not set `down_revision`",
                )
                .at(self.path.clone())
                .hint("set it to the id of the parent, or to None in the first revision"),
            );
            return None;
        }
        self.strings(Field::DownRevision)
    }

    /// `None`, a string or a sequence of strings, as a list. `None` if it is not known.
    fn strings(&mut self, field: Field) -> Option<Vec<String>> {
        let Some(fact) = self.facts.field(field) else {
            return Some(Vec::new());
        };
        let value = self.value(field, fact)?;
        let list = match &value {
            Value::None => Some(Vec::new()),
            Value::Str(text) => Some(vec![text.clone()]),
            // Alembic takes `(None,)` for `None`.
            Value::Sequence(items) if matches!(items.as_slice(), [Value::None]) => Some(Vec::new()),
            Value::Sequence(items) => items
                .iter()
                .map(|item| match item {
                    Value::Str(text) => Some(text.clone()),
                    _ => None,
                })
                .collect(),
            Value::Other(_) => None,
        };
        if list.is_none() {
            self.wrong_type(
                field,
                fact,
                &value,
                "None, a string or a sequence of strings",
            );
        }
        list
    }

    fn value(&mut self, field: Field, fact: &FieldFact) -> Option<Value> {
        match resolve(&fact.term, self.imports) {
            Ok(value) => Some(value),
            Err(why) => {
                let code = if field == Field::BranchLabels {
                    Code::LabelNotStatic
                } else {
                    Code::NotStatic
                };
                self.findings.push(
                    Finding::new(
                        code,
                        format!("`{field}` is computed (`{}`): {why}", fact.text),
                    )
                    .at(self.place(fact))
                    .hint(format!("write the value of `{field}` as a literal")),
                );
                None
            }
        }
    }

    fn wrong_type(&mut self, field: Field, fact: &FieldFact, value: &Value, expected: &str) {
        let found = match value {
            Value::None => "None",
            Value::Str(_) => "a string",
            Value::Sequence(_) => "a sequence that holds something else",
            Value::Other(what) => what,
        };
        self.findings.push(
            Finding::new(
                Code::WrongType,
                format!("`{field}` is {found}, not {expected}"),
            )
            .at(self.place(fact))
            .hint("Alembic cannot load the environment until it is"),
        );
    }

    fn place(&self, fact: &FieldFact) -> Location {
        Location {
            path: self.path.clone(),
            line: Some(fact.position.line),
            column: Some(fact.position.column),
        }
    }
}

fn span(position: Position) -> ValueSpan {
    ValueSpan {
        line: position.line,
        column: position.column,
        start: position.start,
        end: position.end,
    }
}

/// `([a-f0-9]+)\.py$`
fn legacy_id(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(".py")?;
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (!stem.is_empty() && stem.bytes().all(hex)).then_some(stem)
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
        options,
    })
}
