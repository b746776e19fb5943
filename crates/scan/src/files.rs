//! The files of one state and their bytes, wherever they are.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onehead_configuration::{SETTINGS_FILES, Settings, SettingsError};
use onehead_git::{Blob, Connection, EntryKind, IndexFile, Oid};
use onehead_model::{RepoPath, Source};
use rayon::prelude::*;

use crate::ScanError;
use crate::listing::{Content, File, Listing};

/// The files of one state.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) source: Source,
    /// Where the working tree lies, if that is what is read.
    pub(crate) disk: Option<PathBuf>,
    pub(crate) git: Option<Connection>,
    pub(crate) listing: Listing,
    /// What git kept of the files on the disk, if it may be asked.
    pub(crate) index: Option<Arc<IndexFile>>,
}

/// How many symbolic links in a row are followed, as in Linux.
const MAX_LINKS: usize = 40;

impl Files {
    /// The file at a path; none for a link or another repository.
    pub(crate) fn get(&self, path: &RepoPath) -> Option<&File> {
        self.listing
            .entry(path.as_str())
            .filter(|file| file.is_file())
    }

    /// The files below a folder, at any depth, sorted by path.
    pub(crate) fn below(&self, folder: &RepoPath) -> impl Iterator<Item = &File> {
        self.listing.below(folder)
    }

    /// The symbolic links, in no order.
    pub(crate) fn links(&self) -> impl Iterator<Item = &str> {
        self.listing.links().keys().map(String::as_str)
    }

    /// Whether any file lies below it.
    pub(crate) fn is_folder(&self, folder: &RepoPath) -> bool {
        self.below(folder).any(|file| self.is_there(file))
    }

    /// Whether a file is still where it is listed: git lists what was deleted in the working tree until that is staged.
    pub(crate) fn is_there(&self, file: &File) -> bool {
        let (Content::Disk, Some(disk), true) = (&file.content, &self.disk, file.utf8) else {
            return true;
        };
        let looked = fs::symlink_metadata(disk.join(&file.path));
        looked.err().is_none_or(|error| !is_gone(&error))
    }

    /// Whether it is the top of another repository, which is not read.
    pub(crate) fn is_submodule(&self, folder: &RepoPath) -> bool {
        let entry = self.listing.entry(folder.as_str());
        entry.is_some_and(|file| file.kind == EntryKind::Submodule)
    }

    /// Reads where the links point. Needed whenever one came, went or changed.
    pub(crate) fn follow_links(&mut self) -> Result<(), ScanError> {
        let links: Vec<&File> = self
            .listing
            .entries_below("")
            .filter(|file| file.kind == EntryKind::Symlink)
            .collect();
        let (on_disk, stored): (Vec<&File>, Vec<&File>) = links
            .into_iter()
            .partition(|file| file.content == Content::Disk);
        let mut targets: HashMap<String, String> = HashMap::new();
        if let Some(disk) = &self.disk {
            targets.extend(on_disk.iter().filter_map(|file| {
                let target = fs::read_link(disk.join(&file.path)).ok()?;
                Some((file.path.clone(), target.to_str()?.to_owned()))
            }));
        }
        let stored = self.map(&stored, |file, target| {
            let target = String::from_utf8(target.ok()?.to_vec()).ok()?;
            Some((file.path.clone(), target))
        })?;
        targets.extend(stored.into_iter().flatten());
        self.listing.set_links(targets);
        Ok(())
    }

    /// Follows symbolic links. `None` if they lead out of the repository or in a circle.
    pub(crate) fn canonical(&self, path: &RepoPath) -> Option<RepoPath> {
        self.real(path).map(Cow::into_owned)
    }

    /// The same, which costs nothing where there is no link.
    pub(crate) fn real<'p>(&self, path: &'p RepoPath) -> Option<Cow<'p, RepoPath>> {
        let mut path = Cow::Borrowed(path);
        if self.listing.links().is_empty() {
            return Some(path);
        }
        for _ in 0..MAX_LINKS {
            match self.follow_first_link(&path) {
                Some(next) => path = Cow::Owned(next?),
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
            if let Some(target) = self.listing.links().get(&text[..end]) {
                let folder = RepoPath::new(&text[..end]).ok()?.parent();
                let rest = &text[end..];
                return Some(folder.resolve(&format!("{target}{rest}")));
            }
        }
        None
    }

    /// Reads one file. `Ok(None)` if it is missing.
    pub(crate) fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, ScanError> {
        let Some(file) = self.get(path) else {
            return Ok(None);
        };
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

    /// onehead's own settings.
    pub(crate) fn settings(&self) -> Result<Settings, ScanError> {
        Settings::read(|path| self.settings_file(path))
    }

    /// Whether these are there decides what the settings are.
    pub(crate) fn settings_files(&self) -> impl Iterator<Item = RepoPath> {
        let named = SETTINGS_FILES.map(|name| RepoPath::root().join(name));
        named.into_iter().flat_map(|path| {
            let target = self.canonical(&path).filter(|target| *target != path);
            [Some(path), target].into_iter().flatten()
        })
    }

    /// The bytes of a file that may hold the settings, links followed. Settings that are there and are not read are not
    /// the same as none.
    fn settings_file(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, ScanError> {
        if let Some(target) = self.canonical(path)
            && let Some(bytes) = self.read(&target)?
        {
            return Ok(Some(bytes));
        }
        let entry = self.listing.entry(path.as_str());
        let is_something_else = entry.is_some_and(|entry| !entry.is_file()) || self.is_folder(path);
        match is_something_else {
            false => Ok(None),
            true => Err(ScanError::Settings(SettingsError {
                path: path.to_string(),
                reason: "it is neither a file nor a link to one in this repository".into(),
            })),
        }
    }

    /// Hands the bytes of each file to `job`, in parallel, and gives the results in order. All that
    /// is in the object store is asked for with one question.
    ///
    /// # Errors
    /// git failed, an object is not in this clone, or the content of a file is not known.
    pub(crate) fn map<T: Send>(
        &self,
        files: &[&File],
        job: impl Fn(&File, Result<&[u8], ReadError>) -> T + Sync,
    ) -> Result<Vec<T>, ScanError> {
        let objects = self.objects(files)?;
        Ok(files
            .par_iter()
            .map_init(
                <(Vec<u8>, PathBuf)>::default,
                |(buffer, path), file| match &file.content {
                    Content::Bytes(bytes) => job(file, Ok(bytes)),
                    Content::Object(oid) => match objects.get(oid) {
                        Some(bytes) => job(file, Ok(bytes)),
                        None => job(file, Err(ReadError::Gone)),
                    },
                    Content::Disk => {
                        let disk = self.disk.as_deref().unwrap_or(Path::new(""));
                        join_into(path, disk, &file.path);
                        match read_into(buffer, path) {
                            Ok(bytes) => job(file, Ok(bytes)),
                            Err(error) => job(file, Err(unread(path, &error))),
                        }
                    }
                    Content::Unknown => job(file, Err(ReadError::Gone)),
                },
            )
            .collect())
    }

    /// The objects of some files, each of which must be here.
    fn objects<'f>(&self, files: &[&'f File]) -> Result<HashMap<&'f Oid, Vec<u8>>, ScanError> {
        let mut stored: Vec<(&'f Oid, &'f str)> = Vec::new();
        for file in files {
            match &file.content {
                Content::Object(oid) => stored.push((oid, &file.path)),
                Content::Unknown => {
                    return Err(ScanError::UnknownContent {
                        path: file.path.clone(),
                    });
                }
                Content::Disk | Content::Bytes(_) => {}
            }
        }
        let Some(git) = self.git.as_ref().filter(|_| !stored.is_empty()) else {
            return Ok(HashMap::new());
        };
        let oids: Vec<Oid> = stored.iter().map(|(oid, _)| (*oid).clone()).collect();
        std::iter::zip(stored, git.blobs(&oids)?)
            .map(|((oid, path), blob)| match blob {
                Blob::Content(bytes) => Ok((oid, bytes)),
                Blob::Missing => Err(ScanError::NotFetched {
                    path: path.to_owned(),
                    oid: oid.clone(),
                }),
            })
            .collect()
    }

    /// The names of what lies in a folder on the disk and is no folder, in no order, if the disk is what is read.
    pub(crate) fn names_on_disk(&self, folder: &RepoPath) -> Vec<String> {
        let Some(disk) = &self.disk else {
            return Vec::new();
        };
        let Ok(listing) = fs::read_dir(disk.join(folder.as_str())) else {
            return Vec::new();
        };
        let prefix = folder.join("");
        let gone: HashSet<&str> = self
            .listing
            .gone()
            .filter_map(|path| path.strip_prefix(prefix.as_str()))
            .collect();
        listing
            .filter_map(Result::ok)
            .filter(|entry| !entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| !gone.contains(name.as_str()))
            .collect()
    }
}

/// Makes a path in the memory of an earlier one.
pub(crate) fn join_into(path: &mut PathBuf, folder: &Path, name: &str) {
    path.clear();
    path.push(folder);
    path.push(name);
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

/// Why a file on the disk cannot be read. A link is not gone, wherever it leads.
fn unread(path: &Path, error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound if path.is_symlink() => {
            ReadError::Io("it is a symbolic link to nothing".into())
        }
        _ if is_gone(error) => ReadError::Gone,
        _ => ReadError::Io(error.to_string()),
    }
}

/// Whether a file, or the folder that held it, is no longer there.
fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Why a file that is listed cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    /// It was deleted from the working tree.
    #[error("it is missing")]
    Gone,
    /// The operating system says no.
    #[error("{0}")]
    Io(String),
}
