//! The commits of a branch: its line by first parent with all that each changes, and the whole past behind it; and what
//! every commit does to Python files.

use crate::commits::{FORMAT, parse};
use crate::entry::kind;
use crate::oid::lines;
use crate::search::From;
use crate::{Commit, Connection, Difference, GitError, Object, Oid, RefName};

/// A merge is compared with its first parent.
const FIRST_PARENT: &str = "--diff-merges=first-parent";

/// What [`Connection::changed_commits`] reads.
const RAW: [&str; 8] = [
    "--root",
    "--use-mailmap",
    "--raw",
    "-r",
    "-z",
    "--no-abbrev",
    "--no-renames",
    FORMAT,
];

/// A commit of a line and what it brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedCommit {
    /// The commit.
    pub commit: Commit,
    /// How it differs from its first parent, sorted by path; from nothing at the end of the line.
    pub changes: Vec<Difference>,
}

impl Connection {
    /// The commits of a branch by first parent, oldest first. Two git processes whatever their number.
    ///
    /// # Errors
    /// git failed, or `tip` names no commit.
    pub fn line(&self, tip: &Oid) -> Result<Vec<ChangedCommit>, GitError> {
        // With `--first-parent`, `-m` compares a merge only with that parent.
        let args = ["log", "--first-parent", "-m"];
        let output = self
            .git
            .run([&args[..], &RAW, &[tip.as_str()]].concat(), b"")?;
        let mut line = self.changed_commits(&output)?;
        line.reverse();
        Ok(line)
    }

    /// Every commit that a ref or a reflog leads to, or these, that touches a Python file, newest first: with how its
    /// Python files differ from those of its first parent. A constant number of git processes.
    ///
    /// # Errors
    /// git failed.
    pub fn python_changes(&self, from: From<'_>) -> Result<Vec<ChangedCommit>, GitError> {
        let mut args = [&["log", "--full-history"][..], &RAW].concat();
        let mut tips = String::new();
        match from {
            From::Everything => args.extend(["--all", "--reflog"]),
            From::Commits([]) => return Ok(Vec::new()),
            From::Commits(commits) => {
                args.push("--stdin");
                tips = lines(commits);
            }
        }
        let log = |merges: &str| {
            let args: Vec<&str> = args.iter().copied().chain([merges, "--", "*.py"]).collect();
            // This one is a pattern.
            let git = self.git.with(&[("GIT_LITERAL_PATHSPECS", "0")]);
            git.run(&args, tips.as_bytes())
        };
        let output = match log(FIRST_PARENT) {
            // Before 2.31 git has no word for it: it then compares with every parent, which says more.
            Err(GitError::Failed { stderr, .. }) if stderr.contains("--diff-merges") => log("-m"),
            output => output,
        };
        self.changed_commits(&output?)
    }

    /// Reads what `git log` printed with [`RAW`].
    fn changed_commits(&self, output: &[u8]) -> Result<Vec<ChangedCommit>, GitError> {
        let mut commits = Vec::new();
        let mut changes: Vec<Vec<Difference>> = Vec::new();
        let mut records = output.split(|&byte| byte == 0);
        while let Some(record) = records.next() {
            let record = record.strip_prefix(b"\n").unwrap_or(record);
            if let Some(commit) = parse(record) {
                commits.push(commit);
                changes.push(Vec::new());
            } else if let Some(header) = record.strip_prefix(b":")
                && let (Some(path), Some(changes)) = (records.next(), changes.last_mut())
            {
                changes.extend(difference(header, path));
            }
        }
        let commits = self.with_mapped_co_authors(commits)?;
        let found = std::iter::zip(commits, changes);
        Ok(found
            .map(|(commit, changes)| ChangedCommit { commit, changes })
            .collect())
    }

    /// Every commit that any of these reaches, newest first. One git process.
    ///
    /// # Errors
    /// git failed, or one of them is not here.
    pub fn past(&self, tips: &[Oid]) -> Result<Vec<Commit>, GitError> {
        let args = ["log", "--use-mailmap", FORMAT, "--stdin"];
        let output = self.git.run(args, lines(tips).as_bytes())?;
        let records = output.split(|&byte| byte == 0);
        Ok(records
            .map(|record| record.strip_prefix(b"\n").unwrap_or(record))
            .filter_map(parse)
            .collect())
    }

    /// The commits that a ref named once, as far as its reflog remembers, and that what it names now does not
    /// reach, newest first. Two git processes.
    ///
    /// # Errors
    /// git failed.
    pub fn thrown_away(&self, name: &RefName, tip: &Oid) -> Result<Vec<Oid>, GitError> {
        let args = ["log", "--walk-reflogs", "--format=%H", name.as_str(), "--"];
        let output = self.git.output(args, b"")?;
        if !output.status.success() {
            // A ref without a reflog is none of which anything is remembered.
            return Ok(Vec::new());
        }
        let named = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut seen = std::collections::HashSet::new();
        let named: Vec<&str> = named.lines().filter(|oid| seen.insert(*oid)).collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let request = format!("{}\n^{tip}\n", named.join("\n"));
        let lost = self.git.run(["rev-list", "--stdin"], request.as_bytes())?;
        let lost = String::from_utf8_lossy(&lost).into_owned();
        let lost: std::collections::HashSet<&str> = lost.lines().collect();
        Ok(named
            .into_iter()
            .filter(|oid| lost.contains(oid))
            .filter_map(Oid::new)
            .collect())
    }
}

/// `<mode> <mode> <oid> <oid> <status>` and the path.
fn difference(header: &[u8], path: &[u8]) -> Option<Difference> {
    let mut words = std::str::from_utf8(header).ok()?.split(' ');
    let (mode_before, mode_after) = (words.next()?, words.next()?);
    let (oid_before, oid_after) = (words.next()?, words.next()?);
    let object = |mode: &str, oid: &str| {
        let object = |oid| Object {
            kind: kind(mode),
            oid,
        };
        match mode {
            "000000" => Some(None),
            _ => Some(Some(object(Oid::new(oid)?))),
        }
    };
    Some(Difference {
        path: String::from_utf8_lossy(path).into_owned(),
        before: object(mode_before, oid_before)?,
        after: object(mode_after, oid_after)?,
    })
}
