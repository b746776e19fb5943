//! The few things that change the index or make a commit. Only `onehead-stage` calls them.

use crate::{GitError, Repository};

impl Repository {
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
        self.git.run(["add", "--", path], b"").map(drop)
    }

    /// Takes a path that was not in the index before out of it again; the file stays.
    ///
    /// # Errors
    /// git failed.
    pub fn unstage_new(&self, path: &str) -> Result<(), GitError> {
        self.git
            .run(["update-index", "--force-remove", "--", path], b"")
            .map(drop)
    }

    /// Commits exactly these paths. Other staged work stays staged; the user's hooks run. Gives the
    /// object id of the commit.
    ///
    /// # Errors
    /// git failed: a hook refused, a merge is open, no identity is set, …
    pub fn commit_only(&self, paths: &[String], message: &str) -> Result<String, GitError> {
        let mut args: Vec<String> = ["commit", "--quiet", "--only", "-m", message, "--"]
            .map(str::to_owned)
            .into();
        args.extend(paths.iter().cloned());
        self.git.run(&args, b"")?;
        self.resolve("HEAD")?
            .ok_or_else(|| GitError::Unusable("the commit was made, but HEAD names none".into()))
    }
}
