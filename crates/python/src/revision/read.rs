//! Reads one revision file, and the sides of one in conflict.

use super::conflict::in_conflict;
use super::facts::{Reading, read_once};

/// Reads a file. The same bytes give the same reading, whatever lies beside the file.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let mut reading = read_once(bytes);
    if let Reading::Broken {
        syntax: true,
        agreed,
        ..
    } = &mut reading
    {
        *agreed = in_conflict(bytes).map(Box::new);
    }
    reading
}
