//! Several targets: which branches the settings list, and which of them a branch is merged into.

use onehead_configuration::{TargetEntry, TargetSetting};
use onehead_git::{Connection, GitError, Oid, Ref, RefName};
use onehead_model::{ChosenBy, ChosenTarget};

use crate::nearest::nearest;
use crate::{Target, TargetError};

/// What is to be merged.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// Its commit.
    pub commit: Oid,
    /// Its branch, if it has one.
    pub branch: Option<RefName>,
}

impl Proposed {
    /// What is checked out; `None` before the first commit.
    ///
    /// # Errors
    /// git failed.
    pub fn head(repository: &Connection) -> Result<Option<Self>, GitError> {
        let Some(commit) = repository.commit("HEAD")? else {
            return Ok(None);
        };
        let branch = repository.symbolic_ref(&RefName::head())?;
        Ok(Some(Self { commit, branch }))
    }

    /// A commit, with the branch that is checked out if that is there.
    ///
    /// # Errors
    /// git failed.
    pub fn of(repository: &Connection, commit: &Oid) -> Result<Self, GitError> {
        let head = Self::head(repository)?.filter(|head| head.commit == *commit);
        Ok(head.unwrap_or_else(|| Self {
            commit: commit.clone(),
            branch: None,
        }))
    }
}

impl Target {
    /// The target that was named, or that the settings name; else the default branch of the remote. Where the settings list
    /// several, the one that `proposed` is merged into, or what is checked out. `Ok(None)` if nothing tells.
    ///
    /// # Errors
    /// A name stands for no commit, it is not known which of several is meant, or git failed.
    pub fn find(
        repository: &Connection,
        named: Option<&str>,
        setting: &TargetSetting,
        proposed: Option<&Proposed>,
    ) -> Result<Option<Self>, TargetError> {
        if let Some(name) = named.or(setting.single()) {
            let unknown = || TargetError::Unknown(name.to_owned());
            return Self::named(repository, name)?.map(Some).ok_or_else(unknown);
        }
        if setting.list().is_empty() {
            return Ok(Self::of_remote(repository)?);
        }
        let targets = Targets::listed(repository, setting)?;
        let checked_out = match proposed {
            Some(_) => None,
            None => Proposed::head(repository)?,
        };
        match proposed.or(checked_out.as_ref()) {
            Some(proposed) => targets.of(repository, proposed).map(Some),
            None => Ok(Some(targets.first())),
        }
    }
}

/// The branches that the settings list, as far as this clone has them.
#[derive(Debug, Clone)]
pub struct Targets {
    /// In the order of the list; those of one glob by name.
    all: Vec<Target>,
    /// The globs that no branch matches.
    unmatched: Vec<String>,
    /// The remote whose branches they are.
    remote: Option<String>,
}

impl Targets {
    /// Those of a list. Where a remote has a branch and this clone has one of the same name, it is the one of the remote:
    /// that is where work is merged.
    ///
    /// # Errors
    /// A name stands for no commit, no glob matches anything, or git failed.
    pub fn listed(repository: &Connection, setting: &TargetSetting) -> Result<Self, TargetError> {
        Self::of_entries(repository, setting.list())
    }

    /// The first branch of an entry alone, whatever of the others is here.
    ///
    /// # Errors
    /// As [`Targets::listed`].
    pub fn of_one(repository: &Connection, entry: &TargetEntry) -> Result<Target, TargetError> {
        let mut found = Self::of_entries(repository, std::slice::from_ref(entry))?;
        Ok(found.all.remove(0))
    }

    fn of_entries(repository: &Connection, entries: &[TargetEntry]) -> Result<Self, TargetError> {
        let refs = repository.refs()?;
        let remote = remote(repository, &refs)?;
        let mut targets = Self {
            all: Vec::new(),
            unmatched: Vec::new(),
            remote,
        };
        for entry in entries {
            let found = targets.of_entry(entry, &refs);
            if found.is_empty() && entry.is_glob() {
                targets.unmatched.push(entry.text().to_owned());
            } else if found.is_empty() {
                let named = Target::named(repository, entry.text())?;
                let unknown = || TargetError::Unknown(entry.text().to_owned());
                targets.add(named.ok_or_else(unknown)?);
            }
            for one in found {
                targets.add(one);
            }
        }
        if targets.all.is_empty() {
            return Err(TargetError::NoneMatches(targets.unmatched));
        }
        Ok(targets)
    }

    /// The remote whose branches they are, if there is one.
    #[must_use]
    pub fn remote(&self) -> Option<&str> {
        self.remote.as_deref()
    }

    /// All of them, in the order of the list.
    #[must_use]
    pub fn all(&self) -> &[Target] {
        &self.all
    }

    /// The globs that no branch matches.
    #[must_use]
    pub fn unmatched(&self) -> &[String] {
        &self.unmatched
    }

    fn add(&mut self, target: Target) {
        if !self
            .all
            .iter()
            .any(|one| one.full_name == target.full_name && one.name == target.name)
        {
            self.all.push(target);
        }
    }

    /// The branches of an entry, sorted by name: those of the remote, else those of this clone.
    fn of_entry(&self, entry: &TargetEntry, refs: &[Ref]) -> Vec<Target> {
        let fits = |one: &&Ref, prefix: &str| {
            let Some(short) = one.name.strip_prefix(prefix) else {
                return false;
            };
            let full = one.name.strip_prefix("refs/remotes/");
            let is_named = entry.names(short) || full.is_some_and(|full| entry.names(full));
            // A server has no `origin/main`, only `main`.
            let is_at_home = self.remote.is_none() && entry.names(&format!("origin/{short}"));
            !is_queue(short) && (is_named || is_at_home)
        };
        let there = self
            .remote
            .as_ref()
            .map(|remote| format!("refs/remotes/{remote}/"));
        let of_remote: Vec<&Ref> = there
            .iter()
            .flat_map(|prefix| refs.iter().filter(move |one| fits(one, prefix)))
            .collect();
        let is_there = |one: &Ref| {
            of_remote.iter().any(|other| {
                there
                    .as_ref()
                    .and_then(|prefix| other.name.strip_prefix(prefix))
                    == one.name.branch()
            })
        };
        let own = refs
            .iter()
            .filter(|one| fits(one, "refs/heads/") && !is_there(one));
        let mut found: Vec<Target> = of_remote
            .iter()
            .copied()
            .chain(own)
            .map(Target::of_ref)
            .collect();
        found.sort_by(|a, b| a.branch().cmp(b.branch()));
        found
    }

    /// The one that a branch is, given by its full name here or on the remote: `refs/heads/main`.
    #[must_use]
    pub fn that_is(&self, branch: &RefName) -> Option<&Target> {
        let remote = self.remote.as_deref();
        self.all.iter().find(|one| {
            let there = one.remote_branch().filter(|(of, _)| Some(*of) == remote);
            one.full_name.as_ref() == Some(branch)
                || there.is_some_and(|(_, name)| branch.branch() == Some(name))
        })
    }

    /// The one that is meant where nothing is to be merged: the first.
    #[must_use]
    pub fn first(&self) -> Target {
        self.chosen(&self.all[0], ChosenBy::First)
    }

    /// The one that something is merged into.
    ///
    /// # Errors
    /// History that would tell was cut off, or git failed.
    pub fn of(&self, repository: &Connection, proposed: &Proposed) -> Result<Target, TargetError> {
        Ok(self
            .of_each(repository, std::slice::from_ref(proposed))?
            .remove(0))
    }

    /// The same of several, with as many git processes as for one.
    ///
    /// # Errors
    /// As [`Targets::of`].
    pub fn of_each(
        &self,
        repository: &Connection,
        proposed: &[Proposed],
    ) -> Result<Vec<Target>, TargetError> {
        let mut found = Vec::with_capacity(proposed.len());
        for one in proposed {
            found.push(self.told(repository, one)?);
        }
        let open: Vec<Oid> = std::iter::zip(proposed, &found)
            .filter(|(_, found)| found.is_none())
            .map(|(one, _)| one.commit.clone())
            .collect();
        let mut nearest = self.nearest(repository, &open)?.into_iter();
        let found = found.into_iter().map(|found| match found {
            Some(found) => found,
            None => {
                let at = nearest.next().expect("one for each that is open");
                self.chosen(&self.all[at], ChosenBy::Nearest)
            }
        });
        Ok(found.collect())
    }

    /// The same, as numbers of [`Targets::all`].
    ///
    /// # Errors
    /// As [`Targets::of`].
    pub fn places_of(
        &self,
        repository: &Connection,
        proposed: &[Proposed],
    ) -> Result<Vec<usize>, TargetError> {
        let found = self.of_each(repository, proposed)?;
        let place = |target: &Target| self.all.iter().position(|one| one.name == target.name);
        Ok(found.iter().map(|one| place(one).unwrap_or(0)).collect())
    }

    /// The one that something is merged into, if it is told without looking at history.
    fn told(
        &self,
        repository: &Connection,
        proposed: &Proposed,
    ) -> Result<Option<Target>, GitError> {
        if let Some(branch) = &proposed.branch {
            let branch = self.at_home(branch);
            if let Some(itself) = self.that_is(&branch) {
                return Ok(Some(self.chosen(itself, ChosenBy::Itself)));
            }
            if let Some(upstream) = self.upstream(repository, &branch)? {
                return Ok(Some(self.chosen(upstream, ChosenBy::Upstream)));
            }
        }
        if let [only] = &self.all[..] {
            return Ok(Some(self.chosen(only, ChosenBy::First)));
        }
        let itself = self.all.iter().find(|one| one.oid == proposed.commit);
        Ok(itself.map(|one| self.chosen(one, ChosenBy::Nearest)))
    }

    /// What a branch of the remote is called there: git's configuration knows the branch of this clone by that name.
    fn at_home(&self, branch: &RefName) -> RefName {
        let remote = self.remote.as_deref().unwrap_or_default();
        let name = branch.strip_prefix(&format!("refs/remotes/{remote}/"));
        let there = name.and_then(RefName::of_branch);
        there.unwrap_or_else(|| branch.clone())
    }

    /// The one that git's configuration names as the base of a branch, or that it follows. `gh` writes the base of a pull
    /// request.
    fn upstream(
        &self,
        repository: &Connection,
        branch: &RefName,
    ) -> Result<Option<&Target>, GitError> {
        let Some(name) = branch.branch() else {
            return Ok(None);
        };
        if let Some(base) = repository.config(&format!("branch.{name}.gh-merge-base"))?
            && let Some(base) = RefName::of_branch(&base)
            && let Some(found) = self.that_is(&base)
        {
            return Ok(Some(found));
        }
        let remote = repository.config(&format!("branch.{name}.remote"))?;
        let is_ours = remote.is_some() && (remote == self.remote || remote.as_deref() == Some("."));
        let followed = repository.config(&format!("branch.{name}.merge"))?;
        let followed = followed
            .filter(|_| is_ours)
            .and_then(|name| RefName::new(&name));
        Ok(followed.and_then(|followed| self.that_is(&followed)))
    }

    /// For each commit the one that lacks the fewest of its commits, so where the two part is nearest to it.
    fn nearest(&self, repository: &Connection, commits: &[Oid]) -> Result<Vec<usize>, TargetError> {
        if commits.is_empty() {
            return Ok(Vec::new());
        }
        if repository.is_shallow()? {
            return Err(TargetError::CutOff(self.names()));
        }
        let tips: Vec<Oid> = self.all.iter().map(|one| one.oid.clone()).collect();
        Ok(nearest(repository, &tips, commits)?)
    }

    fn names(&self) -> Vec<String> {
        self.all.iter().map(|one| one.name.clone()).collect()
    }

    fn chosen(&self, target: &Target, by: ChosenBy) -> Target {
        let chosen = ChosenTarget {
            by,
            among: self.names(),
            unmatched: self.unmatched.clone(),
        };
        Target {
            chosen: Some(chosen),
            ..target.clone()
        }
    }
}

/// The remote whose branches count: `origin` if it has any here, else that of the checked-out branch.
fn remote(repository: &Connection, refs: &[Ref]) -> Result<Option<String>, GitError> {
    if refs
        .iter()
        .any(|one| one.name.starts_with("refs/remotes/origin/"))
    {
        return Ok(Some("origin".into()));
    }
    let upstream = repository.upstream_remote()?;
    Ok(upstream.filter(|remote| remote != "."))
}

/// Whether a merge queue made the branch: it is named after the one that it is merged into.
fn is_queue(branch: &str) -> bool {
    branch.starts_with("gh-readonly-queue/")
}
