//! Brings another branch into the one that is checked out, the way a person would, and goes back.
//!
//! The user's own git does it, with the user's settings and hooks, so that what is left behind after a
//! conflict is what git itself leaves.

use crate::{GitError, Repository};

/// What came of bringing a branch in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brought {
    /// It is all there, with nothing in conflict.
    Clean,
    /// These paths are in conflict; the merge or rebase is open.
    Conflicts(Vec<String>),
}

impl Repository {
    /// Whether the tracked files, the index and HEAD agree.
    ///
    /// # Errors
    /// git failed.
    pub fn is_clean(&self) -> Result<bool, GitError> {
        let args = ["status", "--porcelain", "-z", "--untracked-files=no"];
        Ok(self.git.run(args, b"")?.is_empty())
    }

    /// Merges into the checked-out branch and stops before the commit.
    ///
    /// # Errors
    /// git refused to begin; nothing has changed then.
    pub fn begin_merge(&self, name: &str) -> Result<Brought, GitError> {
        self.bring(&["merge", "--quiet", "--no-ff", "--no-commit", name])
    }

    /// Commits the open merge, with git's own message. Gives the object id of the commit.
    ///
    /// # Errors
    /// git failed: a hook refused, no identity is set, …
    pub fn finish_merge(&self) -> Result<String, GitError> {
        self.git.run(["commit", "--quiet", "--no-edit"], b"")?;
        self.resolve("HEAD")?
            .ok_or_else(|| GitError::Unusable("the merge was made, but HEAD names none".into()))
    }

    /// Gives up the open merge: the index and the tracked files are as before it.
    ///
    /// # Errors
    /// git failed.
    pub fn abort_merge(&self) -> Result<(), GitError> {
        self.git.run(["merge", "--abort"], b"").map(drop)
    }

    /// Moves the checked-out branch forward to a descendant.
    ///
    /// # Errors
    /// git refused; nothing has changed then.
    pub fn fast_forward(&self, name: &str) -> Result<(), GitError> {
        self.git
            .run(["merge", "--quiet", "--ff-only", name], b"")
            .map(drop)
    }

    /// Puts the commits of the checked-out branch on top of another. No other branch moves along, and
    /// nothing is stashed.
    ///
    /// # Errors
    /// git refused to begin; nothing has changed then.
    pub fn rebase(&self, onto: &str) -> Result<Brought, GitError> {
        self.bring(&[
            "-c",
            "rebase.updateRefs=false",
            "-c",
            "rebase.autoStash=false",
            "rebase",
            "--quiet",
            onto,
        ])
    }

    /// Takes the checked-out branch, the index and the tracked files back to a commit. Changes that are
    /// not committed are kept, or git refuses.
    ///
    /// # Errors
    /// git failed.
    pub fn go_back_to(&self, commit: &str) -> Result<(), GitError> {
        self.git
            .run(["reset", "--quiet", "--keep", commit], b"")
            .map(drop)
    }

    fn bring(&self, args: &[&str]) -> Result<Brought, GitError> {
        let output = self.git.output(args, b"")?;
        if output.status.success() {
            return Ok(Brought::Clean);
        }
        if self.unfinished().is_none() {
            return Err(self.git.failure(args, &output));
        }
        let unmerged = self
            .git
            .run(["diff", "--name-only", "--diff-filter=U", "-z"], b"")?;
        Ok(Brought::Conflicts(
            unmerged
                .split(|&byte| byte == 0)
                .filter(|path| !path.is_empty())
                .map(|path| String::from_utf8_lossy(path).into_owned())
                .collect(),
        ))
    }
}
