//! One commit, and what it would be with other files laid over it: many scans that have nearly everything in
//! common, without a git process for each.
//!
//! Nothing is guessed: the scan is the same code on the same listing, had git made that tree. Where the content
//! of a file is not known (both sides of a merge changed it) and the scan wants to read it, there is no answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use onehead_git::{Connection, Entry, EntryKind, Object};
use onehead_model::Source;

use crate::files::Files;
use crate::memo::Memo;
use crate::{ScanError, ScanOptions, Scanned, SourceSpec, read};

/// Paths that are other than in the commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay {
    /// What lies at a path; none if nothing does.
    pub entries: BTreeMap<String, Option<Object>>,
    /// Paths that hold a file whose content is not known.
    pub unknown: BTreeSet<String>,
}

/// A commit, its listing read once.
pub struct Ground {
    options: ScanOptions,
    repository: Connection,
    root: PathBuf,
    commit: String,
    /// Sorted by path.
    entries: Vec<Entry>,
    links: bool,
    memo: Memo,
}

impl Ground {
    /// Lists a commit of the repository that `options` name; what source they name does not matter.
    ///
    /// # Errors
    /// As [`crate::scan`].
    pub fn open(
        options: &ScanOptions,
        repository: &Connection,
        commit: &str,
    ) -> Result<Self, ScanError> {
        let repository = repository.keeping_blobs();
        let entries = repository.tree_entries(commit)?;
        Ok(Self {
            options: ScanOptions {
                source: SourceSpec::Commit(commit.to_owned()),
                allow_none: true,
                ..options.clone()
            },
            root: repository.root().to_owned(),
            commit: commit.to_owned(),
            links: entries.iter().any(|one| one.kind == EntryKind::Symlink),
            entries,
            memo: match options.remember {
                true => Memo::open(&repository),
                false => Memo::passing(&repository),
            },
            repository,
        })
    }

    /// The repository, which keeps every blob that is read through it.
    #[must_use]
    pub fn repository(&self) -> &Connection {
        &self.repository
    }

    /// Whether the commit holds any symbolic link.
    pub(crate) fn has_links(&self) -> bool {
        self.links
    }

    pub(crate) fn memo(&self) -> &Memo {
        &self.memo
    }

    pub(crate) fn memo_mut(&mut self) -> &mut Memo {
        &mut self.memo
    }

    /// What the commit holds at a path.
    #[must_use]
    pub fn entry(&self, path: &str) -> Option<Object> {
        let at = self
            .entries
            .binary_search_by(|entry| entry.path.as_str().cmp(path));
        let entry = &self.entries[at.ok()?];
        Some(Object {
            kind: entry.kind,
            oid: entry.oid.clone().unwrap_or_default(),
        })
    }

    /// The paths that the commit holds below a folder, sorted.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{folder}/");
        let start = self.entries.partition_point(|entry| entry.path < prefix);
        self.entries[start..]
            .iter()
            .map(|entry| entry.path.as_str())
            .take_while(move |path| path.starts_with(&prefix))
    }

    /// Scans the commit with some paths changed. `None` if that takes the content of a file that is not known.
    ///
    /// # Errors
    /// As [`crate::scan`].
    pub fn scan(&mut self, overlay: &Overlay) -> Result<Option<Scanned>, ScanError> {
        let source = Source::Commit {
            oid: self.commit.clone(),
        };
        let entries = self.with(overlay);
        let mut files = Files::from_entries(source, None, &self.repository, entries)?;
        files.forget(&overlay.unknown);
        let asked_the_unknown = files.asked_the_unknown();
        let scanned = read(
            &self.options,
            Some(self.repository.clone()),
            self.root.clone(),
            files,
            &self.memo,
        );
        if asked_the_unknown.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let (scanned, used) = scanned?;
        if *overlay == Overlay::default() {
            self.memo.keep(&used.keys, &used.new);
        }
        self.memo.learn(&used.new);
        Ok(Some(scanned))
    }

    /// The listing with the changes in it.
    fn with(&self, overlay: &Overlay) -> Vec<Entry> {
        let mut changes = overlay.entries.iter().peekable();
        let mut entries = Vec::with_capacity(self.entries.len() + overlay.entries.len());
        for entry in &self.entries {
            while let Some((path, object)) =
                changes.next_if(|(path, _)| path.as_str() < entry.path.as_str())
            {
                entries.extend(laid(path, object.as_ref()));
            }
            match changes.next_if(|(path, _)| path.as_str() == entry.path) {
                Some((path, object)) => entries.extend(laid(path, object.as_ref())),
                None => entries.push(entry.clone()),
            }
        }
        entries.extend(changes.filter_map(|(path, object)| laid(path, object.as_ref())));
        entries
    }
}

fn laid(path: &str, object: Option<&Object>) -> Option<Entry> {
    let object = object?;
    Some(Entry {
        path: path.to_owned(),
        utf8: true,
        kind: object.kind,
        oid: Some(object.oid.clone()),
        unmerged: false,
        skip_worktree: false,
    })
}
