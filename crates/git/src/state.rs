//! Objects that stand for a state which nobody has committed yet.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::command::subcommand;
use crate::{Connection, GitError, Oid};

/// Who made a commit that stands for an unfinished state, and when.
const AUTHOR: &str = "onehead <onehead@localhost> 0 +0000";

impl Connection {
    /// The tree that the next commit would record. Honours `GIT_INDEX_FILE`. A copy of the index is
    /// asked, since git would lock the index and write into it.
    ///
    /// # Errors
    /// Paths are in conflict, or git failed.
    pub fn index_tree(&self) -> Result<Oid, GitError> {
        let unusable =
            |error: std::io::Error| GitError::Unusable(format!("cannot copy the index: {error}"));
        let copy = tempfile::NamedTempFile::new().map_err(unusable)?;
        std::fs::copy(self.index_file(), copy.path()).map_err(unusable)?;
        let output = self
            .git
            .with_path("GIT_INDEX_FILE", copy.path())
            .run(["write-tree"], b"")?;
        Oid::answered(&["write-tree"], &output)
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
    pub fn commit_of_tree(&self, tree: &Oid, parents: &[Oid]) -> Result<Oid, GitError> {
        let state = (tree.clone(), parents.to_vec());
        Ok(self.commits_of_trees(&[state])?.remove(0))
    }

    /// Commits of trees with these parents, in the order asked for: one git process for all.
    pub(crate) fn commits_of_trees(
        &self,
        states: &[(Oid, Vec<Oid>)],
    ) -> Result<Vec<Oid>, GitError> {
        if states.is_empty() {
            return Ok(Vec::new());
        }
        let unusable = |error: std::io::Error| {
            GitError::Unusable(format!("cannot write a temporary file: {error}"))
        };
        // git takes many objects at once only as files.
        let folder = tempfile::tempdir().map_err(unusable)?;
        let mut distinct: Vec<&(Oid, Vec<Oid>)> = states.iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let mut paths = Vec::new();
        for (at, (tree, parents)) in distinct.iter().enumerate() {
            let parents: String = parents
                .iter()
                .map(|parent| format!("parent {parent}\n"))
                .collect();
            let path = folder.path().join(at.to_string());
            let text = format!(
                "tree {tree}\n{parents}author {AUTHOR}\ncommitter {AUTHOR}\n\na state that onehead looks at\n"
            );
            std::fs::write(&path, text).map_err(unusable)?;
            paths.extend_from_slice(path.as_os_str().as_encoded_bytes());
            paths.push(b'\n');
        }
        let args = ["hash-object", "-t", "commit", "-w", "--stdin-paths"];
        let output = self.git.run(args, &paths)?;
        let answer = String::from_utf8_lossy(&output);
        let commits: Vec<Oid> = answer.lines().filter_map(Oid::new).collect();
        if commits.len() != distinct.len() {
            return Err(GitError::Answer {
                command: subcommand(&args),
                answer: answer.into_owned(),
            });
        }
        let by_state: HashMap<_, Oid> = std::iter::zip(distinct, commits).collect();
        Ok(states.iter().map(|state| by_state[state].clone()).collect())
    }
}
