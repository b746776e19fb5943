//! New revisions that a release has already, with other ancestors there: picked onto a release branch, or from one.
//!
//! What the settings name as published (tags, by default) and the target does not reach is looked through for the ids of
//! new revisions, with one question for all of it. What the target reaches is no part of that, nor what a release removed
//! again: the tip of a ref counts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use onehead_git::{Blob, Connection, GitError, Oid, Ref, Version};
use onehead_model::{Finding, RepoPath, RevisionId};
use onehead_scan::{ScanError, Snapshot, declared_id};

use crate::two_places::{moved_between, state_at};
use crate::words::elsewhere;

/// What releases have beside a target; asked once, when the first change wants to know.
#[derive(Default)]
pub struct Elsewhere {
    held: OnceLock<Result<Held, GitError>>,
}

/// The versions of revision files that the refs have and the target does not reach.
#[derive(Default)]
struct Held {
    refs: Vec<Ref>,
    versions: Vec<(Version, Vec<u8>)>,
    /// Objects of theirs that are not in this clone.
    missing: Vec<Oid>,
}

impl Elsewhere {
    /// Whether any release has revision files that the target lacks. The state tells which refs are releases and where
    /// revision files are; only the first question counts for that.
    ///
    /// # Errors
    /// git failed.
    pub fn has_any(
        &self,
        repository: &Connection,
        target: &Oid,
        state: &Snapshot,
    ) -> Result<bool, GitError> {
        let held = self.held(repository, target, state)?;
        Ok(!held.versions.is_empty() || !held.missing.is_empty())
    }

    fn held(
        &self,
        repository: &Connection,
        target: &Oid,
        state: &Snapshot,
    ) -> Result<&Held, GitError> {
        let held = self
            .held
            .get_or_init(|| Held::read(repository, target, state));
        held.as_ref().map_err(Clone::clone)
    }

    /// What is said of the new revisions of a state, by its environments.
    ///
    /// # Errors
    /// git failed, or this clone lacks a file of a release: then it is not known.
    pub(crate) fn findings(
        &self,
        repository: &Connection,
        target: &Oid,
        before: &Snapshot,
        after: &Snapshot,
    ) -> Result<BTreeMap<String, Vec<Finding>>, ScanError> {
        let new = new_revisions(before, after);
        if new.is_empty() {
            return Ok(BTreeMap::new());
        }
        let held = self.held(repository, target, after)?;
        if let Some(missing) = held.missing.first() {
            return Err(ScanError::Git(GitError::MissingObject {
                object: missing.to_string(),
                needed_for: "look for the new revisions in releases",
            }));
        }
        let mut findings = BTreeMap::new();
        for (tip, ids) in held.with(repository, after, &new)? {
            let there = state_at(repository, &tip.commit, (target, before))?;
            for moved in moved_between(&there, after, &ids) {
                let finding = elsewhere(&tip.name, &moved);
                findings
                    .entry(moved.here.name)
                    .or_insert_with(Vec::new)
                    .push(finding);
            }
        }
        Ok(findings)
    }
}

/// The files of revisions that only the second state has.
fn new_revisions<'a>(
    before: &Snapshot,
    after: &'a Snapshot,
) -> BTreeMap<&'a RevisionId, &'a RepoPath> {
    let published = before.report().environments.iter();
    let published: HashSet<&RevisionId> = published
        .flat_map(|one| &one.revisions)
        .map(|one| &one.id)
        .collect();
    let left = after.report().environments.iter();
    left.flat_map(|one| &one.revisions)
        .filter(|one| !published.contains(&one.id))
        .map(|one| (&one.id, &one.path))
        .collect()
}

impl Held {
    fn read(repository: &Connection, target: &Oid, state: &Snapshot) -> Result<Self, GitError> {
        let settings = &state.settings().published;
        let environments = state.report().environments.iter();
        let folders: BTreeSet<String> = environments
            .flat_map(|one| &one.version_locations)
            .map(|folder| folder.as_str().to_owned())
            .collect();
        // Most repositories can tell without asking git that they have none.
        if folders.is_empty() || !repository.may_have_ref(|name| settings.publishes(name)) {
            return Ok(Self::default());
        }
        let mut refs = repository.refs()?;
        refs.retain(|one| one.commit != *target && settings.publishes(&one.name));
        if refs.is_empty() {
            return Ok(Self::default());
        }
        let tips: Vec<Oid> = refs.iter().map(|one| one.commit.clone()).collect();
        let folders: Vec<String> = folders.into_iter().collect();
        let mut found = repository.versions_beyond(&tips, target, &folders)?;
        if !found.missing.is_empty()
            && repository.may_fetch()
            && let Some(remote) = repository.promisor(None)?
        {
            repository.fetch_objects(&remote, &found.missing)?;
            found = repository.versions_beyond(&tips, target, &folders)?;
        }
        let oids: Vec<Oid> = found.found.iter().map(|one| one.oid.clone()).collect();
        let contents = repository.blobs(&oids)?;
        let mut versions = Vec::new();
        let mut missing = found.missing;
        for (version, content) in std::iter::zip(found.found, contents) {
            match content {
                Blob::Content(content) => versions.push((version, content)),
                Blob::Missing => missing.push(version.oid),
            }
        }
        Ok(Self {
            refs,
            versions,
            missing,
        })
    }

    /// The releases that have one of these revisions in another file content, each with the revisions that no release
    /// before it has.
    fn with(
        &self,
        repository: &Connection,
        after: &Snapshot,
        new: &BTreeMap<&RevisionId, &RepoPath>,
    ) -> Result<Vec<(&Ref, Vec<RevisionId>)>, GitError> {
        let mut wanted: HashMap<&str, Vec<(&Oid, RevisionId)>> = HashMap::new();
        for (version, content) in &self.versions {
            let text = String::from_utf8_lossy(content);
            let is_named = |id: &&&RevisionId| {
                text.contains(id.as_str()) || version.path.contains(id.as_str())
            };
            if !new.keys().any(|id| is_named(&id)) {
                continue;
            }
            let Some(path) = RepoPath::new(&version.path).ok() else {
                continue;
            };
            let id = declared_id(&path, content).filter(|id| new.contains_key(id));
            let Some(id) = id else { continue };
            let here = after.object(new[&id].as_str());
            if here.is_none_or(|here| here.oid != version.oid) {
                let versions = wanted.entry(&version.path).or_default();
                versions.push((&version.oid, id));
            }
        }
        let mut found = Vec::new();
        let paths: Vec<String> = wanted.keys().map(|&path| path.to_owned()).collect();
        for one in &self.refs {
            if wanted.is_empty() {
                break;
            }
            let mut ids = Vec::new();
            for (path, oid) in repository.oids_in_tree(&one.commit, &paths)? {
                let Some(versions) = wanted.get_mut(path.as_str()) else {
                    continue;
                };
                if let Some(at) = versions.iter().position(|(wanted, _)| **wanted == oid) {
                    ids.push(versions.remove(at).1);
                }
            }
            wanted.retain(|_, versions| !versions.is_empty());
            if !ids.is_empty() {
                found.push((one, ids));
            }
        }
        Ok(found)
    }
}
