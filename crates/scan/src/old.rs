//! What callers of before still use, made of [`Snapshot`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use onehead_git::{Connection, Object};
use onehead_model::{RepoPath, ScanReport};

use crate::layout::{Owner, owner};
use crate::{Change, Delta, Entry, ScanError, ScanOptions, Settings, Snapshot, SourceSpec};

/// A scan, and what a flow needs to go on.
#[derive(Debug)]
pub struct Scanned {
    /// The document.
    pub report: ScanReport,
    /// The repository; none if the folder is in no git repository.
    pub repository: Option<Connection>,
    /// The folder that the paths of the document are relative to.
    pub root: PathBuf,
    /// onehead's own settings there.
    pub settings: Settings,
    /// Modules that values were looked for in, whether they are there or not.
    pub imported: BTreeSet<RepoPath>,
    snapshot: Snapshot,
}

impl Scanned {
    /// The text of some files, as [`Snapshot::texts`].
    ///
    /// # Errors
    /// git failed.
    pub fn texts(&self, paths: &[RepoPath]) -> Result<Vec<Result<String, String>>, ScanError> {
        self.snapshot.texts(paths)
    }

    /// Who has a path, as [`Snapshot::owner`].
    #[must_use]
    pub fn owner(&self, path: &RepoPath) -> Owner {
        owner(&self.report, self.snapshot.looked_for(), path)
    }

    /// The same with a change in it, as [`Snapshot::apply`].
    ///
    /// # Errors
    /// As [`Snapshot::apply`].
    pub fn apply(&self, delta: &Delta) -> Result<Self, ScanError> {
        self.snapshot.apply(delta).map(Self::from)
    }
}

impl From<Snapshot> for Scanned {
    fn from(snapshot: Snapshot) -> Self {
        Self {
            report: snapshot.report().clone(),
            repository: snapshot.git().cloned(),
            root: snapshot.root().to_owned(),
            settings: snapshot.settings().clone(),
            imported: snapshot.looked_for().modules.clone(),
            snapshot,
        }
    }
}

/// Scans a repository.
///
/// # Errors
/// As [`Snapshot::find`].
pub fn scan(options: &ScanOptions) -> Result<Scanned, ScanError> {
    Snapshot::find(options, &options.source).map(Scanned::from)
}

/// Paths that are other than in the commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay {
    /// What lies at a path; none if nothing does.
    pub entries: BTreeMap<String, Option<Object>>,
    /// Paths that hold a file whose content is not known.
    pub unknown: BTreeSet<String>,
}

impl Overlay {
    fn delta(&self) -> Delta {
        let known = self
            .entries
            .iter()
            .map(|(path, object)| (path.clone(), Entry::from(object.clone())));
        let unknown = self
            .unknown
            .iter()
            .map(|path| (path.clone(), Entry::Unknown));
        known.chain(unknown).collect()
    }
}

/// A commit, its listing read once.
pub struct Ground(Snapshot);

impl Ground {
    /// Opens a commit.
    ///
    /// # Errors
    /// As [`Snapshot::find`].
    pub fn open(
        options: &ScanOptions,
        repository: &Connection,
        commit: &str,
    ) -> Result<Self, ScanError> {
        let options = ScanOptions {
            allow_none: true,
            ..options.clone()
        };
        let source = SourceSpec::Commit(commit.to_owned());
        Snapshot::open(&repository.keeping_blobs(), &options, &source).map(Self)
    }

    /// The repository, which keeps every blob that is read through it.
    ///
    /// # Panics
    /// Never: it was opened in one.
    #[must_use]
    pub fn repository(&self) -> &Connection {
        self.0.git().expect("it was opened in a repository")
    }

    /// What the commit holds at a path.
    #[must_use]
    pub fn entry(&self, path: &str) -> Option<Object> {
        self.0.object(path)
    }

    /// The paths that the commit holds below a folder, sorted.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.0.paths_below(folder)
    }

    /// Scans the commit with some paths changed. `None` if that takes the content of a file that is not known.
    ///
    /// # Errors
    /// As [`Snapshot::find`].
    pub fn scan(&mut self, overlay: &Overlay) -> Result<Option<Scanned>, ScanError> {
        match self.0.apply(&overlay.delta()) {
            Ok(next) => Ok(Some(next.into())),
            Err(ScanError::UnknownContent { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The report with new files, if all of them are new and no scan of everything is needed to tell.
    ///
    /// # Errors
    /// git failed.
    pub fn with_added(
        &mut self,
        _report: &ScanReport,
        added: &Overlay,
    ) -> Result<Option<ScanReport>, ScanError> {
        if added.entries.keys().any(|path| self.0.holds(path)) {
            return Ok(None);
        }
        let mut next = self.0.clone();
        match next.advance(&added.delta()) {
            Ok(Change::Nothing | Change::Revisions(_)) => Ok(Some(next.report().clone())),
            Ok(Change::Whole { .. }) | Err(ScanError::UnknownContent { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
