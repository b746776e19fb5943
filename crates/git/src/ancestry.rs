//! How commits lie to each other.
//!
//! What lies near is found by a walk over commit objects, which costs no process; git itself is asked where the
//! walk would go far, and where many heads are looked at together.

use std::collections::{HashMap, HashSet};
use std::fs;

use crate::memory::{Shallow, lock};
use crate::oid::lines;
use crate::walk::Walk;
use crate::{Connection, GitError, Oid};

impl Connection {
    /// Whether history ends where somebody cut it.
    ///
    /// # Errors
    /// None today; git may have to be asked one day.
    pub fn is_shallow(&self) -> Result<bool, GitError> {
        Ok(match *lock(&self.shared.shallow) {
            Shallow::Told(is_shallow) => is_shallow,
            Shallow::Changed => self.common_dir().join("shallow").exists(),
        })
    }

    /// The commits whose parents were cut off.
    ///
    /// # Errors
    /// As [`Connection::is_shallow`].
    pub fn boundary(&self) -> Result<HashSet<Oid>, GitError> {
        if !self.is_shallow()? {
            return Ok(HashSet::new());
        }
        let text = fs::read_to_string(self.common_dir().join("shallow")).unwrap_or_default();
        Ok(text.lines().filter_map(Oid::new).collect())
    }

    /// The parents of a commit; none where history was cut.
    ///
    /// # Errors
    /// git failed, or there is no such commit.
    pub fn parents(&self, commit: &Oid) -> Result<Vec<Oid>, GitError> {
        let (oid, object) = self.commit_object(commit)?;
        if self.boundary()?.contains(&oid) {
            return Ok(Vec::new());
        }
        Ok(object.parents.clone())
    }

    /// Whether the first commit is reachable from the second.
    ///
    /// # Errors
    /// git failed.
    pub fn is_ancestor(&self, ancestor: &Oid, of: &Oid) -> Result<bool, GitError> {
        if let Some(answer) = Walk::new(self)?.is_ancestor(ancestor, of)? {
            return Ok(answer);
        }
        self.require([ancestor, of])?;
        let args = [
            "merge-base",
            "--is-ancestor",
            ancestor.as_str(),
            of.as_str(),
        ];
        let output = self.git.output(args, b"")?;
        match output.status.code() {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(self.git.failure(&args, &output)),
        }
    }

    /// That these commits are here.
    fn require<'a>(&self, commits: impl IntoIterator<Item = &'a Oid>) -> Result<(), GitError> {
        let mut commits = commits.into_iter();
        commits.try_for_each(|commit| self.commit_object(commit).map(drop))
    }

    /// A common ancestor of two commits; `None` if there is none, or none in a shallow clone.
    ///
    /// # Errors
    /// git failed.
    pub fn merge_base(&self, a: &Oid, b: &Oid) -> Result<Option<Oid>, GitError> {
        Ok(self
            .merge_bases(a, std::slice::from_ref(b))?
            .into_iter()
            .next())
    }

    /// The best common ancestors of a commit and of a merge of the others, which need not be made; the youngest
    /// first.
    ///
    /// # Errors
    /// git failed.
    pub fn merge_bases(&self, commit: &Oid, others: &[Oid]) -> Result<Vec<Oid>, GitError> {
        if let Some(bases) = Walk::new(self)?.merge_bases(commit, others)? {
            return Ok(bases);
        }
        self.require([commit].into_iter().chain(others))?;
        let mut args = vec!["merge-base", "--all", commit.as_str()];
        args.extend(others.iter().map(Oid::as_str));
        let output = self.git.output(&args, b"")?;
        match output.status.code() {
            Some(0 | 1) => {
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                Ok(text.lines().filter_map(Oid::new).collect())
            }
            _ => Err(self.git.failure(&args, &output)),
        }
    }

    /// The commits that any of these reach and `without` does not, each with its parents. One git process.
    ///
    /// # Errors
    /// git failed, or one of them is not here.
    pub fn own_commits(
        &self,
        of: &[Oid],
        without: &Oid,
    ) -> Result<HashMap<Oid, Vec<Oid>>, GitError> {
        if of.is_empty() {
            return Ok(HashMap::new());
        }
        let mut request = lines(of);
        request += &format!("^{without}\n");
        let output = self
            .git
            .run(["rev-list", "--parents", "--stdin"], request.as_bytes())?;
        Ok(parents(&output))
    }

    /// Whether branches or tags of this clone have commits that neither this commit nor a branch of the remote reaches,
    /// as far as the clone knows of the remote. One git process.
    ///
    /// # Errors
    /// git failed.
    pub fn has_more_to_push(&self, remote: &str, than: &Oid) -> Result<bool, GitError> {
        let known = format!("--remotes={remote}");
        let args = [
            "rev-list",
            "--max-count=1",
            "--branches",
            "--tags",
            "--not",
            &known,
            than.as_str(),
        ];
        Ok(!self.git.run(args, b"")?.is_empty())
    }

    /// The commits that lie between these and a common ancestor of all of them, each with its parents, the commits
    /// themselves among them: enough to tell which of them another one reaches. Two git processes.
    ///
    /// # Errors
    /// git failed, or one of them is not here.
    pub fn between(&self, commits: &[Oid]) -> Result<HashMap<Oid, Vec<Oid>>, GitError> {
        if commits.is_empty() {
            return Ok(HashMap::new());
        }
        let mut args = vec!["merge-base", "--octopus"];
        args.extend(commits.iter().map(Oid::as_str));
        let output = self.git.output(&args, b"")?;
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(self.git.failure(&args, &output));
        }
        let mut request = lines(commits);
        for base in String::from_utf8_lossy(&output.stdout).lines() {
            request += &format!("^{base}\n");
        }
        let listing = self
            .git
            .run(["rev-list", "--parents", "--stdin"], request.as_bytes())?;
        Ok(parents(&listing))
    }
}

/// `<commit> <parent> …\n`
fn parents(output: &[u8]) -> HashMap<Oid, Vec<Oid>> {
    let text = String::from_utf8_lossy(output);
    text.lines()
        .filter_map(|line| {
            let mut oids = line.split(' ').map(Oid::new);
            Some((oids.next()??, oids.collect::<Option<_>>()?))
        })
        .collect()
}
