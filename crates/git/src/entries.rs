//! What the working tree or the index holds.

use crate::command::subcommand;
use crate::entry::{entry, kind};
use crate::{Connection, Entry, EntryKind, GitError, Oid};

impl Connection {
    /// Every tracked path, and every new one that git does not ignore, sorted by path. A tracked
    /// file that was deleted from the working tree is listed all the same.
    ///
    /// # Errors
    /// git failed.
    pub fn worktree_entries(&self) -> Result<Vec<Entry>, GitError> {
        self.ls_files(&["--others", "--exclude-standard"])
    }

    /// Every path in the index, sorted by path. Honours `GIT_INDEX_FILE`.
    ///
    /// # Errors
    /// git failed.
    pub fn index_entries(&self) -> Result<Vec<Entry>, GitError> {
        self.ls_files(&[])
    }

    fn ls_files(&self, more: &[&str]) -> Result<Vec<Entry>, GitError> {
        let mut args = vec!["ls-files", "-z", "-t", "--stage", "--cached"];
        args.extend(more);
        let output = self.git.run(&args, b"")?;
        let mut entries = Vec::new();
        for record in records(&output) {
            entries.push(index_entry(record).ok_or_else(|| not_understood(&args, record))?);
        }
        entries.sort_by(|a: &(u8, Entry), b| (&a.1.path, a.0).cmp(&(&b.1.path, b.0)));
        // A path in conflict comes once for each of its versions; ours stands for it, beside theirs.
        entries.dedup_by(|later, first| {
            let is_same = later.1.path == first.1.path;
            if is_same && (first.0, later.0) == (OURS, THEIRS) {
                first.1.theirs = later.1.oid.take();
            }
            is_same
        });
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    }
}

fn not_understood(args: &[&str], record: &[u8]) -> GitError {
    GitError::Answer {
        command: subcommand(args),
        answer: String::from_utf8_lossy(record).into_owned(),
    }
}

fn records(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output
        .split(|&byte| byte == 0)
        .filter(|record| !record.is_empty())
}

/// The ranks of two versions of a path in conflict.
const OURS: u8 = 0;
const THEIRS: u8 = 1;

/// `H 100644 <oid> 0\t<path>` for the index, `? <path>` for a file that git does not track.
///
/// The number before the entry is its rank among the versions of a path in conflict.
fn index_entry(record: &[u8]) -> Option<(u8, Entry)> {
    let (tag, rest) = (record.first()?, record.get(2..)?);
    if *tag == b'?' {
        // A folder with a repository of its own is named with a slash behind it.
        let path = rest.strip_suffix(b"/").unwrap_or(rest);
        let kind = if path.len() < rest.len() {
            EntryKind::Submodule
        } else {
            EntryKind::File
        };
        return Some((0, entry(path, kind, None)));
    }
    let tab = rest.iter().position(|&byte| byte == b'\t')?;
    let mut words = std::str::from_utf8(&rest[..tab]).ok()?.split(' ');
    let (mode, oid, stage) = (words.next()?, Oid::new(words.next()?)?, words.next()?);
    let rank = match stage {
        "0" | "2" => OURS,
        "3" => THEIRS,
        _ => 2,
    };
    let entry = Entry {
        unmerged: stage != "0",
        skip_worktree: tag.eq_ignore_ascii_case(&b'S'),
        ..entry(&rest[tab + 1..], kind(mode), Some(oid))
    };
    Some((rank, entry))
}
