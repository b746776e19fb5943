//! What the head policy makes of the heads: groups, the verdict, and the plan.

use std::collections::{BTreeMap, BTreeSet};

use onehead_model::{
    Arm, Code, Finding, HeadGroup, HeadPolicy, Location, Mend, MendParent, RepoPath, RevisionId,
};

use crate::map::{Map, down_revision_of};

/// The heads as the policy counts them, sorted by the name of the group.
pub(crate) fn groups(map: &Map<'_>, policy: &HeadPolicy, locations: &[RepoPath]) -> Vec<HeadGroup> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for head in map.heads() {
        groups
            .entry(group_of(map, head, policy, locations))
            .or_default()
            .push(head);
    }
    groups
        .into_iter()
        .map(|(name, heads)| group(map, name, &heads))
        .collect()
}

fn group_of(map: &Map<'_>, head: usize, policy: &HeadPolicy, locations: &[RepoPath]) -> String {
    match policy {
        HeadPolicy::Single => String::new(),
        HeadPolicy::PerLabel => map.labels(head).join(", "),
        HeadPolicy::PerLocation => location_of(&map.revision(head).path, locations).to_string(),
        HeadPolicy::Allowed(allowed) => allowed
            .iter()
            .find(|name| is_named(map, head, name))
            .cloned()
            .unwrap_or_default(),
    }
}

fn is_named(map: &Map<'_>, head: usize, name: &str) -> bool {
    map.id(head).as_str() == name || map.labels(head).iter().any(|label| label == name)
}

/// The innermost version location that holds a file.
fn location_of(path: &RepoPath, locations: &[RepoPath]) -> RepoPath {
    let holding = locations.iter().filter(|location| path.is_within(location));
    holding
        .max_by_key(|location| location.as_str().len())
        .cloned()
        .unwrap_or_else(|| path.parent())
}

fn group(map: &Map<'_>, name: String, heads: &[usize]) -> HeadGroup {
    let ids = heads.iter().map(|&head| map.id(head).clone()).collect();
    if heads.len() < 2 {
        return HeadGroup {
            name,
            heads: ids,
            branch_points: Vec::new(),
            arms: Vec::new(),
        };
    }
    let ancestors: Vec<Vec<usize>> = heads
        .iter()
        .map(|&head| with_ancestors(map, head))
        .collect();
    let mut count = vec![0_usize; map.len()];
    ancestors
        .iter()
        .flatten()
        .for_each(|&node| count[node] += 1);
    let is_common = |node: usize| count[node] == heads.len();
    let sorted = |nodes: &mut dyn Iterator<Item = usize>| {
        let mut ids: Vec<RevisionId> = nodes.map(|node| map.id(node).clone()).collect();
        ids.sort();
        ids
    };
    let youngest =
        |&node: &usize| is_common(node) && !map.next(node).iter().any(|&child| is_common(child));
    let arms = heads.iter().zip(&ancestors).map(|(&head, ancestors)| Arm {
        head: map.id(head).clone(),
        revisions: sorted(&mut ancestors.iter().copied().filter(|&node| !is_common(node))),
    });
    HeadGroup {
        name,
        branch_points: sorted(&mut map.living().filter(youngest)),
        arms: arms.collect(),
        heads: ids,
    }
}

fn with_ancestors(map: &Map<'_>, head: usize) -> Vec<usize> {
    let mut seen = vec![false; map.len()];
    seen[head] = true;
    let mut found = vec![head];
    let mut at = 0;
    while let Some(&node) = found.get(at) {
        for &parent in map.parents(node) {
            if !std::mem::replace(&mut seen[parent], true) {
                found.push(parent);
            }
        }
        at += 1;
    }
    found
}

/// Says which groups have more heads than one, and which allowed heads are none.
pub(crate) fn judge(
    map: &Map<'_>,
    policy: &HeadPolicy,
    groups: &[HeadGroup],
    findings: &mut Vec<Finding>,
) {
    for group in groups.iter().filter(|group| group.heads.len() > 1) {
        let shown: Vec<String> = group.heads.iter().map(|id| format!("`{id}`")).collect();
        let whose = match (policy, group.name.as_str()) {
            (HeadPolicy::Single, _) => String::new(),
            (HeadPolicy::PerLabel, "") => " without a branch label".into(),
            (HeadPolicy::PerLabel, labels) => format!(" with the branch labels `{labels}`"),
            (HeadPolicy::PerLocation, location) => format!(" in {location}"),
            (HeadPolicy::Allowed(_), "") => " besides those that the settings allow".into(),
            (HeadPolicy::Allowed(_), name) => format!(" that the settings allow as `{name}`"),
        };
        let first = group.heads.first().and_then(|id| map.node(id.as_str()));
        let place: Option<Location> = first.map(|node| down_revision_of(map.revision(node)));
        let finding = Finding::new(Code::MultipleHeads, format!("{} heads{whose}: {}", group.heads.len(), shown.join(", ")))
            .about(group.heads.iter().cloned())
            .hint("`onehead check --fix` writes and stages the merge revision, `--fix --dry-run` shows it");
        findings.push(match place {
            Some(place) => finding.at(place),
            None => finding,
        });
    }
    if let HeadPolicy::Allowed(allowed) = policy {
        let heads = map.heads();
        for name in allowed.iter().collect::<BTreeSet<_>>() {
            if !heads.iter().any(|&head| is_named(map, head, name)) {
                findings.push(
                    Finding::new(
                        Code::StaleAllowedHead,
                        format!(
                            "the settings allow the head `{name}`, but no head has that id or label"
                        ),
                    )
                    .hint("remove it from `policy.allowed`"),
                );
            }
        }
    }
}

/// The merge revisions that bring each group with several heads nearer to one, unless anything else is
/// wrong.
pub(crate) fn mends(
    map: &Map<'_>,
    groups: &[HeadGroup],
    locations: &[RepoPath],
    findings: &[Finding],
) -> Vec<Mend> {
    if findings
        .iter()
        .any(|finding| finding.is_error() && finding.code != Code::MultipleHeads)
    {
        return Vec::new();
    }
    let forked = groups.iter().filter(|group| group.heads.len() > 1);
    forked
        .flat_map(|group| {
            let merges = merges(map, group).into_iter();
            merges.map(|parents| Mend {
                group: group.name.clone(),
                directory: directory(map, &parents, locations),
                parents: parents.iter().map(|&head| parent(map, head)).collect(),
            })
        })
        .collect()
}

fn parent(map: &Map<'_>, head: usize) -> MendParent {
    MendParent {
        id: map.id(head).clone(),
        create_date: map.revision(head).create_date.clone(),
    }
}

/// The heads that a step merges, sorted by id, so that the order of the files decides nothing.
///
/// That is all of them, but where some head depends on another (`depends_on`) and there is a third:
/// a merge revision of all would end in a `KeyError`, since Alembic looks for a row of the head that
/// is depended on (`HeadMaintainer`, `crate::upgrade`). Those are merged first with the head that
/// depends on them; what this leaves is another step.
fn merges(map: &Map<'_>, group: &HeadGroup) -> Vec<Vec<usize>> {
    let mut heads: Vec<usize> = group
        .heads
        .iter()
        .filter_map(|id| map.node(id.as_str()))
        .collect();
    heads.sort_by_key(|&head| map.id(head));
    let before: Vec<BTreeSet<usize>> = heads.iter().map(|&head| all_before(map, head)).collect();
    let is_covered = |head: usize| before.iter().any(|before| before.contains(&head));
    let youngest: Vec<usize> = (0..heads.len())
        .filter(|&at| !is_covered(heads[at]))
        .collect();
    if youngest.len() < 2 || youngest.len() == heads.len() {
        return vec![heads];
    }
    let mut merges: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &head in &heads {
        let covers = |&&at: &&usize| before[at].contains(&head);
        if let Some(&at) = youngest.iter().find(covers) {
            merges
                .entry(at)
                .or_insert_with(|| vec![heads[at]])
                .push(head);
        }
    }
    let mut merges: Vec<Vec<usize>> = merges.into_values().collect();
    for parents in &mut merges {
        parents.sort_by_key(|&head| map.id(head));
    }
    merges
}

/// Everything that comes before a head, by parents and dependencies.
fn all_before(map: &Map<'_>, head: usize) -> BTreeSet<usize> {
    let down = |node: usize| {
        map.parents(node)
            .iter()
            .chain(map.dependencies(node))
            .copied()
    };
    let mut found = BTreeSet::new();
    let mut todo: Vec<usize> = down(head).collect();
    while let Some(node) = todo.pop() {
        if found.insert(node) {
            todo.extend(down(node));
        }
    }
    found
}

/// Where Alembic would put the file: in the only version location, else beside the first head
/// (`ScriptDirectory.generate_revision`).
fn directory(map: &Map<'_>, parents: &[usize], locations: &[RepoPath]) -> RepoPath {
    match (locations, parents) {
        ([only], _) => only.clone(),
        (_, [first, ..]) => location_of(&map.revision(*first).path, locations),
        (_, []) => RepoPath::default(),
    }
}
