//! All heads against each other at once.
//!
//! Two heads that only hang revisions into an environment which asks for one head fork it, whatever else they do;
//! so nothing has to be built for such two. What they have in common (one stands on the other, or both on a
//! third) is told from the revisions that they add. Only pairs of which that is not certain are looked at singly.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fixedbitset::FixedBitSet;
use onehead_model::{Code, RepoPath, Revision, RevisionId};
use onehead_scan::ScanError;

use super::view::EnvironmentView;
use super::{Collision, Landed, Landings, Pair, View};

/// Which heads do not go together.
#[derive(Default)]
pub(crate) struct Meetings {
    /// By environment: for each head, by its place in the order given, the others with which it forks.
    pub(crate) forks: BTreeMap<String, Vec<FixedBitSet>>,
    /// Two that bring anything else about.
    pub(crate) others: Vec<Pair>,
}

impl Meetings {
    /// Whether two heads do not go together, in whatever environment.
    pub(crate) fn collide(&self, a: usize, b: usize) -> bool {
        self.forks.values().any(|rows| rows[a].contains(b))
            || self
                .others
                .iter()
                .any(|(pair, _)| *pair == (a, b) || *pair == (b, a))
    }

    fn fork(&mut self, environment: &str, heads: usize, (a, b): (usize, usize)) {
        if !self.forks.contains_key(environment) {
            let rows = vec![FixedBitSet::with_capacity(heads); heads];
            self.forks.insert(environment.to_owned(), rows);
        }
        if let Some(rows) = self.forks.get_mut(environment) {
            rows[a].insert(b);
            rows[b].insert(a);
        }
    }
}

impl Landings {
    /// Every two heads that bring something about together that neither does alone; with `of`, only those of which
    /// one is that. A head that brings more than forks about with the target alone is left out, and so is one of
    /// two of which the other has everything.
    ///
    /// # Errors
    /// git failed.
    pub(crate) fn meetings(&mut self, of: Option<usize>) -> Result<Meetings, ScanError> {
        let count = self.heads.len();
        let mut meetings = Meetings::default();
        let mut singly = Vec::new();
        let plain: Vec<bool> = (0..count).map(|head| self.is_plain(head)).collect();
        let entangled = self.entangled();
        let present: Vec<usize> = (0..count).filter(|&head| self.meets(head)).collect();
        for (at, &a) in present.iter().enumerate() {
            for &b in &present[at + 1..] {
                if of.is_some_and(|one| one != a && one != b) || self.is_within(a, b) {
                    continue;
                }
                if !plain[a] || !plain[b] || entangled[a].contains(b) {
                    singly.push((a, b));
                    continue;
                }
                let (Some(one), Some(other)) = (self.view_of(a), self.view_of(b)) else {
                    continue;
                };
                let environments = std::iter::zip(&one.environments, &other.environments);
                let forks: Option<Vec<&str>> = environments
                    .filter_map(|(left, right)| match self.fork(left, right) {
                        Some(false) => None,
                        Some(true) => Some(Some(left.name.as_str())),
                        None => Some(None),
                    })
                    .collect();
                match forks {
                    Some(forks) => forks
                        .into_iter()
                        .for_each(|environment| meetings.fork(environment, count, (a, b))),
                    None => singly.push((a, b)),
                }
            }
        }
        for (a, b) in singly {
            let (forks, others): (Vec<_>, Vec<_>) = self
                .pair(a, b)?
                .into_iter()
                .partition(|one| one.code == Code::MultipleHeads);
            for one in forks {
                let environment = one.environment.unwrap_or_default();
                meetings.fork(&environment, count, (a, b));
            }
            if !others.is_empty() {
                meetings.others.push(((a, b), others));
            }
        }
        Ok(meetings)
    }

    /// What a head makes of the target.
    pub(crate) fn view_of(&self, head: usize) -> Option<&View> {
        match &self.heads[head].landed {
            Landed::As(view) => Some(view),
            _ => None,
        }
    }

    /// Whether git would put a head and the target together without a conflict, so that it can be compared with
    /// every other one.
    pub(crate) fn is_compared(&self, head: usize) -> bool {
        self.heads[head].overlay.is_some() || self.is_plain(head)
    }

    /// Whether one of two heads has everything that the other has.
    pub(crate) fn is_within(&self, a: usize, b: usize) -> bool {
        match (self.heads[a].past, self.heads[b].past) {
            (Some(a), Some(b)) => self.past.holds(a, b) || self.past.holds(b, a),
            _ => false,
        }
    }

    /// Whether every commit of one head is one of the other as well.
    pub(crate) fn holds(&self, head: usize, other: usize) -> bool {
        match (self.heads[head].past, self.heads[other].past) {
            (Some(head), Some(other)) => self.past.holds(head, other),
            _ => false,
        }
    }

    /// Whether anything but forks keeps a head from landing.
    pub(super) fn meets(&self, head: usize) -> bool {
        self.view_of(head).is_some_and(|view| {
            view.errors_beside(&self.view)
                .all(|(_, finding)| finding.code == Code::MultipleHeads)
        })
    }

    /// Whether a head only adds revisions that name parents, where one head is wanted. It may have changed the
    /// configuration, as long as that says nothing else of any environment.
    fn is_plain(&self, head: usize) -> bool {
        let adds = |view: &View| {
            let mut environments = view.environments.iter();
            view.only_adds && environments.all(|one| one.added.is_empty() || one.is_plain())
        };
        self.heads[head].changes.is_some() && self.view_of(head).is_some_and(adds)
    }

    /// For each head, the others that change a file otherwise which counts for both, or one that is read for it.
    fn entangled(&self) -> Vec<FixedBitSet> {
        let count = self.heads.len();
        let mut rows = vec![FixedBitSet::with_capacity(count); count];
        let mut touched: HashMap<&str, Vec<usize>> = HashMap::new();
        for (head, one) in self.heads.iter().enumerate() {
            for change in one.changes.iter().flat_map(|changes| &changes.paths) {
                touched.entry(&change.path).or_default().push(head);
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
            if heads.len() > 1 && self.is_inside(&path) {
                for (at, &a) in heads.iter().enumerate() {
                    for &b in &heads[at + 1..] {
                        if self.after(a, path.as_str()) != self.after(b, path.as_str()) {
                            tie(a, b);
                        }
                    }
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
        let changes = self.heads[head].changes.as_ref()?;
        let at = changes
            .paths
            .binary_search_by(|change| change.path.as_str().cmp(path));
        changes.paths[at.ok()?].after.as_ref()
    }

    /// Whether two heads fork an environment to which both only add. `None` if they bring different files with one id.
    fn fork(&self, one: &EnvironmentView, other: &EnvironmentView) -> Option<bool> {
        if one.added.is_empty() || other.added.is_empty() {
            return Some(false);
        }
        let ids: HashMap<&RevisionId, &Revision> =
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

    /// What two heads come to that stand on one another's commits or on those of a third, told from the revisions
    /// that they add; `None` if that takes a look.
    pub(super) fn told_of_sharing(&self, first: usize, second: usize) -> Option<Vec<Collision>> {
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

    /// Whether two heads leave something else at one path, or one changes what is read for the other.
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
        paths(first).any(|change| {
            let other = theirs.get(change.path.as_str());
            other.is_some_and(|after| *after != change.after.as_ref())
                || is_read_by(&change.path, second)
        }) || paths(second).any(|change| is_read_by(&change.path, first))
    }
}
