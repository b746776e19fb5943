//! Integrates another branch into the one that is checked out, the way a person would, and rolls back.
//!
//! The user's own git does it, with the user's settings and hooks, so that what is left behind after a
//! conflict is what git itself leaves.

use crate::{Connection, GitError, Oid};

/// What came of integrating a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Integrated {
    /// It is all there, with nothing in conflict.
    Clean,
    /// These paths are in conflict; the merge or rebase is open.
    Conflicts(Vec<String>),
}

impl Connection {
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
    pub fn begin_merge(&self, name: &str) -> Result<Integrated, GitError> {
        self.integrate(
            &["merge", "--quiet", "--no-ff", "--no-commit", name],
            &["merge", "--abort"],
        )
    }

    /// Commits the open merge, with git's own message. Gives the object id of the commit.
    ///
    /// # Errors
    /// git failed: a hook refused, no identity is set, …
    pub fn finish_merge(&self) -> Result<Oid, GitError> {
        self.git.run(["commit", "--quiet", "--no-edit"], b"")?;
        self.resolve("HEAD")?.ok_or_else(|| {
            GitError::Unusable("the merge was made, but HEAD names no commit".into())
        })
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
    pub fn rebase(&self, onto: &str) -> Result<Integrated, GitError> {
        self.integrate(
            &[
                "-c",
                "rebase.updateRefs=false",
                "-c",
                "rebase.autoStash=false",
                "rebase",
                "--quiet",
                onto,
            ],
            &["rebase", "--abort"],
        )
    }

    /// Rolls the checked-out branch, the index and the tracked files back to a commit. Changes that are
    /// not committed are kept, or git refuses.
    ///
    /// # Errors
    /// git failed.
    pub fn roll_back_to(&self, commit: &Oid) -> Result<(), GitError> {
        self.git
            .run(["reset", "--quiet", "--keep", commit.as_str()], b"")
            .map(drop)
    }

    fn integrate(&self, args: &[&str], give_up: &[&str]) -> Result<Integrated, GitError> {
        let output = self.git.output(args, b"")?;
        if output.status.success() {
            return Ok(Integrated::Clean);
        }
        if self.unfinished().is_none() {
            return Err(self.git.failure(args, &output));
        }
        let unmerged = self.paths(&["diff", "--name-only", "--diff-filter=U", "-z"])?;
        if unmerged.is_empty() {
            // It did not stop over a conflict: a hook refused on the way, or somebody ended git.
            self.git.run(give_up, b"")?;
            return Err(self.git.failure(args, &output));
        }
        Ok(Integrated::Conflicts(unmerged))
    }

    /// Makes those of these files that are not as they are staged what is staged. Gives each of them with an
    /// object that keeps what it held.
    ///
    /// # Errors
    /// git failed.
    pub fn put_back_as_staged(&self, paths: &[String]) -> Result<Vec<(String, Oid)>, GitError> {
        // A file that was only touched is as it is staged; git says so by its exit code.
        self.git.output(["update-index", "-q", "--refresh"], b"")?;
        let changed = self.paths(&["diff-files", "--name-only", "--diff-filter=M", "-z"])?;
        let mut kept = Vec::new();
        for path in changed.into_iter().filter(|path| paths.contains(path)) {
            let file = self.root().join(&path);
            let bytes = std::fs::read(&file)
                .map_err(|error| GitError::Unusable(format!("cannot read {path}: {error}")))?;
            let args = ["hash-object", "-w", "--stdin"];
            let oid = Oid::answered(&args, &self.git.run(args, &bytes)?)?;
            self.run_when_free(&[
                "checkout-index",
                "--force",
                "--index",
                "--quiet",
                "--",
                &path,
            ])?;
            kept.push((path, oid));
        }
        Ok(kept)
    }

    /// The files that git neither tracks nor ignores.
    ///
    /// # Errors
    /// git failed.
    pub fn untracked(&self) -> Result<Vec<String>, GitError> {
        self.paths(&["ls-files", "--others", "--exclude-standard", "-z"])
    }

    /// Rolls back what git had written of `theirs` when somebody ended it half-way: files that are as `theirs`
    /// has them and that neither HEAD nor `untracked` knows so.
    ///
    /// # Errors
    /// git failed, or a file cannot be removed.
    pub fn roll_back_files(&self, theirs: &str, untracked: &[String]) -> Result<(), GitError> {
        let (theirs, _) = self.commit_object(theirs)?;
        let head = self.resolve("HEAD")?;
        let brought = self.changed_between(head.as_ref(), &theirs)?;
        let brought: Vec<String> = brought.into_iter().map(|change| change.path).collect();
        let new = self.untracked()?;
        let changed = self.paths(&["diff-files", "--name-only", "--diff-filter=M", "-z"])?;
        for (path, oid) in self.oids_in_tree(&theirs, &brought)? {
            let is_new = new.contains(&path) && !untracked.contains(&path);
            if !(is_new || changed.contains(&path)) || self.hash(&path)?.as_ref() != Some(&oid) {
                continue;
            }
            if is_new {
                std::fs::remove_file(self.root().join(&path)).map_err(|error| {
                    GitError::Unusable(format!("cannot remove `{path}`: {error}"))
                })?;
            } else {
                self.run_when_free(&["checkout-index", "--force", "--index", "--", &path])?;
            }
        }
        Ok(())
    }

    /// The object that a file would be, if it can be read.
    fn hash(&self, path: &str) -> Result<Option<Oid>, GitError> {
        let Ok(bytes) = std::fs::read(self.root().join(path)) else {
            return Ok(None);
        };
        let option = format!("--path={path}");
        let args = ["hash-object", "--stdin", &option];
        Ok(Some(Oid::answered(&args, &self.git.run(args, &bytes)?)?))
    }

    /// The paths that git prints, each with `\0` behind it.
    fn paths(&self, args: &[&str]) -> Result<Vec<String>, GitError> {
        let output = self.git.run(args, b"")?;
        let paths = output
            .split(|&byte| byte == 0)
            .filter(|path| !path.is_empty());
        Ok(paths
            .map(|path| String::from_utf8_lossy(path).into_owned())
            .collect())
    }
}
