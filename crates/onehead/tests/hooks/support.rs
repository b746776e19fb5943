//! Repositories for tests: real git, an own home, fixed people and dates, no terminal.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use onehead_fixtures::{GitSandbox, Ran};

pub(crate) const ONEHEAD: &str = env!("CARGO_BIN_EXE_onehead");

pub(crate) const CLIENT_HOOKS: &[&str] = &[
    "pre-commit",
    "pre-merge-commit",
    "post-merge",
    "post-rewrite",
    "pre-push",
];

/// A folder for repositories.
pub(crate) struct World {
    sandbox: Arc<GitSandbox>,
}

/// How a command ended and all that it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) text: String,
}

impl Ended {
    /// It ended with this code.
    #[track_caller]
    pub(crate) fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}", self.text);
        self
    }

    /// These words are in what it said.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.text.contains(words), "{words}: {}", self.text);
        self
    }

    /// These words are not in what it said.
    #[track_caller]
    pub(crate) fn says_nothing_of(&self, words: &str) -> &Self {
        assert!(!self.text.contains(words), "{words}: {}", self.text);
        self
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let sandbox = Arc::new(GitSandbox::without_git());
        fs::create_dir(sandbox.root().join("home")).expect("a folder that is no repository");
        Self { sandbox }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.sandbox.root().join(name)
    }

    /// A repository with one migration, `a`, on `main`, and a bare remote that has it.
    pub(crate) fn repo(&self, name: &str) -> Repo {
        let remote = format!("{name}.git");
        self.at(".")
            .git(&["init", "-q", "--bare", "-b", "main", &remote]);
        self.at(".").git(&["init", "-q", "-b", "main", name]);
        let repo = self.at(name);
        repo.write("alembic.ini", "[alembic]\nscript_location = migrations\n");
        repo.write("migrations/env.py", "");
        repo.write("migrations/script.py.mako", TEMPLATE);
        repo.write("README", "one\ntwo\nthree\n");
        repo.migration("a", "None");
        repo.git(&["add", "."]);
        repo.git(&["commit", "-qm", "Begin"]);
        repo.git(&["remote", "add", "origin", &format!("../{remote}")]);
        repo.git(&["push", "-q", "-u", "origin", "main"]);
        repo.git(&["remote", "set-head", "origin", "main"]);
        repo
    }

    /// The same with two heads: b and c, both on a.
    pub(crate) fn forked(&self) -> Repo {
        let repo = self.repo("repo");
        repo.fork();
        repo
    }

    /// A clone of the remote of `repo`, made with these arguments.
    pub(crate) fn clone(&self, args: &[&str]) -> Repo {
        let url = self.url();
        let command = [&["clone", "-q"], args, &[&url, "clone"]].concat();
        self.at(".").git(&command);
        self.at("clone")
    }

    /// A clone that has nothing but the commit of this ref, checked out.
    pub(crate) fn clone_of(&self, name: &str) -> Repo {
        self.at(".").git(&["init", "-q", "clone"]);
        let clone = self.at("clone");
        clone.git(&["remote", "add", "origin", &self.url()]);
        clone.git(&["fetch", "-q", "--depth=1", "origin", name]);
        clone.git(&["checkout", "-q", "FETCH_HEAD"]);
        clone
    }

    /// The address of the remote of `repo`, under which git makes shallow and partial clones.
    fn url(&self) -> String {
        format!("file://{}", self.path("repo.git").display())
    }

    /// A folder in it.
    pub(crate) fn at(&self, name: &str) -> Repo {
        Repo {
            path: self.path(name),
            sandbox: Arc::clone(&self.sandbox),
        }
    }
}

pub(crate) const TEMPLATE: &str = r#""""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
"#;

/// A repository, or any folder.
#[derive(Clone)]
pub(crate) struct Repo {
    pub(crate) path: PathBuf,
    sandbox: Arc<GitSandbox>,
}

impl Repo {
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("create folders");
        fs::write(path, text).expect("write a file");
    }

    /// A revision file; `parent` is Python.
    pub(crate) fn migration(&self, id: &str, parent: &str) {
        self.write(
            &format!("migrations/versions/{id}.py"),
            &format!("\"\"\"Add {id}\"\"\"\nrevision = '{id}'\ndown_revision = {parent}\n"),
        );
    }

    /// A revision file and its commit, whatever hooks say.
    pub(crate) fn commit_migration(&self, id: &str, parent: &str) {
        self.migration(id, parent);
        self.git(&["add", "migrations"]);
        self.git(&["commit", "-q", "--no-verify", "-m", &format!("Add {id}")]);
    }

    /// Two heads: b and c, both on a.
    pub(crate) fn fork(&self) {
        self.commit_migration("b", "'a'");
        self.commit_migration("c", "'a'");
    }

    /// On `main`: a, c. On `topic`: a, b. Each has one head, together they have two.
    pub(crate) fn two_branches(&self) {
        self.git(&["checkout", "-q", "-b", "topic"]);
        self.commit_migration("b", "'a'");
        self.git(&["checkout", "-q", "main"]);
        self.commit_migration("c", "'a'");
    }

    /// What git says to pre-push of a branch that the remote does not have yet.
    pub(crate) fn new_branch(&self, local: &str, remote: &str) -> String {
        let oid = self.git(&["rev-parse", local]);
        let zeros = "0".repeat(40);
        format!("{local} {} refs/heads/{remote} {zeros}\n", oid.trim())
    }

    /// Hooks as people write them.
    pub(crate) fn hooks(&self, names: &[&str]) {
        let folder = self.git(&["rev-parse", "--git-path", "hooks"]);
        let folder = self.path.join(folder.trim());
        fs::create_dir_all(&folder).expect("a folder for hooks");
        for name in names {
            script(
                &folder.join(name),
                &format!("#!/bin/sh\nexec '{ONEHEAD}' hook {name} \"$@\"\n"),
            );
        }
    }

    /// A command in the folder, by somebody and at a time that are known.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let (program, args) = words.split_first().expect("a program");
        let mut command = self.sandbox.command(program);
        command
            .args(args)
            .current_dir(&self.path)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            // Also for a git before 2.31, which takes no configuration from variables.
            .env("GIT_ALLOW_PROTOCOL", "file")
            .env("GIT_CONFIG_COUNT", "2")
            .env("GIT_CONFIG_KEY_0", "gc.auto")
            .env("GIT_CONFIG_VALUE_0", "0")
            .env("GIT_CONFIG_KEY_1", "maintenance.auto")
            .env("GIT_CONFIG_VALUE_1", "false")
            .env("GIT_EDITOR", "true")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.com")
            .env("GIT_AUTHOR_DATE", "2024-03-01T01:00:00+00:00")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.com")
            .env("GIT_COMMITTER_DATE", "2024-03-01T01:00:00+00:00");
        command
    }

    /// Runs a command without a terminal.
    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        self.run_with(words, "")
    }

    fn run_with(&self, words: &[&str], stdin: &str) -> Ended {
        let ran = self.ran(words, stdin);
        Ended {
            code: ran.code.unwrap_or(-1),
            text: ran.stdout + &ran.stderr,
        }
    }

    fn ran(&self, words: &[&str], stdin: &str) -> Ran {
        let mut all = vec!["setsid", "--wait"];
        all.extend(words);
        GitSandbox::end(&mut self.command(&all), stdin)
    }

    /// Runs git, whatever comes of it.
    pub(crate) fn try_git(&self, args: &[&str]) -> Ended {
        let mut words = vec!["git"];
        words.extend(args);
        self.run(&words)
    }

    /// Runs git, which must succeed, and gives its stdout.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let mut words = vec!["git"];
        words.extend(args);
        let ran = self.ran(&words, "");
        assert_eq!(ran.code, Some(0), "git {args:?}: {}", ran.stderr);
        ran.stdout
    }

    pub(crate) fn onehead(&self, args: &[&str]) -> Ended {
        self.onehead_with(args, "")
    }

    /// The same with something on stdin.
    pub(crate) fn onehead_with(&self, args: &[&str], stdin: &str) -> Ended {
        let mut words = vec![ONEHEAD];
        words.extend(args);
        self.run_with(&words, stdin)
    }

    /// All that a command may change: HEAD, the index, the working tree.
    pub(crate) fn state(&self) -> String {
        let head = self.try_git(&["rev-parse", "HEAD"]).text;
        let branch = self.try_git(&["symbolic-ref", "-q", "HEAD"]).text;
        let index = self.git(&["ls-files", "-s"]);
        let status = self.git(&["status", "--porcelain", "--branch"]);
        let mut files = Vec::new();
        list(&self.path, &mut files);
        files.sort();
        format!("{head}{branch}{index}{status}{}", files.join("\n"))
    }
}

/// Every file and its text, `.git` left out.
fn list(folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = entry.path();
        if entry.file_name() == ".git" {
            continue;
        }
        if path.is_dir() {
            list(&path, files);
        } else {
            let text = fs::read_to_string(&path).expect("a text");
            files.push(format!("{}: {text}", entry.file_name().display()));
        }
    }
}

/// An executable file.
pub(crate) fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).expect("write a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("make it executable");
}

/// Runs a command on a terminal of its own, answers its question with these keys, and gives its exit
/// code and all that was shown.
pub(crate) fn at_terminal(repo: &Repo, command: &str, keys: &[u8]) -> (i32, String) {
    let mut child = repo
        .command(&["script", "-qefc", command, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut shown = Vec::new();
    let mut byte = [0];
    let mut answered = false;
    while stdout.read(&mut byte).expect("it reads") == 1 {
        shown.push(byte[0]);
        if !answered && shown.ends_with(b"[y/N] ") {
            stdin.write_all(keys).expect("it writes");
            stdin.flush().expect("it writes");
            answered = true;
        }
    }
    let status = child.wait().expect("it ends");
    let text = String::from_utf8_lossy(&shown).into_owned();
    (status.code().unwrap_or(-1), text)
}
