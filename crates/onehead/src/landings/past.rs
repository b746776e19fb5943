//! Where heads and the target part.

use std::collections::{HashMap, HashSet};

use onehead_git::{GitError, Repository};

/// What each head has that the target has not.
pub(super) struct Past {
    /// Commits that the target does not reach, with their parents.
    own: HashMap<String, Vec<String>>,
    /// For each head, those that it reaches.
    reached: Vec<HashSet<String>>,
}

impl Past {
    /// Asks git once for all heads, which are all here.
    pub(super) fn read(
        repository: &Repository,
        target: &str,
        heads: &[String],
    ) -> Result<Self, GitError> {
        let own = repository.own_commits(heads, target)?;
        let reached = heads.iter().map(|head| reach(&own, head)).collect();
        Ok(Self { own, reached })
    }

    /// Whether the target has a head already.
    pub(super) fn has_landed(&self, head: usize) -> bool {
        self.reached[head].is_empty()
    }

    /// Whether two heads have commits in common that the target has not: one is stacked on the other, or both on
    /// a third.
    pub(super) fn share(&self, a: usize, b: usize) -> bool {
        !self.reached[a].is_disjoint(&self.reached[b])
    }

    /// The only best common ancestor of a head and the target; none if there is none, or more than one.
    pub(super) fn base(
        &self,
        repository: &Repository,
        target: &str,
        heads: &[String],
        head: usize,
    ) -> Result<Base, GitError> {
        let parents = self.reached[head]
            .iter()
            .flat_map(|commit| &self.own[commit]);
        let left: HashSet<&String> = parents
            .filter(|parent| !self.own.contains_key(*parent))
            .collect();
        let left: Vec<&String> = left.into_iter().collect();
        match left.as_slice() {
            [] => Ok(Base::None),
            [only] => Ok(Base::One((*only).clone())),
            // The target was merged in between.
            _ => Ok(Base::of(repository.merge_bases(&heads[head], &[target])?)),
        }
    }
}

/// Where two sides part.
pub(super) enum Base {
    /// They have nothing in common, or it is not here.
    None,
    /// Only here.
    One(String),
    /// At several commits, none of which has the others.
    Several,
}

impl Base {
    pub(super) fn of(commits: Vec<String>) -> Self {
        match <[String; 1]>::try_from(commits) {
            Ok([only]) => Self::One(only),
            Err(commits) if commits.is_empty() => Self::None,
            Err(_) => Self::Several,
        }
    }
}

fn reach(own: &HashMap<String, Vec<String>>, head: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut todo = vec![head];
    while let Some(commit) = todo.pop() {
        let Some((commit, parents)) = own.get_key_value(commit) else {
            continue;
        };
        if found.insert(commit.clone()) {
            todo.extend(parents.iter().map(String::as_str));
        }
    }
    found
}
