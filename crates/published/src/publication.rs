//! Which revisions others may have: whatever the target, a release or another remote branch has
//! ever held.
//!
//! A commit that was squashed or picked has another object id on the other side, so it is not commits that
//! are compared: every version of every revision file that those refs can reach is looked through for the
//! ids in question. What a ref once held counts even if it was removed again, since a database may have
//! applied it meanwhile.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use onehead_git::{Blob, Connection, From, GitError, Oid, Version, Versions};
use onehead_model::{EnvironmentGraph, Node, RepoPath, RevisionId};
use onehead_scan::declared_id;

use crate::change::doubled;
use crate::refs::{Refs, Tip};

const SHALLOW: &str = "this clone is shallow, so it is not known which revisions are published; run `git fetch --unshallow`";
const PARTIAL: &str = "this is a partial clone, so it is not known which revisions are published; clone without `--filter`";

/// Who has the revisions of an environment.
pub struct Publication {
    /// Why that is not all, if it is not.
    gap: Option<&'static str>,
    publishing: Held,
    building: Held,
    release: Option<String>,
    asked: BTreeSet<RevisionId>,
    /// The ids that several files have: there a ref has to hold the very file.
    duplicated: BTreeSet<RevisionId>,
    /// The contents that HEAD has, by path.
    head: BTreeMap<String, Oid>,
}

impl Publication {
    /// What the refs of a clone say about these revisions of an environment.
    ///
    /// # Errors
    /// git failed, or a version is not here.
    pub fn read(
        repository: &Connection,
        refs: &Refs,
        environment: &EnvironmentGraph,
        revisions: &BTreeSet<&RevisionId>,
    ) -> Result<Self, GitError> {
        let held = |tips: &[Tip]| held(repository, tips, environment, revisions);
        let publishing = held(&refs.publishing)?;
        Ok(Self {
            gap: match (refs.shallow, publishing.complete) {
                (true, _) => Some(SHALLOW),
                (_, false) => Some(PARTIAL),
                _ => None,
            },
            publishing,
            building: held(&refs.building)?,
            release: refs.release.clone(),
            asked: revisions.iter().copied().cloned().collect(),
            duplicated: doubled(environment).into_iter().cloned().collect(),
            head: contents_of_head(repository, environment)?,
        })
    }

    /// What people call a ref that publishes the revision.
    pub fn publisher(&self, revision: &RevisionId) -> Option<&str> {
        self.publishing.by(revision)
    }

    /// Why some revision may be published though nothing here says so.
    pub fn gap(&self) -> Option<&'static str> {
        self.gap
    }

    /// What people call the branch that is worked on, if the settings say that it is a release.
    pub fn release(&self) -> Option<&str> {
        self.release.as_deref()
    }

    /// What people call another local branch that has it.
    pub fn builder(&self, revision: &RevisionId) -> Option<&str> {
        self.building.by(revision)
    }

    /// Whether this file is published, and not only another of the same id.
    pub fn is_published(&self, node: &Node) -> bool {
        if !self.duplicated.contains(&node.id) {
            return self.publisher(&node.id).is_some();
        }
        let versions = || self.publishing.versions(&node.id);
        let path = node.path.as_str();
        // A file that was renamed here is known by its content, unless that is the file of another name.
        versions().any(|version| version.path == path)
            || versions().any(|version| {
                !self.head.contains_key(&version.path) && self.head.get(path) == Some(&version.oid)
            })
    }

    /// Whether another database may have applied it: it is published, or too old to be asked about.
    pub fn may_be_applied(&self, node: &Node) -> bool {
        !self.asked.contains(&node.id) || self.is_published(node)
    }

    /// Whether HEAD has its file.
    pub fn is_committed(&self, node: &Node) -> bool {
        self.head.contains_key(node.path.as_str())
    }
}

/// Revisions that some refs hold.
struct Held {
    found: Vec<Found>,
    /// Whether every version could be read.
    complete: bool,
}

struct Found {
    revision: RevisionId,
    version: Version,
    /// What people call the ref.
    by: String,
}

impl Held {
    fn by(&self, revision: &RevisionId) -> Option<&str> {
        let of = |found: &&Found| found.revision == *revision;
        self.found.iter().find(of).map(|found| found.by.as_str())
    }

    /// The versions of files that declare it.
    fn versions(&self, revision: &RevisionId) -> impl Iterator<Item = &Version> {
        let of = move |found: &&Found| found.revision == *revision;
        self.found.iter().filter(of).map(|found| &found.version)
    }
}

fn held(
    repository: &Connection,
    tips: &[Tip],
    environment: &EnvironmentGraph,
    revisions: &BTreeSet<&RevisionId>,
) -> Result<Held, GitError> {
    let commits: Vec<Oid> = tips.iter().map(|one| one.commit.clone()).collect();
    let versions = repository.versions(From::Commits(&commits), &folders(environment))?;
    let others = known_to_be_others(repository, environment, revisions)?;
    let Versions { found, complete } = versions;
    let versions = found
        .into_iter()
        .filter(|version| !others.contains(&version.oid))
        .collect();
    let mut found = Vec::new();
    for (version, revision) in declaring(repository, versions, revisions)? {
        let by = first_with(repository, tips, &version)?;
        found.push(Found {
            revision,
            by: by.unwrap_or_else(|| "another branch".into()),
            version,
        });
    }
    Ok(Held { found, complete })
}

/// The contents that HEAD has for revisions that are not asked about: they need not be read.
fn known_to_be_others(
    repository: &Connection,
    environment: &EnvironmentGraph,
    revisions: &BTreeSet<&RevisionId>,
) -> Result<HashSet<Oid>, GitError> {
    let others: HashSet<&str> = environment
        .revisions
        .iter()
        .filter(|node| !revisions.contains(&node.id))
        .map(|node| node.path.as_str())
        .collect();
    Ok(contents_of_head(repository, environment)?
        .into_iter()
        .filter(|(path, _)| others.contains(path.as_str()))
        .map(|(_, oid)| oid)
        .collect())
}

/// The object ids of the revision files of HEAD, by path.
fn contents_of_head(
    repository: &Connection,
    environment: &EnvironmentGraph,
) -> Result<BTreeMap<String, Oid>, GitError> {
    let Some(head) = repository.commit("HEAD")? else {
        return Ok(BTreeMap::new());
    };
    let paths: Vec<String> = environment
        .revisions
        .iter()
        .map(|node| node.path.to_string())
        .collect();
    Ok(repository
        .oids_in_tree(&head, &paths)?
        .into_iter()
        .collect())
}

/// The folders with revision files.
pub fn folders(environment: &EnvironmentGraph) -> Vec<String> {
    environment
        .version_locations
        .iter()
        .map(|folder| folder.as_str().to_owned())
        .collect()
}

/// The versions that declare one of these revisions.
pub fn declaring(
    repository: &Connection,
    versions: Vec<Version>,
    revisions: &BTreeSet<&RevisionId>,
) -> Result<Vec<(Version, RevisionId)>, GitError> {
    let oids: Vec<Oid> = versions.iter().map(|version| version.oid.clone()).collect();
    let contents = repository.blobs(&oids)?;
    let mut found = Vec::new();
    for (version, content) in std::iter::zip(versions, contents) {
        let Blob::Content(content) = content else {
            return Err(GitError::MissingObject {
                object: version.oid.to_string(),
                needed_for: "cannot read a version of a revision file",
            });
        };
        let Ok(path) = RepoPath::new(&version.path) else {
            continue;
        };
        let text = String::from_utf8_lossy(&content);
        let named = revisions
            .iter()
            .any(|id| version.path.contains(id.as_str()) || text.contains(id.as_str()));
        if named
            && let Some(id) = declared_id(&path, &content)
            && revisions.contains(&id)
        {
            found.push((version, id));
        }
    }
    Ok(found)
}

/// What people call the first of the commits that can reach this version.
pub fn first_with(
    repository: &Connection,
    tips: &[Tip],
    version: &Version,
) -> Result<Option<String>, GitError> {
    let path = [version.path.clone()];
    for one in tips {
        let there = repository.versions(From::Commits(std::slice::from_ref(&one.commit)), &path)?;
        if there.found.iter().any(|found| found.oid == version.oid) {
            return Ok(Some(one.name.clone()));
        }
    }
    Ok(None)
}
