//! The refs of a clone, by whose they are.

use onehead_configuration::PublishedSettings;
use onehead_git::{Connection, GitError, Oid, Ref, RefName};

/// The refs of a clone, by what they say about a revision that they hold.
pub struct Refs {
    /// Whether history ends where it was cut.
    pub(crate) shallow: bool,
    /// Those that publish it; the target first, then by name.
    pub(crate) publishing: Vec<Tip>,
    /// Other local branches: work goes on there.
    pub(crate) building: Vec<Tip>,
    /// What people call the branch that is worked on, if the settings say that it is a release.
    pub(crate) release: Option<String>,
}

/// The target, as its refs are told from others.
#[derive(Clone, Copy)]
pub struct TargetRef<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Its commit.
    pub commit: &'a Oid,
    /// The full name of the ref, if it is one.
    pub full_name: Option<&'a RefName>,
}

/// A commit that a clone knows by a name.
pub struct Tip {
    /// What people call it.
    pub(crate) name: String,
    pub(crate) commit: Oid,
}

impl Tip {
    /// What a ref names.
    #[must_use]
    pub fn of(one: Ref) -> Self {
        Self {
            name: one.name.short().to_owned(),
            commit: one.commit,
        }
    }
}

impl Refs {
    /// Those of a clone.
    ///
    /// # Errors
    /// git failed.
    pub fn of(
        repository: &Connection,
        target: Option<TargetRef<'_>>,
        settings: &PublishedSettings,
    ) -> Result<Self, GitError> {
        let own = OwnRefs::of(repository)?;
        let is_target =
            |one: &Ref| target.is_some_and(|target| target.full_name == Some(&one.name));
        let mut publishing: Vec<Tip> = target
            .map(|target| Tip {
                name: target.name.to_owned(),
                commit: target.commit.clone(),
            })
            .into_iter()
            .collect();
        let mut building = Vec::new();
        for one in repository.refs()? {
            if is_target(&one) {
                continue;
            }
            let remote = one.name.starts_with("refs/remotes/");
            if settings.publishes(&one.name) || (remote && !own.holds(&one.name)) {
                publishing.push(Tip::of(one));
            } else if one.name.branch().is_some() && !own.holds(&one.name) {
                building.push(Tip::of(one));
            }
        }
        Ok(Self {
            shallow: repository.is_shallow()?,
            publishing,
            building,
            release: own
                .0
                .iter()
                .find(|name| settings.publishes(name))
                .map(|name| name.short().to_owned()),
        })
    }
}

/// The refs that are the checked-out branch itself: here, and under the same name on the remote that it is
/// pushed to. What it merely follows, and what another remote calls the same, belongs to others as well.
pub(crate) struct OwnRefs(Vec<RefName>);

impl OwnRefs {
    pub(crate) fn of(repository: &Connection) -> Result<Self, GitError> {
        let here = match repository.symbolic_ref(&RefName::head())? {
            Some(here) => vec![here],
            None => Self::at_head(repository)?,
        };
        let mut names = Vec::new();
        for one in here {
            if let Some(branch) = one.branch() {
                let remote = repository.push_remote(branch)?;
                names.extend(RefName::new(&format!("refs/remotes/{remote}/{branch}")));
            }
            names.push(one);
        }
        Ok(Self(names))
    }

    /// The branches at the commit of a detached HEAD: jj works like this, and CI. Where no local branch is there, the only
    /// remote one is.
    fn at_head(repository: &Connection) -> Result<Vec<RefName>, GitError> {
        let head = repository.commit("HEAD")?;
        let refs = repository.refs()?.into_iter();
        let here = refs.filter(|one| Some(&one.commit) == head.as_ref());
        let names: Vec<RefName> = here.map(|one| one.name).collect();
        let local: Vec<RefName> = names
            .iter()
            .filter(|name| name.branch().is_some())
            .cloned()
            .collect();
        if !local.is_empty() {
            return Ok(local);
        }
        let mut remote = names
            .into_iter()
            .filter(|name| name.starts_with("refs/remotes/") && !name.ends_with("/HEAD"));
        Ok(match (remote.next(), remote.next()) {
            (Some(only), None) => vec![only],
            _ => Vec::new(),
        })
    }

    pub(crate) fn holds(&self, name: &RefName) -> bool {
        self.0.contains(name)
    }
}
