//! How trees differ.

use std::cmp::Ordering;

use crate::tree::{Tree, TreeEntry, below};
use crate::{Connection, EntryKind, GitError, Oid};

/// A path that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the root; bytes that are not UTF-8 are replaced.
    pub path: String,
    /// Whether it is, or was, a symbolic link.
    pub link: bool,
}

/// What a tree holds at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is. That a file may be executed is left out.
    pub kind: EntryKind,
    /// Its object id.
    pub oid: Oid,
}

/// A path at which two trees differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Relative to the root; bytes that are not UTF-8 are replaced.
    pub path: String,
    /// What the first tree holds there.
    pub before: Option<Object>,
    /// What the second one does. The same where only the right to execute it changed.
    pub after: Option<Object>,
}

impl From<&Difference> for Change {
    fn from(difference: &Difference) -> Self {
        let mut objects = difference.before.iter().chain(&difference.after);
        Self {
            path: difference.path.clone(),
            link: objects.any(|object| object.kind == EntryKind::Symlink),
        }
    }
}

/// How two trees differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differences {
    /// Files, links and submodules, sorted by path.
    pub paths: Vec<Difference>,
    /// Folders that only the second has.
    pub new_folders: Vec<String>,
    /// Folders that only the first has.
    pub gone_folders: Vec<String>,
}

/// So many pairs of folders are held at once: a folder of revisions is large, and branches have one each.
const AT_ONCE: usize = 64;

/// Two folders of one path that differ; one of them may not be there.
struct Pair {
    /// The place in the answer.
    at: usize,
    path: Vec<u8>,
    before: Option<Oid>,
    after: Option<Oid>,
}

impl Connection {
    /// How the commits or trees of each pair differ, in the order asked for. Only folders that differ are read.
    ///
    /// # Errors
    /// git failed, or one of the trees is not here.
    pub fn differences(&self, pairs: &[(Oid, Oid)]) -> Result<Vec<Differences>, GitError> {
        let names: Vec<&str> = pairs
            .iter()
            .flat_map(|(before, after)| [before.as_str(), after.as_str()])
            .collect();
        let roots = self.root_trees(&names)?;
        let pairs: Vec<(Option<Oid>, Option<Oid>)> = roots
            .chunks_exact(2)
            .map(|pair| (Some(pair[0].clone()), Some(pair[1].clone())))
            .collect();
        self.compare(pairs)
    }

    /// How two commits or trees differ.
    ///
    /// # Errors
    /// As [`Connection::differences`].
    pub fn difference(&self, before: &Oid, after: &Oid) -> Result<Differences, GitError> {
        let pair = (before.clone(), after.clone());
        Ok(self.differences(&[pair])?.remove(0))
    }

    /// What differs between two trees or commits, sorted by path; `None` stands for the empty tree.
    ///
    /// # Errors
    /// git failed, or one of the trees is not here.
    pub fn changed_between(&self, from: Option<&Oid>, to: &Oid) -> Result<Vec<Change>, GitError> {
        let names: Vec<&str> = from.into_iter().chain([to]).map(Oid::as_str).collect();
        let mut roots = self.root_trees(&names)?;
        let to = roots.pop();
        let differences = self.compare(vec![(roots.pop(), to)])?.remove(0);
        Ok(differences.paths.iter().map(Change::from).collect())
    }

    /// Compares trees level by level.
    fn compare(
        &self,
        roots: Vec<(Option<Oid>, Option<Oid>)>,
    ) -> Result<Vec<Differences>, GitError> {
        let mut answers: Vec<Differences> = roots.iter().map(|_| Differences::default()).collect();
        let mut level: Vec<Pair> = std::iter::zip(0.., roots)
            .map(|(at, (before, after))| Pair {
                at,
                path: Vec::new(),
                before,
                after,
            })
            .collect();
        let nothing = Tree::empty();
        while !level.is_empty() {
            level.retain(|pair| pair.before != pair.after);
            let mut next = Vec::new();
            for pairs in level.chunks(AT_ONCE) {
                let oids = pairs.iter().flat_map(|pair| [&pair.before, &pair.after]);
                let trees = self.tree_objects(oids.flatten())?;
                let tree = |oid: &Option<Oid>| oid.as_ref().map_or(&nothing, |oid| &trees[oid]);
                for pair in pairs {
                    let answer = &mut answers[pair.at];
                    for (before, after) in side_by_side(tree(&pair.before), tree(&pair.after)) {
                        add(pair, before, after, answer, &mut next);
                    }
                }
            }
            level = next;
        }
        for answer in &mut answers {
            answer.paths.sort_by(|a, b| a.path.cmp(&b.path));
            answer.new_folders.sort();
            answer.gone_folders.sort();
        }
        Ok(answers)
    }
}

/// The entries at which two trees differ, those of one name and kind beside each other.
fn side_by_side<'a>(
    before: &'a Tree,
    after: &'a Tree,
) -> impl Iterator<Item = (Option<TreeEntry<'a>>, Option<TreeEntry<'a>>)> {
    let (mut before, mut after) = (before.entries().peekable(), after.entries().peekable());
    let entries = std::iter::from_fn(move || {
        let order = match (before.peek(), after.peek()) {
            // Nearly all of them.
            (Some(before), Some(after))
                if before.name == after.name && before.mode == after.mode =>
            {
                Ordering::Equal
            }
            (Some(before), Some(after)) => before.key().cmp(after.key()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return None,
        };
        let one = (order != Ordering::Greater)
            .then(|| before.next())
            .flatten();
        let other = (order != Ordering::Less).then(|| after.next()).flatten();
        Some((one, other))
    });
    entries.filter(|(before, after)| before != after)
}

/// Notes how an entry differs; a folder is compared later.
fn add(
    pair: &Pair,
    before: Option<TreeEntry<'_>>,
    after: Option<TreeEntry<'_>>,
    answer: &mut Differences,
    next: &mut Vec<Pair>,
) {
    let Some(entry) = before.or(after) else {
        return;
    };
    let path = below(&pair.path, entry.name);
    let text = String::from_utf8_lossy(&path).into_owned();
    if !entry.is_folder() {
        let object = |entry: TreeEntry<'_>| Object {
            kind: entry.mode.kind(),
            oid: entry.oid(),
        };
        answer.paths.push(Difference {
            path: text,
            before: before.map(object),
            after: after.map(object),
        });
        return;
    }
    match (before, after) {
        (Some(_), None) => answer.gone_folders.push(text),
        (None, Some(_)) => answer.new_folders.push(text),
        _ => {}
    }
    next.push(Pair {
        at: pair.at,
        path,
        before: before.map(|entry| entry.oid()),
        after: after.map(|entry| entry.oid()),
    });
}
