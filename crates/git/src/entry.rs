//! A path that git knows or would take.

use crate::Oid;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link; its content is the target.
    Symlink,
    /// A commit of another repository.
    Submodule,
}

/// A path that git knows or would take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the root, `/` between the parts. Bytes that are not UTF-8 are replaced, and
    /// [`Entry::utf8`] says so: such a path cannot be read back.
    pub path: String,
    /// Whether the path is UTF-8.
    pub utf8: bool,
    /// What it is; for a file that git does not track yet, a guess: [`EntryKind::File`].
    pub kind: EntryKind,
    /// The object that the index or tree records; none if git does not track it yet.
    pub oid: Option<Oid>,
    /// In conflict: the index holds more than one version.
    pub unmerged: bool,
    /// The version of the other side, beside ours in `oid`; only in conflict, and if there are both.
    pub theirs: Option<Oid>,
    /// Left out of a sparse checkout: it is in the index only.
    pub skip_worktree: bool,
}

/// An entry that is nothing special.
pub(crate) fn entry(path: &[u8], kind: EntryKind, oid: Option<Oid>) -> Entry {
    let text = String::from_utf8_lossy(path);
    Entry {
        utf8: matches!(text, std::borrow::Cow::Borrowed(_)),
        path: text.into_owned(),
        kind,
        oid,
        unmerged: false,
        theirs: None,
        skip_worktree: false,
    }
}

pub(crate) fn kind(mode: &str) -> EntryKind {
    match mode {
        "120000" => EntryKind::Symlink,
        "160000" => EntryKind::Submodule,
        _ => EntryKind::File,
    }
}
