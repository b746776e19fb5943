//! What git said in this run, kept so that it is asked once.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::commit_object::CommitObject;
use crate::config::Config;
use crate::stream::Stream;
use crate::tree::Tree;
use crate::{GitError, Oid};

/// What all clones of a connection have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) stream: Mutex<Stream>,
    pub(crate) objects: Mutex<Objects>,
    pub(crate) merges: Mutex<Merges>,
    /// What git's configuration says, once somebody has asked.
    pub(crate) config: Mutex<Option<Arc<Config>>>,
    /// Objects that a question about other refs found missing.
    pub(crate) lacking: Mutex<BTreeSet<Oid>>,
    /// Where history was cut.
    pub(crate) shallow: Mutex<Shallow>,
}

/// What is held while several threads ask; one that panicked leaves nothing half-done behind.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a blob holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blob {
    /// These bytes.
    Content(Vec<u8>),
    /// The object is not in this clone: what it holds is unknown, and not nothing.
    Missing,
}

/// Blobs that were read before, by object id.
pub(crate) type Kept = Arc<Mutex<HashMap<Oid, Blob>>>;

/// So many bytes of trees are kept at most; a history of a large repository has far more.
const MOST_TREE_BYTES: usize = 16 << 20;

/// Commits and trees that were read before. An id stands for the same object for ever, so they are never wrong.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    pub(crate) trees: HashMap<Oid, Tree>,
    tree_bytes: usize,
    pub(crate) commits: HashMap<Oid, Arc<CommitObject>>,
}

impl Objects {
    pub(crate) fn keep_tree(&mut self, oid: Oid, tree: Tree) {
        if self.tree_bytes > MOST_TREE_BYTES {
            self.trees.clear();
            self.tree_bytes = 0;
        }
        self.tree_bytes += tree.len();
        self.trees.insert(oid, tree);
    }
}

/// Whether and where history was cut.
#[derive(Debug)]
pub(crate) enum Shallow {
    /// git said whether, but where has not been looked at.
    Told(bool),
    /// A fetch may have moved it.
    Changed,
}

/// The tree that a merge would record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedTree {
    /// Its object id. Files in conflict are in it with conflict markers, or as one side has them.
    pub tree: Oid,
    /// The paths in conflict, sorted.
    pub conflicts: Vec<String>,
}

/// Two commits, ours and theirs.
pub(crate) type Pair = (Oid, Oid);

/// What git said of merges in this run, and how this git is asked.
#[derive(Debug, Default)]
pub(crate) struct Merges {
    pub(crate) way: Way,
    pub(crate) known: HashMap<Pair, Result<MergedTree, GitError>>,
}

/// How merges are predicted, the best way first.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Many with one process.
    #[default]
    Batch,
    /// Each with a process of its own: git before 2.39.
    Single,
    /// By a real merge in a place of its own: git before 2.38.
    Scratch,
}
