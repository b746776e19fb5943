//! Whether the sides of a fork conflict: what their files do, from the source that was
//! scanned. Nothing is read where nothing forked.

use std::collections::{HashMap, HashSet};

use onehead_model::{
    Arm, Arms, ArmsConflict, Code, EnvironmentGraph, Finding, HeadGroup, MergedArms, Node,
    RepoPath, RevisionId, Severity,
};
use onehead_operations::{Migration, Upgrade, compare};
use onehead_scan::{OnCollision, Scanned};

use crate::Analysis;

/// The verdict on each group of an environment that forked, in the order of the groups.
pub(crate) fn of(scanned: &Scanned, environment: &EnvironmentGraph) -> Vec<Arms> {
    let forked = environment
        .groups
        .iter()
        .filter(|group| group.heads.len() > 1);
    forked
        .map(|group| of_group(scanned, environment, group))
        .collect()
}

fn of_group(scanned: &Scanned, environment: &EnvironmentGraph, group: &HeadGroup) -> Arms {
    let nodes: HashMap<&RevisionId, &Node> = environment
        .revisions
        .iter()
        .map(|node| (&node.id, node))
        .collect();
    let mut paths: Vec<&RepoPath> = group
        .arms
        .iter()
        .flat_map(|arm| &arm.revisions)
        .filter_map(|id| Some(&nodes.get(id)?.path))
        .collect();
    paths.sort();
    paths.dedup();
    let upgrades = upgrades(scanned, &paths);
    let migrations = |arm: &Arm| {
        let migration = |id| {
            let node = *nodes.get(id)?;
            Some(Migration {
                revision: &node.id,
                path: &node.path,
                upgrade: upgrades.get(&node.path)?,
            })
        };
        arm.revisions.iter().filter_map(migration).collect()
    };
    let arms: Vec<(RevisionId, Vec<Migration<'_>>)> = group
        .arms
        .iter()
        .map(|arm| (arm.head.clone(), migrations(arm)))
        .collect();
    let needs = needed(group, &nodes);
    compare(&group.name, &arms, |first, second| {
        needs.get(second).is_some_and(|known| known.contains(first))
    })
}

/// What each file does.
fn upgrades(scanned: &Scanned, paths: &[&RepoPath]) -> HashMap<RepoPath, Upgrade> {
    let paths: Vec<RepoPath> = paths.iter().map(|path| (*path).clone()).collect();
    let upgrades: Vec<Upgrade> = match scanned.texts(&paths) {
        Ok(texts) => texts
            .into_iter()
            .map(|text| match text {
                Ok(text) => onehead_operations::read(&text),
                Err(why) => Upgrade::unreadable(1, format!("a file that cannot be read: {why}")),
            })
            .collect(),
        Err(error) => {
            let unreadable = Upgrade::unreadable(1, format!("a file that cannot be read: {error}"));
            vec![unreadable; paths.len()]
        }
    };
    std::iter::zip(paths, upgrades).collect()
}

/// The revisions that Alembic applies before each revision of the arms, where `depends_on` has a say in
/// it. Otherwise no revision of an arm comes before one that only another arm has.
fn needed<'a>(
    group: &'a HeadGroup,
    nodes: &HashMap<&'a RevisionId, &'a Node>,
) -> HashMap<&'a RevisionId, HashSet<&'a RevisionId>> {
    if nodes.values().all(|node| node.depends_on.is_empty()) {
        return HashMap::new();
    }
    let before = |id: &'a RevisionId| {
        let mut found: HashSet<&RevisionId> = HashSet::new();
        let mut next = vec![id];
        while let Some(node) = next.pop().and_then(|id| nodes.get(id)) {
            for parent in node.down_revisions.iter().chain(&node.depends_on) {
                if found.insert(parent) {
                    next.push(parent);
                }
            }
        }
        (id, found)
    };
    group
        .arms
        .iter()
        .flat_map(|arm| &arm.revisions)
        .map(before)
        .collect()
}

/// A finding for each conflict.
#[must_use]
pub fn findings(arms: &[Arms], weight: OnCollision) -> Vec<Finding> {
    let conflicts = arms.iter().flat_map(|arms| &arms.conflicts);
    conflicts
        .map(|conflict| {
            let (left, right) = (&conflict.left, &conflict.right);
            let finding = Finding::new(Code::ConflictingArms, message(conflict))
                .at(left.location.clone())
                .about([left.revision.clone(), right.revision.clone()])
                .hint("the one that is applied second fails or reverts the first; change one of them before the heads are merged");
            Finding {
                severity: severity(weight),
                ..finding
            }
        })
        .collect()
}

/// What a finding says of a conflict.
#[must_use]
pub fn message(conflict: &ArmsConflict) -> String {
    let (left, right) = (&conflict.left, &conflict.right);
    format!(
        "{}: `{}` {}, `{}` {} ({})",
        conflict.why,
        left.revision,
        left.operation,
        right.revision,
        right.operation,
        right.location
    )
}

fn severity(weight: OnCollision) -> Severity {
    match weight {
        OnCollision::Warn => Severity::Warning,
        OnCollision::Error => Severity::Error,
    }
}

/// Why the settings forbid to merge the heads: the arms that conflict.
#[must_use]
pub fn refusals(analysis: &Analysis) -> Vec<Finding> {
    if analysis.scanned.settings.conflicting_arms == OnCollision::Warn {
        return Vec::new();
    }
    let conflicting = merged(analysis)
        .into_iter()
        .filter(|one| !one.arms.conflicts.is_empty());
    conflicting
        .map(|one| {
            let heads: Vec<String> = one.arms.heads.iter().map(|id| format!("`{id}`")).collect();
            let message = format!(
                "{}: the arms of {} conflict, and `conflicting-arms` is \"error\" in the settings",
                one.environment,
                heads.join(", ")
            );
            let finding = Finding::new(Code::ConflictingArms, message)
                .about(one.arms.heads.iter().cloned())
                .hint("`onehead check` shows each conflict; change one side of it");
            Finding {
                severity: Severity::Error,
                ..finding
            }
        })
        .collect()
}

/// The verdict on every group that a mend would merge.
#[must_use]
pub fn merged(analysis: &Analysis) -> Vec<MergedArms> {
    let mendable = analysis
        .graph
        .environments
        .iter()
        .filter(|environment| !environment.mends.is_empty());
    mendable
        .flat_map(|environment| {
            let is_mended = |arms: &Arms| {
                let mut mends = environment.mends.iter();
                mends.any(|mend| mend.group == arms.group)
            };
            of(&analysis.scanned, environment)
                .into_iter()
                .filter(is_mended)
                .map(|arms| MergedArms {
                    environment: environment.name.clone(),
                    arms,
                })
        })
        .collect()
}
