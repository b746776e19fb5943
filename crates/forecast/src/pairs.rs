//! Two heads at once: each may be merged, and not both.

use std::borrow::Cow;

use onehead_git::{Differences, GitError, Oid};
use onehead_model::{Code, RevisionId};
use onehead_scan::{ScanError, Snapshot};

use crate::ancestry::Base;
use crate::forecast::{Forecast, Outcome};
use crate::laid_over::LaidOver;
use crate::view::View;
use crate::{Unknown, Verdict, laid_over};

/// Two heads that do not go together, though each may be merged alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// The environment; none for what concerns none.
    pub environment: Option<String>,
    /// What is wrong then.
    pub code: Code,
    /// The revisions that it concerns, sorted.
    pub revisions: Vec<RevisionId>,
}

/// Two heads, by their places in the order given, and what comes of both together.
pub(crate) type Pair = ((usize, usize), Verdict<Collision>);

impl Forecast {
    /// The verdict on two heads, by their places in the order given: what is wrong once both are merged into the target
    /// and with neither of them alone.
    #[must_use]
    pub fn pair(&self, first: usize, second: usize) -> Verdict<Collision> {
        self.pairs(&[(first, second)]).remove(0)
    }

    /// The verdict on every two heads that are `among` those asked about, by their places, and are not fine. No two
    /// are looked at of which one has everything of the other: they come to what that one comes to.
    pub(crate) fn collisions(&self, among: &[bool]) -> Vec<Pair> {
        let asked: Vec<usize> = (0..self.heads.len()).filter(|&head| among[head]).collect();
        let mut pairs = Vec::new();
        for (at, &first) in asked.iter().enumerate() {
            let others = asked[at + 1..].iter();
            let apart = others.filter(|&&second| !self.is_within(first, second));
            pairs.extend(apart.map(|&second| (first, second)));
        }
        let verdicts = self.pairs(&pairs);
        std::iter::zip(pairs, verdicts)
            .filter(|(_, verdict)| !verdict.is_fine())
            .collect()
    }

    /// The verdict on each of these pairs, in the order asked for. Whatever memory does not tell, git is asked for all
    /// of them together.
    pub(crate) fn pairs(&self, asked: &[(usize, usize)]) -> Vec<Verdict<Collision>> {
        let told: Vec<Option<Verdict<Collision>>> = asked
            .iter()
            .map(|&(first, second)| self.pair_in_memory(first, second).unwrap_or_else(failed))
            .collect();
        let left = std::iter::zip(asked, &told).filter(|(_, told)| told.is_none());
        let queues: Vec<Vec<usize>> = left.map(|(&(a, b), _)| vec![a, b]).collect();
        let mut merged = std::iter::zip(&queues, self.merged(&queues));
        let mut by_git = || {
            let (heads, merged) = merged.next()?;
            let state = merged
                .map_err(ScanError::from)
                .and_then(|merged| self.after_merge(heads, &merged));
            let together = state.map(|(state, _)| Some(self.beyond(&state, heads[0], heads[1])));
            together.unwrap_or_else(failed)
        };
        told.into_iter()
            .map(|told| told.or_else(&mut by_git).unwrap_or_else(not_compared))
            .collect()
    }

    /// What memory tells of two heads; `None` if that does not suffice.
    fn pair_in_memory(
        &self,
        first: usize,
        second: usize,
    ) -> Result<Option<Verdict<Collision>>, ScanError> {
        if let Some(collisions) = self.told_of_plain(first, second) {
            return Ok(Some(Verdict::of(Vec::new(), collisions)));
        }
        if self.mergeable(first).is_none() || self.mergeable(second).is_none() {
            return Ok(Some(not_compared()));
        }
        let Some(Both {
            base,
            theirs,
            mut merged,
        }) = self.both(first, second)?
        else {
            return Ok(None);
        };
        let is_certain = merged.doubts.is_empty();
        if is_certain && let Some(collisions) = self.told(first, second) {
            return Ok(Some(Verdict::of(Vec::new(), collisions)));
        }
        let Some(state) = self.with(&merged.delta)? else {
            return Ok(None);
        };
        if let Some(ours) = &self.heads[first].laid_over
            && !self.is_settled(&mut merged, &state, ours, &base, &theirs)?
        {
            return Ok(None);
        }
        Ok(Some(self.beyond(&state, first, second)))
    }

    /// What two heads bring about together that neither does alone. What they make of published revisions is told of each
    /// alone.
    fn beyond(&self, together: &Snapshot, first: usize, second: usize) -> Verdict<Collision> {
        let each = self.each(first, second);
        verdict(&View::of(together, self.report()), &each)
    }

    pub(crate) fn each(&self, first: usize, second: usize) -> Vec<&View> {
        let both = [first, second].into_iter();
        both.filter_map(|head| self.mergeable(head)).collect()
    }

    /// What a head makes of the target, unless git says that they are in conflict.
    pub(crate) fn mergeable(&self, head: usize) -> Option<&View> {
        let head = &self.heads[head];
        match &head.outcome {
            Outcome::Merged(view) if head.laid_over.is_some() => Some(view),
            _ => None,
        }
    }

    /// The second head laid over the first; `None` if only git knows.
    fn both(&self, first: usize, second: usize) -> Result<Option<Both<'_>>, GitError> {
        let (one, other) = (&self.heads[first], &self.heads[second]);
        let (Some(ours), Some(a), Some(b)) = (&one.laid_over, one.ancestry, other.ancestry) else {
            return Ok(None);
        };
        let (base, theirs) = match self.ancestry.share(a, b) {
            false => {
                let (Base::One(base), Some(changes)) = (self.ancestry.base(b), &other.changes)
                else {
                    return Ok(None);
                };
                (base.clone(), Cow::Borrowed(changes))
            }
            true => {
                let repository = &self.repository;
                let ours_and_target = [self.target.clone(), self.commit(first)?.clone()];
                let theirs = self.commit(second)?;
                let bases = repository.merge_bases(theirs, &ours_and_target)?;
                let Base::One(base) = Base::of(bases) else {
                    return Ok(None);
                };
                let changes = repository.difference(&base, theirs)?;
                (base, Cow::Owned(changes))
            }
        };
        let merged = laid_over::merged(&self.base, ours, &theirs);
        Ok(merged.map(|merged| Both {
            base,
            theirs,
            merged,
        }))
    }
}

/// A head laid over another one.
struct Both<'a> {
    /// Where the two part.
    base: Oid,
    /// What the upper one changed since.
    theirs: Cow<'a, Differences>,
    merged: LaidOver,
}

fn not_compared() -> Verdict<Collision> {
    Verdict::of(vec![Unknown::NotCompared], Vec::new())
}

/// What a merge of two heads brings about that no merge of each alone does. What cannot be read then and the repository
/// can change, such as a conflict, is a collision.
pub(crate) fn verdict(together: &View, each: &[&View]) -> Verdict<Collision> {
    let mut unknown = Vec::new();
    let mut collisions = Vec::new();
    for (environment, finding) in together.errors_beyond(each) {
        if let Some(why) = Unknown::of(finding).filter(|why| !why.is_liftable()) {
            unknown.push(why);
            continue;
        }
        let mut revisions = finding.revisions.clone();
        revisions.sort();
        collisions.push(Collision {
            environment: environment.map(str::to_owned),
            code: finding.code,
            revisions,
        });
    }
    collisions.dedup();
    Verdict::of(unknown, collisions)
}

/// The verdict on two heads of which the merge cannot be scanned. Settings or a configuration that can be read of each
/// alone and not of both do not go together.
fn failed(error: ScanError) -> Option<Verdict<Collision>> {
    let do_not_fit = Collision {
        environment: None,
        code: Code::BadConfiguration,
        revisions: Vec::new(),
    };
    Some(match error {
        ScanError::Git(_)
        | ScanError::NotFetched { .. }
        | ScanError::Read { .. }
        | ScanError::UnknownContent { .. }
        | ScanError::Walk(_) => Verdict::of(vec![Unknown::from(error)], Vec::new()),
        _ => Verdict::of(Vec::new(), vec![do_not_fit]),
    })
}
