//! What is checked out: the commit and the working tree, with their environments.

use onehead_git::{Connection, Object};
use onehead_model::{Environment, Limit, LimitKind, Revision, RevisionId};
use onehead_scan::{ScanOptions, Snapshot, SourceSpec};

/// The commit that is checked out and the working tree, as far as they can be scanned.
pub(crate) struct States {
    worktree: Option<Snapshot>,
    head: Option<Snapshot>,
    bare: bool,
    /// Why one of them cannot be.
    pub(crate) limits: Vec<Limit>,
}

impl States {
    pub(crate) fn read(repository: &Connection, options: &ScanOptions) -> Self {
        let mut limits = Vec::new();
        let mut open = |source: SourceSpec, name: &str| {
            let options = ScanOptions {
                allow_none: true,
                ..options.clone()
            };
            let snapshot = Snapshot::open(repository, &options, &source);
            let limit = |error: &onehead_scan::ScanError| Limit {
                kind: LimitKind::UnreadableConfiguration,
                message: format!("the environments of {name} cannot be read: {error}"),
                hint: None,
                commit: None,
            };
            snapshot.map_err(|error| limits.push(limit(&error))).ok()
        };
        let bare = repository.is_bare();
        let has_head = matches!(repository.commit("HEAD"), Ok(Some(_)));
        Self {
            worktree: (!bare)
                .then(|| open(SourceSpec::Worktree, "the working tree"))
                .flatten(),
            head: has_head
                .then(|| open(SourceSpec::Commit("HEAD".into()), "HEAD"))
                .flatten(),
            bare,
            limits,
        }
    }

    fn environments(&self) -> impl Iterator<Item = &Environment> {
        let states = self.worktree.iter().chain(&self.head);
        states.flat_map(|state| &state.report().environments)
    }

    /// The environment that reads a folder, or would: that with the longest path.
    pub(crate) fn environment_of(&self, path: &str) -> Option<&str> {
        let folders = self.environments().flat_map(|one| {
            let folders = one.version_locations.iter();
            folders.map(move |folder| (folder.as_str(), one.name.as_str()))
        });
        folders
            .filter(|(folder, _)| is_below(path, folder))
            .max_by_key(|(folder, _)| folder.len())
            .map(|(_, name)| name)
    }

    /// The revisions that are checked out, with what git has of their files; none of a file that no commit has as it is.
    pub(crate) fn revisions(&self) -> impl Iterator<Item = (&Revision, Option<Object>)> {
        of(&self.head, true).chain(of(&self.worktree, false))
    }

    /// Whether the working tree has the revision of an environment; none where there is no working tree, or where it
    /// cannot be read.
    pub(crate) fn worktree_has(&self, environment: Option<&str>, id: &RevisionId) -> Option<bool> {
        if self.bare {
            return None;
        }
        let mut environments = self.worktree.as_ref()?.report().environments.iter();
        Some(environments.any(|one| {
            environment.is_none_or(|name| one.name == name)
                && one.revisions.iter().any(|revision| revision.id == *id)
        }))
    }
}

/// The revisions of a state; with `committed`, what git has of their files.
fn of(
    state: &Option<Snapshot>,
    committed: bool,
) -> impl Iterator<Item = (&Revision, Option<Object>)> {
    let revisions = state.iter().flat_map(|state| {
        let environments = state.report().environments.iter();
        let revisions = environments.flat_map(|one| &one.revisions);
        revisions.map(move |one| (state, one))
    });
    revisions.map(move |(state, one)| {
        let object = committed.then(|| state.object(one.path.as_str())).flatten();
        (one.as_ref(), object)
    })
}

fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder == "." || folder.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
}
