//! Which paths a state has: one sorted base that states share, and what is other than in it.

use std::collections::{BTreeMap, HashMap};
use std::iter::Peekable;
use std::ops::Bound;
use std::sync::Arc;

use onehead_git::{EntryKind, Oid};
use onehead_model::RepoPath;

/// Something at a path: a file, a symbolic link, or another repository.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Relative to the root; bytes that are not UTF-8 are replaced.
    pub(crate) path: String,
    /// Whether the path is UTF-8.
    pub(crate) utf8: bool,
    /// In conflict, so that its content is none that Alembic would load.
    pub(crate) unmerged: bool,
    /// The object of the other side of the conflict, if the index has both.
    pub(crate) theirs: Option<Oid>,
    pub(crate) kind: EntryKind,
    pub(crate) content: Content,
}

/// Where the bytes of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// In the working tree.
    Disk,
    /// In the object store, under this id.
    Object(Oid),
    /// Here: git has no such object yet.
    Bytes(Arc<[u8]>),
    /// Both sides of a merge changed it, and only a merge by git tells what comes of that.
    Unknown,
}

impl File {
    /// Whether it is what another one is, path apart.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.content == other.content
            && self.content != Content::Unknown
            && self.unmerged == other.unmerged
            && self.theirs == other.theirs
    }

    /// Whether it is a file, and neither a link nor another repository.
    pub(crate) fn is_file(&self) -> bool {
        self.kind == EntryKind::File
    }
}

/// The paths of a state, sorted. Cloning it shares the base.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listing {
    base: Arc<Vec<File>>,
    /// What lies elsewhere than in the base; none where nothing does any more.
    changes: BTreeMap<String, Option<File>>,
    /// Symbolic links and where they point, relative to the folder of the link.
    links: Arc<HashMap<String, String>>,
}

/// How many changes a listing carries before they become part of a new base, beside an eighth of the base.
const FEW: usize = 256;

impl Listing {
    /// A listing of files sorted by path, with the targets of the links among them.
    pub(crate) fn new(files: Vec<File>, links: HashMap<String, String>) -> Self {
        Self {
            base: Arc::new(files),
            changes: BTreeMap::new(),
            links: Arc::new(links),
        }
    }

    /// What lies at a path, whatever it is.
    pub(crate) fn entry(&self, path: &str) -> Option<&File> {
        if let Some(change) = self.changes.get(path) {
            return change.as_ref();
        }
        let at = self
            .base
            .binary_search_by(|file| file.path.as_str().cmp(path));
        at.ok().map(|at| &self.base[at])
    }

    /// The entries below a folder, at any depth, whatever they are, sorted by path.
    pub(crate) fn entries_below(&self, folder: &str) -> impl Iterator<Item = &File> {
        let prefix = match folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let start = self.base.partition_point(|file| file.path < prefix);
        let length = self.base[start..].partition_point(|file| file.path.starts_with(&prefix));
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let changes = self.changes.range::<str, _>(from);
        Below {
            base: self.base[start..start + length].iter().peekable(),
            changes: changes.peekable(),
            prefix,
        }
    }

    /// The files below a folder, at any depth, sorted by path.
    pub(crate) fn below(&self, folder: &RepoPath) -> impl Iterator<Item = &File> {
        self.entries_below(folder.as_str())
            .filter(|file| file.is_file())
    }

    /// Puts something at a path, or nothing. That of a link is put by [`Listing::set_links`].
    pub(crate) fn put(&mut self, path: &str, file: Option<File>) {
        self.changes.insert(path.to_owned(), file);
    }

    /// The paths from which something was taken.
    pub(crate) fn gone(&self) -> impl Iterator<Item = &str> {
        let gone = self.changes.iter().filter(|(_, change)| change.is_none());
        gone.map(|(path, _)| path.as_str())
    }

    /// Makes many changes part of a new base.
    pub(crate) fn fold(&mut self) {
        if self.changes.len() > FEW + self.base.len() / 8 {
            let files = self.entries_below("").cloned().collect();
            self.base = Arc::new(files);
            self.changes.clear();
        }
    }

    /// Symbolic links and where they point.
    pub(crate) fn links(&self) -> &HashMap<String, String> {
        &self.links
    }

    /// Says where the links point.
    pub(crate) fn set_links(&mut self, links: HashMap<String, String>) {
        self.links = Arc::new(links);
    }
}

/// The entries of a base and of its changes in one order.
struct Below<B: Iterator, C: Iterator> {
    base: Peekable<B>,
    changes: Peekable<C>,
    prefix: String,
}

impl<'a, B, C> Iterator for Below<B, C>
where
    B: Iterator<Item = &'a File>,
    C: Iterator<Item = (&'a String, &'a Option<File>)>,
{
    type Item = &'a File;

    fn next(&mut self) -> Option<&'a File> {
        loop {
            let prefix = &self.prefix;
            let change = self
                .changes
                .peek()
                .copied()
                .filter(|(path, _)| path.starts_with(prefix));
            let Some((path, file)) = change else {
                return self.base.next();
            };
            match self.base.peek() {
                Some(before) if before.path < *path => return self.base.next(),
                Some(before) if before.path == *path => drop(self.base.next()),
                _ => {}
            }
            self.changes.next();
            if let Some(file) = file {
                return Some(file);
            }
        }
    }
}
