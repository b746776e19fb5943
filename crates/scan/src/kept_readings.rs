//! The file of the parse cache: a line that names its version, a table sorted by key, the readings, and a checksum.
//!
//! Nothing is made of it when it is opened: a reading is looked for in the table and taken from where it lies.

use std::collections::BTreeMap;
use std::ops::Range;

use onehead_python::revision::READER_VERSION;
use sha1::{Digest, Sha1};

/// The file, checked. Each record of its table is a key, the length of the bytes that were read, and where behind the
/// table the reading ends.
#[derive(Debug)]
pub(crate) struct KeptReadings {
    bytes: Vec<u8>,
    key_length: usize,
    table: usize,
    count: usize,
}

const CHECKSUM: usize = 20;
const NUMBER: usize = 4;

impl KeptReadings {
    pub(crate) fn none() -> Self {
        Self {
            bytes: Vec::new(),
            key_length: 0,
            table: 0,
            count: 0,
        }
    }

    /// The file, if this version of onehead has written it, and all of it.
    pub(crate) fn open(bytes: Vec<u8>, key_length: usize) -> Option<Self> {
        let header = header(key_length);
        let end = bytes.len().checked_sub(CHECKSUM)?;
        if !bytes.starts_with(&header) || Sha1::digest(&bytes[..end])[..] != bytes[end..] {
            return None;
        }
        let count = number(&bytes, header.len())? as usize;
        let table = header.len() + NUMBER;
        let is_there = table + count * record(key_length) <= end;
        is_there.then_some(Self {
            bytes,
            key_length,
            table,
            count,
        })
    }

    /// Where the readings stand in the table.
    pub(crate) fn positions(&self) -> Range<usize> {
        0..self.count
    }

    pub(crate) fn find(&self, key: &[u8]) -> Option<usize> {
        let mut range = self.positions();
        while !range.is_empty() {
            let middle = range.start + range.len() / 2;
            match self.key(middle)?.cmp(key) {
                std::cmp::Ordering::Less => range.start = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => range.end = middle,
            }
        }
        None
    }

    pub(crate) fn key(&self, at: usize) -> Option<&[u8]> {
        let start = self.record(at);
        self.bytes.get(start..start + self.key_length)
    }

    /// The length of the bytes that were read, and the reading.
    pub(crate) fn get(&self, at: usize) -> Option<(u32, &[u8])> {
        let readings = self.record(self.count);
        let source_length = number(&self.bytes, self.record(at) + self.key_length)?;
        let end = |at: usize| number(&self.bytes, self.record(at) + self.key_length + NUMBER);
        let start = match at {
            0 => 0,
            _ => end(at - 1)?,
        };
        let range = readings + start as usize..readings + end(at)? as usize;
        let limit = self.bytes.len() - CHECKSUM;
        let reading = self.bytes[..limit].get(range)?;
        Some((source_length, reading))
    }

    fn record(&self, at: usize) -> usize {
        self.table + at * record(self.key_length)
    }
}

/// The file with these readings; none where it would be too large.
pub(crate) fn written(
    readings: &BTreeMap<&[u8], (u32, &[u8])>,
    key_length: usize,
) -> Option<Vec<u8>> {
    let is_one = |key: &&[u8]| key.len() == key_length;
    let all = || readings.iter().filter(|(key, _)| is_one(key));
    let mut bytes = header(key_length);
    bytes.extend(u32::try_from(all().count()).ok()?.to_le_bytes());
    let mut end = 0_u32;
    for (key, (source_length, reading)) in all() {
        end = end.checked_add(u32::try_from(reading.len()).ok()?)?;
        bytes.extend_from_slice(key);
        bytes.extend(source_length.to_le_bytes());
        bytes.extend(end.to_le_bytes());
    }
    all().for_each(|(_, (_, reading))| bytes.extend_from_slice(reading));
    let checksum = Sha1::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    Some(bytes)
}

fn header(key_length: usize) -> Vec<u8> {
    let parser = onehead_python::PARSER_VERSION;
    let version = env!("CARGO_PKG_VERSION");
    format!("onehead parse cache 2 {key_length} {READER_VERSION} {version} {parser}\n").into_bytes()
}

fn record(key_length: usize) -> usize {
    key_length + 2 * NUMBER
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + NUMBER)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}
