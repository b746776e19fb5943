//! What a state has other than another one.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use onehead_git::{Difference, Object};

/// Paths at which a state is other than another one.
///
/// Paths are relative to the root. Bytes in them that are not UTF-8 are replaced, as everywhere in a listing, so two
/// such paths may be taken for one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    entries: BTreeMap<String, Entry>,
}

/// What lies at a path then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file, a link or another repository that git has.
    Object(Object),
    /// A file with these bytes, which git need not have yet.
    Bytes(Arc<[u8]>),
    /// Nothing.
    Gone,
    /// A file that a merge leaves in conflict, with what git puts there.
    Unmerged(Object),
    /// A file that both sides of a merge changed: only a merge by git tells its content.
    Unknown,
}

impl Delta {
    /// Whether nothing is other.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// At how many paths it says something.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// What is said of a path; none if nothing is.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// Says what lies at a path. What was said of it before no longer counts.
    pub fn insert(&mut self, path: impl Into<String>, entry: Entry) {
        self.entries.insert(path.into(), entry);
    }

    /// Says of each path what another delta says of it.
    pub fn extend(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// Every path with what is said of it, sorted.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries
            .iter()
            .map(|(path, entry)| (path.as_str(), entry))
    }

    /// Those below a folder.
    pub fn entries_below(&self, folder: &str) -> impl Iterator<Item = (&str, &Entry)> {
        let prefix = format!("{folder}/");
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        self.entries
            .range::<str, _>(from)
            .map(|(path, entry)| (path.as_str(), entry))
            .take_while(move |(path, _)| path.starts_with(&prefix))
    }
}

impl From<Option<Object>> for Entry {
    fn from(object: Option<Object>) -> Self {
        object.map_or(Self::Gone, Self::Object)
    }
}

/// What the second of two trees has.
impl<'a> FromIterator<&'a Difference> for Delta {
    fn from_iter<I: IntoIterator<Item = &'a Difference>>(differences: I) -> Self {
        let entries = differences.into_iter().map(|difference| {
            let entry = Entry::from(difference.after.clone());
            (difference.path.clone(), entry)
        });
        Self {
            entries: entries.collect(),
        }
    }
}

impl FromIterator<(String, Entry)> for Delta {
    fn from_iter<I: IntoIterator<Item = (String, Entry)>>(entries: I) -> Self {
        Self {
            entries: entries.into_iter().collect(),
        }
    }
}
