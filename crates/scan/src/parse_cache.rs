//! The parse cache: what the reader said of some bytes.
//!
//! Parsing a file costs far more than reading it, and a migration hardly ever changes. A [`Reading`] is a pure
//! function of the bytes, so it is kept under their git object id, in the repository's own `.git` folder, which no
//! clone and no commit carries. Losing the file costs time and nothing else: whatever does not fit is ignored and
//! written anew.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use onehead_git::{Connection, Mode, ObjectFormat, Oid, Replacement};
use sha1::{Digest, Sha1};

use onehead_python::revision::Reading;

use crate::kept_readings::{self, KeptReadings};

/// The object id of some bytes: 20 of them, or 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    bytes: [u8; 32],
    length: u8,
}

impl Key {
    /// The key of an object, by the bytes of its id.
    pub(crate) fn new(id: &[u8]) -> Option<Self> {
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
    known: KeptReadings,
    /// Which of those that are kept this run asked for.
    asked: Vec<AtomicBool>,
    /// What this run adds.
    learned: Mutex<HashMap<Key, Learned>>,
}

/// A new reading, as it is kept.
#[derive(Debug)]
struct Learned {
    source_length: u32,
    reading: Box<[u8]>,
}

impl ParseCache {
    /// Remembers nothing.
    pub(crate) fn none() -> Self {
        Self {
            path: None,
            on: false,
            format: ObjectFormat::Sha1,
            known: KeptReadings::none(),
            asked: Vec::new(),
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
        let known = KeptReadings::open(bytes, key_length(repository.object_format()));
        let known = known.unwrap_or_else(KeptReadings::none);
        Self {
            path: Some(path),
            asked: known.positions().map(|_| AtomicBool::new(false)).collect(),
            known,
            ..Self::passing(repository)
        }
    }

    /// Whether it holds anything from an earlier run.
    pub(crate) fn is_empty(&self) -> bool {
        self.asked.is_empty()
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
        self.known.find(key.as_bytes()).is_some() || self.learned().contains_key(key)
    }

    /// What is remembered.
    pub(crate) fn get(&self, key: &Key) -> Option<Reading> {
        self.kept(key, |_| true).or_else(|| {
            let learned = self.learned();
            postcard::from_bytes(&learned.get(key)?.reading).ok()
        })
    }

    /// What was remembered by an earlier run, of an object as long as this.
    pub(crate) fn get_of_length(&self, key: &Key, length: u64) -> Option<Reading> {
        self.kept(key, |kept| u64::from(kept) == length)
    }

    fn kept(&self, key: &Key, is_meant: impl Fn(u32) -> bool) -> Option<Reading> {
        let at = self.known.find(key.as_bytes())?;
        let (source_length, reading) = self.known.get(at)?;
        if !is_meant(source_length) {
            return None;
        }
        self.asked[at].store(true, Ordering::Relaxed);
        postcard::from_bytes(reading).ok()
    }

    /// Remembers what the reader said of bytes of this length.
    pub(crate) fn learn(&self, key: Key, length: usize, reading: &Reading) {
        let (Ok(source_length), Ok(reading)) =
            (u32::try_from(length), postcard::to_stdvec(reading))
        else {
            return;
        };
        let learned = Learned {
            source_length,
            reading: reading.into(),
        };
        self.learned().insert(key, learned);
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
        let is_asked = |at: usize| self.asked[at].load(Ordering::Relaxed);
        let positions = || self.known.positions();
        let spare = positions().filter(|at| !is_asked(*at)).count();
        let kept = positions()
            .filter(|at| spare <= SPARE || is_asked(*at))
            .filter_map(|at| {
                let (source_length, reading) = self.known.get(at)?;
                Some((self.known.key(at)?, source_length, reading))
            });
        let new = learned
            .iter()
            .map(|(key, one)| (key.as_bytes(), one.source_length, &*one.reading));
        let all: BTreeMap<&[u8], (u32, &[u8])> = kept
            .chain(new)
            .map(|(key, source_length, reading)| (key, (source_length, reading)))
            .collect();
        // A cache that could not be written costs time and nothing else.
        if let Some(bytes) = kept_readings::written(&all, key_length(self.format)) {
            let _ = replace(path, &bytes);
        }
    }

    fn learned(&self) -> MutexGuard<'_, HashMap<Key, Learned>> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where it is kept.
fn place(repository: &Connection) -> PathBuf {
    repository.common_dir().join("onehead").join("parse-cache")
}

fn key_length(format: ObjectFormat) -> usize {
    match format {
        ObjectFormat::Sha1 => 20,
        ObjectFormat::Sha256 => 32,
    }
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
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let byte = |pair: &[u8]| u8::try_from(digit(pair[0])? << 4 | digit(*pair.get(1)?)?).ok();
    let mut id = [0; 32];
    for (place, pair) in std::iter::zip(&mut id, oid.as_bytes().chunks(2)) {
        *place = byte(pair)?;
    }
    Key::new(id.get(..oid.len() / 2)?)
}
