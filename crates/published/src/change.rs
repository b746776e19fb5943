//! What a change makes of the published revisions of one environment, and which databases that concerns.
//!
//! Of a database Alembic knows nothing but the revisions that it stands at, and takes for applied these and all that comes
//! before them in the graph as it is now (`onehead_graph::upgrade`). So a database that has applied a published
//! revision `t` and what came before it
//!
//! - never runs what came to lie before `t` since (it *skips* it);
//! - runs again what came before `t` and does no more, where that is still there;
//! - cannot be located if `t` itself is gone or has another id.
//!
//! Any other database stands at several published revisions, and what holds for each of them holds for it, but for what
//! it has applied besides.

use std::collections::{BTreeMap, BTreeSet};

use onehead_graph::{Dag, Links};
use onehead_model::{EnvironmentGraph, Field, Node, RevisionId};

/// New ids of published revisions, by the old ones.
pub(crate) type Renamed = BTreeMap<RevisionId, RevisionId>;

/// A published revision that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) revision: RevisionId,
    pub(crate) kind: Kind,
    pub(crate) skipped: Concerned,
    pub(crate) repeated: Concerned,
}

impl Change {
    /// That a revision is gone.
    pub(crate) fn removed(revision: RevisionId) -> Self {
        Self {
            revision,
            kind: Kind::Removed,
            skipped: Concerned::default(),
            repeated: Concerned::default(),
        }
    }
}

/// Revisions, and the published ones at which a database skips or repeats them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Concerned {
    /// Sorted.
    pub(crate) revisions: Vec<RevisionId>,
    /// Sorted.
    pub(crate) at: Vec<RevisionId>,
}

/// What became of it. Of several, the first counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It has this id.
    Renamed(RevisionId),
    /// It is gone.
    Removed,
    /// New revisions lie before it.
    Inserted,
    /// These published revisions lie before it, and came after it.
    Swapped(Vec<RevisionId>),
    /// Published revisions lie before it that did not.
    Joined,
    /// Published revisions lie before it no more.
    Parted,
    /// What lay before it is gone, and nothing else changes.
    Lowered(Vec<RevisionId>),
    /// It depends on other revisions than before.
    Depends,
}

/// What a change from one graph to another makes of the revisions of the first, sorted by id.
pub(crate) fn changes(
    before: &EnvironmentGraph,
    after: &EnvironmentGraph,
    renamed: &Renamed,
) -> Vec<Change> {
    let under_old_ids = under_old_ids(after, renamed);
    let graphs = Graphs {
        old: Dag::of(before),
        new: Dag::of_nodes(&under_old_ids),
    };
    let doubled = doubled(before);
    let changed = before.revisions.iter().filter_map(|node| {
        let kind = match (renamed.get(&node.id), graphs.new_node(&node.id)) {
            (Some(new), _) => Kind::Renamed(new.clone()),
            (None, None) => Kind::Removed,
            // Which of the files a database has applied, only the database knows.
            (None, Some(_)) if doubled.contains(&node.id) => return None,
            (None, Some(new)) => graphs.kind(node, new)?,
        };
        Some((node.id.clone(), kind))
    });
    let mut changes: Vec<Change> = Vec::new();
    for (revision, kind) in changed {
        if changes.last().is_none_or(|last| last.revision != revision) {
            changes.push(graphs.change(revision, kind));
        }
    }
    changes
}

/// What lies before a revision in one graph and not in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moved {
    /// Only in the second graph. Sorted.
    pub(crate) gained: Vec<RevisionId>,
    /// Only in the first. Sorted.
    pub(crate) lost: Vec<RevisionId>,
}

impl Moved {
    pub(crate) fn is_any(&self) -> bool {
        !self.gained.is_empty() || !self.lost.is_empty()
    }
}

/// How a revision that declares other parents or dependencies in one graph than in another lies in both. `None` if it
/// declares the same, or one of them is not known, or only one graph has it, or several files of it.
pub(crate) fn moved(
    there: &EnvironmentGraph,
    here: &EnvironmentGraph,
    id: &RevisionId,
) -> Option<Moved> {
    let graphs = Graphs {
        old: Dag::of(there),
        new: Dag::of(here),
    };
    if doubled(there).contains(id) || doubled(here).contains(id) {
        return None;
    }
    let one = graphs.old.revision(graphs.old.number(id.as_str())?);
    let other = graphs.new_node(id)?;
    let declares_the_same = set(&one.down_revisions) == set(&other.down_revisions)
        && set(&one.depends_on) == set(&other.depends_on);
    let is_unknown =
        unknown(one, other, Field::DownRevision) || unknown(one, other, Field::DependsOn);
    if declares_the_same || is_unknown {
        return None;
    }
    let (gained, lost) = graphs.gained_and_lost(id);
    let owned = |ids: Ids<'_>| ids.into_iter().cloned().collect();
    Some(Moved {
        gained: owned(gained),
        lost: owned(lost),
    })
}

/// The ids that several files have.
#[must_use]
pub fn doubled(environment: &EnvironmentGraph) -> BTreeSet<&RevisionId> {
    let pairs = environment.revisions.windows(2);
    let same = pairs.filter(|pair| pair[0].id == pair[1].id);
    same.map(|pair| &pair[0].id).collect()
}

/// The revisions of a graph as they would be called had none of them another id.
fn under_old_ids(after: &EnvironmentGraph, renamed: &Renamed) -> Vec<Node> {
    let old: BTreeMap<&RevisionId, &RevisionId> =
        renamed.iter().map(|(old, new)| (new, old)).collect();
    let old_id = |id: &RevisionId| old.get(id).map_or(id, |old| old).clone();
    let node = |node: &Node| Node {
        id: old_id(&node.id),
        down_revisions: node.down_revisions.iter().map(old_id).collect(),
        depends_on: node.depends_on.iter().map(old_id).collect(),
        ..node.clone()
    };
    after.revisions.iter().map(node).collect()
}

/// The graph before and after, under the same ids.
struct Graphs<'a> {
    old: Dag<'a, Node>,
    new: Dag<'a, Node>,
}

type Ids<'a> = BTreeSet<&'a RevisionId>;

impl<'a> Graphs<'a> {
    fn new_node(&self, id: &RevisionId) -> Option<&'a Node> {
        let number = self.new.number(id.as_str())?;
        Some(self.new.revision(number))
    }

    /// What became of a revision whose own declaration changed; what only follows from that is told of the cause.
    fn kind(&self, before: &Node, after: &Node) -> Option<Kind> {
        if unknown(before, after, Field::DownRevision) || unknown(before, after, Field::DependsOn) {
            return None;
        }
        let has_other_parents = set(&before.down_revisions) != set(&after.down_revisions);
        if !has_other_parents && set(&before.depends_on) == set(&after.depends_on) {
            return None;
        }
        let (gained, lost) = self.gained_and_lost(&before.id);
        let (gone, parted): (Ids<'_>, Ids<'_>) = lost
            .into_iter()
            .partition(|id| self.new.number(id.as_str()).is_none());
        let is_published = |id: &&RevisionId| self.old.number(id.as_str()).is_some();
        if gained.is_empty() && parted.is_empty() && gone.is_empty() {
            // The same revisions lie before it, so every database is treated as before.
            return None;
        }
        Some(if !has_other_parents {
            Kind::Depends
        } else if !gained.iter().all(is_published) {
            Kind::Inserted
        } else if let later = self.that_came_after(&gained, &before.id)
            && !later.is_empty()
        {
            Kind::Swapped(later)
        } else if !gained.is_empty() {
            Kind::Joined
        } else if !parted.is_empty() {
            Kind::Parted
        } else {
            Kind::Lowered(gone.into_iter().cloned().collect())
        })
    }

    /// What lies before a revision that is in both, and did not; and what did, and does no more.
    fn gained_and_lost(&self, id: &RevisionId) -> (Ids<'a>, Ids<'a>) {
        let (old, new) = (before(&self.old, id), before(&self.new, id));
        let gained = new.difference(&old).copied().collect();
        (gained, old.difference(&new).copied().collect())
    }

    /// Those of some revisions that came after one.
    fn that_came_after(&self, revisions: &Ids<'a>, id: &RevisionId) -> Vec<RevisionId> {
        let came_after = |later: &&&RevisionId| before(&self.old, later).contains(id);
        let later = revisions.iter().filter(came_after);
        later.map(|&id| id.clone()).collect()
    }

    /// A change with the databases that it concerns.
    fn change(&self, revision: RevisionId, kind: Kind) -> Change {
        if kind == Kind::Removed {
            return Change::removed(revision);
        }
        let (gained, lost) = self.gained_and_lost(&revision);
        let still_there = |id: &&RevisionId| self.new.number(id.as_str()).is_some();
        let lost: Ids<'a> = lost.into_iter().filter(still_there).collect();
        let skipped = self.concerned(&gained, (&self.new, &self.old));
        let repeated = self.concerned(&lost, (&self.old, &self.new));
        Change {
            revision,
            kind,
            skipped,
            repeated,
        }
    }

    /// The published revisions that come after one of these in the first graph, and do not in the second.
    fn concerned(
        &self,
        revisions: &Ids<'a>,
        (first, second): (&Dag<'a, Node>, &Dag<'a, Node>),
    ) -> Concerned {
        let mut at: BTreeSet<&RevisionId> = BTreeSet::new();
        for &id in revisions {
            let [later, others] =
                [first, second].map(|dag| dag.descendants(dag.number(id.as_str()), Links::All));
            let is_later_there = |id: &RevisionId| {
                let number = second.number(id.as_str());
                number.is_some_and(|number| others.contains(number))
            };
            let is_in_both = |id: &RevisionId| {
                let mut both = [&self.old, &self.new].into_iter();
                both.all(|dag| dag.number(id.as_str()).is_some())
            };
            let later = later.ones().map(|number| first.id(number));
            at.extend(later.filter(|&one| one != id && is_in_both(one) && !is_later_there(one)));
        }
        Concerned {
            revisions: revisions.iter().copied().cloned().collect(),
            at: at.into_iter().cloned().collect(),
        }
    }
}

fn set(ids: &[RevisionId]) -> BTreeSet<&RevisionId> {
    ids.iter().collect()
}

fn unknown(before: &Node, after: &Node, field: Field) -> bool {
    before.unknown.contains(&field) || after.unknown.contains(&field)
}

/// What comes before a revision, by parents and dependencies.
fn before<'a>(dag: &Dag<'a, Node>, id: &RevisionId) -> Ids<'a> {
    let number = dag.number(id.as_str());
    let ancestors = dag.ancestors(number, Links::All);
    let others = ancestors.ones().filter(|&other| Some(other) != number);
    others.map(|other| dag.id(other)).collect()
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;
