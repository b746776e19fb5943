//! Why nothing was done.

use std::io;

use onehead_git::{Connection, GitError, Oid};
use onehead_model::{Finding, RepoPath};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The document says that something could not be rendered.
    #[error("the plan is incomplete: {}", unrendered(.0))]
    Unrendered(Box<Finding>),
    /// The path is not one that may be written.
    #[error("cannot write `{path}`: {reason}")]
    Refused {
        /// The path.
        path: RepoPath,
        /// Why.
        reason: String,
    },
    /// The file that is to be replaced is not the one that the plan was made for.
    #[error("{}; nothing was changed", self.what_failed())]
    Changed(RepoPath),
    /// Another process is replacing the same file.
    #[error("another process is changing `{0}`")]
    Busy(RepoPath),
    /// Another process integrates a branch.
    #[error("{}; nothing was changed", self.what_failed())]
    NotAlone,
    /// HEAD is not where the plan was made.
    #[error("{}; nothing was changed", self.what_failed())]
    Moved,
    /// The index holds something else than the file to be replaced.
    #[error("`{0}` has unstaged changes, which `git add` would include")]
    PartlyStaged(RepoPath),
    /// The index has several versions of the file to be replaced.
    #[error("`{0}` has an unresolved merge conflict")]
    Unmerged(RepoPath),
    /// git was told not to look at the file to be replaced.
    #[error("the index marks `{0}` as assume-unchanged or skip-worktree")]
    Hidden(RepoPath),
    /// The commit would hold more than the plan.
    #[error("`{0}` has uncommitted changes, which this commit would include")]
    Uncommitted(RepoPath),
    /// The content is not what it says it is.
    #[error("the content of `{0}` is not base64")]
    Content(RepoPath),
    /// The file exists.
    #[error("`{0}` exists already; no file is overwritten")]
    Exists(RepoPath),
    /// The index has the path.
    #[error("`{0}` is in the index but not in the working tree")]
    InIndex(RepoPath),
    /// Writing failed.
    #[error("{}; nothing was changed", self.what_failed())]
    Write {
        /// The path.
        path: RepoPath,
        /// Why.
        source: io::Error,
    },
    /// git failed.
    #[error("{}; nothing was changed", self.what_failed())]
    Git(GitError),
    /// A commit was asked for outside a git repository.
    #[error("cannot commit: this folder is in no git repository")]
    NoRepository,
    /// Somebody pressed Ctrl-C, or asked the process to end.
    #[error("{}; nothing was changed", self.what_failed())]
    Interrupted,
    /// The commit failed, and files that had been written for it were not as they had been written.
    #[error("{failure}{}", said(kept))]
    ChangedMeanwhile {
        /// Why the commit failed.
        failure: Box<StageError>,
        /// Each path, with an object that keeps what the file held.
        kept: Vec<(String, Oid)>,
    },
    /// Something failed, and undoing it failed as well.
    #[error("{failure}\nerror: roll back failed: {undo}")]
    NotUndone {
        /// [What failed](Failed::what_failed).
        failure: String,
        /// What could not be undone.
        undo: String,
    },
}

/// A failure of which it is not yet known whether everything is as it was before.
pub trait Failed: From<StageError> {
    /// What failed, without a word on what is left of it.
    fn what_failed(&self) -> String;
}

impl Failed for StageError {
    fn what_failed(&self) -> String {
        match self {
            Self::Changed(path) => format!("`{path}` has changed since the fix was planned"),
            Self::NotAlone => "another onehead is running in this working tree".into(),
            Self::Moved => "HEAD has moved since the fix was planned".into(),
            Self::Write { path, source } => format!("cannot write `{path}`: {source}"),
            Self::Git(error) => error.to_string(),
            Self::Interrupted => "interrupted".into(),
            Self::ChangedMeanwhile { failure, kept } => failure.what_failed() + &said(kept),
            other => other.to_string(),
        }
    }
}

fn unrendered(finding: &Finding) -> String {
    let Finding { code, message, .. } = finding;
    match &finding.location {
        Some(place) => format!("{place}: {message} ({code})"),
        None => format!("{message} ({code})"),
    }
}

fn said(kept: &[(String, Oid)]) -> String {
    let line = |(path, oid): &(String, Oid)| {
        format!(
            "\nnote: `{path}` was changed during the commit, probably by a hook; `git cat-file blob {oid}` shows that version"
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
