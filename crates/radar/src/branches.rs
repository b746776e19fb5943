//! Which branches are looked at.

use std::collections::HashMap;

use onehead_git::{Branch, Connection, GitError, Oid, RefName};
use onehead_model::{Attribution, BranchMaker};

use crate::options::RadarOptions;
use onehead_forecast::{Assigned, ForecastError, RefFilter, Target, attribution};

/// Work that may be merged: a commit and the branches that name it.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    /// What people call it; of several branches, the local one.
    pub(crate) name: String,
    /// The other branches at this commit, sorted.
    pub(crate) also: Vec<String>,
    pub(crate) commit: Oid,
    /// Whether it is checked out.
    pub(crate) current: bool,
    /// The full name of the branch that it follows.
    pub(crate) upstream: Option<RefName>,
    /// Its own full names.
    pub(crate) full_names: Vec<RefName>,
    /// The program that made one of its branches.
    pub(crate) made_by: Option<BranchMaker>,
    /// Its last commit, if a branch names it.
    pub(crate) last: Option<Attribution>,
}

/// Branches, and how many are not among them.
pub(crate) struct Chosen {
    /// Sorted by full name, local branches first.
    pub(crate) works: Vec<Work>,
    /// Too old.
    pub(crate) older: usize,
    /// Made by a merge queue from other branches.
    pub(crate) merge_queue: usize,
}

const DAY: i64 = 24 * 60 * 60;

/// The branches that fit a pattern, or all; the target left out, with `among` also what is merged into another target, and what was committed more than so many days before
/// the last commit of the target. What is checked out is never left out, and with `all` nothing is.
pub(crate) fn choose(
    repository: &Connection,
    target: &Target,
    among: Option<&Assigned>,
    options: &RadarOptions,
) -> Result<Chosen, ForecastError> {
    let patterns = options.refs.as_slice();
    let wanted = RefFilter::new(patterns)?;
    let is_target = |name: &RefName| {
        target.full_name.as_ref() == Some(name) || among.is_some_and(|one| one.is_target(name))
    };
    let is_wanted = |branch: &&Branch| {
        !is_target(&branch.at.name) && (patterns.is_empty() || wanted.is_match(&branch.at))
    };
    let is_merged_here = |name: &RefName| among.is_none_or(|one| one.is_for(name, target));
    let all = repository.branches()?;
    let mut fitting: Vec<&Branch> = all.iter().filter(is_wanted).collect();
    if fitting.is_empty() && !patterns.is_empty() {
        return Err(wanted.none_fits());
    }
    fitting.retain(|branch| is_merged_here(&branch.at.name));
    let oldest = match options.newer_than() {
        Some(days) => repository
            .committed(&target.oid)?
            .saturating_sub(i64::from(days) * DAY),
        None => i64::MIN,
    };
    let is_queued =
        |branch: &&Branch| !options.all && maker(&branch.at.name) == Some(BranchMaker::MergeQueue);
    let (queued, fitting): (Vec<&Branch>, Vec<&Branch>) = fitting
        .into_iter()
        .partition(|branch| is_queued(branch) && !branch.checked_out);
    let (fitting, older): (Vec<&Branch>, Vec<&Branch>) = fitting
        .into_iter()
        .partition(|branch| branch.committed >= oldest || branch.checked_out);
    let mut chosen = Chosen {
        works: Vec::new(),
        older: older.len(),
        merge_queue: queued.len(),
    };
    let mut places: HashMap<&Oid, usize> = HashMap::new();
    for branch in fitting {
        match places.get(&branch.at.commit) {
            Some(&at) => chosen.works[at].take(branch),
            None => {
                places.insert(&branch.at.commit, chosen.works.len());
                chosen.works.push(Work::of(branch));
            }
        }
    }
    let detached = patterns.is_empty()
        && !all.iter().any(|branch| branch.checked_out)
        && is_merged_here(&RefName::head());
    if detached && let Some(commit) = detached_head(repository)? {
        match places.get(&commit) {
            Some(&at) => chosen.works[at].current = true,
            None => chosen.works.push(Work::unnamed("HEAD", commit)),
        }
    }
    name_apart(&mut chosen.works);
    Ok(chosen)
}

/// The program that makes branches of this name, by its first folder.
fn maker(name: &RefName) -> Option<BranchMaker> {
    if name.to_string().contains("/gh-readonly-queue/") {
        return Some(BranchMaker::MergeQueue);
    }
    let of_remote = || name.strip_prefix("refs/remotes/")?.split_once('/');
    let branch = name.branch().or_else(|| Some(of_remote()?.1))?;
    match branch.split_once('/')?.0 {
        "dependabot" => Some(BranchMaker::Dependabot),
        "renovate" => Some(BranchMaker::Renovate),
        _ => None,
    }
}

/// A local branch may have the name that people give to one of a remote.
fn name_apart(works: &mut [Work]) {
    let names: Vec<String> = works.iter().map(|work| work.name.clone()).collect();
    for work in works {
        if names.iter().filter(|name| **name == work.name).count() > 1 {
            work.name = work
                .full_names
                .first()
                .map_or(work.name.clone(), RefName::to_string);
        }
    }
}

/// The commit that is checked out without a branch.
fn detached_head(repository: &Connection) -> Result<Option<Oid>, GitError> {
    match repository.symbolic_ref(&RefName::head())? {
        Some(_) => Ok(None),
        None => repository.commit("HEAD"),
    }
}

impl Work {
    /// A commit that no branch names.
    pub(crate) fn unnamed(name: &str, commit: Oid) -> Self {
        Self {
            name: name.to_owned(),
            also: Vec::new(),
            commit,
            current: true,
            upstream: None,
            full_names: Vec::new(),
            made_by: None,
            last: None,
        }
    }

    fn of(branch: &Branch) -> Self {
        Self {
            name: branch.at.name.short().to_owned(),
            also: Vec::new(),
            commit: branch.at.commit.clone(),
            current: branch.checked_out,
            upstream: branch.upstream.clone(),
            full_names: vec![branch.at.name.clone()],
            made_by: maker(&branch.at.name),
            last: Some(attribution::of_branch(branch)),
        }
    }

    /// Another branch at the same commit.
    fn take(&mut self, branch: &Branch) {
        self.also.push(branch.at.name.short().to_owned());
        self.current |= branch.checked_out;
        self.upstream = self.upstream.take().or_else(|| branch.upstream.clone());
        self.full_names.push(branch.at.name.clone());
        self.made_by = self.made_by.or_else(|| maker(&branch.at.name));
    }
}
