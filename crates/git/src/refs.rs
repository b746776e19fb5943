//! Branches, remotes, and how far they lie apart.

use crate::{GitError, Repository};

impl Repository {
    /// The commit that a name stands for, tags followed. `None` if it stands for none.
    ///
    /// # Errors
    /// git failed.
    pub fn commit(&self, name: &str) -> Result<Option<String>, GitError> {
        self.resolve(&format!("{name}^{{commit}}"))
    }

    /// The ref that a symbolic ref points at, such as `refs/remotes/origin/HEAD`.
    ///
    /// # Errors
    /// git failed.
    pub fn symbolic_ref(&self, name: &str) -> Result<Option<String>, GitError> {
        let args = ["symbolic-ref", "--quiet", name];
        let output = self.git.output(args, b"")?;
        match output.status.code() {
            Some(0) => Ok(Some(
                String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            )),
            Some(1 | 128) => Ok(None),
            _ => Err(self.git.failure(&args, &output)),
        }
    }

    /// The full name of the ref that a name stands for, such as `refs/remotes/origin/main`. `None` if it
    /// stands for a commit only.
    ///
    /// # Errors
    /// git failed.
    pub fn full_name(&self, name: &str) -> Result<Option<String>, GitError> {
        let args = [
            "rev-parse",
            "--symbolic-full-name",
            "--verify",
            "--quiet",
            "--end-of-options",
            name,
        ];
        let output = self.git.output(args, b"")?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.status.success() && text.starts_with("refs/")).then_some(text))
    }

    /// The remote that the checked-out branch follows.
    ///
    /// # Errors
    /// git failed.
    pub fn upstream_remote(&self) -> Result<Option<String>, GitError> {
        let Some(head) = self.symbolic_ref("HEAD")? else {
            return Ok(None);
        };
        let branch = head.strip_prefix("refs/heads/").unwrap_or(&head);
        self.config(&format!("branch.{branch}.remote"))
    }

    /// A value of git's configuration.
    ///
    /// # Errors
    /// git failed.
    pub fn config(&self, key: &str) -> Result<Option<String>, GitError> {
        let args = ["config", "--get", key];
        let output = self.git.output(args, b"")?;
        match output.status.code() {
            Some(0) => Ok(Some(
                String::from_utf8_lossy(&output.stdout)
                    .trim_end_matches('\n')
                    .to_owned(),
            )),
            Some(1) => Ok(None),
            _ => Err(self.git.failure(&args, &output)),
        }
    }

    /// The scope that sets a key of git's configuration, `system`, `global`, `local`, `worktree` or
    /// `command`, and its value.
    ///
    /// # Errors
    /// git failed.
    pub fn config_scope(&self, key: &str) -> Result<Option<(String, String)>, GitError> {
        let args = ["config", "--show-scope", "--get", key];
        let output = self.git.output(args, b"")?;
        let text = String::from_utf8_lossy(&output.stdout);
        match output.status.code() {
            Some(0) => Ok(text
                .trim_end_matches('\n')
                .split_once('\t')
                .map(|(scope, value)| (scope.to_owned(), value.to_owned()))),
            Some(1) => Ok(None),
            _ => Err(self.git.failure(&args, &output)),
        }
    }

    /// Whether the first commit is reachable from the second.
    ///
    /// # Errors
    /// git failed.
    pub fn is_ancestor(&self, ancestor: &str, of: &str) -> Result<bool, GitError> {
        let args = ["merge-base", "--is-ancestor", ancestor, of];
        let output = self.git.output(args, b"")?;
        match output.status.code() {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(self.git.failure(&args, &output)),
        }
    }

    /// A common ancestor of two commits; `None` if there is none, or none in a shallow clone.
    ///
    /// # Errors
    /// git failed.
    pub fn merge_base(&self, a: &str, b: &str) -> Result<Option<String>, GitError> {
        let args = ["merge-base", a, b];
        let output = self.git.output(args, b"")?;
        match output.status.code() {
            Some(0) => Ok(Some(
                String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            )),
            Some(1) => Ok(None),
            _ => Err(self.git.failure(&args, &output)),
        }
    }

    /// Whether history ends where somebody cut it.
    ///
    /// # Errors
    /// git failed.
    pub fn is_shallow(&self) -> Result<bool, GitError> {
        let output = self
            .git
            .run(["rev-parse", "--is-shallow-repository"], b"")?;
        Ok(output.starts_with(b"true"))
    }

    /// The parents of a commit.
    ///
    /// # Errors
    /// git failed, or there is no such commit.
    pub fn parents(&self, commit: &str) -> Result<Vec<String>, GitError> {
        let output = self
            .git
            .run(["rev-list", "--parents", "--max-count=1", commit], b"")?;
        let text = String::from_utf8_lossy(&output).into_owned();
        Ok(text.split_whitespace().skip(1).map(str::to_owned).collect())
    }

    /// The paths that differ between two trees or commits.
    ///
    /// # Errors
    /// git failed.
    pub fn changed_between(&self, from: &str, to: &str) -> Result<Vec<String>, GitError> {
        let output = self.git.run(
            [
                "diff-tree",
                "-r",
                "-z",
                "--name-only",
                "--no-renames",
                from,
                to,
            ],
            b"",
        )?;
        Ok(paths(&output))
    }

    /// The paths in which the index differs from a commit, or every path for `None`. Honours
    /// `GIT_INDEX_FILE`.
    ///
    /// # Errors
    /// git failed.
    pub fn staged_since(&self, commit: Option<&str>) -> Result<Vec<String>, GitError> {
        let output = match commit {
            Some(commit) => self.git.run(
                [
                    "diff-index",
                    "--cached",
                    "-z",
                    "--name-only",
                    "--no-renames",
                    commit,
                ],
                b"",
            )?,
            None => self.git.run(["ls-files", "-z", "--cached"], b"")?,
        };
        Ok(paths(&output))
    }

    /// When a remote was last fetched from, as far as this clone knows.
    #[must_use]
    pub fn last_fetch(&self) -> Option<std::time::SystemTime> {
        let file = self.git_dir().join("FETCH_HEAD");
        let file = if file.exists() {
            file
        } else {
            self.common_dir().join("FETCH_HEAD")
        };
        std::fs::metadata(file).ok()?.modified().ok()
    }

    /// Fetches from a remote: the one thing here that uses the network, and only when asked.
    ///
    /// # Errors
    /// git failed.
    pub fn fetch(&self, arguments: &[&str]) -> Result<(), GitError> {
        let mut args = vec!["fetch", "--quiet"];
        args.extend(arguments);
        self.git.run(args, b"").map(drop)
    }

    /// A path below the repository's own folder, as git itself resolves it: `hooks`, `MERGE_HEAD`, …
    ///
    /// # Errors
    /// git failed.
    pub fn git_path(&self, name: &str) -> Result<std::path::PathBuf, GitError> {
        let output = self.git.run(
            ["rev-parse", "--path-format=absolute", "--git-path", name],
            b"",
        )?;
        let text = String::from_utf8_lossy(&output)
            .trim_end_matches('\n')
            .to_owned();
        Ok(std::path::PathBuf::from(text))
    }
}

fn paths(output: &[u8]) -> Vec<String> {
    let records = output
        .split(|&byte| byte == 0)
        .filter(|record| !record.is_empty());
    records
        .map(|record| String::from_utf8_lossy(record).into_owned())
        .collect()
}
