//! What is to be said of the published revisions of one environment.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use onehead_configuration::OnBodyChange;
use onehead_model::{Code, EnvironmentGraph, Finding, Location, Node, RevisionId, Severity};
use onehead_python::CodeDifference;
use onehead_scan::ScanError;

use super::accepted::{Accepted, meant_or};
use super::change::{Change, Kind, changes};
use super::files::Files;
use super::replaced::Replaced;
use super::twin;
use super::words::{self, Said};

/// How many other bodies are said one by one.
const MOST_BODIES: usize = 10;

/// One environment in both states.
pub(crate) struct Compared<'a> {
    pub(crate) files: Files<'a>,
    pub(crate) before: &'a EnvironmentGraph,
    /// None if it is gone.
    pub(crate) after: Option<&'a EnvironmentGraph>,
    /// The changes that are meant.
    pub(crate) accepted: &'a [Accepted],
}

impl Compared<'_> {
    /// One finding for each revision, the most serious that is not meant; of what could not be read, why.
    pub(crate) fn findings(&self) -> Result<Vec<Finding>, ScanError> {
        let said = Said {
            before: self.before,
            after: self.after,
        };
        let changes = self.changes()?;
        let declared = &self.files.after.settings().published.replaced;
        let replaced = Replaced::of(declared, self.before, self.after);
        let other_bodies = match &replaced {
            Some(_) => self.files.bodies()?,
            None => BTreeMap::new(),
        };
        let is_covered = |change: &&Change| {
            let has_other_body = other_bodies.contains_key(&change.revision);
            let covers = |one: &Replaced<'_>| one.covers(change, has_other_body);
            replaced.as_ref().is_some_and(covers)
        };
        let (squashed, changes): (Vec<&Change>, Vec<&Change>) =
            changes.iter().partition(is_covered);
        let (removed, others): (Vec<&Change>, Vec<&Change>) = changes
            .into_iter()
            .partition(|change| change.kind == Kind::Removed);
        let mut told = self.removed(&said, &removed);
        if let Some(replaced) = &replaced {
            for finding in &mut told {
                let of = |change: &&&Change| finding.revisions.contains(&change.revision);
                if let Some(change) = removed.iter().find(of) {
                    *finding = replaced.not_proved(change, finding.clone());
                }
            }
            let all = said.all(&squashed);
            told.extend(all.map(|finding| replaced.told(finding)));
        }
        for change in others {
            let finding = self.change(&said, change)?;
            told.push(match &replaced {
                Some(replaced) if finding.severity > Severity::Notice => {
                    replaced.not_proved(change, finding)
                }
                _ => finding,
            });
        }
        for (id, (lost, gained)) in self.files.labels() {
            if !counts(&told, id) {
                told.push(self.meant_or(said.labels(id, &lost, &gained)));
            }
        }
        let bodies = Bodies {
            files: self.files,
            accepted: self.accepted,
        };
        let mut bodies = bodies.findings(
            &told,
            |id, difference| said.body(id, difference),
            |ids| said.bodies(ids),
        )?;
        // What is left in the place of a squash does what is replaced as well.
        for finding in &mut bodies {
            let [only] = &finding.revisions[..] else {
                continue;
            };
            let lowered = |change: &&&Change| {
                change.revision == *only && matches!(change.kind, Kind::Lowered(_))
            };
            if let (Some(replaced), Some(_)) = (&replaced, squashed.iter().find(lowered)) {
                *finding = replaced.told(finding.clone());
            }
        }
        let unread = unread(&self.files, &self.before.findings).cloned();
        Ok(unread.chain(told).chain(bodies).collect())
    }

    /// What is said of one change, or that it is meant.
    fn change(&self, said: &Said<'_>, change: &Change) -> Result<Finding, ScanError> {
        let finding = said.change(change);
        let accepted = self.acceptance(&change.revision, finding.code);
        let twin = accepted.and_then(|accepted| Some((accepted, accepted.twin()?)));
        let (Some((accepted, twin)), Some(after)) = (twin, self.after) else {
            return Ok(self.meant_or(finding));
        };
        let not_proved = twin::not_proved(&self.files, (self.before, after), change, twin)?;
        Ok(accepted.told_with_twin(finding, not_proved.as_deref()))
    }

    fn removed(&self, said: &Said<'_>, removed: &[&Change]) -> Vec<Finding> {
        let ids = removed.iter().map(|change| &change.revision);
        let is_meant = |id: &&RevisionId| self.acceptance(id, Code::PublishedRemoved).is_some();
        let (meant, lost): (Vec<&RevisionId>, Vec<&RevisionId>) = ids.partition(is_meant);
        let lost: Vec<RevisionId> = lost.into_iter().cloned().collect();
        let all = (!lost.is_empty()).then(|| said.removed(&lost));
        let each = meant
            .into_iter()
            .map(|id| said.removed(std::slice::from_ref(id)));
        all.into_iter()
            .chain(each.map(|one| self.meant_or(one)))
            .collect()
    }

    fn meant_or(&self, finding: Finding) -> Finding {
        meant_or(self.accepted, finding)
    }

    fn acceptance(&self, revision: &RevisionId, kind: Code) -> Option<&Accepted> {
        self.accepted
            .iter()
            .find(|one| one.is_about(revision, kind))
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
}

/// What is to be said of an environment of which every published revision is declared as it was: no graph is needed.
pub(crate) fn of_bodies_alone(
    files: Files<'_>,
    accepted: &[Accepted],
) -> Result<Vec<Finding>, ScanError> {
    let left = files.left.into_iter().flat_map(|left| &left.revisions);
    let places: HashMap<&RevisionId, Location> = left
        .map(|one| {
            let line = one.down_revision_at.map(|span| span.line);
            let place = Location::from(one.path.clone());
            (&one.id, Location { line, ..place })
        })
        .collect();
    let found = |message: String, ids: &[RevisionId]| {
        Finding::new(Code::PublishedBodyChanged, message).about(ids.iter().cloned())
    };
    let bodies = Bodies { files, accepted }.findings(
        &[],
        |id, difference| {
            let finding = found(words::body(id, difference), std::slice::from_ref(id));
            match places.get(id) {
                Some(place) => finding.at(place.clone()),
                None => finding,
            }
        },
        |ids| found(words::bodies(ids), ids),
    )?;
    let unread = unread(&files, &files.published.findings).cloned();
    Ok(unread.chain(bodies).collect())
}

/// The code of the revisions of one environment in both states.
struct Bodies<'a> {
    files: Files<'a>,
    accepted: &'a [Accepted],
}

impl Bodies<'_> {
    /// Which of them do something else, unless something that counts is told of them already.
    fn findings(
        &self,
        told: &[Finding],
        one: impl Fn(&RevisionId, &CodeDifference) -> Finding,
        many: impl Fn(&[RevisionId]) -> Finding,
    ) -> Result<Vec<Finding>, ScanError> {
        let severity = match self.files.after.settings().published.body {
            OnBodyChange::Ignore => return Ok(Vec::new()),
            OnBodyChange::Warn => Severity::Warning,
            OnBodyChange::Error => Severity::Error,
        };
        let mut bodies = self.files.bodies()?;
        bodies.retain(|id, _| !counts(told, id));
        let is_meant = |id: &RevisionId| {
            let mut accepted = self.accepted.iter();
            accepted.any(|one| one.is_about(id, Code::PublishedBodyChanged))
        };
        let ids = bodies.keys().filter(|id| !is_meant(id));
        let ids: Vec<RevisionId> = ids.map(|&id| id.clone()).collect();
        let mut findings = Vec::new();
        if ids.len() > MOST_BODIES {
            bodies.retain(|id, _| is_meant(id));
            findings.push(Finding {
                severity,
                ..many(&ids)
            });
        }
        for (id, difference) in &bodies {
            let finding = Finding {
                severity,
                ..one(id, difference)
            };
            findings.push(meant_or(self.accepted, finding));
        }
        Ok(findings)
    }
}

/// What could not be read of what is published, in files that the change touches: an object is not here.
fn unread<'a>(files: &Files<'_>, findings: &'a [Finding]) -> impl Iterator<Item = &'a Finding> {
    findings.iter().filter(|finding| {
        let place = finding.location.as_ref();
        !finding.code.is_liftable()
            && place.is_none_or(|place| !files.is_same(&place.path, &place.path))
    })
}

/// Whether something about a revision is said that counts.
fn counts(told: &[Finding], id: &RevisionId) -> bool {
    told.iter()
        .any(|one| one.severity > Severity::Notice && one.revisions.contains(id))
}
