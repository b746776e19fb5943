//! Two heads at once: each may land, and not both.

use std::collections::BTreeSet;

use onehead_git::{Differences, GitError};
use onehead_model::{Code, RepoPath, RevisionId};
use onehead_scan::{Overlay, ScanError};

use super::past::Base;
use super::{Head, Landed, Landings, View, differences, is_plain, tree};

/// Two heads that do not go together, though each may land alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Collision {
    /// The environment; none for what concerns none.
    pub(crate) environment: Option<String>,
    /// What is wrong then.
    pub(crate) code: Code,
    /// The revisions that it concerns, sorted.
    pub(crate) revisions: Vec<RevisionId>,
}

/// Two heads, by their places in the order given, and what is wrong once both have landed.
pub(crate) type Pair = ((usize, usize), Vec<Collision>);

impl Landings {
    /// Every two heads that go into the target without a conflict of git's, and bring something about together
    /// that neither does alone. Only heads that are `among` those asked about, by their places, are looked at, and
    /// no two of which one has everything of the other: they come to what that one comes to.
    ///
    /// # Errors
    /// git failed.
    pub(crate) fn collisions(&mut self, among: &[bool]) -> Result<Vec<Pair>, ScanError> {
        let mut found = Vec::new();
        let asked: Vec<usize> = (0..self.heads.len()).filter(|&head| among[head]).collect();
        for (at, &first) in asked.iter().enumerate() {
            for &second in &asked[at + 1..] {
                if self.is_within(first, second) {
                    continue;
                }
                let collisions = self.pair(first, second)?;
                if !collisions.is_empty() {
                    found.push(((first, second), collisions));
                }
            }
        }
        Ok(found)
    }

    pub(super) fn pair(
        &mut self,
        first: usize,
        second: usize,
    ) -> Result<Vec<Collision>, ScanError> {
        let (Some(a), Some(b)) = (self.mergeable(first), self.mergeable(second)) else {
            return Ok(Vec::new());
        };
        if self.share(first, second)
            && let Some(collisions) = self.told_of_sharing(first, second)
        {
            return Ok(collisions);
        }
        let merged = self.both(first, second)?;
        if merged.is_some() && self.are_apart(first, second) {
            if let Some(collisions) = told(a, b) {
                return Ok(collisions);
            }
            if let Some(together) = self.both_added(first, second)? {
                let each = self.each(first, second);
                return Ok(beyond(&together, &each));
            }
        }
        let scanned = match merged {
            Some(overlay) => self.ground.scan(&overlay),
            None => Ok(None),
        };
        let together = match scanned {
            Ok(Some(scanned)) => Ok(View::of_scan(scanned, &self.report)),
            Ok(None) => self.by_git(&[first, second]),
            Err(error) => Err(error),
        };
        let each = self.each(first, second);
        match together {
            Ok(together) => Ok(beyond(&together, &each)),
            Err(ScanError::Git(error)) => Err(error.into()),
            // What can be read of each alone and not of both does not go together.
            Err(_) => Ok(vec![Collision {
                environment: None,
                code: Code::BadConfiguration,
                revisions: Vec::new(),
            }]),
        }
    }

    /// Whether two heads have commits in common that the target has not.
    fn share(&self, first: usize, second: usize) -> bool {
        match (self.heads[first].past, self.heads[second].past) {
            (Some(a), Some(b)) => self.past.share(a, b),
            _ => false,
        }
    }

    fn each(&self, first: usize, second: usize) -> Vec<&View> {
        let both = [first, second].into_iter();
        both.filter_map(|head| self.mergeable(head)).collect()
    }

    /// The target with the new revisions of both, where both only add some.
    fn both_added(&mut self, first: usize, second: usize) -> Result<Option<View>, ScanError> {
        let mut added = Overlay::default();
        for head in [first, second] {
            let changes = self.heads[head].changes.as_ref();
            match changes.and_then(|changes| self.only_added(changes)) {
                Some(new) => added.entries.extend(new.entries),
                None => return Ok(None),
            }
        }
        self.with_added(&added)
    }

    /// What a head makes of the target, unless git says that they are in conflict.
    pub(super) fn mergeable(&self, head: usize) -> Option<&View> {
        let head = &self.heads[head];
        match &head.landed {
            Landed::As(view) if head.overlay.is_some() => Some(view),
            _ => None,
        }
    }

    /// The second head laid over the first; `None` if only git knows.
    fn both(&self, first: usize, second: usize) -> Result<Option<Overlay>, GitError> {
        let (one, other) = (&self.heads[first], &self.heads[second]);
        let (Some(ours), Some(a), Some(b)) = (&one.overlay, one.past, other.past) else {
            return Ok(None);
        };
        if !self.past.share(a, b) {
            let changes = other.changes.as_ref();
            return Ok(changes.and_then(|changes| tree::merged(&self.ground, ours, changes)));
        }
        let repository = self.ground.repository();
        let bases = repository.merge_bases(&other.commit, &[&self.target, &one.commit])?;
        let Base::One(base) = Base::of(bases) else {
            return Ok(None);
        };
        let changes = differences(repository, &[(base, other.commit.clone())])?;
        Ok(changes
            .first()
            .and_then(|changes| tree::merged(&self.ground, ours, changes)))
    }

    /// Whether two heads only add revisions, and nothing that one changes could be read for the other.
    fn are_apart(&self, first: usize, second: usize) -> bool {
        let (one, other) = (&self.heads[first], &self.heads[second]);
        let (Some(a), Some(b)) = (one.past, other.past) else {
            return false;
        };
        let (Some(ours), Some(theirs)) = (&one.changes, &other.changes) else {
            return false;
        };
        let only_adds = |head: &Head, changes: &Differences| {
            let Landed::As(view) = &head.landed else {
                return false;
            };
            !head.by_git && view.only_adds && changes.paths.iter().all(is_plain)
        };
        let is_read_by = |changes: &Differences, head: &Head| {
            let Landed::As(view) = &head.landed else {
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
        !self.past.share(a, b)
            && only_adds(one, ours)
            && only_adds(other, theirs)
            && !is_read_by(ours, other)
            && !is_read_by(theirs, one)
            && !both.any(|path| {
                touched.contains(path)
                    && RepoPath::new(path).is_ok_and(|path| self.is_inside(&path))
            })
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

pub(super) fn beyond(together: &View, each: &[&View]) -> Vec<Collision> {
    let mut collisions: Vec<Collision> = together
        .errors_beyond(each)
        .map(|(environment, finding)| {
            let mut revisions = finding.revisions.clone();
            revisions.sort();
            Collision {
                environment: environment.map(str::to_owned),
                code: finding.code,
                revisions,
            }
        })
        .collect();
    collisions.dedup();
    collisions
}
