//! What a merge result says: its heads, what is wrong, and how far it is the target with revisions added.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use onehead_scan::Snapshot;

use crate::analysis;
use crate::places::Places;
use onehead_graph::{HeadsAndFindings, heads_and_findings};
use onehead_model::{
    Code, Environment, Finding, Head, HeadPolicy, RepoPath, Revision, RevisionId, ScanReport,
};
use onehead_published::PublishedChanges;

/// A merge result, or the target.
#[derive(Debug, Clone)]
pub struct View {
    /// The environments, sorted by name.
    pub environments: Vec<EnvironmentView>,
    /// What concerns no single environment.
    pub findings: Vec<Finding>,
    /// Whether it is the target with revisions added, and nothing else that a scan would tell.
    pub only_adds: bool,
    /// Modules that values were looked for in.
    pub(crate) imported: BTreeSet<RepoPath>,
    /// What it makes of revisions that the target has; among the findings as well.
    pub(crate) published: PublishedChanges,
}

/// One environment of it.
#[derive(Debug, Clone)]
pub struct EnvironmentView {
    /// What people call it.
    pub name: String,
    /// Its heads, in Alembic's order, without attribution.
    pub heads: Vec<Head>,
    /// Whether they are all heads whatever is said by what could not be read.
    pub heads_are_known: bool,
    /// What is wrong or worth knowing.
    pub findings: Vec<Finding>,
    /// The revisions that the target has not, where it only adds.
    pub added: Vec<Arc<Revision>>,
    /// Where it lies.
    pub(crate) places: Places,
    pub(crate) policy: HeadPolicy,
    /// Whether a configuration leads to it; else only its folders give it away, or the settings.
    pub is_configured: bool,
}

impl View {
    /// Every finding that makes a check fail, with the environment that it is about.
    pub fn errors(&self) -> impl Iterator<Item = (Option<&str>, &Finding)> {
        let inner = self.environments.iter().flat_map(|one| {
            let name = Some(one.name.as_str());
            one.findings.iter().map(move |finding| (name, finding))
        });
        let own = self.findings.iter().map(|finding| (None, finding));
        own.chain(inner).filter(|(_, finding)| finding.is_error())
    }

    /// The errors that none of these has.
    pub fn errors_beyond<'a>(
        &'a self,
        others: &'a [&View],
    ) -> impl Iterator<Item = (Option<&'a str>, &'a Finding)> {
        self.errors().filter(|(environment, finding)| {
            let mut others = others.iter();
            !others.any(|other| other.has(*environment, finding))
        })
    }

    /// The errors that another one does not have.
    pub fn errors_beside<'a>(
        &'a self,
        other: &'a View,
    ) -> impl Iterator<Item = (Option<&'a str>, &'a Finding)> {
        self.errors()
            .filter(move |(environment, finding)| !other.has(*environment, finding))
    }

    /// Every finding of an environment, or every one that concerns none.
    pub fn findings_of(&self, environment: Option<&str>) -> impl Iterator<Item = &Finding> {
        let findings = match environment {
            None => Some(&self.findings),
            Some(name) => self.environment(name).map(|one| &one.findings),
        };
        findings.into_iter().flatten()
    }

    /// Whether all heads of an environment are known, and what concerns none can be read.
    pub fn heads_are_known(&self, environment: Option<&str>) -> bool {
        let mut errors = self.errors();
        let is_read =
            !errors.any(|(place, finding)| place == environment && finding.code.is_unknown());
        let environment = environment.and_then(|name| self.environment(name));
        is_read && environment.is_none_or(|one| one.heads_are_known)
    }

    /// Whether it has a finding, no lighter. It has a fork if all its heads are heads of one fork here.
    pub fn has(&self, environment: Option<&str>, finding: &Finding) -> bool {
        let mut known = self.findings_of(environment);
        known.any(|known| {
            let mut heads = finding.revisions.iter();
            known.severity >= finding.severity
                && match is_fork(finding) {
                    true => is_fork(known) && heads.all(|head| known.revisions.contains(head)),
                    false => is_same(known, finding),
                }
        })
    }

    /// Whether it is the target with revisions added, and nothing else that a scan would tell.
    pub fn is_target_with_more(&self) -> bool {
        self.only_adds
    }

    /// The environment of that name.
    pub fn environment(&self, name: &str) -> Option<&EnvironmentView> {
        self.environments.iter().find(|one| one.name == name)
    }

    /// Reads a merge result, beside what the target reports.
    pub(crate) fn of(state: &Snapshot, target: &ScanReport) -> Self {
        Self::of_known(state, target, heads_and_findings(state.report()))
    }

    /// The same of one of which the heads and findings are known.
    pub(crate) fn of_known(
        state: &Snapshot,
        target: &ScanReport,
        known: Vec<HeadsAndFindings>,
    ) -> Self {
        let report = state.report();
        let same_places = report.environments.len() == target.environments.len();
        let added: Vec<Option<Vec<Arc<Revision>>>> = report
            .environments
            .iter()
            .map(|one| added(one, target))
            .collect();
        let only_adds =
            same_places && report.findings == target.findings && added.iter().all(Option::is_some);
        let environments = std::iter::zip(&report.environments, known);
        Self {
            environments: std::iter::zip(environments, added)
                .map(|((scanned, known), added)| view(scanned, known, added.unwrap_or_default()))
                .collect(),
            findings: report.findings.clone(),
            only_adds,
            imported: state.looked_for().modules.clone(),
            published: PublishedChanges::default(),
        }
    }

    /// The same with what it makes of published revisions.
    pub(crate) fn with_published(mut self, published: PublishedChanges) -> Self {
        for environment in &mut self.environments {
            let findings = published.environments.get(&environment.name);
            environment
                .findings
                .extend(findings.into_iter().flatten().cloned());
        }
        self.findings.extend(published.findings.iter().cloned());
        self.published = published;
        self
    }
}

fn view(
    scanned: &Environment,
    known: HeadsAndFindings,
    added: Vec<Arc<Revision>>,
) -> EnvironmentView {
    let no_attribution = HashMap::new();
    EnvironmentView {
        places: Places::of(scanned),
        name: scanned.name.clone(),
        heads: known
            .heads
            .iter()
            .map(|node| analysis::head(node, &no_attribution))
            .collect(),
        heads_are_known: known.are_known,
        findings: known.findings,
        added,
        policy: scanned.policy.clone(),
        is_configured: scanned.config.is_some(),
    }
}

/// Whether a finding is about heads that are too many.
pub(crate) fn is_fork(finding: &Finding) -> bool {
    matches!(finding.code, Code::MultipleHeads | Code::TargetCollision)
}

/// Whether two findings say the same of the same file, wherever in it.
pub(crate) fn is_same(one: &Finding, other: &Finding) -> bool {
    let path = |finding: &Finding| finding.location.as_ref().map(|place| place.path.clone());
    one.code == other.code && one.message == other.message && path(one) == path(other)
}

/// The revisions that an environment has beyond the target's; `None` if anything else differs.
fn added(environment: &Environment, target: &ScanReport) -> Option<Vec<Arc<Revision>>> {
    let there = target
        .environments
        .iter()
        .find(|one| one.name == environment.name)?;
    let same = there.config == environment.config
        && there.script_location == environment.script_location
        && there.version_locations == environment.version_locations
        && there.policy == environment.policy
        && there.merge == environment.merge
        && there.findings == environment.findings;
    if !same {
        return None;
    }
    let mut known = there.revisions.iter().peekable();
    let mut added = Vec::new();
    for revision in &environment.revisions {
        if known.next_if_eq(&revision).is_none() {
            added.push(Arc::clone(revision));
        }
    }
    known.next().is_none().then_some(added)
}

impl EnvironmentView {
    /// Whether one head is wanted, nothing but forks is wrong, and the new revisions only name parents.
    pub(crate) fn is_plain(&self) -> bool {
        let names_parents = |revision: &Arc<Revision>| {
            revision.depends_on.is_empty()
                && revision.branch_labels.is_empty()
                && revision.unknown.is_empty()
        };
        let mut errors = self.findings.iter().filter(|finding| finding.is_error());
        self.policy == HeadPolicy::Single
            && errors.all(|finding| finding.code == Code::MultipleHeads)
            && self.added.iter().all(names_parents)
    }

    /// Whether the heads of two such environments together can be told from the heads of each.
    pub(crate) fn is_simple_beside(&self, other: &Self) -> bool {
        let ids: BTreeSet<&RevisionId> = self.added.iter().map(|one| &one.id).collect();
        self.is_plain() && other.is_plain() && !other.added.iter().any(|one| ids.contains(&one.id))
    }

    /// The heads of both together, sorted: a head that only one has if it is new there, any other if both have it.
    pub(crate) fn heads_beside(&self, other: &Self) -> Vec<RevisionId> {
        let mut heads: Vec<RevisionId> = [(self, other), (other, self)]
            .iter()
            .flat_map(|(one, other)| {
                one.heads.iter().filter(|head| {
                    one.added.iter().any(|new| new.id == head.id)
                        || other.heads.iter().any(|theirs| theirs.id == head.id)
                })
            })
            .map(|head| head.id.clone())
            .collect();
        heads.sort();
        heads.dedup();
        heads
    }
}
