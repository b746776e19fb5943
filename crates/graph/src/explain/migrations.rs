//! The same migrations before and after a mend: which file became which, and whose past changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use onehead_model::{ChangedRevision, EnvironmentGraph, Node, RepoPath, RevisionId};

use crate::loaded::Loaded;

/// A mend, as seen from the revisions that were there before it.
pub(super) struct Mended<'a> {
    new: &'a Loaded<'a>,
    /// For each old revision the new one: the same file, or, if the file has gone, one with its id
    /// that was not there before.
    became: Vec<Option<usize>>,
    /// The old revisions whose past changed.
    changed: BTreeMap<usize, Change>,
}

/// How a past changed.
#[derive(Default)]
struct Change {
    /// What Alembic takes for applied because of it, and did not before, as new revisions.
    gained: BTreeSet<usize>,
    /// What Alembic no longer takes for applied because of it, as old revisions.
    lost: BTreeSet<usize>,
}

impl<'a> Mended<'a> {
    pub(super) fn new(old: &Loaded<'_>, new: &'a Loaded<'a>, before: &EnvironmentGraph) -> Self {
        let old_paths: HashSet<&RepoPath> =
            before.revisions.iter().map(|node| &node.path).collect();
        let new_paths: HashMap<&RepoPath, usize> = new
            .nodes
            .iter()
            .enumerate()
            .map(|(at, node)| (&node.path, at))
            .collect();
        let moved = |node: &Node| {
            let same_id = new.node(node.id.as_str());
            same_id.filter(|&at| !old_paths.contains(&new.nodes[at].path))
        };
        let became: Vec<Option<usize>> = old
            .nodes
            .iter()
            .map(|node| new_paths.get(&node.path).copied().or_else(|| moved(node)))
            .collect();
        let mut mended = Self {
            new,
            became,
            changed: BTreeMap::new(),
        };
        mended.find_changes(old);
        mended
    }

    fn find_changes(&mut self, old: &Loaded<'_>) {
        // Whoever has other ancestors has other parents itself or comes after one who has.
        let suspects: Vec<usize> = (0..old.nodes.len())
            .filter(|&node| !self.is_as_it_was(old, node))
            .collect();
        for node in old.descendants(suspects) {
            let mut change = Change::default();
            // Alembic knows a revision by the id that the database has.
            if let Some(named) = self.new.node(old.nodes[node].id.as_str()) {
                let before = old.ancestors([node]);
                let after = self.new.ancestors([named]);
                let kept: BTreeSet<usize> =
                    before.iter().filter_map(|&one| self.became[one]).collect();
                change.gained = after.difference(&kept).copied().collect();
                let is_lost =
                    |&&one: &&usize| self.became[one].is_some_and(|one| !after.contains(&one));
                change.lost = before.iter().filter(is_lost).copied().collect();
            }
            let is_renamed = self.new_id(old, node).is_some();
            let is_removed = self.became[node].is_none();
            if is_renamed || is_removed || !change.gained.is_empty() || !change.lost.is_empty() {
                self.changed.insert(node, change);
            }
        }
    }

    /// Whether a revision has its id, and names the same revisions as before.
    fn is_as_it_was(&self, old: &Loaded<'_>, node: usize) -> bool {
        let Some(now) = self.became[node] else {
            return false;
        };
        let before: BTreeSet<_> = old.down(node).iter().map(|&one| self.became[one]).collect();
        let after: BTreeSet<_> = self.new.down(now).iter().map(|&one| Some(one)).collect();
        before == after && self.new_id(old, node).is_none()
    }

    fn new_id(&self, old: &Loaded<'_>, node: usize) -> Option<RevisionId> {
        let now = self.new.nodes[self.became[node]?];
        (now.id != old.nodes[node].id).then(|| now.id.clone())
    }

    /// The revisions after the mend.
    pub(super) fn new_graph(&self) -> &Loaded<'a> {
        self.new
    }

    /// What became of an old revision.
    pub(super) fn became(&self, node: usize) -> Option<usize> {
        self.became[node]
    }

    /// The old revisions whose past changed.
    pub(super) fn changed(&self) -> impl Iterator<Item = usize> {
        self.changed.keys().copied()
    }

    /// The old revisions that anything changed has, had, or is.
    pub(super) fn touched(&self) -> BTreeSet<usize> {
        let gained: BTreeSet<usize> = self
            .changed
            .values()
            .flat_map(|change| &change.gained)
            .copied()
            .collect();
        let mut touched: BTreeSet<usize> = (0..self.became.len())
            .filter(|&node| self.became[node].is_some_and(|now| gained.contains(&now)))
            .collect();
        for (&node, change) in &self.changed {
            touched.insert(node);
            touched.extend(&change.lost);
        }
        touched
    }

    /// The changed revisions as the document tells them.
    pub(super) fn changes(
        &self,
        old: &Loaded<'_>,
        published: &dyn Fn(&Node) -> bool,
    ) -> Vec<ChangedRevision> {
        let tell = |(&node, change): (&usize, &Change)| ChangedRevision {
            id: old.nodes[node].id.clone(),
            path: old.nodes[node].path.clone(),
            new_id: self.new_id(old, node),
            removed: self.became[node].is_none(),
            published: published(old.nodes[node]),
            gained: ids(self.new, &change.gained),
            lost: ids(old, &change.lost),
        };
        self.changed.iter().map(tell).collect()
    }
}

/// The ids of a set, sorted.
pub(super) fn ids(loaded: &Loaded<'_>, of: &BTreeSet<usize>) -> Vec<RevisionId> {
    let mut ids: Vec<RevisionId> = of
        .iter()
        .map(|&node| loaded.nodes[node].id.clone())
        .collect();
    ids.sort();
    ids
}
