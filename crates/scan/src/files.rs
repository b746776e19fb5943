//! One view of a repository's files, wherever they come from: the working tree, the index, a commit.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use onehead_git::{Connection, Entry, EntryKind, GitError};
use onehead_model::{RepoPath, Source};
use rayon::prelude::*;

use crate::ScanError;

/// A file of the view.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) utf8: bool,
    pub(crate) oid: Option<String>,
    pub(crate) unmerged: bool,
    /// Read it from the object store though the view is the working tree.
    stored: bool,
    /// Git has it as a symbolic link, or does not know yet.
    maybe_link: bool,
    /// Both sides of a merge changed it, and nobody asked git what comes of that.
    pub(crate) unknown: bool,
}

/// The files of one source, sorted by path.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) source: Source,
    /// Where the working tree lies, if that is what is read.
    disk: Option<PathBuf>,
    repository: Option<Connection>,
    files: Vec<File>,
    /// Symbolic links and where they point, relative to the folder of the link.
    links: HashMap<String, String>,
    /// Whether somebody wanted to read a file whose content is not known.
    asked: Arc<AtomicBool>,
    /// What was looked for, if somebody wants to know.
    noted: Option<Mutex<Noted>>,
}

/// What somebody looked for, found or not: as long as none of it becomes other, looking again finds the same.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    /// Files by their path.
    pub(crate) files: HashSet<String>,
    /// Folders, for what lies in them or for whether they are there.
    pub(crate) folders: HashSet<String>,
}

/// What a caller wants to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceSpec {
    /// The working tree.
    Worktree,
    /// The index.
    Index,
    /// A commit or tree, by any name that git understands.
    Commit(String),
    /// What merging these commits, in this order, would record.
    Merge(Vec<String>),
}

/// How many symbolic links in a row are followed, as in Linux.
const MAX_LINKS: usize = 40;

impl Files {
    pub(crate) fn open(repository: &Connection, spec: &SourceSpec) -> Result<Self, ScanError> {
        match spec {
            SourceSpec::Worktree if repository.is_bare() => Err(ScanError::Bare {
                path: repository.root().display().to_string(),
            }),
            SourceSpec::Worktree => {
                let disk = Some(repository.root().to_owned());
                let entries = repository.worktree_entries()?;
                Self::from_entries(Source::Worktree, disk, repository, entries)
            }
            SourceSpec::Index => {
                let entries = repository.index_entries()?;
                Self::from_entries(Source::Index, None, repository, entries)
            }
            SourceSpec::Commit(name) => {
                let oid = repository
                    .resolve(name)?
                    .ok_or_else(|| ScanError::UnknownRevision(name.clone()))?;
                let entries = repository.tree_entries(&oid)?;
                Self::from_entries(Source::Commit { oid }, None, repository, entries)
            }
            SourceSpec::Merge(names) => Self::of_merge(repository, names),
        }
    }

    /// The tree that a merge would record. Revision files in conflict are marked; whatever else is in
    /// conflict, such as a `pyproject.toml`, is read as the first side has it, so that it does not hide
    /// what the migrations say.
    fn of_merge(repository: &Connection, names: &[String]) -> Result<Self, ScanError> {
        let commit = |name: &String| {
            repository
                .commit(name)?
                .ok_or_else(|| ScanError::UnknownRevision(name.clone()))
        };
        let sides = names
            .iter()
            .map(commit)
            .collect::<Result<Vec<_>, ScanError>>()?;
        let [first, rest @ ..] = sides.as_slice() else {
            return Err(ScanError::UnknownRevision("merge:".into()));
        };
        let mut ours = first.clone();
        let mut tree = repository
            .resolve(&format!("{first}^{{tree}}"))?
            .unwrap_or_default();
        let mut conflicts = Vec::new();
        for (index, theirs) in rest.iter().enumerate() {
            let merged = repository.merge_tree(&ours, theirs)?;
            tree = merged.tree;
            conflicts.extend(merged.conflicts);
            if index + 1 < rest.len() {
                ours = repository.commit_of_tree(&tree, &[ours, theirs.clone()])?;
            }
        }
        let mut entries = repository.tree_entries(&tree)?;
        if !conflicts.is_empty() {
            let (revisions, others): (Vec<String>, Vec<String>) = conflicts
                .into_iter()
                .partition(|path| path.ends_with(".py"));
            let as_first = repository.oids_in_tree(first, &others)?;
            for entry in &mut entries {
                entry.unmerged = revisions.contains(&entry.path);
                if let Some((_, oid)) = as_first.iter().find(|(path, _)| *path == entry.path) {
                    entry.oid = Some(oid.clone());
                }
            }
        }
        Self::from_entries(Source::Merge { sides, tree }, None, repository, entries)
    }

    pub(crate) fn from_entries(
        source: Source,
        disk: Option<PathBuf>,
        repository: &Connection,
        entries: Vec<Entry>,
    ) -> Result<Self, ScanError> {
        let mut files = Vec::with_capacity(entries.len());
        let mut links = Vec::new();
        for entry in entries {
            match entry.kind {
                EntryKind::Submodule => {}
                EntryKind::Symlink if disk.is_none() || entry.skip_worktree => {
                    links.push((entry.path, entry.oid.unwrap_or_default()));
                }
                EntryKind::File | EntryKind::Symlink => files.push(File {
                    stored: disk.is_some() && entry.skip_worktree,
                    maybe_link: entry.kind == EntryKind::Symlink || entry.oid.is_none(),
                    path: entry.path,
                    utf8: entry.utf8,
                    oid: entry.oid,
                    unmerged: entry.unmerged,
                    unknown: false,
                }),
            }
        }
        let oids: Vec<String> = links.iter().map(|(_, oid)| oid.clone()).collect();
        let targets = repository.blobs(&oids)?;
        let links = std::iter::zip(links, targets)
            .filter_map(|((path, _), target)| Some((path, String::from_utf8(target?).ok()?)))
            .collect();
        let mut view = Self {
            source,
            disk,
            repository: Some(repository.clone()),
            files,
            links,
            asked: Arc::default(),
            noted: None,
        };
        view.take_links_from_disk();
        Ok(view)
    }

    /// A folder that is no git repository: everything below it that no ignore file names.
    pub(crate) fn walk(root: &Path) -> Result<Self, ScanError> {
        let mut files = Vec::new();
        let walk = ignore::WalkBuilder::new(root)
            .require_git(false)
            .parents(false)
            .build();
        for found in walk {
            let found = found.map_err(|error| ScanError::Walk(error.to_string()))?;
            if !found
                .file_type()
                .is_some_and(|kind| kind.is_file() || kind.is_symlink())
            {
                continue;
            }
            let Ok(path) = found.path().strip_prefix(root) else {
                continue;
            };
            let text = path.to_string_lossy();
            files.push(File {
                utf8: path.to_str().is_some(),
                path: text.into_owned(),
                oid: None,
                unmerged: false,
                stored: false,
                maybe_link: found.path_is_symlink(),
                unknown: false,
            });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut view = Self {
            source: Source::Worktree,
            disk: Some(root.to_owned()),
            repository: None,
            files,
            links: HashMap::new(),
            asked: Arc::default(),
            noted: None,
        };
        view.take_links_from_disk();
        Ok(view)
    }

    /// In a working tree, what counts is what lies there: a link that git does not know yet is a
    /// link, and one that was replaced by a file is none.
    fn take_links_from_disk(&mut self) {
        let Some(disk) = &self.disk else { return };
        let found: Vec<(String, String)> = self
            .files
            .par_iter()
            .filter(|file| file.maybe_link)
            .filter_map(|file| {
                let target = fs::read_link(disk.join(&file.path)).ok()?;
                Some((file.path.clone(), target.to_str()?.to_owned()))
            })
            .collect();
        self.links.extend(found);
        let links = &self.links;
        self.files.retain(|file| !links.contains_key(&file.path));
    }

    /// Marks files whose content only a real merge would tell.
    pub(crate) fn forget(&mut self, unknown: &BTreeSet<String>) {
        if unknown.is_empty() {
            return;
        }
        for file in &mut self.files {
            file.unknown = unknown.contains(&file.path);
        }
    }

    /// Notes that the content of a file matters.
    pub(crate) fn ask(&self, file: &File) {
        if file.unknown {
            self.asked.store(true, Ordering::Relaxed);
        }
    }

    /// Tells, even when these files are gone, whether the content of one mattered that is not known: then
    /// nothing that was said of them counts.
    pub(crate) fn asked_the_unknown(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.asked)
    }

    /// Whether contents come from the object store, so that an object id tells them.
    pub(crate) fn reads_objects(&self) -> bool {
        self.disk.is_none()
    }

    /// Every file, sorted by path.
    pub(crate) fn all(&self) -> &[File] {
        &self.files
    }

    /// The same, and it notes from now on what is looked for.
    pub(crate) fn noting(mut self) -> Self {
        self.noted = Some(Mutex::default());
        self
    }

    /// What was looked for so far.
    pub(crate) fn noted(&mut self) -> Noted {
        self.noted
            .take()
            .map(|noted| noted.into_inner().unwrap_or_else(PoisonError::into_inner))
            .unwrap_or_default()
    }

    fn note(&self, note: impl FnOnce(&mut Noted)) {
        if let Some(noted) = &self.noted {
            note(&mut noted.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    pub(crate) fn get(&self, path: &RepoPath) -> Option<&File> {
        self.note(|noted| {
            noted.files.insert(path.as_str().to_owned());
        });
        let at = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path.as_str()));
        at.ok().map(|at| &self.files[at])
    }

    /// The files below a folder, at any depth, sorted by path.
    pub(crate) fn below(&self, folder: &RepoPath) -> &[File] {
        self.note(|noted| {
            noted.folders.insert(folder.as_str().to_owned());
        });
        if folder.as_str().is_empty() {
            return &self.files;
        }
        let prefix = format!("{folder}/");
        let start = self.files.partition_point(|file| file.path < prefix);
        let length = self.files[start..].partition_point(|file| file.path.starts_with(&prefix));
        &self.files[Range {
            start,
            end: start + length,
        }]
    }

    /// The symbolic links, in no order.
    pub(crate) fn links(&self) -> impl Iterator<Item = &str> {
        self.links.keys().map(String::as_str)
    }

    /// Whether any file lies below it.
    pub(crate) fn is_folder(&self, folder: &RepoPath) -> bool {
        !self.below(folder).is_empty()
    }

    /// Follows symbolic links. `None` if they lead out of the repository or in a circle.
    pub(crate) fn canonical(&self, path: &RepoPath) -> Option<RepoPath> {
        if self.links.is_empty() {
            return Some(path.clone());
        }
        let mut path = path.clone();
        for _ in 0..MAX_LINKS {
            match self.follow_first_link(&path) {
                Some(next) => path = next?,
                None => return Some(path),
            }
        }
        None
    }

    fn follow_first_link(&self, path: &RepoPath) -> Option<Option<RepoPath>> {
        let text = path.as_str();
        let ends = text
            .match_indices('/')
            .map(|(at, _)| at)
            .chain([text.len()]);
        for end in ends {
            if let Some(target) = self.links.get(&text[..end]) {
                let folder = RepoPath::new(&text[..end]).ok()?.parent();
                let rest = &text[end..];
                return Some(folder.resolve(&format!("{target}{rest}")));
            }
        }
        None
    }

    /// Reads one file. `Ok(None)` if it is not there.
    pub(crate) fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, ScanError> {
        match self.get(path) {
            None => Ok(None),
            Some(file) => {
                let mut contents = self.map(&[file], |_, bytes| bytes.map(<[u8]>::to_vec))?;
                match contents.pop() {
                    Some(Ok(bytes)) => Ok(Some(bytes)),
                    Some(Err(ReadError::Gone)) | None => Ok(None),
                    Some(Err(error)) => Err(ScanError::Read {
                        path: path.to_string(),
                        reason: error.to_string(),
                    }),
                }
            }
        }
    }

    /// Hands the contents of each file to `job`, in parallel, and gives the results in order. Files
    /// in the object store cost one git process together.
    pub(crate) fn map<T: Send>(
        &self,
        files: &[&File],
        job: impl Fn(&File, Result<&[u8], ReadError>) -> T + Sync,
    ) -> Result<Vec<T>, GitError> {
        files.iter().for_each(|file| self.ask(file));
        match (&self.disk, &self.repository) {
            (Some(disk), repository) => {
                let stored: Vec<&File> = files.iter().copied().filter(|file| file.stored).collect();
                let stored = match repository {
                    Some(repository) if !stored.is_empty() => fetch(repository, &stored)?,
                    _ => HashMap::new(),
                };
                Ok(files
                    .par_iter()
                    .map_init(Vec::new, |buffer, file| {
                        match stored.get(file.path.as_str()) {
                            Some(bytes) => job(file, bytes.as_deref().ok_or(ReadError::NotFetched)),
                            None => match read_into(buffer, &disk.join(&file.path)) {
                                Ok(bytes) => job(file, Ok(bytes)),
                                Err(error) => job(file, Err(error.into())),
                            },
                        }
                    })
                    .collect())
            }
            (None, Some(repository)) => {
                let contents = fetch(repository, files)?;
                Ok(files
                    .par_iter()
                    .map(|file| {
                        let bytes = contents.get(file.path.as_str()).and_then(Option::as_deref);
                        job(file, bytes.ok_or(ReadError::NotFetched))
                    })
                    .collect())
            }
            (None, None) => Ok(files
                .iter()
                .map(|file| job(file, Err(ReadError::Gone)))
                .collect()),
        }
    }

    /// The names that lie in a folder on the disk, in no order, if the disk is what is read.
    pub(crate) fn names_on_disk(&self, folder: &RepoPath) -> Vec<String> {
        let Some(disk) = &self.disk else {
            return Vec::new();
        };
        let Ok(listing) = fs::read_dir(disk.join(folder.as_str())) else {
            return Vec::new();
        };
        listing
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect()
    }
}

/// The bytes of a file. Reading into what earlier files left needs neither their size nor new memory.
fn read_into<'b>(buffer: &'b mut Vec<u8>, path: &Path) -> io::Result<&'b [u8]> {
    const LEAST: usize = 32 << 10;
    let mut file = fs::File::open(path)?;
    let mut length = 0;
    loop {
        if length == buffer.len() {
            buffer.resize((2 * length).max(LEAST), 0);
        }
        match file.read(&mut buffer[length..]) {
            Ok(0) => return Ok(&buffer[..length]),
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn fetch<'a>(
    repository: &Connection,
    files: &[&'a File],
) -> Result<HashMap<&'a str, Option<Vec<u8>>>, GitError> {
    let oids: Vec<String> = files.iter().filter_map(|file| file.oid.clone()).collect();
    let blobs = repository.blobs(&oids)?;
    let with_oid = files.iter().filter(|file| file.oid.is_some());
    Ok(std::iter::zip(with_oid.map(|file| file.path.as_str()), blobs).collect())
}

/// Why a file that is listed cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    /// It was deleted from the working tree.
    #[error("it is not there")]
    Gone,
    /// A partial clone that does not hold the object.
    #[error("its object is not in this clone; `git fetch --refetch --no-filter` brings it")]
    NotFetched,
    /// The operating system says no.
    #[error("{0}")]
    Io(String),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Gone,
            _ => Self::Io(error.to_string()),
        }
    }
}
