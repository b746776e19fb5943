//! Who brought a file, when, and through which pull request.

use std::collections::{HashMap, HashSet};

use crate::file_log::{Back, Listed};
use crate::oid::lines;
use crate::{ChangedCommit, Commit, Connection, Contact, GitError, Oid};

/// The commit that added a file, under this name or under the one that it had before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOrigin {
    /// Its object id.
    pub commit: Oid,
    /// Who wrote it.
    pub author: Contact,
    /// The author's date: ISO 8601 with offset.
    pub date: String,
    /// The commit's subject.
    pub subject: String,
    /// Whom its message names as `Co-authored-by`.
    pub co_authors: Vec<Contact>,
    /// The number of the pull request that it names itself, or that the merge names that brought it.
    pub pull_request: Option<u64>,
    /// The branch that the merge names that brought it.
    pub branch: Option<String>,
}

/// How often a file may have been renamed before somebody loses its trace.
const MAX_RENAMES: usize = 4;

/// The commits that touched some files, newest first as `git log` has it.
#[derive(Debug, Clone, Default)]
pub struct Touches {
    commits: Vec<Commit>,
    /// For each path the commits, as places in the list, and whether they added it there.
    of: HashMap<String, Vec<(usize, bool)>>,
    /// What a file was called before the commit that added it under this name.
    before: HashMap<(Oid, String), String>,
}

impl Connection {
    /// For each path, the last commit reachable from `tips` (`--all` stands for every ref) that added it, followed through renames; paths
    /// that no commit added are left out, and so are those that were there where a shallow clone's history begins. A constant number of git processes, and none without tips.
    ///
    /// # Errors
    /// git failed.
    pub fn origins(
        &self,
        tips: &[String],
        paths: &[String],
    ) -> Result<HashMap<String, FileOrigin>, GitError> {
        if tips.is_empty() {
            return Ok(HashMap::new());
        }
        let touches = self.followed(paths, &[], |paths, renamed_by| match renamed_by {
            [] => self.log_of(tips, paths, Back::ToAdditions),
            // Whoever gave a file its name of before is below the one who gave it another.
            commits => self.log_of(&texts(commits), paths, Back::ToAdditions),
        })?;
        let origin = |path: &String| Some((path.clone(), touches.origin(path, |_| true)?));
        Ok(paths.iter().filter_map(origin).collect())
    }

    /// The commits reachable from `tips` that added, changed or removed some files, under any name that they
    /// had. A merge counts for what it brings to its first parent. Those that touched others `beside` them are told too,
    /// under the name that they have alone. A constant number of git processes.
    ///
    /// # Errors
    /// git failed.
    pub fn touches(
        &self,
        tips: &[String],
        paths: &[String],
        beside: &[String],
    ) -> Result<Touches, GitError> {
        if tips.is_empty() {
            return Ok(Touches::default());
        }
        self.followed(paths, beside, |paths, _| {
            self.log_of(tips, paths, Back::ToTheBeginning)
        })
    }

    /// The same of a line that no merge is on, from what is known of it already. At most a few git processes,
    /// for renames.
    ///
    /// # Errors
    /// git failed.
    pub fn touches_on(
        &self,
        line: &[ChangedCommit],
        paths: &[String],
    ) -> Result<Touches, GitError> {
        let boundary = self.boundary()?;
        self.followed(paths, &[], |paths, _| {
            let wanted: HashSet<&str> = paths.iter().map(String::as_str).collect();
            let mut listed = Listed::default();
            for one in line.iter().rev() {
                if boundary.contains(one.commit.oid.as_str()) {
                    continue;
                }
                let changes = one.changes.iter();
                let mut changes = changes
                    .filter(|change| wanted.contains(change.path.as_str()))
                    .peekable();
                if changes.peek().is_some() {
                    listed.commits.push(one.commit.clone());
                }
                for change in changes {
                    listed.touch(change.path.clone(), change.before.is_none());
                }
            }
            Ok(listed)
        })
    }

    /// Lists who touched some files, and then under which names they went before, and so on. Whoever lists is told which
    /// commits gave them the other names.
    fn followed(
        &self,
        paths: &[String],
        beside: &[String],
        list: impl Fn(&[String], &[Oid]) -> Result<Listed, GitError>,
    ) -> Result<Touches, GitError> {
        let mut all = Touches::default();
        let mut wanted: HashSet<String> = paths.iter().chain(beside).cloned().collect();
        let mut renamed_by = Vec::new();
        let unfollowed: HashSet<&String> =
            beside.iter().filter(|one| !paths.contains(one)).collect();
        for round in 0..=MAX_RENAMES {
            wanted.retain(|path| !all.of.contains_key(path));
            if wanted.is_empty() {
                break;
            }
            let mut more: Vec<String> = wanted.drain().collect();
            more.sort();
            let mut added = all.take(list(&more, &renamed_by)?);
            added.retain(|(_, path)| !unfollowed.contains(path));
            if round < MAX_RENAMES {
                (wanted, renamed_by) = self.names_before(&added, &mut all)?;
            }
        }
        Ok(all)
    }

    /// What files were called that a commit only gave another name; those names, and those commits.
    fn names_before(
        &self,
        added: &[(Oid, String)],
        all: &mut Touches,
    ) -> Result<(HashSet<String>, Vec<Oid>), GitError> {
        let wanted: HashSet<(&Oid, &str)> = added
            .iter()
            .map(|(commit, path)| (commit, path.as_str()))
            .collect();
        let (mut names, mut renamed_by) = (HashSet::new(), Vec::new());
        if wanted.is_empty() {
            return Ok((names, renamed_by));
        }
        let mut commits: Vec<Oid> = added.iter().map(|(commit, _)| commit.clone()).collect();
        commits.sort_unstable();
        commits.dedup();
        let args = [
            "diff-tree",
            "--stdin",
            "-r",
            // A merge against each of its parents.
            "-m",
            "-z",
            // Migrations are much alike: what is less the same is another one.
            "-M90%",
            "--diff-filter=R",
            "--name-status",
        ];
        let output = self.git.run(args, lines(&commits).as_bytes())?;
        let mut commit = None;
        let mut records = output.split(|&byte| byte == 0 || byte == b'\n');
        while let Some(record) = records.next() {
            let text = String::from_utf8_lossy(record);
            let named = Oid::new(&text);
            if let Some(named) = named.filter(|oid| commits.binary_search(oid).is_ok()) {
                commit = Some(named);
            } else if let (true, Some(old), Some(new)) =
                (text.starts_with('R'), records.next(), records.next())
            {
                let old = String::from_utf8_lossy(old).into_owned();
                let new = String::from_utf8_lossy(new).into_owned();
                if let Some(commit) = &commit
                    && wanted.contains(&(commit, new.as_str()))
                {
                    names.insert(old.clone());
                    renamed_by.push(commit.clone());
                    all.before.insert((commit.clone(), new), old);
                }
            }
        }
        renamed_by.dedup();
        Ok((names, renamed_by))
    }
}

fn texts(commits: &[Oid]) -> Vec<String> {
    commits.iter().map(ToString::to_string).collect()
}

impl Touches {
    /// Takes in what was listed; gives the commits that added a file, with its path. A merge counts here only if
    /// nobody else added it: it then put the file elsewhere than its side had it.
    fn take(&mut self, listed: Listed) -> Vec<(Oid, String)> {
        let Listed { commits, touched } = listed;
        let of_sides = touched
            .iter()
            .filter(|(_, at, is_added)| *is_added && !commits[*at].is_merge());
        let by_sides: HashSet<String> = of_sides.map(|(path, _, _)| path.clone()).collect();
        let first = self.commits.len();
        let mut added = Vec::new();
        for (path, at, is_added) in touched {
            if is_added && (!commits[at].is_merge() || !by_sides.contains(&path)) {
                added.push((commits[at].oid.clone(), path.clone()));
            }
            self.of
                .entry(path)
                .or_default()
                .push((first + at, is_added));
        }
        self.commits.extend(commits);
        added
    }

    /// The commit that brought a file, of those that count.
    pub fn origin(&self, path: &str, counts: impl Fn(&Commit) -> bool) -> Option<FileOrigin> {
        let mut path = path;
        let mut merges: Vec<&Commit> = Vec::new();
        for _ in 0..=MAX_RENAMES {
            let added: Vec<&Commit> = self
                .of
                .get(path)?
                .iter()
                .filter(|(_, is_added)| *is_added)
                .map(|(at, _)| &self.commits[*at])
                .filter(|commit| counts(commit))
                .collect();
            // A merge names a file that one of its sides added before. One that made the file itself has the
            // last word.
            let commit = added.iter().find(|commit| !commit.is_merge());
            let commit = *commit.or(added.first())?;
            let is_bringing = |merge: &&&Commit| merge.is_merge() && merge.oid != commit.oid;
            merges.extend(added.iter().filter(is_bringing).copied());
            match self.before.get(&(commit.oid.clone(), path.to_owned())) {
                Some(before) if self.of.contains_key(before) => {
                    // What brought only the new name does not count; a merge that gave it brought the file.
                    merges.clear();
                    merges.extend(commit.is_merge().then_some(commit));
                    path = before;
                }
                _ => return Some(origin(commit, &merges)),
            }
        }
        None
    }

    /// The commits that touched a file under this name and are no merges, newest first.
    pub fn touching<'a>(&'a self, path: &str) -> impl Iterator<Item = &'a Commit> + use<'a> {
        let of = self.of.get(path).map(Vec::as_slice).unwrap_or_default();
        of.iter()
            .map(|(at, _)| &self.commits[*at])
            .filter(|commit| !commit.is_merge())
    }
}

/// A file that came by one pull request may be merged on with others later: the first merge that names one
/// tells, or else the first of all.
fn origin(commit: &Commit, merges: &[&Commit]) -> FileOrigin {
    let oldest_first = || merges.iter().rev();
    let telling = oldest_first()
        .find(|merge| merge.pull_request.is_some())
        .or_else(|| oldest_first().next());
    let telling = telling.copied().unwrap_or(commit);
    FileOrigin {
        commit: commit.oid.clone(),
        author: commit.author.clone(),
        date: commit.authored.clone(),
        subject: commit.subject.clone(),
        co_authors: commit.co_authors.clone(),
        pull_request: commit.pull_request.or(telling.pull_request),
        branch: telling.branch.clone(),
    }
}
