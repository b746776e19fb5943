//! Two heads at once: each may land, and not both.

use onehead_git::GitError;
use onehead_model::{Code, RevisionId};
use onehead_scan::{Delta, ScanError};

use crate::ancestry::Base;
use crate::forecast::{Forecast, Landed, differences};
use crate::laid_over;
use crate::view::View;

/// Two heads that do not go together, though each may land alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// The environment; none for what concerns none.
    pub environment: Option<String>,
    /// What is wrong then.
    pub code: Code,
    /// The revisions that it concerns, sorted.
    pub revisions: Vec<RevisionId>,
}

/// Two heads, by their places in the order given, and what is wrong once both have landed.
pub(crate) type Pair = ((usize, usize), Vec<Collision>);

impl Forecast {
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

    pub(crate) fn pair(
        &mut self,
        first: usize,
        second: usize,
    ) -> Result<Vec<Collision>, ScanError> {
        if self.mergeable(first).is_none() || self.mergeable(second).is_none() {
            return Ok(Vec::new());
        }
        if self.share(first, second)
            && let Some(collisions) = self.told_of_sharing(first, second)
        {
            return Ok(collisions);
        }
        let merged = self.both(first, second)?;
        if merged.is_some()
            && let Some(collisions) = self.told(first, second)
        {
            return Ok(collisions);
        }
        let told = match merged {
            Some(delta) => self.with(&delta),
            None => Ok(None),
        };
        let together = match told {
            Ok(Some(state)) => Ok(state),
            Ok(None) => self.by_git(&[first, second]).map(|(state, _)| state),
            Err(error) => Err(error),
        };
        let each = self.each(first, second);
        match together {
            Ok(together) => Ok(beyond(&View::of(&together, self.report()), &each)),
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
        match (self.heads[first].ancestry, self.heads[second].ancestry) {
            (Some(a), Some(b)) => self.ancestry.share(a, b),
            _ => false,
        }
    }

    pub(crate) fn each(&self, first: usize, second: usize) -> Vec<&View> {
        let both = [first, second].into_iter();
        both.filter_map(|head| self.mergeable(head)).collect()
    }

    /// What a head makes of the target, unless git says that they are in conflict.
    pub(crate) fn mergeable(&self, head: usize) -> Option<&View> {
        let head = &self.heads[head];
        match &head.landed {
            Landed::As(view) if head.delta.is_some() => Some(view),
            _ => None,
        }
    }

    /// The second head laid over the first; `None` if only git knows.
    fn both(&self, first: usize, second: usize) -> Result<Option<Delta>, GitError> {
        let (one, other) = (&self.heads[first], &self.heads[second]);
        let (Some(ours), Some(a), Some(b)) = (&one.delta, one.ancestry, other.ancestry) else {
            return Ok(None);
        };
        if !self.ancestry.share(a, b) {
            let changes = other.changes.as_ref();
            return Ok(changes.and_then(|changes| laid_over::merged(&self.base, ours, changes)));
        }
        let repository = &self.repository;
        let bases = repository.merge_bases(&other.commit, &[&self.target, &one.commit])?;
        let Base::One(base) = Base::of(bases) else {
            return Ok(None);
        };
        let changes = differences(repository, &[(base, other.commit.clone())])?;
        Ok(changes
            .first()
            .and_then(|changes| laid_over::merged(&self.base, ours, changes)))
    }
}

pub(crate) fn beyond(together: &View, each: &[&View]) -> Vec<Collision> {
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
