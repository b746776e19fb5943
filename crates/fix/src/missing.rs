//! A parent that is not there: which branch, or which lost commit, has its file.

use std::collections::BTreeSet;

use onehead_git::{Connection, From, GitError, Oid, Version};
use onehead_model::{Code, EnvironmentGraph, Finding, Location, Node, RevisionId};

use onehead_published::{Tip, declaring, first_with, folders};

/// Says for every parent that is not there where it is, with the command that brings it back.
pub(crate) fn whereabouts(
    repository: &Connection,
    environment: &EnvironmentGraph,
) -> Result<Vec<Finding>, GitError> {
    let missing = missing(environment);
    let mut findings = Vec::new();
    // Until the conflict is resolved, it is not known what is there.
    let in_conflict = |finding: &Finding| finding.code == Code::Unmerged;
    if missing.is_empty() || environment.findings.iter().any(in_conflict) {
        return Ok(findings);
    }
    let ids: BTreeSet<&RevisionId> = missing.iter().map(|(id, _)| *id).collect();
    let places = Places::look(repository, environment, &ids)?;
    for (id, child) in missing {
        let place = Location {
            path: child.path.clone(),
            line: child.down_revision_at.map(|span| span.line),
            column: child.down_revision_at.map(|span| span.column),
        };
        let (message, hint) = places.of(id)?;
        findings.push(
            Finding::new(
                Code::MissingParent,
                format!("parent `{id}` of `{}` {message}", child.id),
            )
            .at(place)
            .about([child.id.clone()])
            .hint(hint),
        );
    }
    Ok(findings)
}

/// Each id that some file names as its parent and no file defines, with each of its children.
fn missing(environment: &EnvironmentGraph) -> Vec<(&RevisionId, &Node)> {
    let there: BTreeSet<&RevisionId> = environment.revisions.iter().map(|node| &node.id).collect();
    let mut found: Vec<(&RevisionId, &Node)> = environment
        .revisions
        .iter()
        .flat_map(|node| node.down_revisions.iter().map(move |id| (id, node)))
        .filter(|(id, _)| !there.contains(id) && !id.as_str().is_empty())
        .collect();
    found.sort_by_key(|(id, node)| (*id, &node.path));
    found
}

/// Where the files of some revisions are.
struct Places<'a> {
    repository: &'a Connection,
    remembered: Vec<(Version, RevisionId)>,
    lost: Vec<(Version, RevisionId, Oid)>,
    /// Whether everything that this clone should have was looked through.
    complete: bool,
}

impl<'a> Places<'a> {
    fn look(
        repository: &'a Connection,
        environment: &EnvironmentGraph,
        ids: &BTreeSet<&RevisionId>,
    ) -> Result<Self, GitError> {
        let folders = folders(environment);
        let versions = repository.versions(From::Everything, &folders)?;
        let mut complete = versions.complete;
        let remembered = declaring(repository, versions.found, ids)?;
        let found: BTreeSet<&RevisionId> = remembered.iter().map(|(_, id)| id).collect();
        let still: BTreeSet<&RevisionId> = ids.difference(&found).copied().collect();
        let mut lost = Vec::new();
        if !still.is_empty() {
            let commits = repository.lost_commits()?;
            complete &= commits.complete;
            for commit in commits.found {
                let versions =
                    repository.versions(From::Commits(std::slice::from_ref(&commit)), &folders)?;
                complete &= versions.complete;
                for (version, id) in declaring(repository, versions.found, &still)? {
                    lost.push((version, id, commit.clone()));
                }
            }
        }
        Ok(Self {
            repository,
            remembered,
            lost,
            complete,
        })
    }

    /// Where one is, and what to do.
    fn of(&self, id: &RevisionId) -> Result<(String, String), GitError> {
        if let Some((version, _)) = self.remembered.iter().find(|(_, found)| found == id) {
            return self.remembered(version);
        }
        if let Some((version, _, commit)) = self.lost.iter().find(|(_, found, _)| found == id) {
            return Ok(brings_back(
                commit,
                version,
                &format!(
                    "is only in commit {}, which no branch contains",
                    commit.short()
                ),
            ));
        }
        if !self.complete {
            return Ok((
                "was not found, but objects are missing from this clone, so it may be in one of them".into(),
                "run `git fetch --refetch --no-filter`, then this again".into(),
            ));
        }
        Ok((
            "is in no commit of this clone".into(),
            format!("run `git fetch --all`, or ask the author of the file that names `{id}`"),
        ))
    }

    /// A version that a ref or a reflog leads to: at the tip of a ref, or somewhere in the past.
    fn remembered(&self, version: &Version) -> Result<(String, String), GitError> {
        let refs = self.repository.refs()?;
        let path = [version.path.clone()];
        for one in &refs {
            let there = self.repository.oids_in_tree(&one.commit, &path)?;
            if there.iter().any(|(_, oid)| *oid == version.oid) {
                let name = one.name.short();
                return Ok(brings_back(
                    name,
                    version,
                    &format!("is on {name}, not here"),
                ));
            }
        }
        let tips: Vec<Tip> = refs.into_iter().map(Tip::of).collect();
        let through = first_with(self.repository, &tips, version)?;
        let past = match through {
            Some(name) => format!("was removed on {name}"),
            None => "is only in the reflog of this clone".into(),
        };
        match self
            .repository
            .last_commit_that_had(&version.oid, &version.path)?
        {
            Some(commit) => Ok(brings_back(
                &commit,
                version,
                &format!("{past}; commit {} has it", commit.short()),
            )),
            None => Ok(brings_back_content(version, &past)),
        }
    }
}

fn brings_back(from: &str, version: &Version, message: &str) -> (String, String) {
    let path = shell_words::quote(&version.path);
    let from = shell_words::quote(from);
    (
        message.to_owned(),
        format!("run `git checkout {from} -- {path}` to restore the file"),
    )
}

fn brings_back_content(version: &Version, message: &str) -> (String, String) {
    let path = shell_words::quote(&version.path);
    (
        message.to_owned(),
        format!(
            "run `git cat-file blob {} > {path}` to restore the file",
            version.oid
        ),
    )
}
