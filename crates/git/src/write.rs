//! The few things that change the index or make a commit. Only `onehead-stage` calls them.

use std::time::Duration;

use crate::{Connection, GitError, Oid};

/// How long a lock is waited for: about five seconds in all.
const TRIES: u32 = 25;
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Whether git failed because somebody else is at work: `Unable to create '….lock': File exists`, or
/// `cannot lock ref 'HEAD'`.
fn is_taken(stderr: &str) -> bool {
    stderr.contains(".lock': File exists") || stderr.contains("cannot lock ref")
}

impl Connection {
    /// Whether the index holds an entry for `path`.
    ///
    /// # Errors
    /// git failed.
    pub fn is_in_index(&self, path: &str) -> Result<bool, GitError> {
        let output = self
            .git
            .run(["ls-files", "-z", "--cached", "--", path], b"")?;
        Ok(!output.is_empty())
    }

    /// Adds exactly this path to the index.
    ///
    /// # Errors
    /// git failed: the index is locked, the path is ignored, …
    pub fn add(&self, path: &str) -> Result<(), GitError> {
        self.run_when_free(&["add", "--", path])
    }

    /// Runs git, again after a moment while somebody else holds the lock of the index or moves HEAD.
    pub(crate) fn run_when_free(&self, args: &[&str]) -> Result<(), GitError> {
        let mut pause = FIRST_PAUSE;
        for _ in 0..TRIES {
            match self.git.run(args, b"") {
                Err(GitError::Failed { stderr, .. }) if is_taken(&stderr) => {
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                other => return other.map(drop),
            }
        }
        self.git.run(args, b"").map(drop)
    }

    /// Commits exactly these paths. Other staged work stays staged; the user's hooks run. Gives the
    /// object id of the commit.
    ///
    /// # Errors
    /// git failed: a hook refused, a merge is open, no identity is set, …
    pub fn commit_only(&self, paths: &[String], message: &str) -> Result<Oid, GitError> {
        let mut args = vec!["commit", "--quiet", "--only", "-m", message, "--"];
        args.extend(paths.iter().map(String::as_str));
        self.run_when_free(&args)?;
        self.resolve("HEAD")?.ok_or_else(|| {
            GitError::Unusable("the commit was made, but HEAD names no commit".into())
        })
    }
}
