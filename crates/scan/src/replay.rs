//! One commit after another: what a scan of each would say, from what each changes.
//!
//! Most commits change nothing that a scan could tell, and most others add a revision file. Those cost next to
//! nothing here. Whatever else happens (a configuration changes, a folder comes or goes, a symbolic link, a file
//! with something wrong in it), the whole state is scanned anew with the same code as a commit. A scan notes what it
//! looked for, so that nothing that could tell is taken for something that cannot.
//!
//! The environments are those that [`crate::scan`] finds, with the same revisions in the same order and the same
//! errors. Notices about files that are no revisions, and the text of templates, may be those of an earlier commit.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use onehead_git::{Connection, Difference, Entry, EntryKind, GitError, Object};
use onehead_model::{Environment, Finding, RepoPath, Revision, Source};
use onehead_python::revision::{Reading, read as read_revision};
use rayon::prelude::*;

use crate::declared::{Outcome, revision};
use crate::discover::{FOREIGN, LEADING};
use crate::files::{Files, Noted};
use crate::imports::Imports;
use crate::listing::{FileKind, kind_of, rank};
use crate::memo::{Key, Memo, key_of_oid};
use crate::settings::contains;
use crate::{ScanError, ScanOptions, SourceSpec, read};

/// What a commit did to the environments.
#[derive(Debug)]
pub enum Turn {
    /// Nothing that a scan could tell.
    Nothing,
    /// Revision files are other than before; nothing else is.
    Revised(Vec<Revised>),
    /// The environments were looked for anew; these are those from before.
    Anew(Vec<Environment>),
    /// They could not be: what was known before still stands.
    Unreadable(ScanError),
}

/// A revision file that came, changed or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revised {
    /// The place of its environment in [`Replay::environments`].
    pub environment: usize,
    /// What it declared.
    pub before: Option<Revision>,
    /// What it declares now.
    pub after: Option<Revision>,
}

/// The state after some commits.
pub struct Replay {
    options: ScanOptions,
    repository: Connection,
    memo: Memo,
    entries: BTreeMap<String, Object>,
    environments: Vec<Environment>,
    noted: Noted,
    /// Modules that values were looked for in.
    imported: BTreeSet<RepoPath>,
    /// The last look failed: the next change calls for another.
    is_stale: bool,
    /// Nothing to find: for values that need no other module.
    nowhere: Files,
    /// By folder, the contents that Python files have there in any commit and that were not read yet.
    unread: HashMap<String, Vec<String>>,
    used: Vec<Key>,
    new: Vec<(Key, Reading)>,
}

impl Replay {
    /// Starts with an empty repository. What source `options` name does not matter.
    ///
    /// # Errors
    /// git failed.
    pub fn new(options: &ScanOptions, repository: &Connection) -> Result<Self, ScanError> {
        let repository = repository.keeping_blobs();
        let nowhere = Files::from_entries(source(), None, &repository, Vec::new())?;
        Ok(Self {
            options: ScanOptions {
                source: SourceSpec::Commit(String::new()),
                allow_none: true,
                ..options.clone()
            },
            memo: match options.remember {
                true => Memo::open(&repository),
                false => Memo::passing(&repository),
            },
            repository,
            entries: BTreeMap::new(),
            environments: Vec::new(),
            noted: Noted::default(),
            imported: BTreeSet::new(),
            is_stale: true,
            nowhere,
            unread: HashMap::new(),
            used: Vec::new(),
            new: Vec::new(),
        })
    }

    /// Reads ahead what will be asked for, so that git is asked once and not for each commit.
    ///
    /// # Errors
    /// git failed.
    pub fn prepare<'a>(
        &mut self,
        changes: impl Iterator<Item = &'a Difference> + Clone,
    ) -> Result<(), ScanError> {
        let files = |change: &'a Difference| {
            let after = change.after.as_ref()?;
            (after.kind == EntryKind::File).then_some((change.path.as_str(), after.oid.as_str()))
        };
        let mut homes: HashSet<&str> = HashSet::new();
        let mut small: Vec<String> = Vec::new();
        for (path, oid) in changes.clone().filter_map(files) {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            if matches!(name, "env.py" | "script.py.mako") {
                homes.insert(folder);
            } else if LEADING.contains(&name) || name == "onehead.toml" {
                small.push(oid.to_owned());
            }
        }
        let is_likely = |folder: &str| {
            let mut at = folder;
            folder == "versions"
                || folder.ends_with("/versions")
                || loop {
                    if homes.contains(at) {
                        break true;
                    }
                    match at.rsplit_once('/') {
                        Some((above, _)) => at = above,
                        None => break false,
                    }
                }
        };
        let mut known: HashMap<&str, bool> = HashMap::new();
        let mut likely: Vec<String> = Vec::new();
        for (path, oid) in changes.filter_map(files) {
            if !path.ends_with(".py") || path.ends_with("/env.py") {
                continue;
            }
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if *known.entry(folder).or_insert_with(|| is_likely(folder)) {
                likely.push(oid.to_owned());
            } else {
                let unread = self.unread.entry(folder.to_owned()).or_default();
                unread.push(oid.to_owned());
            }
        }
        small.sort();
        small.dedup();
        self.repository.blobs(&small)?;
        Ok(self.read_ahead(likely)?)
    }

    /// Every entry of the state, for whoever wants to know what is there.
    #[must_use]
    pub fn object(&self, path: &str) -> Option<&Object> {
        self.entries.get(path)
    }

    /// The repository, which keeps every blob that is read through it.
    #[must_use]
    pub fn repository(&self) -> &Connection {
        &self.repository
    }

    /// The environments of the state, sorted by name.
    #[must_use]
    pub fn environments(&self) -> &[Environment] {
        &self.environments
    }

    /// Goes one commit on.
    ///
    /// # Errors
    /// git failed.
    pub fn apply(&mut self, changes: &[Difference]) -> Result<Turn, ScanError> {
        if changes.is_empty() {
            return Ok(Turn::Nothing);
        }
        let mut revised: Vec<(usize, &Difference)> = Vec::new();
        let mut anew = self.is_stale;
        for change in changes {
            anew = anew || self.calls_for_a_look(change, &mut revised)?;
            self.put(change);
        }
        if !anew {
            match self.revise(&revised)? {
                Some(revised) if revised.is_empty() => return Ok(Turn::Nothing),
                Some(revised) => return Ok(Turn::Revised(revised)),
                None => {}
            }
        }
        match self.look() {
            Ok(before) => Ok(Turn::Anew(before)),
            Err(ScanError::Git(error)) => Err(error.into()),
            Err(error) => {
                self.is_stale = true;
                Ok(Turn::Unreadable(error))
            }
        }
    }

    /// Keeps the readings for the next time.
    pub fn finish(self) {
        self.memo.keep(&self.used, &self.new);
    }

    fn put(&mut self, change: &Difference) {
        match &change.after {
            Some(object) if object.kind != EntryKind::Submodule => {
                self.entries.insert(change.path.clone(), object.clone());
            }
            _ => drop(self.entries.remove(&change.path)),
        }
    }

    /// Whether only a scan can tell what a change means; revision files that need none are added to `revised`.
    fn calls_for_a_look<'c>(
        &self,
        change: &'c Difference,
        revised: &mut Vec<(usize, &'c Difference)>,
    ) -> Result<bool, GitError> {
        let object = |object: &Option<Object>| {
            object
                .as_ref()
                .filter(|object| object.kind != EntryKind::Submodule)
                .cloned()
        };
        let (before, after) = (object(&change.before), object(&change.after));
        if before == after {
            return Ok(false);
        }
        let both = || before.iter().chain(&after);
        if both().any(|object| object.kind == EntryKind::Symlink) {
            return Ok(true);
        }
        let path = change.path.as_str();
        let name = path.rsplit('/').next().unwrap_or(path);
        let comes_or_goes = before.is_none() != after.is_none();
        if comes_or_goes && self.makes_or_breaks_a_folder(path) {
            return Ok(true);
        }
        if name == "pyproject.toml" {
            return Ok(!path.split('/').any(|part| FOREIGN.contains(&part))
                && self.tables(before.as_ref())? != self.tables(after.as_ref())?);
        }
        if comes_or_goes && LEADING.contains(&name) {
            return Ok(true);
        }
        let is_imported = |path: RepoPath| self.imported.contains(&path);
        if RepoPath::new(path).is_ok_and(is_imported) {
            return Ok(true);
        }
        let mut is_revision = false;
        for (index, environment) in self.environments.iter().enumerate() {
            match place(environment, path) {
                Place::Revision => {
                    is_revision = true;
                    revised.push((index, change));
                }
                Place::Unclear => return Ok(true),
                Place::Elsewhere => {}
            }
        }
        if is_revision {
            return Ok(false);
        }
        // Nobody reads the text of these to find an environment.
        let is_text = matches!(name, "env.py" | "script.py.mako");
        Ok(!is_text && self.noted.files.contains(path)
            || comes_or_goes && name.ends_with(".py") && self.is_below_a_template(path))
    }

    /// Whether a folder that somebody looked for is there only before or only after.
    fn makes_or_breaks_a_folder(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| &path[..at]);
        ends.filter(|folder| self.noted.folders.contains(*folder))
            .any(|folder| {
                let start = format!("{folder}/");
                let mut others = self
                    .entries
                    .range(start.clone()..)
                    .map(|(other, _)| other.as_str())
                    .take_while(|other| other.starts_with(&start))
                    .filter(|other| *other != path);
                others.next().is_none()
            })
    }

    /// Below `templates`, a folder with revisions is an environment only if they end in `.py`.
    fn is_below_a_template(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| &path[..at]);
        path.split('/').any(|part| part == "templates")
            && ends
                .into_iter()
                .any(|folder| self.noted.folders.contains(folder))
    }

    /// What a `pyproject.toml` says about Alembic and onehead.
    fn tables(&self, object: Option<&Object>) -> Result<Tables, GitError> {
        let Some(object) = object else {
            return Ok(Tables::default());
        };
        let blobs = self.repository.blobs(std::slice::from_ref(&object.oid))?;
        let Some(bytes) = blobs.into_iter().next().flatten() else {
            return Ok(Tables::Broken(object.oid.clone()));
        };
        if !contains(&bytes, b"alembic") && !contains(&bytes, b"onehead") {
            return Ok(Tables::default());
        }
        let Ok(table) = String::from_utf8_lossy(&bytes).parse::<toml::Table>() else {
            return Ok(Tables::Broken(object.oid.clone()));
        };
        let of = |name: &str| table.get("tool")?.get(name).cloned();
        Ok(Tables::Whole(of("alembic"), of("onehead")))
    }

    /// Takes changed revision files into their environments. `None` if only a scan can tell.
    fn revise(
        &mut self,
        changes: &[(usize, &Difference)],
    ) -> Result<Option<Vec<Revised>>, ScanError> {
        self.read_missing(changes)?;
        let mut revised = Vec::with_capacity(changes.len());
        for &(index, change) in changes {
            let environment = &self.environments[index];
            let has_trouble = environment.revisions.is_empty()
                || environment.findings.iter().any(|finding| {
                    let place = finding.location.as_ref();
                    place.is_some_and(|place| place.path.as_str() == change.path)
                });
            let Ok(path) = RepoPath::new(change.path.as_str()) else {
                return Ok(None);
            };
            let before = at(environment, &path);
            if has_trouble || before.is_ok() != change.before.is_some() {
                return Ok(None);
            }
            let after = match &change.after {
                None => None,
                Some(object) => match self.revision(&path, object) {
                    Some(revision) => Some(revision),
                    None => return Ok(None),
                },
            };
            let revisions = &mut self.environments[index].revisions;
            let before = match (before, &after) {
                (Ok(at), None) => Some(revisions.remove(at)),
                (Ok(at), Some(after)) => Some(std::mem::replace(&mut revisions[at], after.clone())),
                (Err(at), Some(after)) => {
                    revisions.insert(at, after.clone());
                    None
                }
                (Err(_), None) => None,
            };
            if revisions.is_empty() {
                return Ok(None);
            }
            revised.push(Revised {
                environment: index,
                before,
                after,
            });
        }
        Ok(Some(revised))
    }

    /// What a file declares, if nothing is wrong with it and no other file is needed to know.
    fn revision(&mut self, path: &RepoPath, object: &Object) -> Option<Revision> {
        let key = key_of_oid(&object.oid)?;
        let outcome = Outcome::Read(self.memo.get(&key)?);
        self.used.push(key);
        let imports = Imports::new(&self.nowhere, Vec::new());
        let mut findings: Vec<Finding> = Vec::new();
        let revision = revision(path, &outcome, &imports, &mut findings)?;
        findings.is_empty().then_some(revision)
    }

    fn read_missing(&mut self, changes: &[(usize, &Difference)]) -> Result<(), GitError> {
        let mut missing: Vec<String> = Vec::new();
        for (_, change) in changes {
            let Some(object) = &change.after else {
                continue;
            };
            if key_of_oid(&object.oid).is_some_and(|key| self.memo.get(&key).is_none()) {
                missing.push(object.oid.clone());
                let folder = change
                    .path
                    .rsplit_once('/')
                    .map_or("", |(folder, _)| folder);
                missing.extend(self.unread.remove(folder).unwrap_or_default());
            }
        }
        self.read_ahead(missing)
    }

    fn read_ahead(&mut self, mut oids: Vec<String>) -> Result<(), GitError> {
        oids.sort();
        oids.dedup();
        let is_new = |oid: &String| key_of_oid(oid).is_some_and(|key| !self.memo.has(&key));
        oids.retain(is_new);
        // What is read once needs not be kept.
        let blobs = self.repository.forgetting_blobs().blobs(&oids)?;
        let new: Vec<(Key, Reading)> = std::iter::zip(oids, blobs)
            .collect::<Vec<_>>()
            .into_par_iter()
            .filter_map(|(oid, bytes)| Some((key_of_oid(&oid)?, read_revision(&bytes?))))
            .collect();
        self.memo.learn(&new);
        self.new.extend(new);
        Ok(())
    }

    /// Scans the whole state. Gives the environments from before.
    fn look(&mut self) -> Result<Vec<Environment>, ScanError> {
        let entries = self.entries.iter().map(|(path, object)| Entry {
            path: path.clone(),
            utf8: !path.contains(char::REPLACEMENT_CHARACTER),
            kind: object.kind,
            oid: Some(object.oid.clone()),
            unmerged: false,
            skip_worktree: false,
        });
        let files = Files::from_entries(source(), None, &self.repository, entries.collect())?;
        let root: PathBuf = self.repository.root().to_owned();
        let (mut scanned, used) = read(
            &self.options,
            Some(self.repository.clone()),
            root,
            files.noting(),
            &self.memo,
        )?;
        self.memo.learn(&used.new);
        self.used.extend(used.keys);
        self.new.extend(used.new);
        self.noted = scanned.files.noted();
        self.imported = scanned.imported;
        self.is_stale = false;
        let found = scanned.report.environments;
        Ok(std::mem::replace(&mut self.environments, found))
    }
}

/// The part of a `pyproject.toml` that matters.
#[derive(Debug, PartialEq)]
enum Tables {
    Whole(Option<toml::Value>, Option<toml::Value>),
    Broken(String),
}

impl Default for Tables {
    fn default() -> Self {
        Self::Whole(None, None)
    }
}

/// What a path is to an environment.
enum Place {
    /// A revision file.
    Revision,
    /// Something in a version location of which only a scan can tell what it is.
    Unclear,
    Elsewhere,
}

fn place(environment: &Environment, path: &str) -> Place {
    let mut count = 0;
    let name = path.rsplit('/').next().unwrap_or(path);
    for location in &environment.version_locations {
        let Some(relative) = relative(location, path) else {
            continue;
        };
        let is_compiled = name.ends_with(".pyc") || name.ends_with(".pyo");
        if is_compiled || path.contains(char::REPLACEMENT_CHARACTER) {
            return Place::Unclear;
        }
        let is_listed = environment.merge.recursive || !relative.contains('/');
        if is_listed && matches!(kind_of(name, false), FileKind::Revision) {
            count += 1;
        }
    }
    match count {
        0 => Place::Elsewhere,
        1 => Place::Revision,
        _ => Place::Unclear,
    }
}

fn relative<'p>(location: &RepoPath, path: &'p str) -> Option<&'p str> {
    match location.as_str() {
        "" => Some(path),
        location => path.strip_prefix(location)?.strip_prefix('/'),
    }
}

/// Where a revision file comes among the others, or would.
fn at(environment: &Environment, path: &RepoPath) -> Result<usize, usize> {
    let order = |path: &RepoPath| {
        environment
            .version_locations
            .iter()
            .enumerate()
            .find_map(|(index, location)| {
                let relative = relative(location, path.as_str())?;
                (environment.merge.recursive || !relative.contains('/'))
                    .then(|| (index, rank(relative)))
            })
    };
    let wanted = order(path);
    environment
        .revisions
        .binary_search_by(|revision| order(&revision.path).cmp(&wanted))
}

/// A state has no name of its own.
fn source() -> Source {
    Source::Commit { oid: String::new() }
}
