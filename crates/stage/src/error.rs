//! Why nothing was done.

use std::io;

use onehead_git::{Connection, GitError};
use onehead_model::RepoPath;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The document says that something could not be rendered.
    #[error("{message}\nhint: {hint}")]
    Unrendered {
        /// The first finding.
        message: String,
        /// Its way out.
        hint: String,
    },
    /// The path is not one that may be written.
    #[error("refused to write {path}: {reason}")]
    Refused {
        /// The path.
        path: RepoPath,
        /// Why.
        reason: String,
    },
    /// The file that is to be replaced is not the one that the plan was made for.
    #[error(
        "{0} is not as it was when the change was planned\nhint: run the command again; it plans anew"
    )]
    Changed(RepoPath),
    /// Another process is replacing the same file.
    #[error(
        "{0} is being changed by another process\nhint: run the command again when that is done"
    )]
    Busy(RepoPath),
    /// Another process brings a branch in.
    #[error(
        "another onehead is at work in this working tree; nothing was changed\nhint: run the command again when that is done"
    )]
    NotAlone,
    /// HEAD is not where the plan was made.
    #[error(
        "HEAD has moved since the mend was planned; nothing was changed\nhint: run the command again; it plans anew"
    )]
    Moved,
    /// The index holds something else than the file to be replaced.
    #[error(
        "{0} has changes that are not staged, and adding it would take them along\nhint: `git add -- {0}` stages them, `git stash push -- {0}` puts them aside"
    )]
    PartlyStaged(RepoPath),
    /// The index has several versions of the file to be replaced.
    #[error("{0} is in conflict in the index\nhint: resolve the conflict, then `git add -- {0}`")]
    Unmerged(RepoPath),
    /// git was told not to look at the file to be replaced.
    #[error(
        "{0} is marked in the index as one that git does not look at\nhint: `git update-index --no-assume-unchanged --no-skip-worktree -- {0}`"
    )]
    Hidden(RepoPath),
    /// The commit would hold more than the plan.
    #[error(
        "{0} has changes that are in no commit yet, and this commit would take them along\nhint: commit them first, or leave out `--commit`"
    )]
    Uncommitted(RepoPath),
    /// The content is not what it says it is.
    #[error("the content of {0} is not base 64")]
    Content(RepoPath),
    /// The file exists.
    #[error(
        "{0} exists already, and no file is overwritten\nhint: remove it if it is not wanted, or choose another --rev-id"
    )]
    Exists(RepoPath),
    /// The index has the path.
    #[error(
        "{0} is in the index already, though not in the working tree\nhint: `git restore -- {0}` brings it back, `git rm --cached -- {0}` forgets it"
    )]
    InIndex(RepoPath),
    /// Writing failed.
    #[error("cannot write {path}: {source}; nothing was changed")]
    Write {
        /// The path.
        path: RepoPath,
        /// Why.
        source: io::Error,
    },
    /// git failed.
    #[error("{0}; nothing was changed")]
    Git(GitError),
    /// A commit was asked for outside a git repository.
    #[error("there is no git repository here to commit to")]
    NoRepository,
    /// Somebody pressed Ctrl-C, or asked the process to end.
    #[error("interrupted; nothing was changed")]
    Interrupted,
    /// The commit failed, and files that had been written for it were not as they had been written.
    #[error("{failure}{}", said(kept))]
    ChangedMeanwhile {
        /// Why the commit failed.
        failure: Box<StageError>,
        /// Each path, with an object that keeps what the file held.
        kept: Vec<(String, String)>,
    },
    /// Something failed, and undoing it failed as well.
    #[error(
        "{}\nerror: undoing it failed: {undo}\nhint: `git status` shows what is left; remove the files named above",
        failure.replace(NOTHING, "")
    )]
    NotUndone {
        /// What failed.
        failure: String,
        /// What could not be undone.
        undo: String,
    },
}

/// What every failure says whose traces could be removed.
const NOTHING: &str = "; nothing was changed";

fn said(kept: &[(String, String)]) -> String {
    let line = |(path, oid): &(String, String)| {
        format!(
            "\nnote: {path} was changed while git committed, most likely by a hook; `git cat-file blob {oid}` shows how"
        )
    };
    kept.iter().map(line).collect()
}

impl StageError {
    /// A commit that failed leaves files as they were written, so that they can be undone: what a hook, or
    /// anybody else, made of them meanwhile is kept as an object.
    pub(crate) fn and_put_back(self, repository: &Connection, paths: &[String]) -> Self {
        match repository.put_back_as_staged(paths) {
            Ok(kept) if !kept.is_empty() => Self::ChangedMeanwhile {
                failure: Box::new(self),
                kept,
            },
            _ => self,
        }
    }
}
