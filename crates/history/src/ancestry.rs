//! The commits behind the line: which commit of the line brought which other, and which reaches which.

use std::collections::{HashMap, HashSet};

use onehead_git::{ChangedCommit, Commit, Connection, GitError, Oid, Touches};
use onehead_model::{Attribution, RepoPath};

use onehead_forecast::attribution::{of_commit, of_origin};

/// The commits of the target and of what was merged into it.
pub(crate) struct Ancestry {
    commits: Vec<Commit>,
    at: HashMap<Oid, usize>,
    /// For each commit the place on the line of the one that brought it.
    brought: Vec<usize>,
    /// Commits that are on the line themselves.
    is_on_line: Vec<bool>,
    touches: Touches,
}

/// What is to be known of the commits behind the line.
pub(crate) struct Asked {
    /// Files whose origins matter, under any name.
    pub(crate) paths: Vec<String>,
    /// Files of which it matters who touched them, under the name that they have.
    pub(crate) beside: Vec<String>,
    /// Commits outside of the line of which it matters where they parted from it.
    pub(crate) tags: Vec<Oid>,
    /// Whether how the commits hang together matters by itself.
    pub(crate) commits: bool,
}

impl Ancestry {
    /// Asks git who touched these files, and for how the commits hang together. A constant number of git processes, and
    /// none if nothing is asked for.
    pub(crate) fn read(
        repository: &Connection,
        tip: &Oid,
        line: &[ChangedCommit],
        asked: &Asked,
    ) -> Result<Self, GitError> {
        let Asked {
            paths,
            beside,
            tags,
            commits,
        } = asked;
        let has_merges = line.iter().any(|arrived| arrived.commit.is_merge());
        let on_line: HashSet<&Oid> = line.iter().map(|arrived| &arrived.commit.oid).collect();
        let elsewhere = tags.iter().any(|tag| !on_line.contains(tag));
        let (commits, touches) = match (paths.is_empty() && !commits, has_merges || elsewhere) {
            (true, _) => (Vec::new(), Touches::default()),
            (_, false) => (
                // Then there are no other commits behind it.
                line.iter()
                    .rev()
                    .map(|arrived| arrived.commit.clone())
                    .collect(),
                repository.touches_on(line, paths)?,
            ),
            (_, true) => (
                repository.past(&[std::slice::from_ref(tip), tags].concat())?,
                match paths.is_empty() && beside.is_empty() {
                    true => Touches::default(),
                    false => repository.touches(&[tip.to_string()], paths, beside)?,
                },
            ),
        };
        let at: HashMap<Oid, usize> = commits
            .iter()
            .enumerate()
            .map(|(index, commit)| (commit.oid.clone(), index))
            .collect();
        let mut ancestry = Self {
            brought: vec![usize::MAX; commits.len()],
            is_on_line: vec![false; commits.len()],
            commits,
            at,
            touches,
        };
        ancestry.follow(line);
        Ok(ancestry)
    }

    /// Gives each commit to the first of the line that reaches it.
    fn follow(&mut self, line: &[ChangedCommit]) {
        for (place, arrived) in line.iter().enumerate() {
            let Some(&start) = self.at.get(&arrived.commit.oid) else {
                continue;
            };
            self.is_on_line[start] = true;
            let mut todo = vec![start];
            while let Some(index) = todo.pop() {
                if self.brought[index] == usize::MAX {
                    self.brought[index] = place;
                    todo.extend(self.parents(index));
                }
            }
        }
    }

    fn parents(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let parents = self.commits[index].parents.iter();
        parents.filter_map(|parent| self.at.get(parent).copied())
    }

    /// The place of a commit of the line.
    pub(crate) fn place(&self, oid: &str) -> Option<usize> {
        let index = *self.at.get(oid)?;
        self.is_on_line[index].then(|| self.brought[index])
    }

    /// The commits inside a merge at a place of the line, newest first.
    pub(crate) fn brought_at(&self, place: usize) -> impl Iterator<Item = &Commit> {
        let all = self.commits.iter().enumerate();
        let inside =
            all.filter(move |&(index, _)| self.brought[index] == place && !self.is_on_line[index]);
        inside.map(|(_, commit)| commit)
    }

    pub(crate) fn commit(&self, oid: &str) -> Option<&Commit> {
        self.at.get(oid).map(|&index| &self.commits[index])
    }

    /// The place on the line of the commit that brought another.
    pub(crate) fn brought(&self, oid: &str) -> Option<usize> {
        let brought = self.brought[*self.at.get(oid)?];
        (brought != usize::MAX).then_some(brought)
    }

    /// Who brought a file that was there at a place of the line.
    pub(crate) fn origin(&self, path: &RepoPath, place: usize) -> Option<Attribution> {
        let counts = |commit: &Commit| self.brought(&commit.oid).is_some_and(|at| at <= place);
        let mut origin = self.touches.origin(path.as_str(), counts)?;
        if let Some(&index) = self.at.get(&origin.commit)
            && self.is_on_line[index]
        {
            // It came by no merge, though branches may have merged it since.
            origin.pull_request = self.commits[index].pull_request;
            origin.branch = None;
        }
        Some(of_origin(origin))
    }

    /// The youngest commit within a merge at a place of the line that touched one of these files.
    pub(crate) fn doer(&self, paths: &[RepoPath], place: usize) -> Option<Attribution> {
        let inside = |commit: &&Commit| {
            self.at
                .get(&commit.oid)
                .is_some_and(|&index| self.brought[index] == place && !self.is_on_line[index])
        };
        let touching = paths
            .iter()
            .flat_map(|path| self.touches.touching(path.as_str()));
        touching
            .filter(inside)
            .max_by_key(|commit| (commit.time, &commit.oid))
            .map(of_commit)
    }

    /// Whether one commit is the other or behind it.
    pub(crate) fn reaches(&self, from: &str, oid: &str) -> bool {
        let (Some(&from), Some(&wanted)) = (self.at.get(from), self.at.get(oid)) else {
            return false;
        };
        let place = self.brought[wanted];
        let mut seen = HashSet::new();
        let mut todo = vec![from];
        while let Some(index) = todo.pop() {
            // Whatever a commit of the line brought, it and those above it reach.
            let is_above = self.is_on_line[index] && self.brought[index] >= place;
            if index == wanted || is_above {
                return true;
            }
            if self.brought[index] >= place && seen.insert(index) {
                todo.extend(self.parents(index));
            }
        }
        false
    }

    /// The oldest commit that a place of the line brought, besides that of the line, and that reaches all of these.
    pub(crate) fn first_with_all(&self, place: usize, all: &[&str]) -> Option<&Commit> {
        let has_all = |index: usize| {
            let oid = &self.commits[index].oid;
            all.iter().all(|other| self.reaches(oid, other))
        };
        (0..self.commits.len())
            .rev()
            .filter(|&index| self.brought[index] == place && !self.is_on_line[index])
            .find(|&index| has_all(index) && !self.parents(index).any(has_all))
            .map(|index| &self.commits[index])
    }
}
