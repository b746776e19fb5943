//! What a clone lacks, from its remote: the one place that uses the network, and only when asked.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::command::Git;
use crate::memory::{Shallow, lock};
use crate::oid::lines;
use crate::{Connection, GitError, Oid};

/// How often it is looked whether git is done.
const POLL: Duration = Duration::from_millis(10);

/// As git itself fetches what a partial clone lacks.
const OBJECTS: [&str; 9] = [
    "-c",
    "fetch.negotiationAlgorithm=noop",
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--recurse-submodules=no",
    "--filter=blob:none",
    "--stdin",
];

impl Connection {
    /// Fetches from a remote.
    ///
    /// # Errors
    /// git failed.
    pub fn fetch(&self, arguments: &[&str]) -> Result<(), GitError> {
        let mut args = vec!["fetch", "--quiet"];
        args.extend(arguments);
        let fetched = self.git.run(args, b"").map(drop);
        // It may have brought what was cut off before.
        *lock(&self.shared.shallow) = Shallow::Changed;
        self.stream().restart();
        fetched
    }

    /// Fetches objects that a partial clone lacks, all of them at once, and nothing else; of a tree, all its folders.
    ///
    /// # Errors
    /// git failed.
    pub fn fetch_objects(&self, remote: &str, oids: &[Oid]) -> Result<(), GitError> {
        if oids.is_empty() {
            return Ok(());
        }
        let args = OBJECTS.iter().copied().chain([remote]);
        let fetched = self.git.run(args, lines(oids).as_bytes()).map(drop);
        self.stream().restart();
        fetched
    }

    /// The same for a hook: without a question to the person at the terminal, and with an end. Whether everything
    /// came in time.
    #[must_use]
    pub fn fetch_objects_within(&self, remote: &str, oids: &[Oid], limit: Duration) -> bool {
        if oids.is_empty() {
            return true;
        }
        let args = OBJECTS.iter().copied().chain([remote]);
        let fetched = run_within(&self.asking_nothing(), args, lines(oids).as_bytes(), limit);
        self.stream().restart();
        fetched
    }

    /// A git that asks no one for a password: the terminal, a program with a window, ssh.
    fn asking_nothing(&self) -> Git {
        let own = self.config("core.sshCommand").ok().flatten();
        #[expect(
            clippy::disallowed_methods,
            reason = "git reads it, and what the person set there stays part of it"
        )]
        let own = std::env::var("GIT_SSH_COMMAND").ok().or(own);
        let ssh = own.unwrap_or_else(|| "ssh".into()) + " -o BatchMode=yes";
        self.git.with(&[
            ("GIT_ASKPASS", ""),
            ("SSH_ASKPASS", ""),
            ("GCM_INTERACTIVE", "never"),
            ("GIT_SSH_COMMAND", &ssh),
        ])
    }

    /// The trees of those of these commits that a treeless clone has not in full.
    ///
    /// # Errors
    /// git failed, or one of the commits is not here.
    pub fn incomplete_trees(&self, commits: &[Oid]) -> Result<Vec<Oid>, GitError> {
        let mut trees = Vec::new();
        for commit in commits {
            match self.tree_entries(commit) {
                Ok(_) => {}
                Err(GitError::MissingObject { .. }) => {
                    trees.push(self.commit_object(commit)?.1.tree.clone());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(trees)
    }

    /// The branch that a remote calls its default: asks the remote.
    ///
    /// # Errors
    /// git failed.
    pub fn default_branch_at(&self, remote: &str) -> Result<Option<String>, GitError> {
        let output = self
            .git
            .run(["ls-remote", "--symref", remote, "HEAD"], b"")?;
        let text = String::from_utf8_lossy(&output);
        let named = text.lines().find_map(|line| {
            line.strip_prefix("ref: refs/heads/")?
                .strip_suffix("\tHEAD")
        });
        Ok(named.map(str::to_owned))
    }

    /// The remote that has the objects which a partial clone lacks: the preferred one if several have. `None` if the
    /// clone is complete.
    ///
    /// # Errors
    /// git failed.
    pub fn promisor(&self, preferred: Option<&str>) -> Result<Option<String>, GitError> {
        let config = self.all_config()?;
        let mut promisors = config.subsections_where("remote", "promisor");
        // Where a git before 2.24 made the clone.
        promisors.extend(
            config
                .get("extensions.partialClone")
                .map(|(_, name)| name.as_str()),
        );
        let chosen = promisors
            .iter()
            .find(|name| Some(**name) == preferred)
            .or(promisors.first());
        Ok(chosen.map(|name| (*name).to_owned()))
    }

    /// What [`Connection::versions_beyond`] found missing, in this run and by any clone of this connection.
    #[must_use]
    pub fn lacking(&self) -> Vec<Oid> {
        lock(&self.shared.lacking).iter().cloned().collect()
    }

    /// Whether git may fetch what a partial clone lacks.
    #[must_use]
    pub fn may_fetch(&self) -> bool {
        self.git.variable("GIT_NO_LAZY_FETCH") == Some("0".as_ref())
    }

    /// The same repository, where git may fetch single objects that a partial clone lacks. Uses the network.
    #[must_use]
    pub fn fetching(&self) -> Self {
        let mut fetching = self.clone();
        fetching.git = self.git.with(&[("GIT_NO_LAZY_FETCH", "0")]);
        fetching
    }
}

/// Runs git without an answer, and ends it when the time is over. Whether it succeeded.
fn run_within<'a>(
    git: &Git,
    args: impl IntoIterator<Item = &'a str>,
    stdin: &[u8],
    limit: Duration,
) -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "a person waits, and what comes too late is said to be unknown"
    )]
    let began = Instant::now();
    let child = git
        .command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else { return false };
    // The list is read before anything is sent. If git is gone, its status tells.
    if let Some(mut pipe) = child.stdin.take() {
        let _ = pipe.write_all(stdin);
    }
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if began.elapsed() < limit => std::thread::sleep(POLL),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}
