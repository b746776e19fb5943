//! Branches, remotes, and how far they lie apart.

use std::path::Path;

use crate::command::{Git, joined};
use crate::{Connection, GitError, Inherit, ObjectFormat};

/// A path that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the root; bytes that are not UTF-8 are replaced.
    pub path: String,
    /// Whether it is, or was, a symbolic link.
    pub link: bool,
}

/// What somebody has begun and not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfinished {
    /// A merge of these commits.
    Merge(Vec<String>),
    /// A rebase.
    Rebase,
    /// A series of patches (`git am`).
    Am,
    /// A cherry-pick.
    CherryPick,
    /// A revert.
    Revert,
}

impl Connection {
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

    /// The remote that a branch is pushed to where nobody names one.
    ///
    /// # Errors
    /// git failed.
    pub fn push_remote(&self, branch: &str) -> Result<String, GitError> {
        let keys = [
            format!("branch.{branch}.pushRemote"),
            "remote.pushDefault".into(),
            format!("branch.{branch}.remote"),
        ];
        for key in keys {
            // `.` is this repository: the branch follows another one here.
            if let Some(remote) = self.config(&key)?.filter(|remote| remote != ".") {
                return Ok(remote);
            }
        }
        Ok("origin".into())
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

    /// What differs between two trees or commits; `None` stands for the empty tree.
    ///
    /// # Errors
    /// git failed.
    pub fn changed_between(&self, from: Option<&str>, to: &str) -> Result<Vec<Change>, GitError> {
        let from = from.unwrap_or(self.empty_tree());
        let args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", from, to];
        changes(&args, &self.git.run(args, b"")?)
    }

    /// What differs between a commit, or the empty tree, and the index. Honours `GIT_INDEX_FILE`.
    ///
    /// # Errors
    /// git failed.
    pub fn staged_since(&self, commit: Option<&str>) -> Result<Vec<Change>, GitError> {
        staged(&self.git, commit.unwrap_or(self.empty_tree()))
    }

    /// The tree of no files: every git knows it without having it.
    fn empty_tree(&self) -> &'static str {
        match self.object_format() {
            ObjectFormat::Sha1 => "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
            ObjectFormat::Sha256 => {
                "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
            }
        }
    }

    /// The parents that a commit itself names, though a shallow clone may have none of them.
    ///
    /// # Errors
    /// git failed, or there is no such commit.
    pub fn recorded_parents(&self, commit: &str) -> Result<Vec<String>, GitError> {
        let output = self.git.run(["cat-file", "commit", commit], b"")?;
        let text = String::from_utf8_lossy(&output).into_owned();
        let header = text.lines().take_while(|line| !line.is_empty());
        Ok(header
            .filter_map(|line| line.strip_prefix("parent ").map(str::to_owned))
            .collect())
    }

    /// What a merge, rebase or the like has left unfinished in this working tree.
    #[must_use]
    pub fn unfinished(&self) -> Option<Unfinished> {
        let there = |name: &str| self.git_dir().join(name).exists();
        if there("rebase-merge") || there("rebase-apply") {
            return Some(if there("rebase-apply/applying") {
                Unfinished::Am
            } else {
                Unfinished::Rebase
            });
        }
        if there("CHERRY_PICK_HEAD") {
            return Some(Unfinished::CherryPick);
        }
        if there("REVERT_HEAD") {
            return Some(Unfinished::Revert);
        }
        let merged = std::fs::read_to_string(self.git_dir().join("MERGE_HEAD")).ok()?;
        Some(Unfinished::Merge(
            merged.lines().map(str::to_owned).collect(),
        ))
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

/// What differs between HEAD and the index of the repository around a folder, with one git process and
/// without asking which repository that is: what most commits are waved through by.
///
/// # Errors
/// There is no repository, or no HEAD yet, or git failed.
pub fn staged_since_head(directory: &Path, inherit: Inherit) -> Result<Vec<Change>, GitError> {
    staged(&Git::new(directory, inherit), "HEAD")
}

fn staged(git: &Git, from: &str) -> Result<Vec<Change>, GitError> {
    let args = [
        "diff-index",
        "--cached",
        "-z",
        "--raw",
        "--no-renames",
        from,
    ];
    changes(&args, &git.run(args, b"")?)
}

/// `:<mode> <mode> <oid> <oid> <status>\0<path>\0`
fn changes(args: &[&str], output: &[u8]) -> Result<Vec<Change>, GitError> {
    let mut records = output
        .split(|&byte| byte == 0)
        .map(String::from_utf8_lossy)
        .filter(|record| !record.is_empty());
    let mut changes = Vec::new();
    while let Some(header) = records.next() {
        let mut modes = header.trim_start_matches(':').split(' ');
        let (Some(before), Some(after), Some(path)) = (modes.next(), modes.next(), records.next())
        else {
            return Err(GitError::Answer {
                command: joined(args),
                answer: header.into_owned(),
            });
        };
        changes.push(Change {
            path: path.into_owned(),
            link: [before, after].contains(&"120000"),
        });
    }
    Ok(changes)
}
