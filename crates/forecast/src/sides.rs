//! Whether the sides of a fork conflict: what their files do, from the source that was
//! scanned. Nothing is read where nothing forked.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use onehead_configuration::OnCollision;
use onehead_graph::{Dag, Links};
use onehead_model::{
    Code, EnvironmentGraph, Finding, HeadGroup, MergedSides, Node, RepoPath, RevisionId, Severity,
    Side, Sides,
};
use onehead_operations::{Migration, Upgrade, compare};
use onehead_scan::ScanError;

/// Reads the text of each of some files, or says why it cannot be read.
pub(crate) type Texts<'a> =
    &'a dyn Fn(&[RepoPath]) -> Result<Vec<Result<String, String>>, ScanError>;

/// The verdict on each group of an environment that forked, in the order of the groups.
pub(crate) fn of(texts: Texts<'_>, environment: &EnvironmentGraph) -> Vec<Sides> {
    let forked = environment
        .groups
        .iter()
        .filter(|group| group.heads.len() > 1);
    forked
        .map(|group| of_group(texts, environment, group))
        .collect()
}

fn of_group(texts: Texts<'_>, environment: &EnvironmentGraph, group: &HeadGroup) -> Sides {
    let dag = Dag::of(environment);
    let node = |id: &RevisionId| Some(dag.revision(dag.number(id.as_str())?));
    let mut paths: Vec<&RepoPath> = group
        .sides
        .iter()
        .flat_map(|side| &side.revisions)
        .filter_map(|id| Some(&node(id)?.path))
        .collect();
    paths.sort();
    paths.dedup();
    let upgrades = upgrades(texts, &paths);
    let migrations = |side: &Side| {
        let migration = |id| {
            let node = node(id)?;
            Some(Migration {
                revision: &node.id,
                path: &node.path,
                upgrade: upgrades.get(&node.path)?,
            })
        };
        side.revisions.iter().filter_map(migration).collect()
    };
    let sides: Vec<(RevisionId, Vec<Migration<'_>>)> = group
        .sides
        .iter()
        .map(|side| (side.head.clone(), migrations(side)))
        .collect();
    let needs = needed(group, &dag);
    compare(&group.name, &sides, |first, second| {
        let first = dag.number(first.as_str());
        let known = needs.get(second).zip(first);
        known.is_some_and(|(known, first)| known.contains(first))
    })
}

/// What each file does.
fn upgrades(texts: Texts<'_>, paths: &[&RepoPath]) -> HashMap<RepoPath, Upgrade> {
    let paths: Vec<RepoPath> = paths.iter().map(|path| (*path).clone()).collect();
    let upgrades: Vec<Upgrade> = match texts(&paths) {
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

/// The revisions that Alembic applies before each revision of the sides, where `depends_on` has a say in
/// it. Otherwise no revision of a side comes before one that only another side has.
fn needed<'a>(group: &'a HeadGroup, dag: &Dag<'_, Node>) -> HashMap<&'a RevisionId, FixedBitSet> {
    let depends = |number| !dag.dependencies(number).is_empty();
    if !(0..dag.len()).any(depends) {
        return HashMap::new();
    }
    let before = |id: &'a RevisionId| {
        let number = dag.number(id.as_str())?;
        let below = dag.below(number, Links::All).iter().copied();
        Some((id, dag.ancestors(below, Links::All)))
    };
    group
        .sides
        .iter()
        .flat_map(|side| &side.revisions)
        .filter_map(before)
        .collect()
}

/// A finding for each conflict.
#[must_use]
pub fn findings(sides: &[Sides], weight: OnCollision) -> Vec<Finding> {
    let severity = severity(weight);
    let findings = sides.iter().flat_map(|sides| sides.findings(severity));
    findings.collect()
}

fn severity(weight: OnCollision) -> Severity {
    match weight {
        OnCollision::Warn => Severity::Warning,
        OnCollision::Error => Severity::Error,
    }
}

/// Why the settings forbid to merge these heads: their sides conflict.
pub(crate) fn refusals(merged: &[MergedSides], weight: OnCollision) -> Vec<Finding> {
    if weight == OnCollision::Warn {
        return Vec::new();
    }
    let conflicting = merged.iter().filter(|one| !one.sides.conflicts.is_empty());
    conflicting
        .map(|one| {
            let heads: Vec<String> = one.sides.heads.iter().map(|id| format!("`{id}`")).collect();
            let message = format!(
                "{}: the sides of {} conflict, and `conflicting-sides` is \"error\" in the settings",
                one.environment,
                heads.join(", ")
            );
            let finding = Finding::new(Code::ConflictingSides, message)
                .about(one.sides.heads.iter().cloned())
                .hint("run `onehead check` to see each conflict, then change one of its operations");
            Finding {
                severity: Severity::Error,
                ..finding
            }
        })
        .collect()
}
