//! What the head policy makes of the heads: groups, the verdict, and the plan.

use std::collections::{BTreeMap, BTreeSet};

use onehead_model::{
    Code, Finding, HeadGroup, HeadPolicy, Location, MergeParent, PlannedMerge, RepoPath, Revision,
    RevisionId, Side,
};

use crate::dag::{Dag, Links, Numbers};
use crate::labels::{Labels, are_computed};
use crate::link::down_revision_of;

/// What a policy looks at: the revisions, and the labels that hold for each.
pub(crate) struct Graph<'a> {
    pub(crate) dag: Dag<'a, Revision>,
    pub(crate) labels: Labels<'a>,
}

/// These heads as the policy counts them, sorted by the name of the group.
pub(crate) fn groups(
    graph: &Graph<'_>,
    heads: &[usize],
    policy: &HeadPolicy,
    locations: &[RepoPath],
) -> Vec<HeadGroup> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &head in heads {
        groups
            .entry(group_of(graph, head, policy, locations))
            .or_default()
            .push(head);
    }
    groups
        .into_iter()
        .map(|(name, heads)| group(&graph.dag, name, &heads))
        .collect()
}

fn group_of(graph: &Graph<'_>, head: usize, policy: &HeadPolicy, locations: &[RepoPath]) -> String {
    match policy {
        HeadPolicy::Single => String::new(),
        HeadPolicy::PerLabel => graph.labels.of(head).join(", "),
        HeadPolicy::PerLocation => {
            location_of(&graph.dag.revision(head).path, locations).to_string()
        }
        HeadPolicy::Allowed(allowed) => allowed
            .iter()
            .find(|name| is_named(graph, head, name))
            .cloned()
            .unwrap_or_default(),
    }
}

fn is_named(graph: &Graph<'_>, head: usize, name: &str) -> bool {
    graph.dag.id(head).as_str() == name || graph.labels.hold(name, head)
}

/// The innermost version location that holds a file.
fn location_of(path: &RepoPath, locations: &[RepoPath]) -> RepoPath {
    let holding = locations.iter().filter(|location| path.is_within(location));
    holding
        .max_by_key(|location| location.as_str().len())
        .cloned()
        .unwrap_or_else(|| path.parent())
}

fn group(dag: &Dag<'_, Revision>, name: String, heads: &[usize]) -> HeadGroup {
    let ids = heads.iter().map(|&head| dag.id(head).clone()).collect();
    if heads.len() < 2 {
        return HeadGroup {
            name,
            heads: ids,
            branch_points: Vec::new(),
            sides: Vec::new(),
        };
    }
    let ancestors: Vec<Numbers> = heads
        .iter()
        .map(|&head| dag.ancestors([head], Links::Parents))
        .collect();
    let mut common = ancestors[0].clone();
    ancestors
        .iter()
        .for_each(|line| common.intersect_with(line));
    let sorted = |numbers: &mut dyn Iterator<Item = usize>| {
        let mut ids: Vec<RevisionId> = numbers.map(|number| dag.id(number).clone()).collect();
        ids.sort();
        ids
    };
    let sides = std::iter::zip(heads, &ancestors).map(|(&head, line)| Side {
        head: dag.id(head).clone(),
        revisions: sorted(&mut line.difference(&common)),
    });
    HeadGroup {
        name,
        branch_points: sorted(&mut dag.youngest(&common, Links::Parents).ones()),
        sides: sides.collect(),
        heads: ids,
    }
}

/// A policy under which these heads are one on each of several lines.
pub(crate) struct Fitting {
    pub(crate) policy: HeadPolicy,
    /// The files whose branch labels have to be declared for that, since they are computed.
    pub(crate) to_declare: Vec<RepoPath>,
}

/// The policy that fits, if labels or version locations say so: people write those to have several lines. A fork on one
/// of them stays a fork.
pub(crate) fn fitting(
    graph: &Graph<'_>,
    heads: &[usize],
    policy: &HeadPolicy,
    locations: &[RepoPath],
    findings: &[Finding],
) -> Option<Fitting> {
    // A dependency that lies elsewhere changes neither heads nor labels.
    let is_in_the_way =
        |finding: &Finding| finding.is_error() && finding.code != Code::MissingDependency;
    if findings.iter().any(is_in_the_way) {
        return None;
    }
    let lines = |policy: &HeadPolicy| {
        let line = |&head: &usize| group_of(graph, head, policy, locations);
        distinct(heads.iter().map(line))
    };
    if *policy == HeadPolicy::Single {
        let candidates = [HeadPolicy::PerLabel, HeadPolicy::PerLocation];
        let fits = |policy: &HeadPolicy| are_several_lines(&lines(policy));
        if let Some(policy) = candidates.into_iter().find(fits) {
            return Some(Fitting {
                policy,
                to_declare: Vec::new(),
            });
        }
    } else if *policy != HeadPolicy::PerLabel {
        return None;
    }
    let to_declare = to_declare(graph, heads, lines(policy).len());
    (!to_declare.is_empty()).then_some(Fitting {
        policy: HeadPolicy::PerLabel,
        to_declare,
    })
}

fn distinct(names: impl Iterator<Item = String>) -> BTreeSet<String> {
    names.collect()
}

fn are_several_lines(names: &BTreeSet<String>) -> bool {
    names.len() > 1 && !names.contains("")
}

/// The files with computed labels that set these heads apart, if that makes more lines than there are.
fn to_declare(graph: &Graph<'_>, heads: &[usize], lines_now: usize) -> Vec<RepoPath> {
    let dag = &graph.dag;
    if !(0..dag.len()).any(|number| are_computed(dag.revision(number))) {
        return Vec::new();
    }
    let labels = Labels::spread_with_computed(dag);
    let lines = distinct(heads.iter().map(|&head| labels.of(head).join(", ")));
    if !are_several_lines(&lines) || lines.len() <= lines_now {
        return Vec::new();
    }
    let sets_apart = |number: &usize| {
        let revision = dag.revision(*number);
        are_computed(revision)
            && heads
                .iter()
                .any(|&head| labels.hold(revision.id.as_str(), head))
    };
    let mut files: Vec<RepoPath> = (0..dag.len())
        .filter(sets_apart)
        .map(|number| dag.revision(number).path.clone())
        .collect();
    files.sort();
    files
}

/// Says which groups have more heads than one.
pub(crate) fn judge(
    graph: &Graph<'_>,
    policy: &HeadPolicy,
    groups: &[HeadGroup],
    fitting: Option<&Fitting>,
    findings: &mut Vec<Finding>,
) {
    let merge = "run `onehead check --fix` to write and stage the merge revision, or add `--dry-run` to see it";
    let to_declare = fitting.map_or(&[][..], |fitting| &fitting.to_declare);
    let hint = match fitting.and_then(|fitting| fitting.policy.name()) {
        _ if findings.iter().any(Finding::is_error) => {
            "fix the other findings first: a merge revision would hide them".to_owned()
        }
        Some(name) if !to_declare.is_empty() => {
            format!(
                "if these heads are intended, declare the branch labels of {} with `[[declare]]` in the settings, under `policy = \"{name}\"`; otherwise {merge}",
                files(to_declare)
            )
        }
        Some(name) => format!(
            "if these heads are intended, set `policy = \"{name}\"`, which `onehead init` writes; otherwise {merge}"
        ),
        None => merge.to_owned(),
    };
    for group in groups.iter().filter(|group| group.heads.len() > 1) {
        let shown: Vec<String> = group.heads.iter().map(|id| format!("`{id}`")).collect();
        let whose = match (policy, group.name.as_str()) {
            (HeadPolicy::Single, _) => String::new(),
            (HeadPolicy::PerLabel, "") if !to_declare.is_empty() => {
                " whose branch labels are computed".into()
            }
            (HeadPolicy::PerLabel, "") => " without a branch label".into(),
            (HeadPolicy::PerLabel, labels) => format!(" with the branch labels `{labels}`"),
            (HeadPolicy::PerLocation, location) => format!(" in {location}"),
            (HeadPolicy::Allowed(_), "") => " that the settings do not name".into(),
            (HeadPolicy::Allowed(_), name) => format!(" that the settings allow as `{name}`"),
        };
        let first = group
            .heads
            .first()
            .and_then(|id| graph.dag.number(id.as_str()));
        let place: Option<Location> = first.map(|node| down_revision_of(graph.dag.revision(node)));
        let finding = Finding::new(
            Code::MultipleHeads,
            format!("{} heads{whose}: {}", group.heads.len(), shown.join(", ")),
        )
        .about(group.heads.iter().cloned())
        .hint(hint.as_str());
        findings.push(match place {
            Some(place) => finding.at(place),
            None => finding,
        });
    }
}

/// One file by its name, or how many they are.
fn files(paths: &[RepoPath]) -> String {
    match paths {
        [only] => format!("`{only}`"),
        several => format!("{} files", several.len()),
    }
}

/// Says which allowed heads are none.
pub(crate) fn find_stale(graph: &Graph<'_>, policy: &HeadPolicy, findings: &mut Vec<Finding>) {
    if let HeadPolicy::Allowed(allowed) = policy {
        let heads: Vec<usize> = graph.dag.heads().collect();
        for name in allowed.iter().collect::<BTreeSet<_>>() {
            if !heads.iter().any(|&head| is_named(graph, head, name)) {
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
pub(crate) fn fixes(
    graph: &Graph<'_>,
    groups: &[HeadGroup],
    locations: &[RepoPath],
    findings: &[Finding],
) -> Vec<PlannedMerge> {
    if findings
        .iter()
        .any(|finding| finding.is_error() && finding.code != Code::MultipleHeads)
    {
        return Vec::new();
    }
    let forked = groups.iter().filter(|group| group.heads.len() > 1);
    forked
        .flat_map(|group| {
            let merges = merges(graph, group).into_iter();
            merges.map(|parents| PlannedMerge {
                group: group.name.clone(),
                directory: directory(graph, &parents, locations),
                parents: parents.iter().map(|&head| parent(graph, head)).collect(),
            })
        })
        .collect()
}

fn parent(graph: &Graph<'_>, head: usize) -> MergeParent {
    MergeParent {
        id: graph.dag.id(head).clone(),
        create_date: graph.dag.revision(head).create_date.clone(),
    }
}

/// The heads that a step merges, sorted by id, so that the order of the files decides nothing.
///
/// That is all of them, but where some head depends on another (`depends_on`) and there is a third:
/// a merge revision of all would end in a `KeyError`, since Alembic looks for a row of the head that
/// is depended on (`HeadMaintainer`, `crate::upgrade`). Those are merged first with the head that
/// depends on them; what this leaves is another step.
fn merges(graph: &Graph<'_>, group: &HeadGroup) -> Vec<Vec<usize>> {
    let mut heads: Vec<usize> = group
        .heads
        .iter()
        .filter_map(|id| graph.dag.number(id.as_str()))
        .collect();
    heads.sort_by_key(|&head| graph.dag.id(head));
    let all_before = |&head: &usize| {
        let mut before = graph.dag.ancestors([head], Links::All);
        before.remove(head);
        before
    };
    let before: Vec<Numbers> = heads.iter().map(all_before).collect();
    let is_covered = |head: usize| before.iter().any(|before| before.contains(head));
    let youngest: Vec<usize> = (0..heads.len())
        .filter(|&at| !is_covered(heads[at]))
        .collect();
    if youngest.len() < 2 || youngest.len() == heads.len() {
        return vec![heads];
    }
    let mut merges: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &head in &heads {
        let covers = |&&at: &&usize| before[at].contains(head);
        if let Some(&at) = youngest.iter().find(covers) {
            merges
                .entry(at)
                .or_insert_with(|| vec![heads[at]])
                .push(head);
        }
    }
    let mut merges: Vec<Vec<usize>> = merges.into_values().collect();
    for parents in &mut merges {
        parents.sort_by_key(|&head| graph.dag.id(head));
    }
    merges
}

/// Where Alembic would put the file: in the only version location, else beside the first head
/// (`ScriptDirectory.generate_revision`).
fn directory(graph: &Graph<'_>, parents: &[usize], locations: &[RepoPath]) -> RepoPath {
    match (locations, parents) {
        ([only], _) => only.clone(),
        (_, [first, ..]) => location_of(&graph.dag.revision(*first).path, locations),
        (_, []) => RepoPath::default(),
    }
}
