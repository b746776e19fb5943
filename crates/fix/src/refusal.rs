//! Why a fix is not carried out: one set of reasons for every command and hook.

use onehead_forecast::ReadError;
use onehead_git::{GitError, Unfinished};
use onehead_model::{Explanation, Finding, RepoPath};
use onehead_render::RenderError;
use onehead_scan::ScanError;
use onehead_stage::{Failed, StageError};

use crate::alembic::AlembicError;
use crate::post_write::PostWriteError;

/// Why a fix that could be planned is not carried out. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The settings rule the strategy out.
    #[error("the settings forbid this strategy")]
    Forbidden,
    /// A rebase, a cherry-pick or the like is open, or a merge where none may be.
    #[error("a {} is open", name(.0))]
    Open(Unfinished),
    /// A merge is open, in which git commits no single file.
    #[error("git commits no single file while a merge is open")]
    OpenMerge,
    /// HEAD lacks what the fix builds on; what that is, with its verb.
    #[error("{0} not in HEAD, so a commit of the fix alone would lack a parent")]
    NotCommitted(String),
    /// The index of the open merge lacks what the fix builds on; what that is, with its verb.
    #[error("{0} not in the index of the open merge")]
    NotInMerge(String),
    /// There is no commit that the target could be integrated into.
    #[error("cannot integrate the target: this branch has no commit yet")]
    NoCommit,
    /// The target and the branch have no ancestor in common.
    #[error("`{target}` and this branch have no common ancestor")]
    Unrelated {
        /// What people call the target.
        target: String,
        /// Whether the clone is shallow, so that there may be one.
        shallow: bool,
    },
    /// A revision file that no commit has.
    #[error("`{0}` is not committed")]
    UncommittedRevision(RepoPath),
    /// Changes that are not committed.
    #[error("the working tree has uncommitted changes")]
    UncommittedChanges,
    /// The target is integrated, and something is wrong that was not predicted.
    #[error("{}; everything was rolled back", not_as_predicted(.0))]
    NotAsPredicted(Vec<Finding>),
    /// With the fix, databases that others have would go wrong.
    #[error("{}: nothing was written: with this fix an upgrade would fail or skip a revision in a database of published revisions", .0.environment)]
    Unsafe(Box<Explanation>),
}

/// What people call what is open.
fn name(unfinished: &Unfinished) -> &'static str {
    match unfinished {
        Unfinished::Merge(_) => "merge",
        Unfinished::Rebase => "rebase",
        Unfinished::Am => "`git am`",
        Unfinished::CherryPick => "cherry-pick",
        Unfinished::Revert => "revert",
    }
}

fn not_as_predicted(findings: &[Finding]) -> String {
    let first = findings
        .first()
        .map_or("there are other findings", |finding| &finding.message);
    format!("the result with the target differs from the forecast: {first}")
}

/// Why there is no fix.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// It is not carried out.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A state cannot be scanned.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A merge revision cannot look as it was asked to.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The project's own Alembic did not render.
    #[error(transparent)]
    Alembic(#[from] AlembicError),
    /// A post-write hook failed.
    #[error(transparent)]
    PostWrite(#[from] PostWriteError),
    /// Staging failed; what it had done is undone.
    #[error(transparent)]
    Stage(#[from] StageError),
}

impl Failed for FixError {
    fn what_failed(&self) -> String {
        match self {
            Self::Stage(error) | Self::PostWrite(PostWriteError::Interrupted(error)) => {
                error.what_failed()
            }
            Self::Refused(Refusal::NotAsPredicted(findings)) => not_as_predicted(findings),
            other => other.to_string(),
        }
    }
}
