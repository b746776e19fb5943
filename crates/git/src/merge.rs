//! What a merge would record, without doing it.

use std::path::Path;

use crate::{Connection, GitError};

/// The tree that a merge would record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedTree {
    /// Its object id. Files in conflict are in it with conflict markers, or as one side has them.
    pub tree: String,
    /// The paths in conflict, sorted.
    pub conflicts: Vec<String>,
}

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
    /// Predicts the merge of `theirs` into `ours`. Writes objects, but no ref, no index, no file.
    ///
    /// # Errors
    /// The histories have nothing in common, or git failed.
    pub fn merge_tree(&self, ours: &str, theirs: &str) -> Result<MergedTree, GitError> {
        let args = [
            "merge-tree",
            "--write-tree",
            "-z",
            "--name-only",
            "--no-messages",
            ours,
            theirs,
        ];
        let output = self.git.output(args, b"")?;
        match output.status.code() {
            Some(0 | 1) => parse(&output.stdout).ok_or_else(|| GitError::Answer {
                command: args.join(" "),
                answer: String::from_utf8_lossy(&output.stdout).into_owned(),
            }),
            // Before 2.38 git has no such option.
            Some(129) => self.merge_in_scratch(ours, theirs),
            _ => Err(self.git.failure(&args, &output)),
        }
    }

    /// The same with what every git has: a real merge, in a working tree and an index of its own.
    ///
    /// # Errors
    /// As [`Connection::merge_tree`].
    pub fn merge_in_scratch(&self, ours: &str, theirs: &str) -> Result<MergedTree, GitError> {
        let scratch = tempfile::tempdir().map_err(|error| {
            GitError::Unusable(format!("cannot create a temporary folder: {error}"))
        })?;
        let tree = scratch.path().join("tree");
        std::fs::create_dir(&tree).map_err(|error| {
            GitError::Unusable(format!("cannot create a temporary folder: {error}"))
        })?;
        let git = self
            .git
            .in_scratch(&tree, &scratch.path().join("index"), self.git_dir());
        let bases = git.run(["merge-base", "--all", ours, theirs], b"")?;
        let bases = String::from_utf8_lossy(&bases).into_owned();
        git.run(["read-tree", ours], b"")?;
        // With the index told what was written, or the merge would take it for local changes.
        git.run(["checkout-index", "--all", "--index", "--quiet"], b"")?;
        let mut args = vec!["merge-recursive"];
        args.extend(bases.lines());
        args.extend(["--", ours, theirs]);
        let output = git.output(&args, b"")?;
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(git.failure(&args, &output));
        }
        let unmerged = git.run(["ls-files", "-z", "--unmerged"], b"")?;
        let mut conflicts: Vec<String> = unmerged
            .split(|&byte| byte == 0)
            .filter_map(|record| {
                Some(
                    String::from_utf8_lossy(record)
                        .split_once('\t')?
                        .1
                        .to_owned(),
                )
            })
            .collect();
        conflicts.sort();
        conflicts.dedup();
        for path in &conflicts {
            // As it lies in the working tree, or not at all.
            let there = Path::new(&tree).join(path).exists();
            let how = if there {
                ["update-index", "--add", "--", path]
            } else {
                ["update-index", "--force-remove", "--", path]
            };
            git.run(how, b"")?;
        }
        let tree = git.run(["write-tree"], b"")?;
        Ok(MergedTree {
            tree: String::from_utf8_lossy(&tree).trim().to_owned(),
            conflicts,
        })
    }

    /// The tree that the next commit would record. Honours `GIT_INDEX_FILE`. A copy of the index is
    /// asked, since git would lock the index and write into it.
    ///
    /// # Errors
    /// Paths are in conflict, or git failed.
    pub fn index_tree(&self) -> Result<String, GitError> {
        let unusable =
            |error: std::io::Error| GitError::Unusable(format!("cannot copy the index: {error}"));
        let copy = tempfile::NamedTempFile::new().map_err(unusable)?;
        std::fs::copy(self.git_path("index")?, copy.path()).map_err(unusable)?;
        let output = self
            .git
            .with_path("GIT_INDEX_FILE", copy.path())
            .run(["write-tree"], b"")?;
        Ok(String::from_utf8_lossy(&output).trim().to_owned())
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

    /// The object ids of some paths in a tree; those that it does not hold are left out.
    ///
    /// # Errors
    /// git failed.
    pub fn oids_in_tree(
        &self,
        tree: &str,
        paths: &[String],
    ) -> Result<Vec<(String, String)>, GitError> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let mut args = vec!["ls-tree", "-z", "-r", "--full-tree", tree, "--"];
        args.extend(paths.iter().map(String::as_str));
        let output = self.git.run(&args, b"")?;
        Ok(output
            .split(|&byte| byte == 0)
            .filter_map(|record| {
                let text = String::from_utf8_lossy(record).into_owned();
                let (header, path) = text.split_once('\t')?;
                Some((path.to_owned(), header.rsplit(' ').next()?.to_owned()))
            })
            .collect())
    }
}

/// `<tree>\0` and the paths in conflict, each with `\0` behind it.
fn parse(output: &[u8]) -> Option<MergedTree> {
    let mut records = output
        .split(|&byte| byte == 0)
        .map(|record| String::from_utf8_lossy(record).into_owned());
    let tree = records.next().filter(|tree| !tree.is_empty())?;
    let mut conflicts: Vec<String> = records.filter(|path| !path.is_empty()).collect();
    conflicts.sort();
    conflicts.dedup();
    Some(MergedTree { tree, conflicts })
}
