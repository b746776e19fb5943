//! Several targets: whether databases of a release can go on to the first one.
//!
//! A release is a prefix of the first target's history, or its revisions come again there with the same id. [`going_on`]
//! says what becomes of databases otherwise, [`words`] how it is said.

mod going_on;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use onehead_configuration::OnBodyChange;
use onehead_git::{Connection, Oid};
use onehead_graph::environment_graph;
use onehead_model::{
    CheckReport, Code, Environment, EnvironmentGraph, Finding, Origin, Relation, ReleaseReport,
    ReleasedEnvironment, RevisionId, Severity,
};
use onehead_scan::{ScanError, ScanOptions, Snapshot, SourceSpec};

use crate::Target;
use going_on::GoingOn;
use onehead_published::{Accepted, different_bodies, pairs};
use words::Said;

/// The first target, to which databases of the others go on.
pub struct FirstTarget<'a> {
    repository: &'a Connection,
    options: &'a ScanOptions,
    target: &'a Target,
    state: Snapshot,
    /// What is meant, besides what the settings of either say.
    meant: Vec<Accepted>,
}

/// A release beside the first target.
#[derive(Debug)]
pub struct Release {
    report: ReleaseReport,
    /// By environment.
    findings: BTreeMap<String, Vec<Finding>>,
    /// The revisions of which something is meant.
    meant: BTreeSet<RevisionId>,
}

impl<'a> FirstTarget<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// It cannot be scanned.
    pub fn read(
        repository: &'a Connection,
        options: &'a ScanOptions,
        target: &'a Target,
    ) -> Result<Self, ScanError> {
        Ok(Self {
            repository,
            options,
            target,
            state: state(repository, options, &target.oid)?,
            meant: Vec::new(),
        })
    }

    /// The same, with what commits or the text of a request say to be meant.
    #[must_use]
    pub fn accepting(self, meant: Vec<Accepted>) -> Self {
        Self { meant, ..self }
    }

    /// Whether databases of a release can go on, as a commit of the release stands.
    ///
    /// # Errors
    /// It cannot be scanned, or a version of a file cannot be read.
    pub fn beside(&self, release: &str, commit: &Oid) -> Result<Release, ScanError> {
        let state = state(self.repository, self.options, commit)?;
        self.beside_state(release, (commit, &state), None)
    }

    /// The same of a commit that is scanned already; with what the release had `before`, it is told what the commit
    /// introduces.
    ///
    /// # Errors
    /// A version of a file cannot be read.
    pub fn beside_state(
        &self,
        release: &str,
        (commit, state): (&Oid, &Snapshot),
        before: Option<&Release>,
    ) -> Result<Release, ScanError> {
        let on_body = self.state.settings().published.body;
        let bodies = match on_body {
            OnBodyChange::Ignore => BTreeMap::new(),
            OnBodyChange::Warn | OnBodyChange::Error => different_bodies(state, &self.state)?,
        };
        let mut accepted = self.meant.clone();
        accepted.extend(Accepted::by_settings(state.settings()));
        accepted.extend(Accepted::by_settings(self.state.settings()));
        let mut meant = BTreeSet::new();
        let mut environments = Vec::new();
        let mut findings = BTreeMap::new();
        for (own, there) in pairs(state.report(), self.state.report()) {
            let nothing = Environment {
                revisions: Vec::new(),
                findings: Vec::new(),
                ..own.clone()
            };
            let beside = Beside {
                release,
                onto: &self.target.name,
                own,
                there: there.unwrap_or(&nothing),
                bodies: bodies.get(&own.name),
                on_body,
                known: before.and_then(|before| before.findings.get(&own.name)),
            };
            let (one, told) = beside.told();
            let told = told.into_iter().map(|finding| {
                let Some(acceptance) = acceptance(&accepted, &finding) else {
                    return finding;
                };
                meant.extend(finding.revisions.iter().cloned());
                acceptance.told(finding)
            });
            findings.insert(own.name.clone(), told.collect());
            environments.push(one);
        }
        let mut looked = Release {
            report: ReleaseReport {
                release: release.to_owned(),
                oid: commit.to_string(),
                onto: self.target.name.clone(),
                onto_oid: Some(self.target.oid.to_string()),
                environments,
            },
            findings,
            meant,
        };
        if let Some(before) = before {
            looked.tell_from(before);
        }
        Ok(looked)
    }
}

impl Release {
    /// Of which nothing is known: why, and what to do about it.
    #[must_use]
    pub fn unknown(
        release: &str,
        commit: &Oid,
        onto: &str,
        why: &str,
        hint: Option<String>,
    ) -> Self {
        let finding = Finding {
            hint,
            ..Finding::new(
                Code::NoAnswer,
                format!(
                    "it is not known whether databases of {release} can go on to {onto}: {why}"
                ),
            )
        };
        Self {
            report: ReleaseReport {
                release: release.to_owned(),
                oid: commit.to_string(),
                onto: onto.to_owned(),
                onto_oid: None,
                environments: Vec::new(),
            },
            findings: BTreeMap::from([(String::new(), vec![finding])]),
            meant: BTreeSet::new(),
        }
    }

    /// Whether anything is to be said of its databases.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.findings.values().any(|all| !all.is_empty())
    }

    /// Tells what a change introduces from what the release had before it.
    fn tell_from(&mut self, before: &Self) {
        for (environment, findings) in &mut self.findings {
            let known = before.findings.get(environment);
            for finding in findings.iter_mut() {
                let is_known = known.is_some_and(|known| {
                    let mut known = known.iter();
                    known.any(|one| {
                        one.code == finding.code && covers(&one.revisions, &finding.revisions)
                    })
                });
                let owned = finding.clone();
                *finding = match is_known && !finding.code.is_unknown() {
                    true => owned.of_origin(Origin::Inherited).lowered(),
                    false => owned.of_origin(Origin::Introduced),
                };
            }
        }
    }

    /// Says it in an answer about another state, whose environments are not those of the release.
    pub fn add_beside(self, report: &mut CheckReport) {
        for (environment, findings) in self.findings {
            let named = findings
                .into_iter()
                .map(|one| match environment.is_empty() {
                    true => one,
                    false => Finding {
                        message: format!("{environment}: {}", one.message),
                        // Here another file may lie there, or none.
                        location: None,
                        ..one
                    },
                });
            report.add_findings(named.collect::<Vec<_>>());
        }
        report.releases.push(self.report);
    }

    /// Says it in an answer about the release itself, or a change of it.
    pub fn add_to(self, report: &mut CheckReport) {
        // The line of a commit names no kind: what was not needed for a change of published revisions is needed here.
        report.findings.retain(|one| {
            let mut revisions = one.revisions.iter();
            one.code != Code::AcceptanceNotNeeded || !revisions.any(|id| self.meant.contains(id))
        });
        for (environment, findings) in self.findings {
            report.add_findings_of(&environment, findings);
        }
        report.releases.push(self.report);
    }
}

/// Who says that a finding is meant, of all revisions that it is about.
fn acceptance<'a>(accepted: &'a [Accepted], finding: &Finding) -> Option<&'a Accepted> {
    let of = |id: &RevisionId| {
        let mut accepted = accepted.iter();
        accepted.find(|one| one.is_about(id, finding.code))
    };
    let all: Option<Vec<&Accepted>> = finding.revisions.iter().map(of).collect();
    all?.first().copied()
}

/// Whether all of these are among those that were told already.
fn covers(known: &[RevisionId], ids: &[RevisionId]) -> bool {
    ids.iter().all(|id| known.contains(id))
}

/// One environment of a release and what the first target has of it.
struct Beside<'a> {
    release: &'a str,
    onto: &'a str,
    own: &'a Environment,
    there: &'a Environment,
    bodies: Option<&'a BTreeSet<RevisionId>>,
    on_body: OnBodyChange,
    /// What is said of the release without the change.
    known: Option<&'a Vec<Finding>>,
}

impl Beside<'_> {
    fn told(&self) -> (ReleasedEnvironment, Vec<Finding>) {
        let (own, there) = (environment_graph(self.own), environment_graph(self.there));
        if let Some(unknown) = self
            .unknown(&own, self.release)
            .or_else(|| self.unknown(&there, self.onto))
        {
            let environment = ReleasedEnvironment {
                name: self.own.name.clone(),
                relation: Relation::Unknown,
                backports: Vec::new(),
                only_here: Vec::new(),
                stuck_at: Vec::new(),
            };
            return (environment, vec![unknown]);
        }
        let going_on = GoingOn::of(&own, &there);
        let said = Said {
            release: self.release,
            onto: self.onto,
            own: &own,
            there: &there,
            files: (self.own, self.there),
        };
        let lost = going_on.lost().into_iter().cloned().collect();
        let mut findings: Vec<Finding> = self
            .by_origin(lost, Code::ReleaseCutOff)
            .iter()
            .filter_map(|ids| said.cut_off(ids, &going_on))
            .collect();
        findings.extend(said.out_of_order(&going_on));
        let bodies = self.bodies.cloned().unwrap_or_default();
        let bodies = self.by_origin(bodies, Code::ReleaseBodyDiffers);
        let bodies = bodies.iter().filter(|ids| !ids.is_empty());
        findings.extend(bodies.map(|ids| Finding {
            severity: match self.on_body {
                OnBodyChange::Error => Severity::Error,
                OnBodyChange::Warn | OnBodyChange::Ignore => Severity::Warning,
            },
            ..said.bodies(ids)
        }));
        let sorted = |ids: Vec<&RevisionId>| -> Vec<RevisionId> {
            let ids: BTreeSet<&RevisionId> = ids.into_iter().collect();
            ids.into_iter().cloned().collect()
        };
        let environment = ReleasedEnvironment {
            name: self.own.name.clone(),
            relation: going_on.relation,
            only_here: sorted(going_on.lost()),
            stuck_at: sorted(going_on.stuck.iter().map(|one| &one.at).collect()),
            backports: going_on.backports.into_iter().collect(),
        };
        (environment, findings)
    }

    /// What one finding is said of: revisions of which it is said without the change as well, and those of which it is not.
    fn by_origin(&self, ids: BTreeSet<RevisionId>, code: Code) -> [BTreeSet<RevisionId>; 2] {
        let known = self.known.into_iter().flatten();
        let known = known.filter(|one| one.code == code);
        let known: BTreeSet<&RevisionId> = known.flat_map(|one| &one.revisions).collect();
        let (inherited, own) = ids.into_iter().partition(|id| known.contains(id));
        [own, inherited]
    }

    /// Why it is not known, if one of the two is not sound.
    fn unknown(&self, graph: &EnvironmentGraph, name: &str) -> Option<Finding> {
        let is_wrong = |one: &&Finding| one.is_error() && one.code != Code::MultipleHeads;
        let wrong = graph.findings.iter().find(is_wrong)?;
        let place = wrong.location.as_ref().map(|place| format!("{place}: "));
        let message = format!(
            "it is not known whether databases of {} can go on to {}: on {name}, {}{}",
            self.release,
            self.onto,
            place.unwrap_or_default(),
            wrong.message
        );
        let hint = wrong.hint.as_ref().map(|hint| format!(": {hint}"));
        let hint = format!("fix it on {name}{}", hint.unwrap_or_default());
        Some(Finding::new(wrong.code, message).hint(hint))
    }
}

fn state(
    repository: &Connection,
    options: &ScanOptions,
    commit: &Oid,
) -> Result<Snapshot, ScanError> {
    let options = ScanOptions {
        allow_none: true,
        ..options.clone()
    };
    Snapshot::open(
        repository,
        &options,
        &SourceSpec::Commit(commit.to_string()),
    )
}
