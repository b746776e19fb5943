//! Tree objects: what git records of a folder.

use std::sync::Arc;

use crate::{EntryKind, GitError, ObjectFormat, Oid};

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    File,
    Executable,
    Symlink,
    Submodule,
    Folder,
}

impl Mode {
    /// git looks at the type, and of a file at its owner's right to execute it.
    fn of(bits: u32) -> Self {
        match bits & 0o170_000 {
            0o100_000 if bits & 0o100 != 0 => Self::Executable,
            0o100_000 => Self::File,
            0o120_000 => Self::Symlink,
            0o040_000 => Self::Folder,
            _ => Self::Submodule,
        }
    }

    /// What it is for whoever reads; a folder is none of these.
    pub(crate) fn kind(self) -> EntryKind {
        match self {
            Self::Symlink => EntryKind::Symlink,
            Self::Submodule => EntryKind::Submodule,
            Self::File | Self::Executable | Self::Folder => EntryKind::File,
        }
    }
}

/// The bytes of a tree object, which hold their entries densely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    bytes: Arc<[u8]>,
    oid_length: usize,
}

/// An entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TreeEntry<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) mode: Mode,
    oid: &'a [u8],
}

impl TreeEntry<'_> {
    pub(crate) fn oid(&self) -> Oid {
        Oid::of_bytes(self.oid)
    }

    pub(crate) fn is_folder(&self) -> bool {
        self.mode == Mode::Folder
    }

    /// By what git sorts the entries of a tree: a folder is named with a slash behind it.
    pub(crate) fn key(&self) -> impl Iterator<Item = u8> {
        let slash = self.is_folder().then_some(b'/');
        self.name.iter().copied().chain(slash)
    }
}

impl Tree {
    /// The tree of these bytes, if they are those of one.
    pub(crate) fn new(bytes: Vec<u8>, format: ObjectFormat) -> Option<Self> {
        let oid_length = match format {
            ObjectFormat::Sha1 => 20,
            ObjectFormat::Sha256 => 32,
        };
        let tree = Self {
            bytes: bytes.into(),
            oid_length,
        };
        let mut rest = &*tree.bytes;
        while !rest.is_empty() {
            rest = entry(rest, oid_length)?.1;
        }
        Some(tree)
    }

    /// The tree of a folder that is not there.
    pub(crate) fn empty() -> Self {
        Self {
            bytes: Arc::default(),
            oid_length: 20,
        }
    }

    /// Its entries, as git sorts them.
    pub(crate) fn entries(&self) -> impl Iterator<Item = TreeEntry<'_>> {
        let mut rest = &*self.bytes;
        std::iter::from_fn(move || {
            let (found, after) = entry(rest, self.oid_length)?;
            rest = after;
            Some(found)
        })
    }

    /// How many bytes it holds in memory.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }
}

/// `<mode> <name>\0<bytes of the id>`, and what comes behind.
fn entry(bytes: &[u8], oid_length: usize) -> Option<(TreeEntry<'_>, &[u8])> {
    let space = bytes.iter().position(|&byte| byte == b' ')?;
    let mode = u32::from_str_radix(std::str::from_utf8(&bytes[..space]).ok()?, 8).ok()?;
    let rest = &bytes[space + 1..];
    let end = rest.iter().position(|&byte| byte == 0)?;
    let (name, rest) = (&rest[..end], &rest[end + 1..]);
    let (oid, rest) = rest.split_at_checked(oid_length)?;
    let entry = TreeEntry {
        name,
        mode: Mode::of(mode),
        oid,
    };
    Some((entry, rest))
}

/// The path of an entry below a folder, `""` for the root.
pub(crate) fn below(folder: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(folder.len() + 1 + name.len());
    if !folder.is_empty() {
        path.extend_from_slice(folder);
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

/// A tree that git gave and that is none.
pub(crate) fn malformed(oid: &Oid) -> GitError {
    GitError::Answer {
        command: "cat-file".into(),
        answer: format!("a tree that cannot be read: {oid}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Mode, Tree};
    use crate::ObjectFormat;

    fn bytes(entries: &[(&str, &str, u8)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (mode, name, oid) in entries {
            bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            bytes.extend_from_slice(&[*oid; 20]);
        }
        bytes
    }

    #[test]
    fn entries_of_every_kind() {
        let all = [
            ("100644", "a b", 0),
            ("100664", "old", 32),
            ("100755", "run", 1),
            ("120000", "to", 2),
            ("160000", "sub", 3),
            ("40000", "x", 4),
        ];
        let tree = Tree::new(bytes(&all), ObjectFormat::Sha1).expect("it is one");
        let read: Vec<(Mode, &[u8])> = tree
            .entries()
            .map(|entry| (entry.mode, entry.name))
            .collect();
        let expected: [(Mode, &[u8]); 6] = [
            (Mode::File, b"a b"),
            (Mode::File, b"old"),
            (Mode::Executable, b"run"),
            (Mode::Symlink, b"to"),
            (Mode::Submodule, b"sub"),
            (Mode::Folder, b"x"),
        ];
        assert_eq!(read, expected);
        assert!(tree.entries().all(|entry| entry.oid().len() == 40));
        assert_eq!(Tree::empty().entries().count(), 0);
    }

    #[test]
    fn half_a_tree_is_none() {
        let whole = bytes(&[("100644", "a", 7)]);
        for end in 1..whole.len() {
            assert_eq!(Tree::new(whole[..end].to_vec(), ObjectFormat::Sha1), None);
        }
    }
}
