//! Branches, remotes, and how far they lie apart.

use std::path::Path;

use crate::command::{Git, subcommand};
use crate::entry::kind;
use crate::{Connection, Difference, GitError, Inherit, Object, ObjectFormat, Oid, RefName};

/// What somebody has begun and not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfinished {
    /// A merge of these commits.
    Merge(Vec<Oid>),
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
    /// The remote that the checked-out branch follows.
    ///
    /// # Errors
    /// git failed.
    pub fn upstream_remote(&self) -> Result<Option<String>, GitError> {
        let Some(head) = self.symbolic_ref(&RefName::head())? else {
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

    /// What differs between a commit, or the empty tree, and the index; a path in conflict has neither a before nor an
    /// after. Honours `GIT_INDEX_FILE`.
    ///
    /// # Errors
    /// git failed.
    pub fn staged_since(&self, commit: Option<&Oid>) -> Result<Vec<Difference>, GitError> {
        let from = commit.map_or(self.empty_tree(), Oid::as_str);
        staged(&self.git, from)
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

    /// The object of a file without content.
    #[must_use]
    pub fn empty_file(&self) -> Oid {
        Oid::known(match self.object_format() {
            ObjectFormat::Sha1 => "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
            ObjectFormat::Sha256 => {
                "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"
            }
        })
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
            merged.lines().filter_map(Oid::new).collect(),
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
}

/// What differs between HEAD and the index of the repository around a folder, with one git process and
/// without asking which repository that is: what most commits are waved through by.
///
/// # Errors
/// There is no repository, or no HEAD yet, or git failed.
pub fn staged_since_head(directory: &Path, inherit: Inherit) -> Result<Vec<Difference>, GitError> {
    staged(&Git::new(directory, inherit), "HEAD")
}

fn staged(git: &Git, from: &str) -> Result<Vec<Difference>, GitError> {
    let args = [
        "diff-index",
        "--cached",
        "-z",
        "--raw",
        "--no-renames",
        from,
    ];
    differences(&args, &git.run(args, b"")?)
}

/// `:<mode> <mode> <oid> <oid> <status>\0<path>\0`
fn differences(args: &[&str], output: &[u8]) -> Result<Vec<Difference>, GitError> {
    let mut records = output
        .split(|&byte| byte == 0)
        .map(String::from_utf8_lossy)
        .filter(|record| !record.is_empty());
    let mut differences = Vec::new();
    while let Some(header) = records.next() {
        let not_understood = || GitError::Answer {
            command: subcommand(args),
            answer: header.clone().into_owned(),
        };
        let words: Vec<&str> = header.trim_start_matches(':').split(' ').collect();
        let (&[mode, new_mode, oid, new_oid, _], Some(path)) = (words.as_slice(), records.next())
        else {
            return Err(not_understood());
        };
        differences.push(Difference {
            path: path.into_owned(),
            before: object(mode, oid).ok_or_else(not_understood)?,
            after: object(new_mode, new_oid).ok_or_else(not_understood)?,
        });
    }
    Ok(differences)
}

/// What lies at a path, or none inside where nothing does.
fn object(mode: &str, oid: &str) -> Option<Option<Object>> {
    if mode == "000000" {
        return Some(None);
    }
    Some(Some(Object {
        kind: kind(mode),
        oid: Oid::new(oid)?,
    }))
}
