//! Which revisions others may have: whatever the target, a release or another remote branch has
//! ever held.
//!
//! A commit that was squashed or picked has another object id on the other side, so it is not commits that
//! are compared: every version of every revision file that those refs can reach is looked through for the
//! ids in question. What a ref once held counts even if it was removed again, since a database may have
//! applied it meanwhile.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use onehead_configuration::PublishedSettings;
use onehead_forecast::Target;
use onehead_git::{Blob, Connection, From, GitError, Oid, Ref, RefName, Version, Versions};
use onehead_model::{EnvironmentGraph, Node, RepoPath, RevisionId};
use onehead_scan::declared_id;

/// The refs of a clone, by what they say about a revision that they hold.
pub(crate) struct Refs {
    /// Whether history ends where it was cut.
    shallow: bool,
    /// Those that publish it; the target first, then by name.
    publishing: Vec<Tip>,
    /// Other local branches: work goes on there.
    building: Vec<Tip>,
    /// What people call the branch that is worked on, if the settings say that it is a release.
    release: Option<String>,
}

/// A commit that a clone knows by a name.
pub(crate) struct Tip {
    /// What people call it.
    name: String,
    commit: Oid,
}

impl Tip {
    pub(crate) fn of(one: Ref) -> Self {
        Self {
            name: one.name.short().to_owned(),
            commit: one.commit,
        }
    }
}

impl Refs {
    pub(crate) fn of(
        repository: &Connection,
        target: Option<&Target>,
        settings: &PublishedSettings,
    ) -> Result<Self, GitError> {
        let own = OwnRefs::of(repository)?;
        let is_target =
            |one: &Ref| target.is_some_and(|target| target.full_name.as_ref() == Some(&one.name));
        let mut publishing: Vec<Tip> = target
            .map(|target| Tip {
                name: target.name.clone(),
                commit: target.oid.clone(),
            })
            .into_iter()
            .collect();
        let mut building = Vec::new();
        for one in repository.refs()? {
            if is_target(&one) {
                continue;
            }
            let remote = one.name.starts_with("refs/remotes/");
            if settings.publishes(&one.name) || (remote && !own.holds(&one.name)) {
                publishing.push(Tip::of(one));
            } else if one.name.branch().is_some() && !own.holds(&one.name) {
                building.push(Tip::of(one));
            }
        }
        Ok(Self {
            shallow: repository.is_shallow()?,
            publishing,
            building,
            release: own
                .0
                .iter()
                .find(|name| settings.publishes(name))
                .map(|name| name.short().to_owned()),
        })
    }

    /// What they say about these revisions of an environment.
    pub(crate) fn publication(
        &self,
        repository: &Connection,
        environment: &EnvironmentGraph,
        revisions: &BTreeSet<&RevisionId>,
    ) -> Result<Publication, GitError> {
        let held = |tips: &[Tip]| held(repository, tips, environment, revisions);
        let publishing = held(&self.publishing)?;
        Ok(Publication {
            gap: match (self.shallow, publishing.complete) {
                (true, _) => Some(SHALLOW),
                (_, false) => Some(PARTIAL),
                _ => None,
            },
            publishing,
            building: held(&self.building)?,
            release: self.release.clone(),
            asked: revisions.iter().copied().cloned().collect(),
            duplicated: duplicated(environment).into_iter().cloned().collect(),
            head: contents_of_head(repository, environment)?,
        })
    }
}

const SHALLOW: &str = "this clone is shallow, so it is not known which revisions are published; run `git fetch --unshallow`";
const PARTIAL: &str = "this is a partial clone, so it is not known which revisions are published; clone without `--filter`";

/// Who has the revisions of an environment.
pub(crate) struct Publication {
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
    /// What people call a ref that publishes the revision.
    pub(crate) fn publisher(&self, revision: &RevisionId) -> Option<&str> {
        self.publishing.by(revision)
    }

    /// Why some revision may be published though nothing here says so.
    pub(crate) fn gap(&self) -> Option<&'static str> {
        self.gap
    }

    /// What people call the branch that is worked on, if the settings say that it is a release.
    pub(crate) fn release(&self) -> Option<&str> {
        self.release.as_deref()
    }

    /// What people call another local branch that has it.
    pub(crate) fn builder(&self, revision: &RevisionId) -> Option<&str> {
        self.building.by(revision)
    }

    /// Whether this file is published, and not only another of the same id.
    pub(crate) fn is_published(&self, node: &Node) -> bool {
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
    pub(crate) fn may_be_applied(&self, node: &Node) -> bool {
        !self.asked.contains(&node.id) || self.is_published(node)
    }

    pub(crate) fn is_committed(&self, node: &Node) -> bool {
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

/// The refs that are the checked-out branch itself: here, and under the same name on the remote that it is
/// pushed to. What it merely follows, and what another remote calls the same, belongs to others as well.
struct OwnRefs(Vec<RefName>);

impl OwnRefs {
    fn of(repository: &Connection) -> Result<Self, GitError> {
        let here = match repository.symbolic_ref(&RefName::head())? {
            Some(here) => vec![here],
            None => Self::at_head(repository)?,
        };
        let mut names = Vec::new();
        for one in here {
            if let Some(branch) = one.branch() {
                let remote = repository.push_remote(branch)?;
                names.extend(RefName::new(&format!("refs/remotes/{remote}/{branch}")));
            }
            names.push(one);
        }
        Ok(Self(names))
    }

    /// The branches at the commit of a detached HEAD: jj works like this, and CI. Where no local branch is there, the only
    /// remote one is.
    fn at_head(repository: &Connection) -> Result<Vec<RefName>, GitError> {
        let head = repository.commit("HEAD")?;
        let refs = repository.refs()?.into_iter();
        let here = refs.filter(|one| Some(&one.commit) == head.as_ref());
        let names: Vec<RefName> = here.map(|one| one.name).collect();
        let local: Vec<RefName> = names
            .iter()
            .filter(|name| name.branch().is_some())
            .cloned()
            .collect();
        if !local.is_empty() {
            return Ok(local);
        }
        let mut remote = names
            .into_iter()
            .filter(|name| name.starts_with("refs/remotes/") && !name.ends_with("/HEAD"));
        Ok(match (remote.next(), remote.next()) {
            (Some(only), None) => vec![only],
            _ => Vec::new(),
        })
    }

    fn holds(&self, name: &RefName) -> bool {
        self.0.contains(name)
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
pub(crate) fn folders(environment: &EnvironmentGraph) -> Vec<String> {
    environment
        .version_locations
        .iter()
        .map(|folder| folder.as_str().to_owned())
        .collect()
}

/// The versions that declare one of these revisions.
pub(crate) fn declaring(
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
pub(crate) fn first_with(
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

/// The ids that several files of an environment have.
pub(crate) fn duplicated(environment: &EnvironmentGraph) -> BTreeSet<&RevisionId> {
    let pairs = environment.revisions.windows(2);
    pairs
        .filter(|pair| pair[0].id == pair[1].id)
        .map(|pair| &pair[0].id)
        .collect()
}
