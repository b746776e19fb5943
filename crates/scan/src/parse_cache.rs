//! The parse cache: what the reader said of some bytes.
//!
//! Parsing a file costs far more than reading it, and a migration hardly ever changes. A [`Reading`] is a pure
//! function of the bytes, so it is kept under their git object id, in the repository's own `.git` folder, which no
//! clone and no commit carries. Losing the file costs time and nothing else: whatever does not fit is ignored and
//! written anew.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use onehead_git::{Connection, Mode, ObjectFormat, Oid, Replacement};
use sha1::{Digest, Sha1};

use onehead_python::revision::{READER_VERSION, Reading};

/// The object id of some bytes: 20 of them, or 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    bytes: [u8; 32],
    length: u8,
}

impl Key {
    fn new(id: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        bytes.get_mut(..id.len())?.copy_from_slice(id);
        Some(Self {
            bytes,
            length: u8::try_from(id.len()).ok()?,
        })
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

const CHECKSUM: usize = 20;

/// How many readings that nothing asked for are kept: branches come and go.
const SPARE: usize = 10_000;

/// The readings of one repository. Snapshots that are made from one another share it.
#[derive(Debug)]
pub(crate) struct ParseCache {
    /// Where it is kept; none if it lasts only as long as it lives.
    path: Option<PathBuf>,
    /// Whether anything is remembered at all, so that keys are worth their making.
    on: bool,
    format: ObjectFormat,
    /// The kept file, and where in it each reading lies.
    bytes: Vec<u8>,
    known: HashMap<Key, Kept>,
    /// What this run adds.
    learned: Mutex<HashMap<Key, Reading>>,
}

/// A reading that is kept.
#[derive(Debug)]
struct Kept {
    range: Range<usize>,
    /// Whether this run asked for it.
    is_asked: AtomicBool,
}

impl ParseCache {
    /// Remembers nothing.
    pub(crate) fn none() -> Self {
        Self {
            path: None,
            on: false,
            format: ObjectFormat::Sha1,
            bytes: Vec::new(),
            known: HashMap::new(),
            learned: Mutex::default(),
        }
    }

    /// Remembers as long as it lives, and leaves nothing behind.
    pub(crate) fn passing(repository: &Connection) -> Self {
        Self {
            on: true,
            format: repository.object_format(),
            ..Self::none()
        }
    }

    /// Opens what is kept for a repository.
    pub(crate) fn open(repository: &Connection) -> Self {
        let path = place(repository);
        let bytes = fs::read(&path).unwrap_or_default();
        let known = index(&bytes).unwrap_or_default();
        Self {
            path: Some(path),
            known,
            bytes,
            ..Self::passing(repository)
        }
    }

    /// The key of some bytes: what `git hash-object` says of them. Repositories with SHA-256 ids
    /// make no keys here; what they read from the object store brings its own.
    pub(crate) fn key(&self, bytes: &[u8]) -> Option<Key> {
        if !self.on || self.format != ObjectFormat::Sha1 {
            return None;
        }
        let mut hash = Sha1::new();
        hash.update(format!("blob {}\0", bytes.len()));
        hash.update(bytes);
        Key::new(&hash.finalize())
    }

    /// The key of an object.
    pub(crate) fn key_of_oid(&self, oid: &Oid) -> Option<Key> {
        key_of_oid(oid).filter(|_| self.on)
    }

    /// Whether it is remembered.
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.known.contains_key(key) || self.learned().contains_key(key)
    }

    /// What is remembered.
    pub(crate) fn get(&self, key: &Key) -> Option<Reading> {
        let Some(kept) = self.known.get(key) else {
            return self.learned().get(key).cloned();
        };
        kept.is_asked.store(true, Ordering::Relaxed);
        let reading = postcard::from_bytes(&self.bytes[kept.range.clone()]);
        reading.ok().or_else(|| self.learned().get(key).cloned())
    }

    /// Remembers what the reader said.
    pub(crate) fn learn(&self, key: Key, reading: Reading) {
        self.learned().insert(key, reading);
    }

    /// Whether it is the one that [`ParseCache::open`] would open for a repository.
    pub(crate) fn is_of(&self, repository: &Connection) -> bool {
        let own = self.path.as_deref();
        self.on && own == Some(&place(repository))
    }

    /// How much it was told to remember so far.
    pub(crate) fn learned_count(&self) -> usize {
        self.learned().len()
    }

    /// Writes what was learned beside what was known. A folder that cannot be written to is no failure.
    pub(crate) fn save(&self) {
        let Some(path) = &self.path else { return };
        let learned = self.learned();
        if learned.is_empty() {
            return;
        }
        let mut bytes = header();
        let mut add = |key: &Key, reading: &[u8]| {
            let Ok(length) = u32::try_from(reading.len()) else {
                return;
            };
            bytes.push(key.length);
            bytes.extend_from_slice(key.as_bytes());
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(reading);
        };
        let is_asked = |kept: &Kept| kept.is_asked.load(Ordering::Relaxed);
        let spare = self.known.values().filter(|kept| !is_asked(kept)).count();
        for (key, kept) in &self.known {
            if spare <= SPARE || is_asked(kept) {
                add(key, &self.bytes[kept.range.clone()]);
            }
        }
        for (key, reading) in &*learned {
            if let Ok(reading) = postcard::to_stdvec(reading) {
                add(key, &reading);
            }
        }
        let checksum = Sha1::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        // A cache that could not be written costs time and nothing else.
        let _ = replace(path, &bytes);
    }

    fn learned(&self) -> MutexGuard<'_, HashMap<Key, Reading>> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where it is kept.
fn place(repository: &Connection) -> PathBuf {
    repository.common_dir().join("onehead").join("parse-cache")
}

fn header() -> Vec<u8> {
    let parser = onehead_python::PARSER_VERSION;
    let version = env!("CARGO_PKG_VERSION");
    format!("onehead parse cache {READER_VERSION} {version} {parser}\n").into_bytes()
}

fn index(bytes: &[u8]) -> Option<HashMap<Key, Kept>> {
    let header = header();
    let end = bytes.len().checked_sub(CHECKSUM)?;
    if !bytes.starts_with(&header) || Sha1::digest(&bytes[..end])[..] != bytes[end..] {
        return None;
    }
    let mut known = HashMap::new();
    let mut at = header.len();
    while at < end {
        let key_length = usize::from(bytes[at]);
        let key = Key::new(bytes.get(at + 1..at + 1 + key_length)?)?;
        at += 1 + key_length;
        let length = u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let range = at + 4..at + 4 + length;
        bytes.get(range.clone())?;
        at = range.end;
        let is_asked = AtomicBool::new(false);
        known.insert(key, Kept { range, is_asked });
    }
    Some(known)
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // A part of it would be told by its checksum, so it need not be synced to the disk.
    Replacement::prepare(path, bytes, Mode::New)?.put()
}

/// An object id in hexadecimal as a key.
fn key_of_oid(oid: &str) -> Option<Key> {
    let digit = |at: usize| {
        oid.get(at..at + 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    let bytes: Option<Vec<u8>> = (0..oid.len()).step_by(2).map(digit).collect();
    Key::new(&bytes?)
}
