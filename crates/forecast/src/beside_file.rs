//! Who else goes on from the parent of a revision file that was just written, and is in no commit yet.

use std::collections::BTreeSet;

use onehead_configuration::TargetSetting;
use onehead_git::{Blob, Connection, EntryKind, Oid, Ref};
use onehead_model::{Environment, RepoPath, RevisionId};
use onehead_scan::{Declared, ScanError, ScanOptions, Snapshot, SourceSpec, declared};

use crate::{Proposed, Target, Targets};

/// A new revision, and those that go on from the same parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BesideFile {
    /// Its id.
    pub revision: RevisionId,
    /// Its parents.
    pub parents: Vec<RevisionId>,
    /// The revisions of the target on one of these parents, which the working tree lacks.
    pub passed: Vec<RevisionId>,
    /// Other branches with a revision on one of them that the target lacks.
    pub branches: Vec<(String, RevisionId)>,
}

/// Compares a revision file of the working tree with the target and the other branches of this clone. `None` if the file is
/// no revision of an environment.
///
/// # Errors
/// git failed, or the target cannot be scanned.
pub fn beside_file(
    repository: &Connection,
    options: &ScanOptions,
    here: &Snapshot,
    target: &Target,
    path: &str,
) -> Result<Option<BesideFile>, ScanError> {
    let mut environments = here.report().environments.iter();
    let found = environments.find_map(|one| {
        let mut revisions = one.revisions.iter();
        let revision = revisions.find(|revision| revision.path.as_str() == path)?;
        Some((one, revision))
    });
    let Some((environment, revision)) = found else {
        return Ok(None);
    };
    let source = SourceSpec::Commit(target.oid.to_string());
    let theirs = Snapshot::open(repository, options, &source)?;
    let is_here: BTreeSet<&RevisionId> = environment.revisions.iter().map(|one| &one.id).collect();
    let of_target: Vec<_> = theirs
        .report()
        .environments
        .iter()
        .filter(|one| one.name == environment.name)
        .flat_map(|one| &one.revisions)
        .collect();
    let is_beside = |parents: &[RevisionId]| {
        let both_are_bases = parents.is_empty() && revision.down_revisions.is_empty();
        let is_shared = |parent: &RevisionId| revision.down_revisions.contains(parent);
        both_are_bases || parents.iter().any(is_shared)
    };
    let passed = of_target
        .iter()
        .filter(|one| !is_here.contains(&one.id) && is_beside(&one.down_revisions))
        .map(|one| one.id.clone());
    let known: BTreeSet<&RevisionId> = of_target
        .iter()
        .map(|one| &one.id)
        .chain(is_here.iter().copied())
        .collect();
    let mut branches = branches(repository, target, environment, |id, parents| {
        !known.contains(id) && is_beside(parents)
    })?;
    keep_those_that_meet(repository, &here.settings().target, target, &mut branches);
    let named = |(branch, id): (Ref, RevisionId)| (branch.name.short().to_owned(), id);
    Ok(Some(BesideFile {
        revision: revision.id.clone(),
        parents: revision.down_revisions.clone(),
        passed: passed.collect(),
        branches: branches.into_iter().map(named).collect(),
    }))
}

/// Of several targets, leaves out the branches that are merged into another one. Where that is not known, all are said.
fn keep_those_that_meet(
    repository: &Connection,
    setting: &TargetSetting,
    target: &Target,
    branches: &mut Vec<(Ref, RevisionId)>,
) {
    if setting.list().is_empty() || branches.is_empty() {
        return;
    }
    let proposed: Vec<Proposed> = branches
        .iter()
        .map(|(branch, _)| Proposed {
            commit: branch.commit.clone(),
            branch: Some(branch.name.clone()),
        })
        .collect();
    let Ok(targets) = Targets::listed(repository, setting) else {
        return;
    };
    let Ok(places) = targets.places_of(repository, &proposed) else {
        return;
    };
    let mut places = places.into_iter();
    branches.retain(|(branch, _)| {
        let place = places.next().and_then(|place| targets.all().get(place));
        let meet = place.is_some_and(|one| one.name == target.name);
        meet && targets.that_is(&branch.name).is_none()
    });
}

/// Other branches with a revision that counts, each once.
fn branches(
    repository: &Connection,
    target: &Target,
    environment: &Environment,
    counts: impl Fn(&RevisionId, &[RevisionId]) -> bool,
) -> Result<Vec<(Ref, RevisionId)>, ScanError> {
    let mut branches = repository.branches()?;
    branches.retain(|branch| !branch.checked_out && branch.at.commit != target.oid);
    let pairs: Vec<(Oid, Oid)> = branches
        .iter()
        .map(|branch| (target.oid.clone(), branch.at.commit.clone()))
        .collect();
    let differences = repository.differences(&pairs)?;
    let mut found = Vec::new();
    for (branch, differences) in std::iter::zip(&branches, differences) {
        let added: Vec<(RepoPath, Oid)> = differences
            .paths
            .into_iter()
            .filter_map(|one| {
                let path = RepoPath::new(&one.path).ok()?;
                let after = one.after.filter(|after| after.kind == EntryKind::File)?;
                let mut folders = environment.version_locations.iter();
                let is_read = folders.any(|folder| path.is_within(folder));
                (is_read && path.as_str().ends_with(".py")).then_some((path, after.oid))
            })
            .collect();
        let oids: Vec<Oid> = added.iter().map(|(_, oid)| oid.clone()).collect();
        for ((path, _), blob) in std::iter::zip(&added, repository.blobs(&oids)?) {
            if let Blob::Content(content) = blob
                && let Declared::Revision(one) = declared(path, &content)
                && counts(&one.id, &one.down_revisions)
            {
                found.push((branch.at.clone(), one.id));
                break;
            }
        }
    }
    Ok(found)
}
