//! What is told without a scan: heads that only add revision files, alone, in pairs, and all against each other.
//!
//! Everything here answers `None`, or says nothing, where that is not certain; a scan of the merge result decides then.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use onehead_git::{Difference, Differences, EntryKind};
use onehead_model::{Code, RepoPath, Revision, RevisionId};
use onehead_scan::file_names::{leads, name_of};
use onehead_scan::{Delta, Entry};

use crate::forecast::{Forecast, Head, Outcome};
use crate::pairs::Collision;
use crate::view::{EnvironmentView, View};

/// One head.
impl Forecast {
    /// Whether a path belongs to an environment of the target.
    fn is_inside(&self, path: &RepoPath) -> bool {
        self.report().environments.iter().any(|environment| {
            let mut folders = environment.version_locations.iter();
            let template = environment.merge.template.as_ref();
            path.is_within(&environment.script_location)
                || folders.any(|folder| path.is_within(folder))
                || template.is_some_and(|template| template.path == *path)
        })
    }

    /// Whether a head only adds revisions that name parents, where one head is wanted. It may have changed the
    /// configuration, as long as that says nothing else of any environment.
    pub(crate) fn is_plain(&self, head: usize) -> bool {
        let adds = |view: &View| {
            let mut environments = view.environments.iter();
            view.only_adds && environments.all(|one| one.added.is_empty() || one.is_plain())
        };
        self.heads[head].changes.is_some() && self.view_of(head).is_some_and(adds)
    }
}

/// Two heads.
impl Forecast {
    /// What two heads come to that have no commit in common but the target's; `None` if that takes a look.
    pub(crate) fn told(&self, first: usize, second: usize) -> Option<Vec<Collision>> {
        if !self.are_apart(first, second) {
            return None;
        }
        told(self.mergeable(first)?, self.mergeable(second)?)
    }

    /// What two plain heads come to, told from the revisions that they add, though one may stand on the other or both on
    /// a third; `None` if that takes a look.
    pub(crate) fn told_of_plain(&self, first: usize, second: usize) -> Option<Vec<Collision>> {
        let (one, other) = (self.view_of(first)?, self.view_of(second)?);
        let plain = self.is_plain(first) && self.is_plain(second);
        if !plain || self.disagree(first, second) {
            return None;
        }
        let mut collisions = Vec::new();
        for (left, right) in std::iter::zip(&one.environments, &other.environments) {
            if self.fork(left, right)? {
                let heads = self.heads_of_both(left, right).into_iter();
                collisions.push(Collision {
                    environment: Some(left.name.clone()),
                    code: Code::MultipleHeads,
                    revisions: heads.cloned().collect(),
                });
            }
        }
        Some(collisions)
    }

    /// Whether two heads only add revisions, and nothing that one changes could be read for the other.
    fn are_apart(&self, first: usize, second: usize) -> bool {
        let (one, other) = (&self.heads[first], &self.heads[second]);
        let (Some(a), Some(b)) = (one.ancestry, other.ancestry) else {
            return false;
        };
        let (Some(ours), Some(theirs)) = (&one.changes, &other.changes) else {
            return false;
        };
        let only_adds = |head: &Head, changes: &Differences| {
            let Outcome::Merged(view) = &head.outcome else {
                return false;
            };
            !head.by_git && view.only_adds && changes.paths.iter().all(is_plain)
        };
        let is_read_by = |changes: &Differences, head: &Head| {
            let Outcome::Merged(view) = &head.outcome else {
                return true;
            };
            let mut paths = changes.paths.iter();
            !view.imported.is_empty()
                && paths.any(|change| {
                    RepoPath::new(&change.path).is_ok_and(|path| view.imported.contains(&path))
                })
        };
        let touched: BTreeSet<&String> = theirs.paths.iter().map(|change| &change.path).collect();
        let mut both = ours.paths.iter().map(|change| &change.path);
        !self.ancestry.share(a, b)
            && only_adds(one, ours)
            && only_adds(other, theirs)
            && !is_read_by(ours, other)
            && !is_read_by(theirs, one)
            && !both.any(|path| {
                touched.contains(path)
                    && RepoPath::new(path).is_ok_and(|path| self.is_inside(&path))
            })
    }

    /// Whether two heads leave something else at one path, one changes what is read for the other, or git may take what one
    /// of them removes for renamed.
    fn disagree(&self, first: usize, second: usize) -> bool {
        let paths = |head: usize| {
            let changes = self.heads[head].changes.iter();
            changes.flat_map(|changes| &changes.paths)
        };
        let is_read_by = |path: &str, head: usize| {
            let view = self.view_of(head);
            let path = RepoPath::new(path);
            view.is_none_or(|view| path.is_ok_and(|path| view.imported.contains(&path)))
        };
        let theirs: HashMap<&str, _> = paths(second)
            .map(|change| (change.path.as_str(), change.after.as_ref()))
            .collect();
        let is_moved_by = |path: &str, head: usize| self.heads[head].removes_folder_of(path);
        paths(first).any(|change| {
            let other = theirs.get(change.path.as_str());
            other.is_some_and(|after| after.is_none() || *after != change.after.as_ref())
                || is_read_by(&change.path, second)
                || is_moved_by(&change.path, second)
        }) || paths(second)
            .any(|change| is_read_by(&change.path, first) || is_moved_by(&change.path, first))
    }
}

/// All heads against each other.
impl Forecast {
    /// For each head, the others that change a file otherwise which counts for both, or one that is read for it, and those
    /// of which git may take what one removes for renamed.
    pub(crate) fn entangled(&self) -> Vec<FixedBitSet> {
        let count = self.heads.len();
        let mut rows = vec![FixedBitSet::with_capacity(count); count];
        let mut touched: HashMap<&str, Vec<usize>> = HashMap::new();
        for (head, one) in self.heads.iter().enumerate() {
            for path in one.touched() {
                touched.entry(path).or_default().push(head);
            }
        }
        let mut tie = |a: usize, b: usize| {
            rows[a].insert(b);
            rows[b].insert(a);
        };
        for (path, heads) in &touched {
            let Ok(path) = RepoPath::new(*path) else {
                continue;
            };
            if heads.len() < 2 {
                continue;
            }
            let is_inside = self.is_inside(&path);
            for (at, &a) in heads.iter().enumerate() {
                for &b in &heads[at + 1..] {
                    let left = [a, b].map(|head| self.after(head, path.as_str()));
                    if left.contains(&None) || is_inside && left[0] != left[1] {
                        tie(a, b);
                    }
                }
            }
        }
        for (head, one) in self.heads.iter().enumerate() {
            let removed = one.changes.as_ref().map(|changes| &changes.gone_folders);
            if removed.is_none_or(Vec::is_empty) {
                continue;
            }
            let moved = touched
                .iter()
                .filter(|(path, _)| one.removes_folder_of(path));
            for &other in moved.flat_map(|(_, heads)| heads) {
                if other != head {
                    tie(head, other);
                }
            }
        }
        for head in 0..count {
            let imported = self.view_of(head).map(|view| &view.imported);
            for path in imported.into_iter().flatten() {
                for &other in touched.get(path.as_str()).into_iter().flatten() {
                    if other != head {
                        tie(head, other);
                    }
                }
            }
        }
        rows
    }

    /// What a head leaves at a path that it changes.
    fn after(&self, head: usize, path: &str) -> Option<&onehead_git::Object> {
        let head = &self.heads[head];
        if let Some(Entry::Object(object)) = head.by_git().and_then(|delta| delta.get(path)) {
            return Some(object);
        }
        let changes = head.changes.as_ref()?;
        let at = changes
            .paths
            .binary_search_by(|change| change.path.as_str().cmp(path));
        changes.paths[at.ok()?].after.as_ref()
    }

    /// Whether two heads fork an environment to which both only add. `None` if they bring different files with one id.
    pub(crate) fn fork(&self, one: &EnvironmentView, other: &EnvironmentView) -> Option<bool> {
        if one.added.is_empty() || other.added.is_empty() {
            return Some(false);
        }
        let ids: HashMap<&RevisionId, &Arc<Revision>> =
            one.added.iter().map(|one| (&one.id, one)).collect();
        let mut common = other
            .added
            .iter()
            .filter_map(|revision| Some((revision, *ids.get(&revision.id)?)))
            .peekable();
        if common.peek().is_none() {
            return Some(true);
        }
        if common.any(|(ours, theirs)| ours != theirs) {
            return None;
        }
        let heads = self.heads_of_both(one, other);
        let are_of = |view: &EnvironmentView| {
            let theirs: BTreeSet<&RevisionId> = view.heads.iter().map(|head| &head.id).collect();
            theirs == heads
        };
        Some(heads.len() > 1 && !are_of(one) && !are_of(other))
    }

    /// The heads of an environment to which both only add, with all that they add.
    fn heads_of_both<'a>(
        &'a self,
        one: &'a EnvironmentView,
        other: &'a EnvironmentView,
    ) -> BTreeSet<&'a RevisionId> {
        let both = || one.added.iter().chain(&other.added);
        let named: BTreeSet<&RevisionId> = both().flat_map(|one| &one.down_revisions).collect();
        let target = self.view.environment(&one.name);
        let before = target.into_iter().flat_map(|view| &view.heads);
        both()
            .map(|one| &one.id)
            .chain(before.map(|head| &head.id))
            .filter(|id| !named.contains(id))
            .collect()
    }
}

impl Head {
    /// The paths that it changes, of the target as well: a rename on one side takes changes of the other one along.
    fn touched(&self) -> BTreeSet<&str> {
        let since = self.changes.iter().flat_map(|changes| &changes.paths);
        let of_target = self.by_git().into_iter().flat_map(Delta::entries);
        since
            .map(|change| change.path.as_str())
            .chain(of_target.map(|(path, _)| path))
            .collect()
    }

    /// Whether it removes a folder in which this path lies: git moves what another head puts there.
    fn removes_folder_of(&self, path: &str) -> bool {
        let folders = self
            .changes
            .iter()
            .flat_map(|changes| &changes.gone_folders);
        folders.into_iter().any(|folder| {
            path.strip_prefix(folder.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// What it changes of the target, if git said so.
    fn by_git(&self) -> Option<&Delta> {
        let laid_over = self.laid_over.as_ref().filter(|_| self.by_git);
        laid_over.map(|laid_over| &laid_over.delta)
    }
}

/// What two heads come to that only add revisions; `None` if it takes a look.
fn told(a: &View, b: &View) -> Option<Vec<Collision>> {
    let mut collisions = Vec::new();
    for one in &a.environments {
        let other = b.environment(&one.name)?;
        if one.added.is_empty() || other.added.is_empty() {
            continue;
        }
        if !one.is_simple_beside(other) {
            return None;
        }
        let heads = one.heads_beside(other);
        if heads.len() > 1 {
            collisions.push(Collision {
                environment: Some(one.name.clone()),
                code: Code::MultipleHeads,
                revisions: heads,
            });
        }
    }
    Some(collisions)
}

/// A change of a file that leads nowhere else.
fn is_plain(change: &Difference) -> bool {
    let objects = change.before.iter().chain(&change.after);
    !leads(name_of(&change.path))
        && objects
            .into_iter()
            .all(|object| object.kind != EntryKind::Symlink)
}
