//! The same migrations before and after a fix: which file became which, and whose past changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use onehead_model::{ChangedRevision, EnvironmentGraph, Node, RepoPath, RevisionId};

use crate::dag::Numbers;
use crate::loaded::Loaded;

/// A fix, as seen from the revisions that were there before it.
pub(super) struct Fixed<'a> {
    new: &'a Loaded<'a>,
    /// For each old revision the new one: the same file, or, if the file has gone, one with its id
    /// that was not there before.
    became: Vec<Option<usize>>,
    /// The old revisions whose past changed.
    changed: BTreeMap<usize, Change>,
}

/// How a past changed.
struct Change {
    /// What Alembic takes for applied because of it, and did not before, as new revisions.
    gained: Numbers,
    /// What Alembic no longer takes for applied because of it, as old revisions.
    lost: Numbers,
}

impl<'a> Fixed<'a> {
    pub(super) fn new(old: &Loaded<'_>, new: &'a Loaded<'a>, before: &EnvironmentGraph) -> Self {
        let old_paths: HashSet<&RepoPath> =
            before.revisions.iter().map(|node| &node.path).collect();
        let new_paths: HashMap<&RepoPath, usize> = (0..new.len())
            .map(|number| (&new.node(number).path, number))
            .collect();
        let moved = |node: &Node| {
            let same_id = new.number(node.id.as_str());
            same_id.filter(|&number| !old_paths.contains(&new.node(number).path))
        };
        let became: Vec<Option<usize>> = (0..old.len())
            .map(|number| old.node(number))
            .map(|node| new_paths.get(&node.path).copied().or_else(|| moved(node)))
            .collect();
        let mut fixed = Self {
            new,
            became,
            changed: BTreeMap::new(),
        };
        fixed.find_changes(old);
        fixed
    }

    fn find_changes(&mut self, old: &Loaded<'_>) {
        // Whoever has other ancestors has other parents itself or comes after one who has.
        let suspects = (0..old.len()).filter(|&number| !self.is_as_it_was(old, number));
        for number in old.descendants(suspects).ones() {
            let mut change = Change {
                gained: self.new.none(),
                lost: old.none(),
            };
            // Alembic knows a revision by the id that the database has.
            if let Some(named) = self.new.number(old.id(number).as_str()) {
                let before = old.ancestors([number]);
                let after = self.new.ancestors([named]);
                let is_lost =
                    |&one: &usize| self.became[one].is_some_and(|one| !after.contains(one));
                change.lost.extend(before.ones().filter(is_lost));
                change.gained = after;
                change.gained.difference_with(&self.became_all(&before));
            }
            let is_renamed = self.new_id(old, number).is_some();
            let is_removed = self.became[number].is_none();
            if is_renamed || is_removed || !change.gained.is_clear() || !change.lost.is_clear() {
                self.changed.insert(number, change);
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
        let now = self.new.id(self.became[node]?);
        (now != old.id(node)).then(|| now.clone())
    }

    /// The revisions after the fix.
    pub(super) fn new_graph(&self) -> &Loaded<'a> {
        self.new
    }

    /// What became of an old revision.
    pub(super) fn became(&self, node: usize) -> Option<usize> {
        self.became[node]
    }

    /// What became of a set of old revisions.
    pub(super) fn became_all(&self, of: &Numbers) -> Numbers {
        let mut became = self.new.none();
        became.extend(of.ones().filter_map(|number| self.became[number]));
        became
    }

    /// The old revisions whose past changed.
    pub(super) fn changed(&self) -> impl Iterator<Item = usize> {
        self.changed.keys().copied()
    }

    /// The old revisions that anything changed has, had, or is.
    pub(super) fn touched(&self, old: &Loaded<'_>) -> Numbers {
        let mut gained = self.new.none();
        let mut touched = old.none();
        for (&number, change) in &self.changed {
            gained.union_with(&change.gained);
            touched.union_with(&change.lost);
            touched.insert(number);
        }
        let is_gained =
            |&number: &usize| self.became[number].is_some_and(|now| gained.contains(now));
        touched.extend((0..old.len()).filter(is_gained));
        touched
    }

    /// The changed revisions as the document tells them.
    pub(super) fn changes(
        &self,
        old: &Loaded<'_>,
        published: &dyn Fn(&Node) -> bool,
    ) -> Vec<ChangedRevision> {
        // Whoever has run a published revision has run it on top of published files.
        let is_published = |node: usize| {
            let mut before = old.ancestors([node]).into_ones();
            published(old.node(node)) && !before.any(|one| old.is_stand_in(one))
        };
        let tell = |(&node, change): (&usize, &Change)| ChangedRevision {
            id: old.id(node).clone(),
            path: old.node(node).path.clone(),
            new_id: self.new_id(old, node),
            removed: self.became[node].is_none(),
            published: is_published(node),
            gained: self.new.ids(&change.gained),
            lost: old.ids(&change.lost),
        };
        self.changed.iter().map(tell).collect()
    }
}
