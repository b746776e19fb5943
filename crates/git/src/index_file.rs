//! What the index file keeps of the files in the working tree, by which git tells that one has not changed.
//!
//! `git ls-files --modified` says the same, but looks at all files of the repository, one after the other. Whatever is
//! not kept plainly (a split index, compressed paths, ids with SHA-256) is not read here, and then nothing is told.

use std::fs::{File, Metadata};
use std::io::Read;

use crate::{Connection, ObjectFormat};

/// The files that git saw when it last wrote its index, and how it saw them.
#[derive(Debug)]
pub struct IndexFile {
    bytes: Vec<u8>,
    /// Where each entry begins, in the order of the paths.
    entries: Vec<u32>,
    /// When it was written, in seconds and nanoseconds.
    written: (u32, u32),
}

const HEADER: usize = 12;
/// How many numbers an entry begins with: two times of two numbers each, device, inode, mode, owner, group, size.
const NUMBERS: usize = 10;
const DEVICE: usize = 4;
const MODE: usize = 6;
const ID: std::ops::Range<usize> = 4 * NUMBERS..4 * NUMBERS + 20;
const PATH: usize = ID.end + 2;

/// The entry is assumed to be unchanged, is a version of a conflict, or has more flags: it is left out of a sparse
/// checkout, or is a path without content. For none of these it tells what lies on the disk.
const SPECIAL: u16 = 0xF000;
const MORE_FLAGS: u16 = 0x4000;

/// What kind of file the mode says, and a regular one.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;

impl Connection {
    /// The index file of the working tree, if it is there and plain, and no variable names another one.
    #[must_use]
    pub fn read_index_file(&self) -> Option<IndexFile> {
        if self.is_bare() || self.object_format() != ObjectFormat::Sha1 || self.git.names_an_index()
        {
            return None;
        }
        let mut file = File::open(self.git_dir().join("index")).ok()?;
        let [_, _, seconds, nanoseconds, ..] = numbers(&file.metadata().ok()?)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        Some(IndexFile {
            entries: entries(&bytes)?,
            bytes,
            written: (seconds, nanoseconds),
        })
    }
}

impl IndexFile {
    /// The id of the object that a file became when it was added, if by the rules of git nothing about the file has
    /// changed since. Its bytes are then those of the object, unless git converts them on the way.
    #[must_use]
    pub fn unchanged(&self, path: &str, found: &Metadata) -> Option<&[u8]> {
        let at = self.entries.binary_search_by(|&at| {
            let kept = path_at(&self.bytes, at as usize).unwrap_or_default();
            kept.cmp(path.as_bytes())
        });
        let entry = &self.bytes[self.entries[at.ok()?] as usize..];
        let now = numbers(found)?;
        let kept = |at: usize| number(entry, 4 * at);
        let is_same = |at: usize| match at {
            // It differs where a folder is mounted anew, and git does not ask for it either.
            DEVICE => true,
            MODE => kept(at)
                .zip(Some(now[at]))
                .is_some_and(|(kept, now)| kept & KIND == REGULAR && now & KIND == REGULAR),
            _ => kept(at) == Some(now[at]),
        };
        let is_special = flags(entry)? & SPECIAL != 0;
        // What changed when the index was written may have changed after git looked.
        let is_racy = (now[2], now[3]) >= self.written;
        let is_unchanged = !is_special && !is_racy && (0..NUMBERS).all(is_same);
        is_unchanged.then(|| entry.get(ID)).flatten()
    }
}

/// Where each entry begins. None where the file is not of the kind that is read here.
fn entries(bytes: &[u8]) -> Option<Vec<u32>> {
    let is_plain = bytes.starts_with(b"DIRC") && matches!(number(bytes, 4)?, 2 | 3);
    let count = number(bytes, 8).filter(|_| is_plain)? as usize;
    let mut entries = Vec::with_capacity(count.min(bytes.len() / PATH));
    let mut at = HEADER;
    for _ in 0..count {
        entries.push(u32::try_from(at).ok()?);
        let length = path_start(bytes.get(at..)?)? + path_at(bytes, at)?.len();
        // One to eight zeros end the path.
        at += (length + 8) / 8 * 8;
    }
    has_plain_extensions(bytes, at)?.then_some(entries)
}

/// Whether nothing behind the entries says that there are others elsewhere: such an extension has a small first letter.
fn has_plain_extensions(bytes: &[u8], mut at: usize) -> Option<bool> {
    let end = bytes.len().checked_sub(ID.len())?;
    while at < end {
        if !bytes.get(at)?.is_ascii_uppercase() {
            return Some(false);
        }
        at += 8 + number(bytes, at + 4)? as usize;
    }
    Some(at == end)
}

/// The path of the entry that begins there.
fn path_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let entry = bytes.get(at..)?;
    let path = entry.get(path_start(entry)?..)?;
    let known = usize::from(flags(entry)? & 0xFFF);
    let length = match known {
        // Longer than what the flags can say.
        0xFFF => path.iter().position(|&byte| byte == 0)?,
        known => known,
    };
    path.get(..length)
}

fn path_start(entry: &[u8]) -> Option<usize> {
    let has_more = flags(entry)? & MORE_FLAGS != 0;
    Some(if has_more { PATH + 2 } else { PATH })
}

fn flags(entry: &[u8]) -> Option<u16> {
    let bytes = entry.get(ID.end..PATH)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// What git would keep of a file: the lower half of each number.
#[cfg(unix)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "git keeps the lower half as well"
)]
fn numbers(found: &Metadata) -> Option<[u32; NUMBERS]> {
    use std::os::unix::fs::MetadataExt;
    Some([
        found.ctime() as u32,
        found.ctime_nsec() as u32,
        found.mtime() as u32,
        found.mtime_nsec() as u32,
        found.dev() as u32,
        found.ino() as u32,
        found.mode(),
        found.uid(),
        found.gid(),
        found.size() as u32,
    ])
}

#[cfg(not(unix))]
fn numbers(_: &Metadata) -> Option<[u32; NUMBERS]> {
    None
}
