use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::command::Git;
use crate::config::Config;
use crate::layout::{self, Layout};
use crate::memory::{Kept, Shallow, Shared, lock};
use crate::stream::Stream;
use crate::{GitError, Inherit, ObjectFormat};

/// A git repository and, unless it is bare, its working tree, with all that git said of it in this run.
///
/// Clones share one long-lived `git cat-file` process, which the first question about an object or a name starts
/// and the last clone ends.
#[derive(Debug, Clone)]
pub struct Connection {
    pub(crate) git: Git,
    root: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    bare: bool,
    object_format: ObjectFormat,
    pub(crate) kept: Option<Kept>,
    pub(crate) shared: Arc<Shared>,
}

const QUESTIONS: [&str; 8] = [
    "rev-parse",
    ABSOLUTE,
    "--is-bare-repository",
    "--is-shallow-repository",
    "--show-object-format",
    "--git-common-dir",
    "--absolute-git-dir",
    "--show-toplevel",
];

/// How paths are to be printed. A git before 2.31 repeats it, and prints them from where it runs.
const ABSOLUTE: &str = "--path-format=absolute";

/// Paths are text in documents, and lines in git's answers.
fn unusable(directory: &Path, what: &str) -> GitError {
    GitError::Unusable(format!(
        "the path of the repository around `{}` {what}, which onehead does not support",
        directory.display()
    ))
}

impl Connection {
    /// Finds the repository that `directory` lies in. One git process, and none where it is laid out plainly.
    ///
    /// # Errors
    /// git is not installed, or refuses the repository (for example because somebody else owns it).
    /// No repository at all is `Ok(None)`.
    pub fn discover(directory: &Path, inherit: Inherit) -> Result<Option<Self>, GitError> {
        match layout::plain(directory, inherit, variable) {
            Some(found) => Ok(Some(Self::new(found, false, ObjectFormat::Sha1, inherit))),
            None => Self::told_by_git(directory, inherit),
        }
    }

    fn told_by_git(directory: &Path, inherit: Inherit) -> Result<Option<Self>, GitError> {
        let git = Git::new(directory, inherit);
        let output = git.output(QUESTIONS, b"")?;
        let Ok(text) = str::from_utf8(&output.stdout) else {
            return Err(unusable(directory, "is not UTF-8"));
        };
        let answers: Vec<&str> = text.lines().filter(|line| *line != ABSOLUTE).collect();
        let [bare, shallow, format, common_dir, git_dir, root @ ..] = answers.as_slice() else {
            let stderr = String::from_utf8_lossy(&output.stderr);
            return if stderr.contains("not a git repository") {
                Ok(None)
            } else {
                Err(git.failure(&QUESTIONS, &output))
            };
        };
        let bare = *bare == "true";
        let root = match root {
            [root] => PathBuf::from(root),
            [] if bare => PathBuf::from(git_dir),
            [] => return Err(git.failure(&QUESTIONS, &output)),
            _ => return Err(unusable(directory, "has a line break")),
        };
        let format = match *format {
            "sha256" => ObjectFormat::Sha256,
            _ => ObjectFormat::Sha1,
        };
        let layout = Layout {
            root,
            git_dir: PathBuf::from(git_dir),
            common_dir: absolute(directory, common_dir),
            is_shallow: *shallow == "true",
        };
        Ok(Some(Self::new(layout, bare, format, inherit)))
    }

    fn new(layout: Layout, bare: bool, object_format: ObjectFormat, inherit: Inherit) -> Self {
        let git = Git::new(&layout.root, inherit);
        Self {
            shared: Arc::new(Shared {
                stream: Mutex::new(Stream::new(&git)),
                objects: Mutex::default(),
                merges: Mutex::default(),
                config: Mutex::default(),
                lacking: Mutex::default(),
                shallow: Mutex::new(Shallow::Told(layout.is_shallow)),
            }),
            git,
            root: layout.root,
            git_dir: layout.git_dir,
            common_dir: layout.common_dir,
            bare,
            object_format,
            kept: None,
        }
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

    /// A path below the repository's own folder, as git itself resolves it: `hooks`, `MERGE_HEAD`, …
    ///
    /// # Errors
    /// git failed.
    pub fn git_path(&self, name: &str) -> Result<PathBuf, GitError> {
        let output = self
            .git
            .run(["rev-parse", ABSOLUTE, "--git-path", name], b"")?;
        let text = String::from_utf8_lossy(&output);
        let path = text.lines().find(|line| *line != ABSOLUTE);
        Ok(absolute(&self.root, path.unwrap_or_default()))
    }

    /// A value of git's configuration.
    ///
    /// # Errors
    /// git failed.
    pub fn config(&self, key: &str) -> Result<Option<String>, GitError> {
        Ok(self.all_config()?.get(key).map(|(_, value)| value.clone()))
    }

    /// The scope that sets a key of git's configuration, `system`, `global`, `local`, `worktree` or
    /// `command`, and its value.
    ///
    /// # Errors
    /// git failed.
    pub fn config_scope(&self, key: &str) -> Result<Option<(String, String)>, GitError> {
        Ok(self.all_config()?.get(key).cloned())
    }

    pub(crate) fn all_config(&self) -> Result<Arc<Config>, GitError> {
        let mut config = lock(&self.shared.config);
        if let Some(config) = &*config {
            return Ok(Arc::clone(config));
        }
        let output = self
            .git
            .run(["config", "--list", "--show-scope", "-z"], b"")?;
        Ok(Arc::clone(config.insert(Arc::new(Config::parse(&output)))))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "git would read them to find the repository"
)]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

/// A path that git printed from where it ran.
fn absolute(directory: &Path, path: &str) -> PathBuf {
    let path = Path::new(path);
    if path.is_absolute() {
        return path.to_owned();
    }
    let path = directory.join(path);
    std::fs::canonicalize(&path).unwrap_or(path)
}
