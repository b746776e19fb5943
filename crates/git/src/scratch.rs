//! A merge with what every git has: a working tree and an index of its own, thrown away at once.

use crate::{Connection, GitError, MergedTree, Oid};

impl Connection {
    /// Predicts a merge by a real one, in a working tree and an index of its own.
    ///
    /// # Errors
    /// As [`Connection::merge_tree`].
    pub fn merge_in_scratch(&self, ours: &Oid, theirs: &Oid) -> Result<MergedTree, GitError> {
        let scratch = tempfile::tempdir().map_err(|error| {
            GitError::Unusable(format!("cannot create a temporary folder: {error}"))
        })?;
        let tree = scratch.path().join("tree");
        std::fs::create_dir(&tree).map_err(|error| {
            GitError::Unusable(format!("cannot create a temporary folder: {error}"))
        })?;
        let git =
            self.git
                .offline()
                .in_scratch(&tree, &scratch.path().join("index"), self.git_dir());
        let bases = git.run(["merge-base", "--all", ours.as_str(), theirs.as_str()], b"")?;
        let bases = String::from_utf8_lossy(&bases).into_owned();
        git.run(["read-tree", ours.as_str()], b"")?;
        // With the index told what was written, or the merge would take it for local changes.
        git.run(["checkout-index", "--all", "--index", "--quiet"], b"")?;
        let mut args = vec!["merge-recursive"];
        args.extend(bases.lines());
        args.extend(["--", ours.as_str(), theirs.as_str()]);
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
            let there = tree.join(path).exists();
            let how = if there {
                ["update-index", "--add", "--", path]
            } else {
                ["update-index", "--force-remove", "--", path]
            };
            git.run(how, b"")?;
        }
        let tree = git.run(["write-tree"], b"")?;
        Ok(MergedTree {
            tree: Oid::answered(&["write-tree"], &tree)?,
            conflicts,
        })
    }
}
