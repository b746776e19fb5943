//! What a change makes of revisions that are published: databases may have applied them, so they stay as they are.
//!
//! Two states are compared: what is published, and what the change would leave. [`change`] says what became of the graph
//! and which databases that concerns, [`files`] what became of ids, labels and code, [`words`] how it is said.

mod change;
mod files;
mod matching;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use onehead_configuration::OnBodyChange;
use onehead_git::{Connection, Differences, Oid};
use onehead_graph::graph;
use onehead_model::{
    CheckReport, EnvironmentGraph, Finding, GraphReport, Node, RevisionId, Severity,
};
use onehead_scan::file_names::{may_matter, name_of};
use onehead_scan::{ScanError, ScanOptions, Snapshot, SourceSpec};

use change::{Change, Kind, changes};
use files::Files;
use words::Said;

/// What a change makes of published revisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublishedChanges {
    /// By the names that the environments have after it.
    pub environments: BTreeMap<String, Vec<Finding>>,
    /// What concerns environments that are gone.
    pub findings: Vec<Finding>,
}

impl PublishedChanges {
    /// Says it in an answer about the state after it.
    pub fn add_to(self, report: &mut CheckReport) {
        for (environment, findings) in self.environments {
            report.add_findings_of(&environment, findings);
        }
        report.add_findings(self.findings);
    }
}

/// What becomes of the revisions of a commit in a state that comes after it, such as what is pushed to the branch that stood
/// at the commit.
///
/// # Errors
/// The commit cannot be scanned, or a version of a file that both have cannot be read: then it is not known.
pub fn published_since(
    repository: &Connection,
    options: &ScanOptions,
    before: &Oid,
    after: &Snapshot,
) -> Result<PublishedChanges, ScanError> {
    let options = ScanOptions {
        allow_none: true,
        ..options.clone()
    };
    let source = SourceSpec::Commit(before.to_string());
    published_changes(&Snapshot::open(repository, &options, &source)?, after)
}

/// Whether a change can concern published revisions: what only adds revision files cannot.
pub(crate) fn may_be_concerned(changes: &Differences) -> bool {
    let concerns = |path: &str| may_matter(name_of(path));
    changes
        .paths
        .iter()
        .any(|one| one.before != one.after && one.before.is_some() && concerns(&one.path))
}

/// What becomes of the revisions of a state in the next one.
///
/// # Errors
/// A version of a file that both have cannot be read: then it is not known.
pub(crate) fn published_changes(
    before: &Snapshot,
    after: &Snapshot,
) -> Result<PublishedChanges, ScanError> {
    let pairs = matching::pairs(before.report(), after.report());
    let files = pairs.into_iter().map(|(published, left)| Files {
        before,
        after,
        published,
        left,
    });
    let touched: Vec<Files<'_>> = files.filter(|files| !files.are_untouched()).collect();
    let mut found = PublishedChanges::default();
    if touched.is_empty() {
        return Ok(found);
    }
    let (old, new) = (graph(before.report()), graph(after.report()));
    for files in touched {
        let Some(before) = environment(&old, &files.published.name) else {
            continue;
        };
        let after = files.left.and_then(|left| environment(&new, &left.name));
        let findings = Compared {
            files,
            before,
            after,
        }
        .findings()?;
        match (files.left, findings.is_empty()) {
            (_, true) => {}
            (Some(left), _) => drop(found.environments.insert(left.name.clone(), findings)),
            (None, _) => found.findings.extend(findings),
        }
    }
    Ok(found)
}

fn environment<'a>(graph: &'a GraphReport, name: &str) -> Option<&'a EnvironmentGraph> {
    graph.environments.iter().find(|one| one.name == name)
}

/// One environment in both states.
struct Compared<'a> {
    files: Files<'a>,
    before: &'a EnvironmentGraph,
    after: Option<&'a EnvironmentGraph>,
}

impl Compared<'_> {
    /// One finding for each revision, the most serious; of what could not be read, why.
    fn findings(&self) -> Result<Vec<Finding>, ScanError> {
        let mut findings: Vec<Finding> = self.unread().cloned().collect();
        let said = Said {
            before: self.before,
            after: self.after,
        };
        let changes = self.changes()?;
        let removed: Vec<RevisionId> = changes
            .iter()
            .filter(|change| change.kind == Kind::Removed)
            .map(|change| change.revision.clone())
            .collect();
        if !removed.is_empty() {
            findings.push(said.removed(&removed));
        }
        let moved = changes.iter().filter(|change| change.kind != Kind::Removed);
        findings.extend(moved.map(|change| said.change(change)));
        let mut told: BTreeSet<&RevisionId> = changes.iter().map(|one| &one.revision).collect();
        for (id, (lost, gained)) in self.files.labels() {
            if told.insert(id) {
                findings.push(said.labels(id, &lost, &gained));
            }
        }
        findings.extend(self.bodies(&said, &told)?);
        Ok(findings)
    }

    fn bodies(
        &self,
        said: &Said<'_>,
        told: &BTreeSet<&RevisionId>,
    ) -> Result<Vec<Finding>, ScanError> {
        let severity = match self.files.after.settings().published.body {
            OnBodyChange::Ignore => return Ok(Vec::new()),
            OnBodyChange::Warn => Severity::Warning,
            OnBodyChange::Error => Severity::Error,
        };
        let mut bodies = self.files.bodies()?;
        bodies.retain(|id, _| !told.contains(id));
        let findings = bodies.iter().map(|(id, difference)| Finding {
            severity,
            ..said.body(id, difference)
        });
        Ok(findings.collect())
    }

    /// What became of the graph. What another finding says is not said again: that a file cannot be read, or that it is
    /// there and no environment reads it.
    fn changes(&self) -> Result<Vec<Change>, ScanError> {
        let Some(after) = self.after else {
            return Ok(self.all_removed());
        };
        let renamed = self.files.renamed()?;
        let mut changes = changes(self.before, after, &renamed);
        changes.retain(|change| change.kind != Kind::Removed || self.is_gone(&change.revision));
        Ok(changes)
    }

    /// Every revision of an environment that is gone with its files.
    fn all_removed(&self) -> Vec<Change> {
        let ids: BTreeSet<&RevisionId> = self.before.revisions.iter().map(|one| &one.id).collect();
        let gone = ids.into_iter().filter(|id| self.is_gone(id));
        gone.map(|id| Change::removed(id.clone())).collect()
    }

    fn is_gone(&self, id: &RevisionId) -> bool {
        let mut files = self.before.revisions.iter().filter(|node| node.id == *id);
        files.all(|node| !self.files.is_same(&node.path, &node.path) && !self.is_unread(node))
    }

    /// Whether a file is there and a finding says what is wrong with it.
    fn is_unread(&self, node: &Node) -> bool {
        let findings = self.after.into_iter().flat_map(|after| &after.findings);
        let mut places = findings.filter_map(|finding| finding.location.as_ref());
        self.files.after.holds(node.path.as_str()) && places.any(|place| place.path == node.path)
    }

    /// What could not be read of what is published, in files that the change touches: an object is not here.
    fn unread(&self) -> impl Iterator<Item = &Finding> {
        self.before.findings.iter().filter(|finding| {
            let place = finding.location.as_ref();
            !finding.code.is_liftable()
                && place.is_none_or(|place| !self.files.is_same(&place.path, &place.path))
        })
    }
}
