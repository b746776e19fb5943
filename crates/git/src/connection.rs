use std::path::{Path, PathBuf};

use crate::command::{Git, joined};
use crate::objects::Kept;
use crate::{GitError, Inherit};

/// The hash by which a repository names its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectFormat {
    /// 20 bytes.
    Sha1,
    /// 32 bytes.
    Sha256,
}

/// A git repository and, unless it is bare, its working tree.
#[derive(Debug, Clone)]
pub struct Connection {
    pub(crate) git: Git,
    root: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    bare: bool,
    object_format: ObjectFormat,
    pub(crate) kept: Option<Kept>,
}

const QUESTIONS: [&str; 7] = [
    "rev-parse",
    "--path-format=absolute",
    "--is-bare-repository",
    "--show-object-format",
    "--git-common-dir",
    "--absolute-git-dir",
    "--show-toplevel",
];

impl Connection {
    /// Finds the repository that `directory` lies in.
    ///
    /// # Errors
    /// git is not installed, or refuses the repository (for example because somebody else owns it).
    /// No repository at all is `Ok(None)`.
    pub fn discover(directory: &Path, inherit: Inherit) -> Result<Option<Self>, GitError> {
        let git = Git::new(directory, inherit);
        let output = git.output(QUESTIONS, b"")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let answers: Vec<&str> = text.lines().collect();
        let (bare, format, common_dir, git_dir) = match answers[..] {
            [bare, format, common_dir, git_dir, ..] => {
                (bare == "true", format, common_dir, git_dir)
            }
            _ if String::from_utf8_lossy(&output.stderr).contains("not a git repository") => {
                return Ok(None);
            }
            _ => return Err(git.failure(&QUESTIONS, &output)),
        };
        let root = match answers.get(4) {
            Some(root) if answers.len() == 5 => PathBuf::from(root),
            None if bare => PathBuf::from(git_dir),
            None => return Err(git.failure(&QUESTIONS, &output)),
            Some(_) => {
                return Err(GitError::Answer {
                    command: joined(&QUESTIONS),
                    answer: "a path with a line break".into(),
                });
            }
        };
        Ok(Some(Self {
            git: Git::new(&root, inherit),
            root,
            git_dir: PathBuf::from(git_dir),
            common_dir: PathBuf::from(common_dir),
            bare,
            object_format: if format == "sha256" {
                ObjectFormat::Sha256
            } else {
                ObjectFormat::Sha1
            },
            kept: None,
        }))
    }

    /// The top of the working tree; of a bare repository, the repository itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The repository's own folder; a linked worktree has one of its own.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The folder that linked worktrees share (`.git` of the main one).
    #[must_use]
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Whether there is no working tree.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// How objects are named here.
    #[must_use]
    pub fn object_format(&self) -> ObjectFormat {
        self.object_format
    }

    /// The object id that `revision` names, or `None` if it names nothing.
    ///
    /// # Errors
    /// git failed for another reason.
    pub fn resolve(&self, revision: &str) -> Result<Option<String>, GitError> {
        let args = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            revision,
        ];
        let output = self.git.output(args, b"")?;
        let oid = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        match output.status.code() {
            Some(0) if !oid.is_empty() => Ok(Some(oid)),
            Some(1 | 128) => Ok(None),
            _ => Err(self.git.failure(&args, &output)),
        }
    }
}
