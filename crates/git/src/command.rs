//! One way to run git: a known environment, output captured, failures that tell the whole story.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

use crate::GitError;
use crate::error::missing_object;

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

    /// Where git runs.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether the variables of a hook hold.
    pub(crate) fn inherits(&self) -> bool {
        self.inherit == Inherit::Yes
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

    /// Whether it is told of another index than the one of the working tree.
    pub(crate) fn names_an_index(&self) -> bool {
        self.is_told_of("GIT_INDEX_FILE")
    }

    /// Whether it is told where to read attributes.
    pub(crate) fn names_attributes(&self) -> bool {
        self.is_told_of("GIT_ATTR_SOURCE")
    }

    #[expect(clippy::disallowed_methods, reason = "git would read it as well")]
    fn is_told_of(&self, name: &str) -> bool {
        let is_inherited = self.inherits() || !LOCAL_VARIABLES.contains(&name);
        self.variable(name).is_some() || is_inherited && std::env::var_os(name).is_some()
    }

    /// What a variable is set to for it.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        let mut latest = self.variables.iter().rev();
        let found = latest.find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_os_str())
    }

    /// The same with one more environment variable that holds a path.
    pub(crate) fn with_path(&self, name: &str, path: &Path) -> Self {
        let mut git = self.clone();
        git.variables
            .push((name.to_owned(), path.as_os_str().to_owned()));
        git
    }

    /// The same for somebody who only reads. A git that cannot be told to leave missing objects alone
    /// (before 2.45) may then reach no remote at all.
    pub(crate) fn offline(&self) -> Self {
        self.with(&[("GIT_ALLOW_PROTOCOL", "")])
    }

    /// The same repository with a working tree and an index of its own.
    pub(crate) fn in_scratch(&self, tree: &Path, index: &Path, git_dir: &Path) -> Self {
        let mut git = self
            .with_path("GIT_WORK_TREE", tree)
            .with_path("GIT_INDEX_FILE", index)
            .with_path("GIT_DIR", git_dir);
        git.directory = tree.to_owned();
        git
    }

    /// A git that is not started yet.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is where the workspace runs git, and one of its processes answers for a whole run"
        )]
        let mut command = Command::new("git");
        command
            .current_dir(&self.directory)
            // Answers are parsed: no translation, no optional locks taken behind the user's back,
            // no prompt, and paths are paths, not patterns.
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .args(args);
        if self.inherit == Inherit::No {
            for name in LOCAL_VARIABLES {
                command.env_remove(name);
            }
            let safe = safe_directories(|name| {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "who may be trusted is said there by the one who runs a container"
                )]
                std::env::var(name).ok()
            });
            if !safe.is_empty() {
                command.env("GIT_CONFIG_COUNT", safe.len().to_string());
                for (at, directory) in safe.iter().enumerate() {
                    command.env(format!("GIT_CONFIG_KEY_{at}"), SAFE_DIRECTORY);
                    command.env(format!("GIT_CONFIG_VALUE_{at}"), directory);
                }
            }
        }
        // What is merged and pushed are the objects themselves: a replace ref, which whoever may push can push as well, or
        // a graft would show another history, and a verdict would be about that one.
        command
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_GRAFT_FILE", "");
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }

    /// Runs git and gives what it printed, whatever its status. Whoever listens to the log hears the
    /// command and its time.
    pub(crate) fn output<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        stdin: &[u8],
    ) -> Result<Output, GitError> {
        let mut command = self.command(args);
        if !log::log_enabled!(log::Level::Debug) {
            return finish(&mut command, stdin);
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "told to whoever asked, never used"
        )]
        let began = Instant::now();
        let output = finish(&mut command, stdin);
        let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
        let args: Vec<&OsStr> = command.get_args().collect();
        log::debug!("{milliseconds:7.1} ms  git {}", joined(&args));
        output
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

    /// Runs git and hands over what it prints, record by record, each without the `separator` that ends it, until it has
    /// been told enough. What it would print behind that is not waited for. Gives whether it was told everything.
    pub(crate) fn run_until(
        &self,
        args: &[&str],
        separator: u8,
        is_enough: impl FnMut(&[u8]) -> bool,
    ) -> Result<bool, GitError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "told to whoever asked, never used"
        )]
        let began = Instant::now();
        let output = listen(&mut self.command(args), separator, is_enough)?;
        let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
        log::debug!("{milliseconds:7.1} ms  git {}", args.join(" "));
        match output {
            Some(output) if !output.status.success() => Err(self.failure(args, &output)),
            output => Ok(output.is_some()),
        }
    }

    pub(crate) fn failure<A: AsRef<OsStr>>(&self, args: &[A], output: &Output) -> GitError {
        let stderr = String::from_utf8_lossy(&output.stderr);
        missing_object(&stderr).unwrap_or_else(|| GitError::Failed {
            command: subcommand(args),
            status: output.status.to_string(),
            directory: self.directory.display().to_string(),
            stderr: stderr.trim().to_owned(),
        })
    }
}

/// The one key of `GIT_CONFIG_KEY_…` that belongs to no single repository: it names those that are trusted.
const SAFE_DIRECTORY: &str = "safe.directory";

/// The folders that `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_…` and `GIT_CONFIG_VALUE_…` call safe. A job in a container says
/// so about a repository that another user owns.
fn safe_directories(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let count = variable("GIT_CONFIG_COUNT").and_then(|count| count.parse().ok());
    (0..count.unwrap_or(0))
        .map_while(|at: usize| {
            let key = variable(&format!("GIT_CONFIG_KEY_{at}"))?;
            Some((key, variable(&format!("GIT_CONFIG_VALUE_{at}"))?))
        })
        .filter(|(key, _)| key.eq_ignore_ascii_case(SAFE_DIRECTORY))
        .map(|(_, directory)| directory)
        .collect()
}

/// A program that is listened to.
fn started(command: &mut Command, stdin: Stdio) -> Result<Child, GitError> {
    let command = command.stdin(stdin);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(failed)
}

fn failed(error: std::io::Error) -> GitError {
    GitError::NotInstalled(error.to_string())
}

/// Runs a program to its end.
fn finish(command: &mut Command, stdin: &[u8]) -> Result<Output, GitError> {
    if stdin.is_empty() {
        return command.stdin(Stdio::null()).output().map_err(failed);
    }
    let mut child = started(command, Stdio::piped())?;
    let pipe = child.stdin.take();
    std::thread::scope(|scope| {
        // A program that ends before it has read everything says why itself.
        scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(stdin)));
        child.wait_with_output().map_err(failed)
    })
}

/// Runs a program until its end, or until it has said enough; then it is ended, and there is nothing to tell of it.
fn listen(
    command: &mut Command,
    separator: u8,
    mut is_enough: impl FnMut(&[u8]) -> bool,
) -> Result<Option<Output>, GitError> {
    let mut child = started(command, Stdio::null())?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        // Somebody has to listen, or git waits at last for its warnings to be read.
        let warnings = scope.spawn(move || {
            let mut text = Vec::new();
            // What came until then counts.
            let _ = stderr.map(|mut stderr| stderr.read_to_end(&mut text));
            text
        });
        let mut stdout = BufReader::new(
            stdout.ok_or_else(|| GitError::NotInstalled("its output cannot be read".into()))?,
        );
        let mut record = Vec::new();
        while stdout.read_until(separator, &mut record).map_err(failed)? > 0 {
            if is_enough(record.strip_suffix(&[separator]).unwrap_or(&record)) {
                // It only reads: nothing is lost.
                let _ = child.kill();
                child.wait().map_err(failed)?;
                return Ok(None);
            }
            record.clear();
        }
        Ok(Some(Output {
            status: child.wait().map_err(failed)?,
            stdout: Vec::new(),
            stderr: warnings.join().unwrap_or_default(),
        }))
    })
}

/// What git was asked to do, without how: `rev-parse`.
pub(crate) fn subcommand<A: AsRef<OsStr>>(args: &[A]) -> String {
    let words = args.iter().map(|arg| arg.as_ref().to_string_lossy());
    let mut words = words.skip_while(|word| word.starts_with('-') || word.contains('='));
    words.next().unwrap_or_default().into_owned()
}

fn joined(args: &[&OsStr]) -> String {
    let words: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::safe_directories;

    #[test]
    fn only_safe_directories_are_of_no_repository() {
        let safe = safe_directories(|name| {
            let value = match name {
                "GIT_CONFIG_COUNT" => "3",
                "GIT_CONFIG_KEY_0" => "core.worktree",
                "GIT_CONFIG_VALUE_0" => "/elsewhere",
                "GIT_CONFIG_KEY_1" | "GIT_CONFIG_KEY_2" => "safe.Directory",
                "GIT_CONFIG_VALUE_1" => "*",
                "GIT_CONFIG_VALUE_2" => "/src",
                _ => return None,
            };
            Some(value.to_owned())
        });
        assert_eq!(safe, ["*", "/src"]);
        assert!(safe_directories(|_| None).is_empty());
    }
}
