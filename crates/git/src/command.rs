//! One way to run git: a known environment, output captured, failures that tell the whole story.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Instant;

use xshell::Shell;

/// Whether the environment that git gave to a hook (`GIT_DIR`, `GIT_INDEX_FILE`, …) still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inherit {
    /// Yes: the question is about the repository in which this program was started.
    Yes,
    /// No: a repository was named, and those variables would point git at another one.
    No,
}

/// What `git rev-parse --local-env-vars` lists: variables that belong to one repository.
pub const LOCAL_VARIABLES: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Why git could not answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program is not there.
    #[error("cannot run `git`: {0}")]
    NotInstalled(String),
    /// It ended with an error.
    #[error("`git {command}` failed with {status} in {directory}{}", said(stderr))]
    Failed {
        /// Its arguments.
        command: String,
        /// How it ended.
        status: String,
        /// Where it ran.
        directory: String,
        /// What it said, trimmed.
        stderr: String,
    },
    /// It answered something that this version of onehead does not understand.
    #[error("`git {command}` gave an unexpected answer: `{answer}`")]
    Answer {
        /// Its arguments.
        command: String,
        /// The part that does not fit.
        answer: String,
    },
    /// The repository cannot be used as asked.
    #[error("{0}")]
    Unusable(String),
}

/// What git said, if it said anything.
fn said(stderr: &str) -> String {
    match stderr {
        "" => String::new(),
        text => format!(": {text}"),
    }
}

/// Runs git in one folder.
#[derive(Debug, Clone)]
pub(crate) struct Git {
    directory: PathBuf,
    inherit: Inherit,
    variables: Vec<(String, OsString)>,
}

impl Git {
    pub(crate) fn new(directory: impl Into<PathBuf>, inherit: Inherit) -> Self {
        Self {
            directory: directory.into(),
            inherit,
            variables: Vec::new(),
        }
    }

    /// The same with more environment variables.
    pub(crate) fn with(&self, variables: &[(&str, &str)]) -> Self {
        let mut git = self.clone();
        let more = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
        git.variables.extend(more);
        git
    }

    /// The same with one more environment variable that holds a path.
    pub(crate) fn with_path(&self, name: &str, path: &Path) -> Self {
        let mut git = self.clone();
        git.variables
            .push((name.to_owned(), path.as_os_str().to_owned()));
        git
    }

    /// The same repository with a working tree and an index of its own.
    pub(crate) fn in_scratch(&self, tree: &Path, index: &Path, git_dir: &Path) -> Self {
        let mut git = self.clone();
        git.directory = tree.to_owned();
        for (name, path) in [
            ("GIT_WORK_TREE", tree),
            ("GIT_INDEX_FILE", index),
            ("GIT_DIR", git_dir),
        ] {
            git.variables
                .push((name.to_owned(), path.as_os_str().to_owned()));
        }
        git
    }

    /// Runs git and gives what it printed, whatever its status. Whoever listens to the log hears the
    /// command and its time.
    pub(crate) fn output<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        stdin: &[u8],
    ) -> Result<Output, GitError> {
        if !log::log_enabled!(log::Level::Debug) {
            return self.execute(args, stdin);
        }
        let args: Vec<A> = args.into_iter().collect();
        let command = joined(&args);
        #[expect(
            clippy::disallowed_methods,
            reason = "told to whoever asked, never used"
        )]
        let began = Instant::now();
        let output = self.execute(args, stdin);
        let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
        log::debug!("{milliseconds:7.1} ms  git {command}");
        output
    }

    fn execute<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        stdin: &[u8],
    ) -> Result<Output, GitError> {
        let fail = |error: xshell::Error| GitError::NotInstalled(error.to_string());
        let shell = Shell::new().map_err(fail)?;
        shell.change_dir(&self.directory);
        let mut command = shell
            .cmd("git")
            // Answers are parsed: no translation, no optional locks taken behind the user's back,
            // no prompt, and paths are paths, not patterns.
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .args(args)
            .stdin(stdin)
            .quiet()
            .ignore_status();
        if self.inherit == Inherit::No {
            for name in LOCAL_VARIABLES {
                command = command.env_remove(name);
            }
        }
        for (name, value) in &self.variables {
            command = command.env(name, value);
        }
        command.output().map_err(fail)
    }

    /// Runs git and gives its stdout.
    pub(crate) fn run<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        stdin: &[u8],
    ) -> Result<Vec<u8>, GitError> {
        let args: Vec<A> = args.into_iter().collect();
        let output = self.output(&args, stdin)?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(self.failure(&args, &output))
        }
    }

    pub(crate) fn failure<A: AsRef<OsStr>>(&self, args: &[A], output: &Output) -> GitError {
        GitError::Failed {
            command: joined(args),
            status: output.status.to_string(),
            directory: self.directory.display().to_string(),
            stderr: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        }
    }
}

pub(crate) fn joined<A: AsRef<OsStr>>(args: &[A]) -> String {
    let words: Vec<_> = args
        .iter()
        .map(|arg| arg.as_ref().to_string_lossy())
        .collect();
    words.join(" ")
}
