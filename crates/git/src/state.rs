//! Objects that stand for a state which nobody has committed yet.

use std::path::PathBuf;

use crate::{Connection, GitError};

/// A commit that stands for an unfinished state has an author, but nobody's name.
const NOBODY: [(&str, &str); 6] = [
    ("GIT_AUTHOR_NAME", "onehead"),
    ("GIT_AUTHOR_EMAIL", "onehead@localhost"),
    ("GIT_AUTHOR_DATE", "@0 +0000"),
    ("GIT_COMMITTER_NAME", "onehead"),
    ("GIT_COMMITTER_EMAIL", "onehead@localhost"),
    ("GIT_COMMITTER_DATE", "@0 +0000"),
];

impl Connection {
    /// The tree that the next commit would record. Honours `GIT_INDEX_FILE`. A copy of the index is
    /// asked, since git would lock the index and write into it.
    ///
    /// # Errors
    /// Paths are in conflict, or git failed.
    pub fn index_tree(&self) -> Result<String, GitError> {
        let unusable =
            |error: std::io::Error| GitError::Unusable(format!("cannot copy the index: {error}"));
        let copy = tempfile::NamedTempFile::new().map_err(unusable)?;
        std::fs::copy(self.index_file(), copy.path()).map_err(unusable)?;
        let output = self
            .git
            .with_path("GIT_INDEX_FILE", copy.path())
            .run(["write-tree"], b"")?;
        Ok(String::from_utf8_lossy(&output).trim().to_owned())
    }

    /// Where the index lies: where git was told, if it is for us, or at its usual place.
    fn index_file(&self) -> PathBuf {
        #[expect(
            clippy::disallowed_methods,
            reason = "git itself reads it; this spares a process that would only repeat it"
        )]
        let told = std::env::var_os("GIT_INDEX_FILE").filter(|_| self.git.inherits());
        match told {
            Some(path) => self.root().join(path),
            None => self.git_dir().join("index"),
        }
    }

    /// A commit of a tree, for a state that nobody has committed yet. No ref names it.
    ///
    /// # Errors
    /// git failed.
    pub fn commit_of_tree(&self, tree: &str, parents: &[String]) -> Result<String, GitError> {
        let mut args = vec!["commit-tree", "-m", "a state that onehead looks at", tree];
        for parent in parents {
            args.extend(["-p", parent]);
        }
        let output = self.git.with(&NOBODY).run(args, b"")?;
        Ok(String::from_utf8_lossy(&output).trim().to_owned())
    }
}
