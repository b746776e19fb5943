//! The index: what must hold in it before anything is written, adding, committing.

use onehead_git::{Connection, GitError, IndexEntry, Oid};
use onehead_model::{Change, RenderReport, Replaced, RepoPath};

use crate::StageError;
use crate::content::bytes;
use crate::order::is_given_up;

/// The index and HEAD as they were before anything was done.
pub(crate) struct Index<'a> {
    repository: &'a Connection,
    head: Option<Oid>,
    /// The entry of each path that the plan names.
    before: Vec<(RepoPath, IndexEntry)>,
}

impl<'a> Index<'a> {
    /// Looks at every path of the plan.
    ///
    /// # Errors
    /// Adding, or committing if that is wanted, would lose or take along work that the plan does not know.
    pub(crate) fn look(
        repository: &'a Connection,
        plan: &RenderReport,
        is_commit: bool,
    ) -> Result<Self, StageError> {
        let mut before = Vec::new();
        for change in &plan.changes {
            if let Some(old) = &change.replaces {
                let entry = entry(repository, &old.path)?;
                check_replaced(repository, old, &entry, is_commit)?;
                before.push((old.path.clone(), entry));
            }
            if change.is_new_path() && !is_given_up(plan, &change.path) {
                if repository
                    .is_in_index(change.path.as_str())
                    .map_err(StageError::Git)?
                {
                    return Err(StageError::InIndex(change.path.clone()));
                }
                before.push((change.path.clone(), IndexEntry::Absent));
            }
        }
        let head = repository.resolve("HEAD").map_err(StageError::Git)?;
        Ok(Self {
            repository,
            head,
            before,
        })
    }

    /// Adds the file of a change, and takes the old name of a renamed one out. Each entry is announced before it
    /// changes.
    pub(crate) fn add(
        &self,
        change: &Change,
        mut announce: impl FnMut(&RepoPath),
    ) -> Result<(), StageError> {
        announce(&change.path);
        self.repository
            .add(change.path.as_str())
            .map_err(StageError::Git)?;
        let renamed = change.replaces.as_ref().filter(|_| change.is_new_path());
        let Some(old) = renamed else { return Ok(()) };
        announce(&old.path);
        let steps = || match self.before(&old.path) {
            IndexEntry::Absent => Ok(()),
            entry => {
                // Where git does not look at permissions, the new name would lose them.
                if matches!(entry, IndexEntry::Staged { mode, .. } if mode == "100755") {
                    self.repository.make_executable(change.path.as_str())?;
                }
                self.repository.forget_in_index(old.path.as_str())
            }
        };
        steps().map_err(StageError::Git)
    }

    /// Commits exactly the paths of the plan.
    pub(crate) fn commit(&self, message: &str) -> Result<Oid, StageError> {
        let paths: Vec<String> = self
            .before
            .iter()
            .map(|(path, _)| path.to_string())
            .collect();
        match self.repository.commit_only(&paths, message) {
            Ok(commit) => Ok(commit),
            // Somebody else's commit may have taken the staged files along meanwhile.
            Err(error) => match self.commit_with(&paths) {
                Some(commit) => Ok(commit),
                None => Err(StageError::Git(error).and_put_back(self.repository, &paths)),
            },
        }
    }

    /// Whether somebody else has committed meanwhile what is staged for this path; then it is theirs.
    pub(crate) fn is_committed(&self, path: &RepoPath) -> bool {
        self.commit_with(&[path.to_string()]).is_some()
    }

    fn commit_with(&self, paths: &[String]) -> Option<Oid> {
        let look = || self.repository.head_with_index(paths, self.head.as_ref());
        // Ctrl-C ends the processes of git with the commit, and the next question starts new ones.
        look().or_else(|_| look()).ok().flatten()
    }

    /// Puts the entry of a path back.
    pub(crate) fn restore(&self, path: &RepoPath) -> Result<(), GitError> {
        let entry = self.before(path);
        let is_gone = *entry == IndexEntry::Absent
            && !self.repository.is_in_index(path.as_str()).unwrap_or(true);
        if is_gone {
            return Ok(());
        }
        self.repository.restore_index_entry(path.as_str(), entry)
    }

    fn before(&self, path: &RepoPath) -> &IndexEntry {
        let found = self.before.iter().find(|(known, _)| known == path);
        found.map_or(&IndexEntry::Absent, |(_, entry)| entry)
    }
}

fn entry(repository: &Connection, path: &RepoPath) -> Result<IndexEntry, StageError> {
    repository
        .index_entry(path.as_str())
        .map_err(StageError::Git)
}

/// What is staged of a file must be the file, and what a commit records beyond the plan must be nothing.
fn check_replaced(
    repository: &Connection,
    old: &Replaced,
    entry: &IndexEntry,
    is_commit: bool,
) -> Result<(), StageError> {
    let path = || old.path.clone();
    let staged = match entry {
        IndexEntry::Unmerged => return Err(StageError::Unmerged(path())),
        IndexEntry::Hidden => return Err(StageError::Hidden(path())),
        IndexEntry::Absent | IndexEntry::IntentToAdd => None,
        IndexEntry::Staged { oid, .. } => Some(oid),
    };
    if let Some(oid) = staged {
        let bytes = bytes(&old.path, &old.content)?;
        let is_same = repository
            .would_add_nothing(old.path.as_str(), &bytes, oid)
            .map_err(StageError::Git)?;
        if !is_same {
            return Err(StageError::PartlyStaged(path()));
        }
    }
    if is_commit {
        let recorded = repository
            .oid_at_head(old.path.as_str())
            .map_err(StageError::Git)?;
        if recorded.is_none() || recorded.as_ref() != staged {
            return Err(StageError::Uncommitted(path()));
        }
    }
    Ok(())
}
