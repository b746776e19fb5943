//! What a change makes of revisions that are published: databases may have applied them, so they stay as they are.
//!
//! Two states are compared: what is published, and what the change would leave. `change` says what became of the graph
//! and which databases that concerns, `files` what became of ids, labels and code, `words` how it is said, `accepted`
//! which changes are meant. Which refs of a clone have a revision is asked in `publication`, and whose a ref is in
//! `refs`.

mod accepted;
mod change;
mod compared;
mod elsewhere;
mod files;
mod matching;
mod other_branches;
mod publication;
mod publisher;
mod refs;
mod replaced;
mod twin;
mod two_places;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use onehead_git::{Change, Connection, Differences, GitError, Message, Oid};
use onehead_graph::graph;
use onehead_model::{
    CheckReport, Code, EnvironmentGraph, Finding, GraphReport, RevisionId, Severity,
};
use onehead_scan::file_names::{is_configuration, may_matter, name_of};
use onehead_scan::{ScanError, ScanOptions, Snapshot, SourceSpec};

pub use accepted::Accepted;
pub use change::doubled;
pub use elsewhere::Elsewhere;
pub use other_branches::OtherBranches;
pub use publication::{Publication, declaring, first_with, folders};
pub use refs::{Refs, TargetRef, Tip};

use compared::Compared;
use files::Files;
pub use matching::pairs;

/// What a change makes of published revisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublishedChanges {
    /// By the names that the environments have after it.
    pub environments: BTreeMap<String, Vec<Finding>>,
    /// What concerns environments that are gone.
    pub findings: Vec<Finding>,
}

impl PublishedChanges {
    fn all(&self) -> impl Iterator<Item = &Finding> {
        self.environments.values().flatten().chain(&self.findings)
    }

    /// Whether any change is more than a notice.
    fn has_any_that_counts(&self) -> bool {
        self.all().any(counts)
    }

    /// Whether this accepts any of it.
    fn is_accepted_by(&self, one: &Accepted) -> bool {
        self.all().any(|finding| {
            let mut revisions = finding.revisions.iter();
            finding.code.is_about_published() && revisions.any(|id| one.is_about(id, finding.code))
        })
    }

    /// Says it in an answer about the state after it.
    pub fn add_to(self, report: &mut CheckReport) {
        for (environment, findings) in self.environments {
            report.add_findings_of(&environment, findings);
        }
        report.add_findings(self.findings);
    }
}

/// What is published: what a commit holds, and which changes of it a request accepts in its text.
#[derive(Clone, Copy)]
pub struct Published<'a> {
    /// Where the objects are.
    pub repository: &'a Connection,
    /// The commit.
    pub commit: &'a Oid,
    /// The text of the request, if it is known.
    pub request: Option<&'a str>,
    /// What releases have beside it.
    pub elsewhere: &'a Elsewhere,
}

impl Published<'_> {
    /// What becomes of its revisions in a commit that comes after it, such as one that is pushed to the branch that stood
    /// at it.
    ///
    /// # Errors
    /// The published commit cannot be scanned, or a version of a file that both have cannot be read: then it is not known.
    pub fn changes(
        &self,
        options: &ScanOptions,
        after: (&Oid, &Snapshot),
    ) -> Result<PublishedChanges, ScanError> {
        let options = ScanOptions {
            allow_none: true,
            ..options.clone()
        };
        let source = SourceSpec::Commit(self.commit.to_string());
        let before = Snapshot::open(self.repository, &options, &source)?;
        self.told_changes_of(&before, after.1, || self.messages(Some(after.0)))
    }

    /// What the commits say that one has beyond it; nothing of one that is about to be made.
    pub fn messages(&self, of: Option<&Oid>) -> Result<Vec<Message>, GitError> {
        match of {
            Some(commit) => {
                let commits = std::slice::from_ref(commit);
                self.repository.messages(commits, self.commit)
            }
            None => Ok(Vec::new()),
        }
    }

    /// The same of a state that is scanned already. `messages` are those of the commits that lead to the next one, which
    /// may say that a change is meant; they are only asked for if there is one.
    pub fn changes_of(
        &self,
        before: &Snapshot,
        after: &Snapshot,
        messages: impl FnOnce() -> Result<Vec<Message>, GitError>,
    ) -> Result<PublishedChanges, ScanError> {
        let text = self.request.unwrap_or_default();
        let mut accepted = Accepted::by_request(text);
        let (repository, target) = (self.repository, self.commit);
        let elsewhere = self.elsewhere.findings(repository, target, before, after)?;
        let mut found = changes(before, after, &accepted, &elsewhere)?;
        if !found.has_any_that_counts() {
            return Ok(found);
        }
        let by_request = accepted.len();
        accepted.extend(Accepted::by_messages(&messages()?));
        if accepted.len() > by_request {
            found = changes(before, after, &accepted, &elsewhere)?;
        }
        Ok(found)
    }

    /// The same, with who published what changes.
    pub fn told_changes_of(
        &self,
        before: &Snapshot,
        after: &Snapshot,
        messages: impl FnOnce() -> Result<Vec<Message>, GitError>,
    ) -> Result<PublishedChanges, ScanError> {
        let mut found = self.changes_of(before, after, messages)?;
        let all = found.environments.values_mut().flatten();
        let told = all.chain(&mut found.findings).filter(|one| counts(one));
        publisher::tell(
            self.repository,
            self.commit,
            before,
            &after.settings().published,
            told.collect(),
        );
        Ok(found)
    }

    /// Whether a change can concern published revisions: of those of the target, or those that releases have beside it. The
    /// state that it leads to tells where revision files are.
    ///
    /// # Errors
    /// git failed.
    pub fn may_be_concerned(
        &self,
        changes: &Differences,
        after: &Snapshot,
    ) -> Result<bool, GitError> {
        let brings_any = || {
            let mut paths = changes.paths.iter();
            paths.any(|one| one.before != one.after && may_matter(name_of(&one.path)))
        };
        Ok(may_be_concerned(changes)
            || brings_any()
                && self
                    .elsewhere
                    .has_any(self.repository, self.commit, after)?)
    }
}

/// Whether a change can concern published revisions: what only adds revision files cannot. A new configuration may lead
/// away from an environment, and a link to anything.
fn may_be_concerned(changes: &Differences) -> bool {
    let mut changed = changes.paths.iter().filter(|one| one.before != one.after);
    changed.any(|one| {
        let name = name_of(&one.path);
        let is_new = one.before.is_none();
        Change::from(one).link || is_configuration(name) || !is_new && may_matter(name)
    })
}

/// What becomes of the revisions of a state in the next one; what the next one's settings accept is accepted.
///
/// # Errors
/// A version of a file that both have cannot be read: then it is not known.
pub fn published_changes(
    before: &Snapshot,
    after: &Snapshot,
) -> Result<PublishedChanges, ScanError> {
    changes(before, after, &[], &BTreeMap::new())
}

fn changes(
    before: &Snapshot,
    after: &Snapshot,
    accepted: &[Accepted],
    elsewhere: &BTreeMap<String, Vec<Finding>>,
) -> Result<PublishedChanges, ScanError> {
    let mut accepted = accepted.to_vec();
    accepted.extend(Accepted::by_settings(after.settings()));
    let mut found = PublishedChanges::default();
    for one in between(before, after, &accepted)? {
        match one.left {
            Some(left) => drop(found.environments.insert(left, one.findings)),
            None => found.findings.extend(one.findings),
        }
    }
    for (environment, findings) in elsewhere {
        let told = findings
            .iter()
            .map(|one| accepted::meant_or(&accepted, one.clone()));
        let all = found.environments.entry(environment.clone()).or_default();
        all.extend(told);
    }
    let about_published = accepted.iter().filter(|one| one.is_about_published());
    let not_needed = about_published.filter(|one| !found.is_accepted_by(one));
    let not_needed: Vec<Finding> = not_needed.map(Accepted::not_needed).collect();
    found.findings.extend(not_needed);
    found.findings.extend(replaced_already(before, after));
    Ok(found)
}

/// The revisions that both states have and whose code does something else, by the names that the environments have in the
/// first.
///
/// # Errors
/// A version of a file cannot be read: then it is not known.
pub fn different_bodies(
    before: &Snapshot,
    after: &Snapshot,
) -> Result<BTreeMap<String, BTreeSet<RevisionId>>, ScanError> {
    let mut different = BTreeMap::new();
    for (published, left) in pairs(before.report(), after.report()) {
        let files = Files {
            before,
            after,
            published,
            left,
        };
        let ids = files.bodies()?.into_keys().cloned().collect();
        different.insert(published.name.clone(), ids);
    }
    Ok(different)
}

/// That revisions that are declared as replaced are not published, or no more.
fn replaced_already(before: &Snapshot, after: &Snapshot) -> Option<Finding> {
    let replaced = &after.settings().published.replaced;
    if replaced.is_empty() {
        return None;
    }
    let environments = before.report().environments.iter();
    let published: BTreeSet<&RevisionId> = environments
        .flat_map(|one| &one.revisions)
        .map(|one| &one.id)
        .collect();
    let replaced = replaced.iter();
    let gone: Vec<&RevisionId> = replaced.filter(|id| !published.contains(id)).collect();
    let first = gone.first()?;
    let message = format!("`published.replaced` names `{first}`, which is not published");
    let finding = Finding::new(Code::AcceptanceNotNeeded, message)
        .hint("remove the entry, or correct it")
        .about(gone.into_iter().cloned());
    Some(finding)
}

/// What becomes of the revisions of one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Became {
    /// Its name before.
    pub published: String,
    /// Its name after; none if it is gone.
    pub left: Option<String>,
    /// At least one.
    pub findings: Vec<Finding>,
}

/// What becomes of the revisions of a state in the next one, environment by environment. Where only code changed, what to
/// do about it is not said.
///
/// # Errors
/// As [`published_changes`].
pub fn changes_by_environment(
    before: &Snapshot,
    after: &Snapshot,
) -> Result<Vec<Became>, ScanError> {
    let accepted: Vec<Accepted> = Accepted::by_settings(after.settings()).collect();
    let touched = touched(before, after);
    if !touched.iter().all(Files::are_declared_the_same) {
        return between(before, after, &accepted);
    }
    let mut found = Vec::new();
    for files in touched {
        let findings = compared::of_bodies_alone(files, &accepted)?;
        if let (Some(left), false) = (files.left, findings.is_empty()) {
            found.push(Became {
                published: files.published.name.clone(),
                left: Some(left.name.clone()),
                findings,
            });
        }
    }
    Ok(found)
}

/// The environments of which some published revision is not what it was.
fn touched<'a>(before: &'a Snapshot, after: &'a Snapshot) -> Vec<Files<'a>> {
    let pairs = pairs(before.report(), after.report());
    let files = pairs.into_iter().map(|(published, left)| Files {
        before,
        after,
        published,
        left,
    });
    files.filter(|files| !files.are_untouched()).collect()
}

fn between(
    before: &Snapshot,
    after: &Snapshot,
    accepted: &[Accepted],
) -> Result<Vec<Became>, ScanError> {
    let touched = touched(before, after);
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let (old, new) = (graph(before.report()), graph(after.report()));
    let mut found = Vec::new();
    for files in touched {
        let Some(before) = environment(&old, &files.published.name) else {
            continue;
        };
        let compared = Compared {
            files,
            before,
            after: files.left.and_then(|left| environment(&new, &left.name)),
            accepted,
        };
        let findings = compared.findings()?;
        if !findings.is_empty() {
            found.push(Became {
                published: before.name.clone(),
                left: files.left.map(|left| left.name.clone()),
                findings,
            });
        }
    }
    Ok(found)
}

/// The same findings with those accepted that the messages of commits accept.
#[must_use]
pub fn accepted_by(messages: &[Message], findings: Vec<Finding>) -> Vec<Finding> {
    let accepted: Vec<Accepted> = Accepted::by_messages(messages).collect();
    let told = findings.into_iter();
    told.flat_map(|finding| match counts(&finding) {
        true => accepted::parted(&accepted, finding),
        false => vec![finding],
    })
    .collect()
}

/// Whether a finding is about a published revision and more than a notice.
fn counts(finding: &Finding) -> bool {
    finding.severity > Severity::Notice && finding.code.is_about_published()
}

fn environment<'a>(graph: &'a GraphReport, name: &str) -> Option<&'a EnvironmentGraph> {
    graph.environments.iter().find(|one| one.name == name)
}
