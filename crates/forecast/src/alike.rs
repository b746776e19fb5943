//! Whether git may take one file for another that was renamed.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::sync::{Arc, Mutex, PoisonError};

use onehead_git::{Blob, Connection, GitError, Oid};

/// git cuts files into lines, and longer ones into pieces of so many bytes.
const PIECE: usize = 64;

/// git wants half of the larger file to be in the other one. A third is less, so that no difference in how it is measured
/// makes one.
const PART: usize = 3;

/// What files consist of, by object id, so that each is read once.
#[derive(Debug, Default)]
pub(crate) struct Alike {
    known: Mutex<HashMap<Oid, Arc<Pieces>>>,
}

/// How many bytes a file has in pieces of each content.
#[derive(Debug)]
struct Pieces {
    size: usize,
    bytes: HashMap<u64, usize>,
}

impl Alike {
    /// Whether any of some files may be one of others, renamed.
    pub(crate) fn any(
        &self,
        repository: &Connection,
        removed: &[Oid],
        new: &[&Oid],
    ) -> Result<bool, GitError> {
        if removed.is_empty() || new.is_empty() {
            return Ok(false);
        }
        let removed = self.of(repository, &removed.iter().collect::<Vec<_>>())?;
        let new = self.of(repository, new)?;
        let (Some(removed), Some(new)) = (removed, new) else {
            return Ok(true);
        };
        let mut removed = removed.iter();
        Ok(removed.any(|one| new.iter().any(|other| one.may_be(other))))
    }

    /// What these files consist of; `None` if one of them is not here.
    fn of(
        &self,
        repository: &Connection,
        oids: &[&Oid],
    ) -> Result<Option<Vec<Arc<Pieces>>>, GitError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missing: Vec<Oid> = oids
            .iter()
            .filter(|oid| !known.contains_key(**oid))
            .map(|oid| (*oid).clone())
            .collect();
        missing.sort();
        missing.dedup();
        let blobs = repository.forgetting_blobs().blobs(&missing)?;
        for (oid, blob) in std::iter::zip(missing, blobs) {
            let Blob::Content(bytes) = blob else {
                return Ok(None);
            };
            known.insert(oid, Arc::new(Pieces::of(&bytes)));
        }
        Ok(Some(
            oids.iter().map(|oid| Arc::clone(&known[*oid])).collect(),
        ))
    }
}

impl Pieces {
    fn of(bytes: &[u8]) -> Self {
        let mut all: HashMap<u64, usize> = HashMap::new();
        for line in without_returns(bytes).split_inclusive(|&byte| byte == b'\n') {
            for piece in line.chunks(PIECE) {
                let mut hasher = DefaultHasher::new();
                hasher.write(piece);
                *all.entry(hasher.finish()).or_default() += piece.len();
            }
        }
        Self {
            size: bytes.len(),
            bytes: all,
        }
    }

    fn may_be(&self, other: &Self) -> bool {
        let (small, large) = match self.size < other.size {
            true => (self, other),
            false => (other, self),
        };
        if small.size == 0 || small.size * PART < large.size {
            return false;
        }
        let common = small.bytes.iter().map(|(piece, bytes)| {
            let theirs = large.bytes.get(piece).copied().unwrap_or_default();
            theirs.min(*bytes)
        });
        common.sum::<usize>() * PART >= large.size
    }
}

/// The same with every line ended by a line break alone: to git, how lines end makes no difference.
fn without_returns(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.windows(2).any(|two| two == b"\r\n") {
        return Cow::Borrowed(bytes);
    }
    let mut left = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => left.extend([text, b"\n"].concat()),
            None => left.extend(line),
        }
    }
    Cow::Owned(left)
}
