//! One state of a repository's migrations, and the next one.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use onehead_configuration::Settings;
use onehead_git::{Connection, EntryKind, GitError, Object};
use onehead_model::{RepoPath, ScanReport};
use onehead_python::decode;

use crate::change::{Change, Changed};
use crate::delta::{Delta, Entry};
use crate::environment::Aside;
use crate::files::Files;
use crate::layout::{LookedFor, Owner, owner};
use crate::listing::{Content, File};
use crate::parse_cache::ParseCache;
use crate::scope::Scope;
use crate::shortcut::{self, Shortcut, State};
use crate::whole::{self, Whole};
use crate::{ScanError, ScanOptions, SourceSpec};

/// One state of a repository's migrations: the working tree, the index, a commit, what a merge would record, or any
/// of these with a [`Delta`].
///
/// Cloning one is cheap: what two states have in common, they share.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(crate) scope: Arc<Scope>,
    pub(crate) files: Files,
    pub(crate) cache: Arc<ParseCache>,
    settings: Arc<Settings>,
    pub(crate) report: Arc<ScanReport>,
    pub(crate) asides: Arc<Vec<Aside>>,
    pub(crate) looked_for: Arc<LookedFor>,
    /// Whether the report is that of an earlier state, since this one could not be scanned.
    pub(crate) is_stale: bool,
}

impl Snapshot {
    /// Opens a state of the repository around a folder; of a folder in none, what lies there.
    ///
    /// # Errors
    /// The folder, git, the settings or the options do not allow it, or there is no environment at all. Whatever is
    /// wrong inside an environment is a finding of the report instead.
    pub fn find(options: &ScanOptions, source: &SourceSpec) -> Result<Self, ScanError> {
        let directory = options.folder()?;
        match discover(&directory, options)? {
            Some(git) => Self::open(&git, options, source),
            None if *source == SourceSpec::Worktree => {
                let files = Files::walk(&directory)?;
                let scope = Scope::new(options, &directory)?;
                Self::scanned(scope, files, Arc::new(ParseCache::none()))
            }
            None => Err(ScanError::NoRepository(directory.display().to_string())),
        }
    }

    /// Opens a state of a repository. Of `options`, the folder does not count.
    ///
    /// # Errors
    /// As [`Snapshot::find`].
    pub fn open(
        git: &Connection,
        options: &ScanOptions,
        source: &SourceSpec,
    ) -> Result<Self, ScanError> {
        let cache = || match (options.remember, source) {
            (true, SourceSpec::Worktree) => (ParseCache::open(git), git.read_index_file()),
            (true, _) => (ParseCache::open(git), None),
            (false, SourceSpec::Worktree) => (ParseCache::none(), None),
            (false, _) => (ParseCache::passing(git), None),
        };
        // git lists the files meanwhile.
        let (files, (cache, index)) = rayon::join(|| Files::open(git, source), cache);
        let files = Files {
            index: index.map(Arc::new),
            ..files?
        };
        let scope = Scope::new(options, git.root())?;
        let snapshot = Self::scanned(scope, files, Arc::new(cache))?;
        snapshot.save_parse_cache();
        Ok(snapshot)
    }

    /// A state without any file, for going on from the beginning of a history. It reports no environment, whatever
    /// the options name.
    ///
    /// # Errors
    /// The options name something outside the repository.
    pub fn empty(git: &Connection, options: &ScanOptions) -> Result<Self, ScanError> {
        let cache = match options.remember {
            true => ParseCache::open(git),
            false => ParseCache::passing(git),
        };
        let scope = Scope::new(options, git.root())?;
        Ok(Self::unscanned(
            scope,
            Files::empty(Some(git)),
            Arc::new(cache),
        ))
    }

    pub(crate) fn scanned(
        scope: Scope,
        files: Files,
        cache: Arc<ParseCache>,
    ) -> Result<Self, ScanError> {
        let mut snapshot = Self::unscanned(scope, files, cache);
        snapshot.scan()?;
        Ok(snapshot)
    }

    fn unscanned(scope: Scope, files: Files, cache: Arc<ParseCache>) -> Self {
        let report = ScanReport::empty(files.source.clone());
        Self {
            scope: Arc::new(scope),
            files,
            cache,
            settings: Arc::default(),
            report: Arc::new(report),
            asides: Arc::default(),
            looked_for: Arc::default(),
            is_stale: true,
        }
    }

    /// What a scan of the state reports. The source is that of the state that it was opened from.
    #[must_use]
    pub fn report(&self) -> &ScanReport {
        &self.report
    }

    /// onehead's own settings in it.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The repository; none for a folder that is in none.
    #[must_use]
    pub fn git(&self) -> Option<&Connection> {
        self.files.git.as_ref()
    }

    /// The folder that paths are relative to.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.scope.root
    }

    /// What a scan looked for beside the files that the report names.
    #[must_use]
    pub fn looked_for(&self) -> &LookedFor {
        &self.looked_for
    }

    /// Who has a path.
    #[must_use]
    pub fn owner(&self, path: &RepoPath) -> Owner {
        owner(&self.report, &self.looked_for, path)
    }

    /// What lies at a path, if git has it: a file, a link, another repository.
    #[must_use]
    pub fn object(&self, path: &str) -> Option<Object> {
        let file = self.files.listing.entry(path)?;
        match &file.content {
            Content::Object(oid) => Some(Object {
                kind: file.kind,
                oid: oid.clone(),
            }),
            _ => None,
        }
    }

    /// Whether anything lies at a path: a file, a link, another repository.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        self.files.listing.entry(path).is_some()
    }

    /// The paths below a folder at which anything lies, at any depth, sorted.
    pub fn paths_below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let entries = self.files.listing.entries_below(folder);
        entries.map(|file| file.path.as_str())
    }

    /// The bytes of a file, links followed. `None` if it is missing.
    ///
    /// # Errors
    /// git failed, or the file cannot be read.
    pub fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, ScanError> {
        match self.files.canonical(path) {
            Some(path) => self.files.read(&path),
            None => Ok(None),
        }
    }

    /// The text of some files, decoded by Python's rules, or why it cannot be.
    ///
    /// # Errors
    /// git failed, or an object is not in this clone.
    pub fn texts(&self, paths: &[RepoPath]) -> Result<Vec<Result<String, String>>, ScanError> {
        let found: Vec<Option<&File>> = paths
            .iter()
            .map(|path| self.files.get(&self.files.canonical(path)?))
            .collect();
        let there: Vec<&File> = found.iter().copied().flatten().collect();
        let mut texts = self
            .files
            .map(&there, |_, bytes| match bytes {
                Ok(bytes) => decode(bytes)
                    .map(Cow::into_owned)
                    .map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            })?
            .into_iter();
        let text = |file: &Option<&File>| {
            let text = file.and_then(|_| texts.next());
            text.unwrap_or_else(|| Err("it is missing".into()))
        };
        Ok(found.iter().map(text).collect())
    }

    /// The state with a change in it: what [`Snapshot::open`] would say of the tree that has it.
    ///
    /// # Errors
    /// As [`Snapshot::find`], and [`ScanError::UnknownContent`] if it takes the content of a file that only a merge
    /// by git tells.
    pub fn apply(&self, delta: &Delta) -> Result<Self, ScanError> {
        let mut next = self.clone();
        next.advance(delta)?;
        Ok(next)
    }

    /// The same in place, and what came of it.
    ///
    /// # Errors
    /// As [`Snapshot::apply`]. The change is then made all the same, and the report is still that of the last state
    /// that could be scanned; the next change is followed by a scan of everything.
    pub fn advance(&mut self, delta: &Delta) -> Result<Change, ScanError> {
        let changed = self.changed(delta);
        if changed.is_empty() {
            return Ok(Change::Nothing);
        }
        let was_stale = std::mem::replace(&mut self.is_stale, true);
        let shortcut = match was_stale {
            true => Ok(Shortcut::None),
            false => Shortcut::find(&self.state(), &changed),
        };
        self.put(&changed)?;
        match shortcut? {
            Shortcut::Nothing => {
                self.is_stale = false;
                Ok(Change::Nothing)
            }
            Shortcut::Revisions(changes) => {
                shortcut::revise(Arc::make_mut(&mut self.report), &changes);
                self.is_stale = false;
                Ok(Change::Revisions(changes))
            }
            Shortcut::None => {
                let before = self.scan()?;
                Ok(Change::Whole { before })
            }
        }
    }

    /// Reads the whole state. Gives what was reported before.
    fn scan(&mut self) -> Result<Arc<ScanReport>, ScanError> {
        let Whole {
            settings,
            report,
            asides,
            looked_for,
        } = whole::read(&self.scope, &self.files, &self.cache)?;
        self.settings = Arc::new(settings);
        self.asides = Arc::new(asides);
        self.looked_for = Arc::new(looked_for);
        self.is_stale = false;
        Ok(std::mem::replace(&mut self.report, Arc::new(report)))
    }

    /// Keeps what the reader said of the files for the next time, unless the options say otherwise.
    pub fn save_parse_cache(&self) {
        self.cache.save();
    }

    fn state(&self) -> State<'_> {
        State {
            files: &self.files,
            cache: &self.cache,
            report: &self.report,
            asides: &self.asides,
            looked_for: &self.looked_for,
            settings: &self.settings,
        }
    }

    /// The paths at which a change leaves something else.
    fn changed(&self, delta: &Delta) -> Vec<Changed> {
        let changed = delta.entries().filter_map(|(path, entry)| {
            let before = self.files.listing.entry(path);
            let after = file(path, entry);
            let is_same = match (before, &after) {
                (None, None) => true,
                (Some(before), Some(after)) => before.is_same(after),
                _ => false,
            };
            (!is_same).then(|| Changed {
                path: path.to_owned(),
                before: before.cloned(),
                after,
            })
        });
        changed.collect()
    }

    fn put(&mut self, changed: &[Changed]) -> Result<(), ScanError> {
        for change in changed {
            self.files.listing.put(&change.path, change.after.clone());
        }
        // What lies on the disk and is taken from the listing must be known to be gone.
        if self.files.disk.is_none() {
            self.files.listing.fold();
        }
        match changed.iter().any(Changed::is_about_a_link) {
            true => self.files.follow_links(),
            false => Ok(()),
        }
    }
}

/// What a change leaves at a path.
fn file(path: &str, entry: &Entry) -> Option<File> {
    let (kind, content) = match entry {
        Entry::Gone => return None,
        Entry::Object(object) | Entry::Unmerged(object) => {
            (object.kind, Content::Object(object.oid.clone()))
        }
        Entry::Bytes(bytes) => (EntryKind::File, Content::Bytes(Arc::clone(bytes))),
        Entry::Unknown => (EntryKind::File, Content::Unknown),
    };
    Some(File {
        path: path.to_owned(),
        utf8: !path.contains(char::REPLACEMENT_CHARACTER),
        unmerged: matches!(entry, Entry::Unmerged(_)),
        theirs: None,
        kind,
        content,
    })
}

/// The repository around a folder. Without git, a folder is still a folder, unless it says that it belongs to a
/// repository.
pub(crate) fn discover(
    directory: &Path,
    options: &ScanOptions,
) -> Result<Option<Connection>, ScanError> {
    let is_in_one = || {
        let mut folders = directory.ancestors();
        folders.any(|folder| folder.join(".git").exists())
    };
    match Connection::discover(directory, options.inherit) {
        Err(GitError::NotInstalled(_)) if !is_in_one() => Ok(None),
        other => Ok(other?),
    }
}
