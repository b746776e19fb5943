//! The heads of an environment in which all is well, kept up as revisions come and go.
//!
//! Building the graph of thousands of revisions for each new one would cost more than all the rest. As long as
//! there is one head and nothing wrong, a revision whose parents are there needs no graph. For anything else there
//! is no answer here, and the graph is built.

use std::collections::{BTreeSet, HashMap, HashSet};

use onehead_model::{EnvironmentGraph, HeadPolicy, Revision, RevisionId};
use onehead_scan::RevisionChange;

use crate::fork::Shape;

/// The heads, and how many revisions name each as parent.
pub(crate) struct IncrementalHeads {
    children: HashMap<RevisionId, usize>,
    heads: BTreeSet<RevisionId>,
    /// Names with a meaning beyond parents: labels, and what `depends_on` names.
    names: HashSet<String>,
}

impl IncrementalHeads {
    /// For an environment with at most one head, nothing wrong, and the plainest policy.
    pub(crate) fn of(graph: &EnvironmentGraph, shape: &Shape) -> Option<Self> {
        let is_plain =
            graph.policy == HeadPolicy::Single && shape.heads.len() < 2 && shape.errors.is_empty();
        if !is_plain {
            return None;
        }
        let nodes = || graph.revisions.iter();
        let depends_on = nodes().flat_map(|node| &node.depends_on);
        let labels = nodes().flat_map(|node| node.branch_labels.iter().cloned());
        Some(Self {
            children: nodes()
                .map(|node| (node.id.clone(), node.next.len()))
                .collect(),
            heads: shape.heads.iter().cloned().collect(),
            names: labels.chain(depends_on.map(ToString::to_string)).collect(),
        })
    }

    /// Takes in what a commit did. `None` if only the graph can tell; this is then of no more use.
    pub(crate) fn take(&mut self, changes: &[&RevisionChange]) -> Option<&BTreeSet<RevisionId>> {
        let mut gone: HashMap<&RevisionId, &Revision> = HashMap::new();
        let mut new: Vec<&Revision> = Vec::new();
        for revision in changes.iter().filter_map(|one| one.before.as_ref()) {
            gone.insert(&revision.id, revision)
                .is_none()
                .then_some(())?;
        }
        for revision in changes.iter().filter_map(|one| one.after.as_ref()) {
            match gone.remove(&revision.id) {
                Some(before) => is_same(before, revision).then_some(())?,
                None => new.push(revision),
            }
        }
        for revision in gone.into_values() {
            self.remove(revision)?;
        }
        while !new.is_empty() {
            let count = new.len();
            let mut waiting = Vec::new();
            for revision in new {
                if parents(revision).all(|parent| self.children.contains_key(parent)) {
                    self.add(revision)?;
                } else {
                    waiting.push(revision);
                }
            }
            (waiting.len() < count).then_some(())?;
            new = waiting;
        }
        Some(&self.heads)
    }

    fn add(&mut self, revision: &Revision) -> Option<()> {
        let is_plain_id =
            |id: &str| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_plain = self.is_free(revision)
            && is_plain_id(revision.id.as_str())
            && !self.children.contains_key(&revision.id);
        is_plain.then_some(())?;
        for parent in parents(revision) {
            *self.children.get_mut(parent)? += 1;
            self.heads.remove(parent);
        }
        self.children.insert(revision.id.clone(), 0);
        self.heads.insert(revision.id.clone());
        Some(())
    }

    fn remove(&mut self, revision: &Revision) -> Option<()> {
        let is_leaf = self.children.get(&revision.id) == Some(&0);
        (is_leaf && self.is_free(revision)).then_some(())?;
        self.children.remove(&revision.id);
        self.heads.remove(&revision.id);
        for parent in parents(revision) {
            let count = self.children.get_mut(parent)?;
            *count -= 1;
            if *count == 0 {
                self.heads.insert(parent.clone());
            }
        }
        Some(())
    }

    /// Whether nothing but parents leads to or from a revision.
    fn is_free(&self, revision: &Revision) -> bool {
        revision.depends_on.is_empty()
            && revision.branch_labels.is_empty()
            && !self.names.contains(revision.id.as_str())
    }
}

fn is_same(before: &Revision, after: &Revision) -> bool {
    before.down_revisions == after.down_revisions
        && before.depends_on == after.depends_on
        && before.branch_labels == after.branch_labels
}

/// The parents, each once.
fn parents(revision: &Revision) -> impl Iterator<Item = &RevisionId> {
    let all = &revision.down_revisions;
    let is_first = |(at, parent): &(usize, &RevisionId)| !all[..*at].contains(parent);
    all.iter()
        .enumerate()
        .filter(is_first)
        .map(|(_, parent)| parent)
}
