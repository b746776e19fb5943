//! Why a fix is not carried out: one set of reasons for every command and hook.

use onehead_forecast::ReadError;
use onehead_git::{GitError, Unfinished};
use onehead_model::{Explanation, Finding, RepoPath};
use onehead_render::RenderError;
use onehead_scan::ScanError;
use onehead_stage::StageError;

use crate::alembic::AlembicError;
use crate::post_write::PostWriteError;

/// Why a fix that could be planned is not carried out. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The settings rule the strategy out.
    #[error("the settings forbid that strategy")]
    Forbidden,
    /// A rebase, a cherry-pick or the like is open, or a merge where none may be.
    #[error("a {} is open, and a commit now would land in the middle of it", name(.0))]
    Open(Unfinished),
    /// A merge is open, in which git commits no single file.
    #[error("a merge is open, and git commits no single file then")]
    OpenMerge,
    /// HEAD lacks what the fix builds on; what that is, with its verb.
    #[error("{0} not in HEAD, and a commit of the fix alone would not hold together")]
    NotCommitted(String),
    /// The index of the open merge lacks what the fix builds on; what that is, with its verb.
    #[error("{0} not in the index of the open merge")]
    NotInMerge(String),
    /// There is no commit that the target could be integrated into.
    #[error("there is no commit yet that the target could be integrated into")]
    NoCommit,
    /// The target and the branch have no ancestor in common.
    #[error("{target} and this branch have no common ancestor")]
    Unrelated {
        /// What people call the target.
        target: String,
        /// Whether the clone is shallow, so that there may be one.
        shallow: bool,
    },
    /// A revision file that no commit has.
    #[error("{0} is in no commit yet, and a commit of the fix could not count on it")]
    UncommittedRevision(RepoPath),
    /// Changes that are not committed.
    #[error(
        "there are changes that are not committed, and integrating the target could mix with them"
    )]
    UncommittedChanges,
    /// The target is integrated, and something is wrong that was not predicted.
    #[error("what is there once the target is integrated is not what was predicted: {}; everything is as before", first(.0))]
    NotAsPredicted(Vec<Finding>),
    /// With the fix, databases that others have would go wrong.
    #[error("{}: with this fix a database of published revisions would go wrong, so nothing was written", .0.environment)]
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

fn first(findings: &[Finding]) -> &str {
    findings
        .first()
        .map_or("something else is wrong", |finding| &finding.message)
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
