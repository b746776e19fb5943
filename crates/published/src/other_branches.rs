//! New revisions that another remote branch has with other ancestors: somebody builds on them, or somebody moved them here.
//!
//! Nothing is published by that, so it is a notice. The tips of the remote branches are looked at, under the path that the
//! file has here.

use std::collections::{BTreeMap, HashMap, HashSet};

use onehead_configuration::Settings;
use onehead_git::{Connection, GitError, Oid, Ref, RefName};
use onehead_model::{Code, Finding, Origin, RevisionId, Severity};
use onehead_scan::{ScanError, Snapshot};

use crate::refs::OwnRefs;
use crate::two_places::{moved_between, state_at};
use crate::words::on_another_branch;

/// The remote branches beside one commit.
pub struct OtherBranches<'a> {
    /// Where the objects are.
    pub repository: &'a Connection,
    /// What is published.
    pub target: &'a Oid,
    /// What the commit replaces on the branch that it is pushed to.
    pub replaced: Option<&'a Oid>,
}

/// A version of a new revision, and the branches that have it.
struct Version {
    revision: RevisionId,
    commit: Oid,
    branches: Vec<RefName>,
}

impl OtherBranches<'_> {
    /// What is said of the new revisions of a commit, by environment. What cannot be looked at is said as well.
    #[must_use]
    pub fn notices(&self, commit: &Oid, here: &Snapshot) -> BTreeMap<String, Vec<Finding>> {
        self.found(commit, here).unwrap_or_else(|error| {
            let message = format!(
                "it is not known whether other branches have the new revisions elsewhere: {error}"
            );
            let finding = Finding {
                severity: Severity::Notice,
                ..Finding::new(Code::ElsewhereOnBranch, message)
            };
            let first = here.report().environments.first();
            let environment = first.map(|one| one.name.clone()).unwrap_or_default();
            BTreeMap::from([(environment, vec![finding])])
        })
    }

    fn found(
        &self,
        commit: &Oid,
        here: &Snapshot,
    ) -> Result<BTreeMap<String, Vec<Finding>>, ScanError> {
        let mut findings = BTreeMap::new();
        for version in self.other_versions(commit, here)? {
            let there = state_at(self.repository, &version.commit, (commit, here))?;
            for moved in moved_between(&there, here, std::slice::from_ref(&version.revision)) {
                let finding = on_another_branch(&version.branches, &moved);
                let finding = finding.of_origin(Origin::Introduced);
                let of_environment = findings.entry(moved.here.name).or_insert_with(Vec::new);
                of_environment.push(finding);
            }
        }
        Ok(findings)
    }

    /// The other versions of new revisions that remote branches have, each once.
    fn other_versions(&self, commit: &Oid, here: &Snapshot) -> Result<Vec<Version>, GitError> {
        let is_remote = |name: &str| name.starts_with("refs/remotes/");
        if !self.repository.may_have_ref(is_remote) {
            return Ok(Vec::new());
        }
        let new = self.new_revisions(commit, here)?;
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let paths: Vec<String> = new.keys().map(|&path| path.to_owned()).collect();
        let refs = self.work_of_others(commit, here.settings())?;
        let mut found: Vec<Version> = Vec::new();
        let mut places: HashMap<Oid, usize> = HashMap::new();
        for one in refs {
            for (path, oid) in self.repository.oids_in_tree(&one.commit, &paths)? {
                let Some(&id) = new.get(path.as_str()) else {
                    continue;
                };
                if here.object(&path).is_none_or(|object| object.oid == oid) {
                    continue;
                }
                let place = *places.entry(oid).or_insert_with(|| {
                    found.push(Version {
                        revision: id.clone(),
                        commit: one.commit.clone(),
                        branches: Vec::new(),
                    });
                    found.len() - 1
                });
                found[place].branches.push(one.name.clone());
            }
        }
        Ok(found)
    }

    /// The remote branches on which work goes on, beside the commit's own: neither releases nor targets, of which other
    /// checks say more.
    fn work_of_others(&self, commit: &Oid, settings: &Settings) -> Result<Vec<Ref>, GitError> {
        let own = OwnRefs::of(self.repository)?;
        let known = [Some(self.target), Some(commit), self.replaced];
        let mut refs = self.repository.refs()?;
        refs.retain(|one| {
            let remote = one.name.strip_prefix("refs/remotes/");
            let branch = remote.and_then(|name| name.split_once('/'));
            branch.is_some_and(|(_, branch)| !settings.target.lists(branch))
                && !settings.published.publishes(&one.name)
                && !own.holds(&one.name)
                && !known.contains(&Some(&one.commit))
        });
        Ok(refs)
    }

    /// The revisions of the commit whose files the target does not have, by path.
    fn new_revisions<'a>(
        &self,
        commit: &Oid,
        here: &'a Snapshot,
    ) -> Result<HashMap<&'a str, &'a RevisionId>, GitError> {
        let differences = self.repository.difference(self.target, commit)?;
        let new = differences.paths.iter().filter(|one| one.before.is_none());
        let new: HashSet<&str> = new.map(|one| one.path.as_str()).collect();
        let environments = here.report().environments.iter();
        let revisions = environments.flat_map(|one| &one.revisions);
        Ok(revisions
            .map(|one| (one.path.as_str(), &one.id))
            .filter(|(path, _)| new.contains(path))
            .collect())
    }
}
