//! Every version of a file that declares what was asked for.

use std::collections::{BTreeSet, HashSet};

use onehead_git::{Blob, ChangedCommit, Connection, EntryKind, GitError, Oid};
use onehead_model::words::counted;
use onehead_model::{Limit, LimitKind, RepoPath, RevisionId};
use onehead_scan::{Declared, DeclaredRevision, declared};

use super::asked::Asked;
use super::states::States;

/// A file as some commit has it, or as only the working tree has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Wanted {
    pub(crate) path: String,
    pub(crate) oid: Option<Oid>,
}

/// A version of a file, and the revision that it declares.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) wanted: Wanted,
    pub(crate) revision: DeclaredRevision,
}

/// Versions of files that declare a revision, and what could not be read.
#[derive(Debug, Default)]
pub(crate) struct Versions {
    pub(crate) found: Vec<Known>,
    /// The files that cannot be read, or compute their id.
    unread: BTreeSet<String>,
    /// Whether contents are not in this clone.
    missing: bool,
}

/// So many contents are held at once.
const AT_ONCE: usize = 256;

impl Versions {
    /// Looks where revisions lie, and if that gives nothing, at every Python file.
    pub(crate) fn read(
        repository: &Connection,
        past: &[ChangedCommit],
        states: &States,
        asked: &Asked<'_>,
    ) -> Result<Self, GitError> {
        let (near, far): (Vec<Wanted>, Vec<Wanted>) = all(past)
            .into_iter()
            .partition(|one| is_near(states, &one.path));
        let mut versions = Self {
            found: checked_out(states),
            ..Self::default()
        };
        versions.look(repository, &near, asked)?;
        let fitting = asked.fitting(versions.found.iter().map(|known| &known.revision));
        if fitting.is_empty() {
            versions.look(repository, &far, asked)?;
            versions.look_for_computed(repository, &near)?;
            return Ok(versions);
        }
        // A folder that was moved keeps the names of its files.
        let ids: HashSet<RevisionId> = fitting.iter().map(|one| one.id.clone()).collect();
        let names: HashSet<String> = versions
            .found
            .iter()
            .filter(|known| ids.contains(&known.revision.id))
            .map(|known| name(&known.wanted.path).to_owned())
            .collect();
        let moved: Vec<Wanted> = far
            .into_iter()
            .filter(|one| names.contains(name(&one.path)))
            .collect();
        versions.look(repository, &moved, asked)?;
        Ok(versions)
    }

    /// Adds others.
    pub(crate) fn add(&mut self, others: Self) {
        self.found.extend(others.found);
        self.unread.extend(others.unread);
        self.missing |= others.missing;
    }

    /// Those of one revision.
    pub(crate) fn of(&self, id: &RevisionId) -> Vec<&Known> {
        let known = self.found.iter();
        known.filter(|known| known.revision.id == *id).collect()
    }

    /// What keeps them from being all.
    pub(crate) fn limits(&self) -> Vec<Limit> {
        let mut limits = Vec::new();
        if self.missing {
            limits.push(Limit {
                kind: LimitKind::MissingContent,
                message:
                    "versions of files are not in this clone: which revisions they are is not known"
                        .into(),
                hint: Some("git fetch --refetch --no-filter".into()),
                commit: None,
            });
        }
        if let Some(first) = self.unread.first() {
            limits.push(Limit {
                kind: LimitKind::UnreadVersions,
                message: format!(
                    "versions of {} do not tell which revision they are, such as {first}",
                    counted(self.unread.len(), "file")
                ),
                hint: None,
                commit: None,
            });
        }
        limits
    }

    /// Reads those of which the text or the name has what was asked for.
    fn look(
        &mut self,
        repository: &Connection,
        wanted: &[Wanted],
        asked: &Asked<'_>,
    ) -> Result<(), GitError> {
        self.read_each(repository, wanted, |versions, one, path, content| {
            let is_named = || String::from_utf8_lossy(content).contains(asked.needle());
            if !one.path.contains(asked.needle()) && !is_named() {
                return;
            }
            match declared(path, content) {
                Declared::Revision(revision) => versions.found.push(Known {
                    wanted: one.clone(),
                    revision,
                }),
                Declared::Broken | Declared::Computed => {
                    versions.unread.insert(one.path.clone());
                }
                Declared::Nothing => {}
            }
        })
    }

    /// Notes those that may be any revision.
    fn look_for_computed(
        &mut self,
        repository: &Connection,
        wanted: &[Wanted],
    ) -> Result<(), GitError> {
        let is_told: HashSet<Wanted> = self.found.iter().map(|one| one.wanted.clone()).collect();
        self.read_each(repository, wanted, |versions, one, path, content| {
            if declared(path, content) == Declared::Computed && !is_told.contains(one) {
                versions.unread.insert(one.path.clone());
            }
        })
    }

    fn read_each(
        &mut self,
        repository: &Connection,
        wanted: &[Wanted],
        mut each: impl FnMut(&mut Self, &Wanted, &RepoPath, &[u8]),
    ) -> Result<(), GitError> {
        for chunk in wanted.chunks(AT_ONCE) {
            let oids: Vec<Oid> = chunk.iter().filter_map(|one| one.oid.clone()).collect();
            for (one, blob) in std::iter::zip(chunk, repository.blobs(&oids)?) {
                match (blob, RepoPath::new(&one.path)) {
                    (Blob::Content(content), Ok(path)) => each(self, one, &path, &content),
                    (Blob::Missing, _) => self.missing = true,
                    (_, Err(_)) => {}
                }
            }
        }
        Ok(())
    }
}

/// Every version of every file that commits brought or took away.
fn all(past: &[ChangedCommit]) -> BTreeSet<Wanted> {
    let changes = past.iter().flat_map(|one| &one.changes);
    changes
        .flat_map(|change| {
            let objects = change.before.iter().chain(&change.after);
            objects
                .filter(|object| object.kind == EntryKind::File)
                .map(|object| Wanted {
                    path: change.path.clone(),
                    oid: Some(object.oid.clone()),
                })
        })
        .collect()
}

/// What is checked out, read with the files that it imports.
fn checked_out(states: &States) -> Vec<Known> {
    let revisions = states.revisions();
    revisions
        .map(|(revision, object)| Known {
            wanted: Wanted {
                path: revision.path.to_string(),
                oid: object.map(|object| object.oid),
            },
            revision: DeclaredRevision {
                id: revision.id.clone(),
                message: revision.message.clone(),
                down_revisions: revision.down_revisions.clone(),
                branch_labels: revision.branch_labels.clone(),
            },
        })
        .collect()
}

/// Whether revisions are likely there: in what an environment reads, or where Alembic puts them.
fn is_near(states: &States, path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    folders.any(|folder| folder == "versions") || states.environment_of(path).is_some()
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
