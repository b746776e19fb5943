//! Sides held against one another.

use std::collections::{HashMap, HashSet};

use onehead_model::{
    Location, RepoPath, RevisionId, Sides, SidesConflict, SidesOperation, SidesUnknown,
    SidesVerdict,
};

use crate::clash::{Clash, clash};
use crate::meet::Names;
use crate::reader::{Operation, Upgrade};

/// One revision of an side and what it does.
#[derive(Debug, Clone, Copy)]
pub struct Migration<'a> {
    /// The revision.
    pub revision: &'a RevisionId,
    /// Its file.
    pub path: &'a RepoPath,
    /// What its file does.
    pub upgrade: &'a Upgrade,
}

/// Holds the sides that end in `heads` against one another, each side with each. Of two sides only what
/// one of them has alone counts. `is_before` tells of two revisions whether Alembic always applies the
/// first of them earlier, as `depends_on` may ask.
#[must_use]
pub fn compare(
    group: &str,
    sides: &[(RevisionId, Vec<Migration<'_>>)],
    is_before: impl Fn(&RevisionId, &RevisionId) -> bool,
) -> Sides {
    let mut found = Found::default();
    let names: HashMap<&RevisionId, Names> = sides
        .iter()
        .flat_map(|(_, side)| side)
        .map(|one| (one.revision, names(one.upgrade)))
        .collect();
    let may_meet = |one: &RevisionId, other: &RevisionId| names[one].may_meet(&names[other]);
    for (place, (_, left)) in sides.iter().enumerate() {
        for (_, right) in &sides[place + 1..] {
            for one in alone(left, right) {
                for other in alone(right, left) {
                    let (first, second) = (one.revision, other.revision);
                    let ordered = is_before(first, second) || is_before(second, first);
                    if may_meet(first, second) && !ordered {
                        found.pair(one, other);
                    }
                }
            }
        }
        found.unread(left);
    }
    let verdict = if !found.conflicts.is_empty() {
        SidesVerdict::Conflicting
    } else if !found.unknown.is_empty() {
        SidesVerdict::Unknown
    } else {
        SidesVerdict::Independent
    };
    Sides {
        group: group.to_owned(),
        heads: sides.iter().map(|(head, _)| head.clone()).collect(),
        verdict,
        conflicts: found.conflicts,
        unknown: found.unknown,
    }
}

fn names(upgrade: &Upgrade) -> Names {
    Names::of(upgrade.operations.iter().flat_map(|one| &one.accesses))
}

/// The revisions of an side that another one does not have.
fn alone<'m, 'a>(
    side: &'m [Migration<'a>],
    other: &[Migration<'_>],
) -> impl Iterator<Item = &'m Migration<'a>> {
    let shared: HashSet<&RevisionId> = other.iter().map(|one| one.revision).collect();
    side.iter()
        .filter(move |one| !shared.contains(one.revision))
}

#[derive(Default)]
struct Found {
    conflicts: Vec<SidesConflict>,
    unknown: Vec<SidesUnknown>,
}

impl Found {
    /// Two files: of each thing that they collide on, the first pair of operations.
    fn pair(&mut self, left: &Migration<'_>, right: &Migration<'_>) {
        let mut said: Vec<String> = Vec::new();
        for one in &left.upgrade.operations {
            for other in &right.upgrade.operations {
                match of(one, other) {
                    Some(Clash::Conflict(why)) if !said.contains(&why) => {
                        said.push(why.clone());
                        self.conflicts.push(SidesConflict {
                            why,
                            left: operation(left, one),
                            right: operation(right, other),
                        });
                    }
                    Some(Clash::Perhaps(why)) if !said.contains(&why) => {
                        said.push(why.clone());
                        self.unknown.push(SidesUnknown {
                            why,
                            operations: vec![operation(left, one), operation(right, other)],
                        });
                    }
                    _ => {}
                }
            }
        }
    }

    fn unread(&mut self, side: &[Migration<'_>]) {
        for one in side {
            for unread in &one.upgrade.unread {
                let unknown = SidesUnknown {
                    why: "its effect on the database is not known".into(),
                    operations: vec![SidesOperation {
                        revision: one.revision.clone(),
                        location: at(one.path, unread.line),
                        operation: unread.what.clone(),
                    }],
                };
                if !self.unknown.contains(&unknown) {
                    self.unknown.push(unknown);
                }
            }
        }
    }
}

/// The worst that any two touches of two operations do.
fn of(left: &Operation, right: &Operation) -> Option<Clash> {
    let mut perhaps = None;
    for one in &left.accesses {
        for other in &right.accesses {
            match clash(one, other) {
                Some(Clash::Conflict(why)) => return Some(Clash::Conflict(why)),
                Some(found) if perhaps.is_none() => perhaps = Some(found),
                _ => {}
            }
        }
    }
    perhaps
}

fn operation(migration: &Migration<'_>, operation: &Operation) -> SidesOperation {
    SidesOperation {
        revision: migration.revision.clone(),
        location: at(migration.path, operation.line),
        operation: operation.words.clone(),
    }
}

fn at(path: &RepoPath, line: u32) -> Location {
    Location {
        path: path.clone(),
        line: Some(line),
        column: None,
    }
}
