//! Which environment of one state is which of another.

use std::collections::BTreeSet;

use onehead_model::{Environment, RevisionId, ScanReport};

/// Every environment of the first state with what it is in the second: the one of its name, else the one with most of its
/// revisions, since a folder that was moved is no removal.
#[must_use]
pub fn pairs<'a>(
    before: &'a ScanReport,
    after: &'a ScanReport,
) -> Vec<(&'a Environment, Option<&'a Environment>)> {
    let of_name = |name: &str| after.environments.iter().find(|one| one.name == name);
    let is_new = |one: &&Environment| !before.environments.iter().any(|old| old.name == one.name);
    let new: Vec<&Environment> = after.environments.iter().filter(is_new).collect();
    let moved = |one: &Environment| {
        let ids: BTreeSet<&RevisionId> = one.revisions.iter().map(|one| &one.id).collect();
        let shared = |other: &&&Environment| {
            let revisions = other.revisions.iter();
            revisions.filter(|one| ids.contains(&one.id)).count()
        };
        let most = new.iter().max_by_key(shared)?;
        (shared(&most) > 0).then_some(*most)
    };
    let environments = before.environments.iter();
    environments
        .map(|one| (one, of_name(&one.name).or_else(|| moved(one))))
        .collect()
}
