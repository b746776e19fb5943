//! Which of several targets each branch of a clone is merged into.

use std::collections::HashMap;

use onehead_git::{Connection, RefName};

use crate::{Proposed, Target, TargetError, Targets};

/// The target of each branch, and of what is checked out.
#[derive(Debug, Clone)]
pub struct Assigned {
    targets: Vec<Target>,
    /// By full name; of a detached HEAD, `HEAD`.
    places: HashMap<RefName, usize>,
}

impl Assigned {
    /// Asks for all branches at once, however many targets there are.
    ///
    /// # Errors
    /// History that would tell was cut off, or git failed.
    pub fn read(repository: &Connection, targets: &Targets) -> Result<Self, TargetError> {
        let branches = repository.branches()?;
        let mut names = Vec::with_capacity(branches.len() + 1);
        let mut proposed = Vec::with_capacity(branches.len() + 1);
        for one in branches {
            names.push(one.at.name.clone());
            proposed.push(Proposed {
                commit: one.at.commit,
                branch: Some(one.at.name),
            });
        }
        if let Some(head) = Proposed::head(repository)?.filter(|head| head.branch.is_none()) {
            names.push(RefName::head());
            proposed.push(head);
        }
        let places = targets.places_of(repository, &proposed)?;
        Ok(Self {
            targets: targets.all().to_vec(),
            places: std::iter::zip(names, places).collect(),
        })
    }

    /// The targets that anything is merged into, and the first of all.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        let is_used = |at: usize| {
            let mut used = self.places.iter();
            used.any(|(name, &place)| place == at && !self.is_target(name))
        };
        let all = self.targets.iter().enumerate();
        all.filter(move |(at, _)| *at == 0 || is_used(*at))
            .map(|(_, target)| target)
    }

    /// Whether a branch is one of the targets.
    pub fn is_target(&self, branch: &RefName) -> bool {
        let mut targets = self.targets.iter();
        targets.any(|one| one.full_name.as_ref() == Some(branch))
    }

    /// Whether a branch is merged into this target.
    pub fn is_for(&self, branch: &RefName, target: &Target) -> bool {
        let place = self.places.get(branch);
        place.is_some_and(|&at| self.targets[at].name == target.name)
    }
}
