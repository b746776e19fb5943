//! Graphs by lot, for the tests of what holds of every graph.

use std::collections::{BTreeMap, BTreeSet};

use onehead_graph::graph;
use onehead_model::{
    Environment, EnvironmentGraph, HeadPolicy, MergeSettings, RepoPath, Revision, RevisionId,
    ScanReport, Source,
};
use proptest::bool::weighted as weighted_bool;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::Index;

/// One revision as it is drawn by lot: everything that it names comes before it.
#[derive(Debug, Clone)]
struct Drawn {
    parents: Vec<Index>,
    depends_on: Option<(Index, bool)>,
    labelled: bool,
    elsewhere: bool,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    // Mostly a line; sometimes a fork, a merge, a second root.
    let parents = prop_oneof![6 => Just(Vec::new()), 4 => vec(any::<Index>(), 0..4)];
    let depends_on = weighted(0.1, (any::<Index>(), any::<bool>()));
    (parents, depends_on, weighted_bool(0.1), weighted_bool(0.2)).prop_map(
        |(parents, depends_on, labelled, elsewhere)| Drawn {
            parents,
            depends_on,
            labelled,
            elsewhere,
        },
    )
}

/// Ids in an order that is not that of the files.
pub(crate) fn id(at: usize) -> RevisionId {
    RevisionId::new(format!("{:03x}", (at * 1021 + 17) % 4096))
}

fn revisions(drawn: &[Drawn], linear: &[bool]) -> Vec<Revision> {
    let mut made: Vec<Revision> = Vec::new();
    for (at, one) in drawn.iter().enumerate() {
        let mut parents: Vec<usize> = match linear.get(at) {
            Some(true) if one.parents.is_empty() => at.checked_sub(1).into_iter().collect(),
            _ if at == 0 => Vec::new(),
            _ => one.parents.iter().map(|index| index.index(at)).collect(),
        };
        let mut seen = BTreeSet::new();
        parents.retain(|parent| seen.insert(*parent));
        let depends_on = match (one.depends_on, at) {
            (None, _) | (_, 0) => Vec::new(),
            (Some((index, by_label)), _) => {
                let other = &made[index.index(at)];
                let label = other.branch_labels.first().filter(|_| by_label);
                vec![label.map_or_else(|| other.id.to_string(), String::clone)]
            }
        };
        let folder = if one.elsewhere {
            "m/more"
        } else {
            "m/versions"
        };
        made.push(Revision {
            id: id(at),
            path: RepoPath::new(format!("{folder}/{at:02}.py")).unwrap(),
            message: format!("number {at}"),
            create_date: None,
            down_revisions: parents.into_iter().map(id).collect(),
            depends_on,
            branch_labels: if one.labelled {
                vec![format!("label{at}")]
            } else {
                vec![]
            },
            unknown: vec![],
            down_revision_at: None,
        });
    }
    made
}

/// Graphs that Alembic takes, with any number of heads and fewer revisions than `most`.
pub(crate) fn sound(most: usize) -> impl Strategy<Value = Vec<Revision>> {
    (vec(drawn(), 0..most), vec(weighted_bool(0.9), most))
        .prop_map(|(drawn, linear)| revisions(&drawn, &linear))
}

pub(crate) fn policy() -> impl Strategy<Value = HeadPolicy> {
    let names = vec(any::<Index>(), 0..4).prop_map(|picked| {
        let name = |index: &Index| match index.index(80) {
            at @ 0..40 => id(at).to_string(),
            at => format!("label{}", at - 40),
        };
        HeadPolicy::Allowed(picked.iter().map(name).collect())
    });
    prop_oneof![
        Just(HeadPolicy::Single),
        Just(HeadPolicy::PerLabel),
        Just(HeadPolicy::PerLocation),
        names
    ]
}

pub(crate) fn scan(revisions: Vec<Revision>, policy: HeadPolicy) -> ScanReport {
    let location = |text| RepoPath::new(text).unwrap();
    ScanReport {
        source: Source::Worktree,
        environments: vec![Environment {
            name: "m".into(),
            config: None,
            script_location: location("m"),
            version_locations: vec![location("m/versions"), location("m/more")],
            policy,
            merge: MergeSettings {
                recursive: false,
                template: None,
                file_template: "%(rev)s".into(),
                truncate_slug_length: 40,
                timezone: None,
                output_encoding: "utf-8".into(),
                options: BTreeMap::new(),
            },
            revisions,
            findings: vec![],
        }],
        findings: vec![],
    }
}

pub(crate) fn environment(revisions: &[Revision], policy: &HeadPolicy) -> EnvironmentGraph {
    let mut report = graph(scan(revisions.to_vec(), policy.clone()));
    report.environments.remove(0)
}

pub(crate) fn set<'a>(ids: impl IntoIterator<Item = &'a RevisionId>) -> BTreeSet<RevisionId> {
    ids.into_iter().cloned().collect()
}

/// The revisions and the merge revisions that one step adds, with ids that nobody else has.
pub(crate) fn mended(mut revisions: Vec<Revision>, policy: &HeadPolicy) -> Vec<Revision> {
    for mend in environment(&revisions, policy).mends {
        let name = format!("merge{}", revisions.len());
        let parents = mend.parents.into_iter().map(|parent| parent.id);
        revisions.push(Revision {
            id: RevisionId::new(name.clone()),
            path: mend.directory.join(&format!("{name}.py")),
            message: "merge heads".into(),
            create_date: None,
            down_revisions: parents.collect(),
            depends_on: vec![],
            branch_labels: vec![],
            unknown: vec![],
            down_revision_at: None,
        });
    }
    revisions
}
