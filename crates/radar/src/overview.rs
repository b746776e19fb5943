//! What the radar sees: the branches, what comes of each, and which of them meet.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use onehead_git::{Connection, Oid, RefName};
use onehead_model::{Code, Finding, Revision, RevisionId};
use onehead_scan::{ScanError, ScanOptions};

use crate::branches::Work;
use onehead_forecast::{
    EnvironmentView, Forecast, Matrix, Outcome, Target, Unknown, Verdict, forecast,
};

/// Branches by number, in the order in which they were chosen.
pub(crate) struct Overview<'a> {
    pub(crate) target: &'a Target,
    pub(crate) all: &'a [Work],
    pub(crate) forecast: &'a Forecast,
    pub(crate) matrix: &'a Matrix,
    /// Those that are shown for themselves: neither on the target already nor without migrations nor only behind
    /// another one.
    shown: FixedBitSet,
    /// For each, the one that it is behind.
    ahead: Vec<Option<usize>>,
    /// For each, the environments which it forks with the target alone.
    forked: Vec<BTreeSet<&'a str>>,
    /// Those of which only is known that they cannot be merged as they are: counted and not shown.
    folded: HashMap<usize, Folded>,
}

/// Why a branch is counted and not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folded {
    /// It shares no commit with the target.
    Unrelated,
    /// The clone is shallow, and where the two part is not in it.
    BeyondShallow,
    /// It only misses a parent, and no branch has that.
    MissingParent,
}

/// What merging each branch gives, and which two of them do not go together; with `of` only those with that one.
pub(crate) fn look(
    options: &ScanOptions,
    repository: &Connection,
    target: &Target,
    works: &[Work],
    of: Option<usize>,
) -> Result<(Forecast, Matrix), ScanError> {
    let commits: Vec<Oid> = works.iter().map(|work| work.commit.clone()).collect();
    let forecast = forecast(options, repository, &target.oid, &commits)?;
    let matrix = forecast.matrix(of);
    Ok((forecast, matrix))
}

impl<'a> Overview<'a> {
    pub(crate) fn new(
        target: &'a Target,
        works: &'a [Work],
        forecast: &'a Forecast,
        matrix: &'a Matrix,
        all: bool,
    ) -> Self {
        let target_view = forecast.target();
        let forked = (0..works.len()).map(|work| {
            let view = forecast.view_of(work).into_iter();
            let errors = view.flat_map(|view| view.errors_beside(target_view));
            errors
                .filter(|(_, finding)| finding.code == Code::MultipleHeads)
                .filter_map(|(environment, _)| environment)
                .collect()
        });
        let mut overview = Self {
            target,
            all: works,
            forecast,
            matrix,
            shown: FixedBitSet::with_capacity(works.len()),
            ahead: ahead(works, forecast),
            forked: forked.collect(),
            folded: HashMap::new(),
        };
        for work in 0..works.len() {
            let shown = match overview.outcome(work) {
                Outcome::AlreadyMerged => false,
                Outcome::Merged(_) => {
                    overview.ahead(work).is_none() && overview.says_something(work)
                }
                _ => true,
            };
            overview.shown.set(work, shown);
        }
        if !all {
            overview.fold();
        }
        overview
    }

    /// Counts what would only be noise in the list, unless it is checked out.
    fn fold(&mut self) {
        for work in self.shown.ones().collect::<Vec<usize>>() {
            let why = match self.outcome(work) {
                _ if self.all[work].current => None,
                Outcome::Unknown(Unknown::Unrelated) => Some(Folded::Unrelated),
                Outcome::Unknown(Unknown::Shallow) => Some(Folded::BeyondShallow),
                Outcome::Merged(_) if self.only_misses_a_parent(work) => {
                    Some(Folded::MissingParent)
                }
                _ => None,
            };
            if let Some(why) = why {
                self.folded.insert(work, why);
            }
        }
        for work in self.folded.keys() {
            self.shown.set(*work, false);
        }
    }

    /// Whether a branch names a parent that neither the target nor any branch has, and nothing else is wrong with it.
    fn only_misses_a_parent(&self, work: usize) -> bool {
        let Some(view) = self.forecast.view_of(work) else {
            return false;
        };
        let mut errors = view
            .errors_beside(self.forecast.target())
            .filter(|(_, finding)| finding.code != Code::MultipleHeads)
            .peekable();
        errors.peek().is_some()
            && errors.all(|(environment, finding)| {
                let added = environment.and_then(|name| view.environment(name));
                let mut added = added.into_iter().flat_map(|one| &one.added);
                finding.code == Code::MissingParent
                    && added.any(|revision| {
                        let mut parents = revision.down_revisions.iter();
                        finding.revisions.contains(&revision.id)
                            && !parents.any(|parent| self.is_on_another(work, parent))
                    })
            })
    }

    /// Whether another branch adds a revision.
    fn is_on_another(&self, work: usize, id: &RevisionId) -> bool {
        let others = (0..self.count()).filter(|&other| other != work);
        let views = others.filter_map(|other| self.forecast.view_of(other));
        let mut added = views
            .flat_map(|view| &view.environments)
            .flat_map(|environment| &environment.added);
        added.any(|revision| revision.id == *id)
    }

    /// How many branches are counted for a reason and not shown.
    pub(crate) fn folded(&self, why: Folded) -> usize {
        self.folded.values().filter(|one| **one == why).count()
    }

    /// Whether a branch is counted and not shown.
    pub(crate) fn is_folded(&self, work: usize) -> bool {
        self.folded.contains_key(&work)
    }

    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn none(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.count())
    }

    pub(crate) fn only(&self, work: usize) -> FixedBitSet {
        let mut one = self.none();
        one.insert(work);
        one
    }

    pub(crate) fn outcome(&self, work: usize) -> &'a Outcome {
        self.forecast.outcome(work)
    }

    /// The branches that are shown.
    pub(crate) fn works(&self) -> impl Iterator<Item = usize> {
        self.shown.ones()
    }

    pub(crate) fn is_shown(&self, work: usize) -> bool {
        self.shown.contains(work)
    }

    /// What each branch makes of each environment to which it only adds.
    pub(crate) fn environments(&self) -> impl Iterator<Item = (usize, &'a EnvironmentView)> {
        let forecast = self.forecast;
        self.works().flat_map(move |work| {
            let view = forecast.view_of(work).into_iter();
            view.flat_map(move |view| view.environments.iter().map(move |one| (work, one)))
        })
    }

    /// The branches with which one forks an environment.
    pub(crate) fn forks(&self, environment: &str, work: usize) -> Option<&'a FixedBitSet> {
        self.matrix.forks.get(environment).map(|rows| &rows[work])
    }

    /// Whether a branch and the target alone fork an environment.
    pub(crate) fn forks_target(&self, work: usize, environment: &str) -> bool {
        self.forked[work].contains(environment)
    }

    /// The environments that a branch and the target alone fork, sorted.
    pub(crate) fn forked_with_target(&self, work: usize) -> impl Iterator<Item = &'a str> {
        self.forked[work].iter().copied()
    }

    /// Whether a branch is compared with others.
    fn is_compared(&self, work: usize) -> bool {
        self.forecast.meets(work) && self.forecast.is_compared(work)
    }

    /// Whether a branch collides with any other that is shown.
    pub(crate) fn collides(&self, work: usize) -> bool {
        self.works()
            .filter(|&other| other != work)
            .any(|other| matches!(self.matrix.verdict(work, other), Verdict::Findings(_)))
    }

    /// The branches that are shown, and of which it is not known whether this one collides with them, each with the
    /// reasons. What keeps a branch from being compared with any other is said of that branch alone.
    pub(crate) fn unknown_with(&self, work: usize) -> impl Iterator<Item = (usize, Vec<Unknown>)> {
        let others = self.works().filter(move |&other| {
            other != work && self.is_compared(work) && self.is_compared(other)
        });
        others.filter_map(move |other| match self.matrix.verdict(work, other) {
            Verdict::Unknown(why) => Some((other, why)),
            Verdict::Fine(_) | Verdict::Findings(_) => None,
        })
    }

    /// What else than a fork would be wrong once a branch is merged.
    pub(crate) fn broken(&self, work: usize) -> Option<(Option<&'a str>, &'a Finding)> {
        let view = self.forecast.view_of(work)?;
        let mut errors = view.errors_beside(self.forecast.target());
        errors.find(|(environment, finding)| {
            finding.code != Code::MultipleHeads && !self.is_on_target(*environment, finding)
        })
    }

    /// The ids that a branch defines in another file than the target, with their environments: a collision of the two.
    pub(crate) fn defined_twice(
        &self,
        work: usize,
    ) -> impl Iterator<Item = (&'a str, &'a Finding)> + use<'_, 'a> {
        let view = self.forecast.view_of(work).into_iter();
        let errors = view.flat_map(|view| view.errors_beside(self.forecast.target()));
        errors
            .filter(|(environment, finding)| self.is_on_target(*environment, finding))
            .filter_map(|(environment, finding)| Some((environment?, finding)))
    }

    /// Whether an id that is there twice is on the target as well.
    fn is_on_target(&self, environment: Option<&str>, finding: &Finding) -> bool {
        let mut revisions = environment
            .into_iter()
            .flat_map(|name| self.on_target(name));
        finding.code == Code::DuplicateRevision
            && revisions.any(|revision| finding.revisions.contains(&revision.id))
    }

    /// The revisions of an environment on the target.
    pub(crate) fn on_target(&self, environment: &str) -> impl Iterator<Item = &'a Revision> {
        let report = self.forecast.report();
        let environment = report
            .environments
            .iter()
            .find(|one| one.name == environment);
        let revisions = environment.into_iter().flat_map(|one| &one.revisions);
        revisions.map(Arc::as_ref)
    }

    /// Whether a branch and the target alone collide.
    pub(crate) fn collides_with_target(&self, work: usize) -> bool {
        self.forked_with_target(work).next().is_some() || self.defined_twice(work).next().is_some()
    }

    /// What cannot be read in an environment that a branch changes, although the target has it already.
    pub(crate) fn unread(&self, work: usize) -> Option<&'a Finding> {
        let forecast = self.forecast;
        let mut unread = forecast.unread(work).chain(forecast.unread_elsewhere(work));
        unread.next()
    }

    /// The branch that has everything of this one under the same name: of a local branch and the remote-tracking one
    /// that it follows.
    pub(crate) fn ahead(&self, work: usize) -> Option<usize> {
        self.ahead[work]
    }

    /// The branches that are only behind this one.
    pub(crate) fn behind(&self, work: usize) -> impl Iterator<Item = usize> {
        let all = self.ahead.iter().enumerate();
        all.filter_map(move |(other, ahead)| (*ahead == Some(work)).then_some(other))
    }

    /// Whether a branch has anything to say about migrations.
    fn says_something(&self, work: usize) -> bool {
        let Some(view) = self.forecast.view_of(work) else {
            return true;
        };
        let mut environments = view.environments.iter();
        environments.any(|one| !one.added.is_empty())
            || view.errors_beside(self.forecast.target()).next().is_some()
            || !view.is_target_with_more()
    }
}

/// For each local branch and the remote-tracking one that it follows: the other one, if that has everything of it.
fn ahead(works: &[Work], forecast: &Forecast) -> Vec<Option<usize>> {
    let names: HashMap<&RefName, usize> = works
        .iter()
        .enumerate()
        .flat_map(|(at, work)| work.full_names.iter().map(move |name| (name, at)))
        .collect();
    let mut ahead = vec![None; works.len()];
    for (at, work) in works.iter().enumerate() {
        let upstream = work.upstream.as_ref().and_then(|name| names.get(name));
        let Some(&other) = upstream.filter(|other| **other != at) else {
            continue;
        };
        if forecast.holds(at, other) {
            ahead[other] = Some(at);
        } else if forecast.holds(other, at) {
            ahead[at] = Some(other);
        }
    }
    ahead
}
