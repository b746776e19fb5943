//! Which branches, tags and pull requests have a revision, and which had it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use onehead_git::{Connection, GitError, Oid, Ref, RefName};

use super::commits::Commits;
use super::versions::Wanted;

/// The refs that have it, as people call them, each list sorted.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) branches: Vec<String>,
    pub(crate) remote_branches: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) pull_requests: Vec<u64>,
    /// Those that had it and have it no more.
    pub(crate) had: Vec<String>,
    /// For each removal the refs that lack it since.
    pub(crate) lacking: BTreeMap<Oid, Vec<String>>,
    /// The commit of a ref that has it: a local branch, else a remote one, a tag, a pull request.
    pub(crate) first: Option<Oid>,
    /// The full name of a pull request that has it.
    pub(crate) request: Option<RefName>,
    /// Every local branch.
    pub(crate) local: HashSet<String>,
    /// For each commit that a ref names, whether it has it.
    held: HashMap<Oid, bool>,
}

impl Places {
    pub(crate) fn of(
        repository: &Connection,
        wanted: &BTreeSet<&Wanted>,
        commits: &Commits<'_>,
        head: Option<&Oid>,
    ) -> Result<Self, GitError> {
        let refs = repository.refs_and_requests()?;
        let mut places = Self::default();
        for commit in head.into_iter().chain(refs.iter().map(|one| &one.commit)) {
            if !places.held.contains_key(commit) {
                let holds = holds(repository, commit, wanted)?;
                places.held.insert(commit.clone(), holds);
            }
        }
        let (having, lacking): (Vec<&Ref>, Vec<&Ref>) =
            refs.iter().partition(|one| places.held[&one.commit]);
        places.local = refs
            .iter()
            .filter_map(|one| Some(one.name.branch()?.to_owned()))
            .collect();
        places.first = having
            .iter()
            .min_by_key(|one| preference(&one.name))
            .map(|one| one.commit.clone());
        for one in having {
            places.put(&one.name);
        }
        places.pull_requests.sort_unstable();
        let lacking: HashMap<&RefName, String> = lacking
            .into_iter()
            .map(|one| (&one.name, called(&one.name)))
            .collect();
        let that_reach = |commits: &[Oid]| -> Result<Vec<String>, GitError> {
            let reach = repository.refs_that_reach(commits)?;
            let names: BTreeSet<&String> =
                reach.iter().filter_map(|name| lacking.get(name)).collect();
            Ok(names.into_iter().cloned().collect())
        };
        places.had = that_reach(&commits.adding())?;
        for removal in commits.removing() {
            let names = that_reach(std::slice::from_ref(&removal))?;
            places.lacking.insert(removal, names);
        }
        Ok(places)
    }

    /// Whether a commit has it that HEAD or a ref names.
    pub(crate) fn is_held_by(&self, commit: &Oid) -> bool {
        self.held.get(commit).copied().unwrap_or(false)
    }

    /// Whether a ref has it or had it.
    pub(crate) fn are_known(&self) -> bool {
        !self.had.is_empty() || self.are_held()
    }

    /// Whether a ref has it.
    pub(crate) fn are_held(&self) -> bool {
        self.held.values().any(|holds| *holds)
    }

    fn put(&mut self, name: &RefName) {
        if let Some(number) = name.request() {
            self.pull_requests.push(number);
            self.request.get_or_insert_with(|| name.clone());
        } else if name.branch().is_some() {
            self.branches.push(called(name));
        } else if name.starts_with("refs/tags/") {
            self.tags.push(called(name));
        } else {
            self.remote_branches.push(called(name));
        }
    }
}

/// The best to work on first.
fn preference(name: &RefName) -> usize {
    let kinds = ["refs/heads/", "refs/remotes/", "refs/tags/"];
    let kind = kinds.iter().position(|kind| name.starts_with(kind));
    kind.unwrap_or(kinds.len())
}

/// What people call a ref.
fn called(name: &RefName) -> String {
    match name.request() {
        Some(number) => format!("#{number}"),
        None => name.short().to_owned(),
    }
}

fn holds(
    repository: &Connection,
    commit: &Oid,
    wanted: &BTreeSet<&Wanted>,
) -> Result<bool, GitError> {
    let paths: BTreeSet<&str> = wanted.iter().map(|one| one.path.as_str()).collect();
    let paths: Vec<String> = paths.into_iter().map(str::to_owned).collect();
    let there = repository.oids_in_tree(commit, &paths)?;
    Ok(there.into_iter().any(|(path, oid)| {
        wanted.contains(&Wanted {
            path,
            oid: Some(oid),
        })
    }))
}
