//! What `git log` tells of some files: who added, changed or removed them.

use std::collections::HashSet;

use crate::commits::{FORMAT, parse};
use crate::{Commit, Connection, GitError, Oid};

/// What is asked of the commits that touched some paths.
const LOG: [&str; 7] = [
    "log",
    "--use-mailmap",
    "--full-history",
    "--no-renames",
    "--name-status",
    "-z",
    FORMAT,
];

/// A merge is compared with its first parent.
const MERGES: &str = "--diff-merges=first-parent";

/// How far back the log is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    /// To the beginning.
    ToTheBeginning,
    /// As far as it takes to know for each path the last commit that added it and is no merge, and the merges behind it.
    ToAdditions,
}

/// So many seconds a clock may be wrong: a merge is looked for that long before what it brought.
const CLOCKS_DIFFER: i64 = 24 * 60 * 60;

/// Commits, newest first, and which of some paths each touched.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    pub(crate) commits: Vec<Commit>,
    /// A path, the place of the commit, and whether it was added.
    pub(crate) touched: Vec<(String, usize, bool)>,
}

impl Listed {
    /// The last commit touched a path.
    pub(crate) fn touch(&mut self, path: String, is_added: bool) {
        let at = self.commits.len().saturating_sub(1);
        self.touched.push((path, at, is_added));
    }
}

impl Connection {
    /// What git tells of these paths.
    pub(crate) fn log_of(
        &self,
        tips: &[String],
        paths: &[String],
        back: Back,
    ) -> Result<Listed, GitError> {
        let mut listed = match self.read_back(tips, paths, back, &[MERGES]) {
            // Before 2.31 git has no word for it.
            Err(GitError::Failed { stderr, .. }) if stderr.contains("--diff-merges") => {
                self.read_back(tips, paths, back, &[])?
            }
            listed => listed?,
        };
        listed.commits = self.with_mapped_co_authors(listed.commits)?;
        Ok(listed)
    }

    /// Reads until all additions are found, and then once more as far as their merges may be.
    fn read_back(
        &self,
        tips: &[String],
        paths: &[String],
        back: Back,
        merges: &[&str],
    ) -> Result<Listed, GitError> {
        let (listed, is_all) = self.read_log(tips, paths, back, merges)?;
        let oldest = listed.commits.iter().map(|commit| commit.time).min();
        let (false, Some(oldest)) = (is_all, oldest) else {
            return Ok(listed);
        };
        let since = format!("--max-age={}", (oldest - CLOCKS_DIFFER).max(0));
        let options = [merges, &[&since]].concat();
        Ok(self
            .read_log(tips, paths, Back::ToTheBeginning, &options)?
            .0)
    }

    /// What the log says, and whether that is all.
    fn read_log(
        &self,
        tips: &[String],
        paths: &[String],
        back: Back,
        options: &[&str],
    ) -> Result<(Listed, bool), GitError> {
        let mut args = LOG.to_vec();
        args.extend(options);
        args.extend(tips.iter().map(String::as_str));
        args.push("--");
        args.extend(places(paths));
        let mut reader = Reader {
            repository: self,
            paths,
            wanted: paths.iter().map(String::as_str).collect(),
            boundary: self.boundary()?,
            merges_are_told: options.contains(&MERGES),
            listed: Listed::default(),
            commit: None,
            is_cut: false,
            is_merge: false,
            status: None,
            not_added: paths.iter().map(String::as_str).collect(),
            failure: None,
        };
        let ended = self.git.run_until(&args, 0, |record| {
            reader.take(record);
            back == Back::ToAdditions && reader.not_added.is_empty() || reader.failure.is_some()
        })?;
        match reader.failure {
            Some(error) => Err(error),
            None => Ok((reader.listed, ended)),
        }
    }

    /// What a merge brought to its first parent.
    fn list_merge(
        &self,
        merge: Commit,
        paths: &[String],
        listed: &mut Listed,
    ) -> Result<(), GitError> {
        let held = |commit: &Oid| self.oids_in_tree(commit, paths);
        let (before, after) = (held(&merge.parents[0])?, held(&merge.oid)?);
        let at = |held: &[(String, Oid)], path: &String| {
            let found = held.iter().find(|(one, _)| one == path);
            found.map(|(_, oid)| oid.clone())
        };
        let is_touched = |path: &&String| at(&before, path) != at(&after, path);
        let touched: Vec<&String> = paths.iter().filter(is_touched).collect();
        if !touched.is_empty() {
            listed.commits.push(merge);
        }
        for path in touched {
            listed.touch(path.clone(), at(&before, path).is_none());
        }
        Ok(())
    }
}

/// Reads the records of a log as they come: a commit, then the status and the name of each path.
struct Reader<'a> {
    repository: &'a Connection,
    paths: &'a [String],
    wanted: HashSet<&'a str>,
    /// Where history was cut.
    boundary: HashSet<Oid>,
    /// Whether the log says itself what a merge brought.
    merges_are_told: bool,
    listed: Listed,
    /// The record of the commit that is read, until it is known to touch a path.
    commit: Option<Vec<u8>>,
    /// Whether history was cut there.
    is_cut: bool,
    /// Whether the last one that touched a path is a merge.
    is_merge: bool,
    /// Whether the path that comes next was added.
    status: Option<bool>,
    /// The paths of which no addition was read.
    not_added: HashSet<&'a str>,
    failure: Option<GitError>,
}

impl Reader<'_> {
    fn take(&mut self, record: &[u8]) {
        if let Some(is_added) = self.status.take() {
            return self.take_path(&String::from_utf8_lossy(record), is_added);
        }
        let record = record.strip_prefix(b"\n").unwrap_or(record);
        if record.starts_with(b"\x01") {
            self.take_commit(record);
        } else if !record.is_empty() {
            self.status = Some(record == b"A");
        }
    }

    fn take_commit(&mut self, record: &[u8]) {
        let is_cut = |commit: Commit| self.boundary.contains(&commit.oid);
        self.is_cut = !self.boundary.is_empty() && parse(record).is_some_and(is_cut);
        if !self.merges_are_told
            && let Some(merge) = parse(record).filter(Commit::is_merge)
        {
            let told = self
                .repository
                .list_merge(merge, self.paths, &mut self.listed);
            self.failure = told.err();
        }
        self.commit = Some(record.to_vec());
    }

    fn take_path(&mut self, path: &str, is_added: bool) {
        // Where history was cut, every file seems to be added.
        if self.is_cut || !self.wanted.contains(path) {
            return;
        }
        if let Some(commit) = self.commit.take().and_then(|record| parse(&record)) {
            self.is_merge = commit.is_merge();
            self.listed.commits.push(commit);
        }
        self.listed.touch(path.to_owned(), is_added);
        if is_added && !self.is_merge {
            self.not_added.remove(path);
        }
    }
}

/// How many paths git is asked for by name. It holds every entry of a folder against each of them, so that many
/// cost more than their folders.
const MOST_BY_NAME: usize = 4;

/// What git is to look at for these paths: the paths, or the folders that they lie in.
fn places(paths: &[String]) -> Vec<&str> {
    if paths.len() <= MOST_BY_NAME {
        return paths.iter().map(String::as_str).collect();
    }
    let mut folders: Vec<&str> = paths
        .iter()
        .map(|path| match path.rsplit_once('/') {
            Some((folder, _)) => folder,
            None => path,
        })
        .collect();
    folders.sort_unstable();
    folders.dedup();
    folders
}
