//! What is said of databases is what upgrading them does, in every state and after whatever becomes of the graph.

use std::collections::{BTreeMap, BTreeSet};

use onehead_fixtures::Tally;
use onehead_fixtures::documents::{revision, revision_from};
use onehead_fixtures::drawn::scan;
use onehead_graph::upgrade::{UpgradeError, upgrade};
use onehead_graph::{Dag, Links, graph};
use onehead_model::{EnvironmentGraph, HeadPolicy, Node, Revision, RevisionId};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

fn environment(revisions: Vec<Revision>) -> EnvironmentGraph {
    let mut report = graph(&scan(revisions, HeadPolicy::Single));
    report.environments.remove(0)
}

/// An environment of `id`, `id<parent,parent` or `id<parent+dependency`.
fn of(revisions: &[&str]) -> EnvironmentGraph {
    environment(revisions.iter().map(|text| revision_from(text)).collect())
}

/// What is said of a change: the revision, what became of it, what is skipped and what runs again.
fn said(before: &[&str], after: &[&str]) -> Vec<String> {
    let shown = |concerned: &Concerned| {
        let ids = |ids: &[RevisionId]| {
            let ids: Vec<&str> = ids.iter().map(RevisionId::as_str).collect();
            ids.join(" ")
        };
        format!("{} at {}", ids(&concerned.revisions), ids(&concerned.at))
    };
    let changes = changes(&of(before), &of(after), &Renamed::new());
    let line = |change: &Change| {
        let mut line = format!("{} {:?}", change.revision, change.kind);
        for (word, concerned) in [("skips", &change.skipped), ("repeats", &change.repeated)] {
            if !concerned.revisions.is_empty() {
                line += &format!(", {word} {}", shown(concerned));
            }
        }
        line
    };
    changes.iter().map(line).collect()
}

const LINE: [&str; 4] = ["a", "b<a", "c<b", "d<c"];

#[test]
fn what_is_on_top_changes_nothing() {
    assert!(said(&LINE, &["a", "b<a", "c<b", "d<c", "e<d", "f<a", "m<e,f"]).is_empty());
}

#[test]
fn a_new_revision_before_a_published_one() {
    assert_eq!(
        said(&LINE, &["a", "z<a", "b<z", "c<b", "d<c"]),
        ["b Inserted, skips z at b c d"]
    );
}

#[test]
fn two_that_changed_places() {
    assert_eq!(
        said(&LINE, &["a", "c<a", "b<c", "d<b"]),
        [
            "b Swapped([\"c\"]), skips c at b",
            "c Parted, repeats b at c"
        ]
    );
}

#[test]
fn a_fork_that_became_a_line() {
    let fork = ["a", "b<a", "c<a", "d<c"];
    assert_eq!(
        said(&fork, &["a", "b<a", "c<b", "d<c"]),
        ["c Joined, skips b at c d"]
    );
}

#[test]
fn a_parent_that_went() {
    assert_eq!(
        said(&LINE, &["a", "b<a", "d<b"]),
        ["c Removed", "d Lowered([\"c\"])"]
    );
}

#[test]
fn other_dependencies() {
    let two = ["a", "b<a", "x", "y<x"];
    assert_eq!(
        said(&two, &["a", "b<a+x", "x", "y<x"]),
        ["b Depends, skips x at b"]
    );
    let linked = ["a", "b<a+x", "x", "y<x"];
    assert_eq!(
        said(&linked, &["a", "b<a", "x", "y<x"]),
        ["b Depends, repeats x at b"]
    );
}

#[test]
fn what_no_database_notices_is_nothing() {
    let merged = ["a", "b<a", "c<a", "m<b,c"];
    assert!(said(&merged, &["a", "b<a", "c<a", "m<c,b"]).is_empty());
    assert!(said(&["a", "b<a", "c<b,a"], &["a", "b<a", "c<b"]).is_empty());
}

/// What is drawn of a revision: its place in the new graph, and the places of what it names in both.
#[derive(Debug, Clone)]
struct Drawn {
    old: Vec<(usize, bool)>,
    new: Vec<(usize, bool)>,
    changes: bool,
    is_gone: bool,
    is_renamed: bool,
    is_new: bool,
    order: usize,
}

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let links = || vec((0_usize..8, prop::bool::weighted(0.2)), 0..3);
    let one = (
        links(),
        links(),
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.2),
        0_usize..3,
    );
    let one = one.prop_map(
        |(old, new, changes, is_gone, is_renamed, is_new, order)| Drawn {
            old,
            new,
            changes,
            is_gone,
            is_renamed,
            is_new,
            order,
        },
    );
    vec(one, 2..8)
}

/// The graph before, the one after, and the new ids.
fn graphs(drawn: &[Drawn]) -> (EnvironmentGraph, EnvironmentGraph, Renamed) {
    let id = |number: usize| format!("r{number}");
    let new_id = |number: usize| match drawn[number].is_renamed && !drawn[number].is_new {
        true => format!("s{number}"),
        false => id(number),
    };
    let split = |links: &[(usize, bool)], among: &[usize], name: &dyn Fn(usize) -> String| {
        let (mut parents, mut dependencies) = (BTreeSet::new(), BTreeSet::new());
        for (place, depends) in links {
            let Some(&other) = among.get(place % among.len().max(1)) else {
                continue;
            };
            match depends {
                true => dependencies.insert(name(other)),
                false => parents.insert(name(other)),
            };
        }
        (parents, dependencies)
    };
    let build = |id: &str, (parents, dependencies): (BTreeSet<String>, BTreeSet<String>)| {
        let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
        Revision {
            depends_on: dependencies.into_iter().collect(),
            ..revision(id, &parents)
        }
    };
    let mut before = Vec::new();
    let mut among = Vec::new();
    for (number, one) in drawn.iter().enumerate().filter(|(_, one)| !one.is_new) {
        before.push(build(&id(number), split(&one.old, &among, &id)));
        among.push(number);
    }
    // Whatever changes may come before what it came after.
    let mut order: Vec<usize> = (0..drawn.len())
        .filter(|&at| !drawn[at].is_gone || drawn[at].is_new)
        .collect();
    order.sort_by_key(|&at| match drawn[at].changes || drawn[at].is_new {
        true => at.saturating_sub(drawn[at].order),
        false => at,
    });
    let mut after = Vec::new();
    let mut there: Vec<usize> = Vec::new();
    for number in order {
        let one = &drawn[number];
        let links = match one.changes || one.is_new {
            true => split(&one.new, &there, &new_id),
            false => {
                // What stays as it is names what is still there, in the order of the graph before.
                let old: Vec<usize> = (0..number).filter(|&at| !drawn[at].is_new).collect();
                let (parents, dependencies) = split(&one.old, &old, &|other| other.to_string());
                let kept = |set: BTreeSet<String>| -> BTreeSet<String> {
                    let numbers = set
                        .iter()
                        .map(|text| text.parse::<usize>().expect("a number"));
                    numbers
                        .filter(|other| there.contains(other))
                        .map(new_id)
                        .collect()
                };
                (kept(parents), kept(dependencies))
            }
        };
        after.push(build(&new_id(number), links));
        there.push(number);
    }
    let renamed = drawn
        .iter()
        .enumerate()
        .filter(|(at, one)| one.is_renamed && !one.is_new && there.contains(at));
    let renamed = renamed.map(|(at, _)| (id(at).as_str().into(), new_id(at).as_str().into()));
    (environment(before), environment(after), renamed.collect())
}

/// Every set of revisions that a database may have applied.
fn states(graph: &EnvironmentGraph) -> Vec<BTreeSet<RevisionId>> {
    let dag = Dag::of(graph);
    let mut states = BTreeSet::from([BTreeSet::new()]);
    for node in &graph.revisions {
        let with = dag.ancestors(dag.number(node.id.as_str()), Links::All);
        let with: BTreeSet<RevisionId> = with.ones().map(|at| dag.id(at).clone()).collect();
        let more: Vec<_> = states.iter().map(|state| state | &with).collect();
        states.extend(more);
    }
    states.into_iter().collect()
}

/// The revisions at which a database stands that has applied these.
fn rows(graph: &EnvironmentGraph, applied: &BTreeSet<RevisionId>) -> BTreeSet<RevisionId> {
    let dag = Dag::of(graph);
    let youngest = dag.youngest(&dag.numbers(applied), Links::All);
    youngest.ones().map(|at| dag.id(at).clone()).collect()
}

/// What a database does once it is upgraded with a change.
const FATES: [&str; 5] = ["as before", "skips", "repeats", "not located", "overlap"];

fn name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Renamed(_) => "renamed",
        Kind::Removed => "removed",
        Kind::Inserted => "inserted",
        Kind::Swapped(_) => "swapped",
        Kind::Joined => "joined",
        Kind::Parted => "parted",
        Kind::Lowered(_) => "lowered",
        Kind::Depends => "depends",
    }
}

const KINDS: [&str; 8] = [
    "renamed", "removed", "inserted", "swapped", "joined", "parted", "lowered", "depends",
];

#[test]
fn what_is_said_of_databases_is_what_they_do() {
    let config = ProptestConfig {
        cases: 10_000,
        rng_seed: RngSeed::Fixed(70),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let (kinds, fates) = (Tally::of(KINDS), Tally::of(FATES));
    proptest!(config, |(drawn in drawn())| {
        let (before, after, renamed) = graphs(&drawn);
        let changes = changes(&before, &after, &renamed);
        let new_id = |id: &RevisionId| renamed.get(id).unwrap_or(id).clone();
        let old_id: BTreeMap<&RevisionId, &RevisionId> = renamed.iter().map(|(old, new)| (new, old)).collect();
        let old_id = |id: &RevisionId| old_id.get(id).map_or(id, |old| old).clone();
        let lost: BTreeSet<&RevisionId> = changes
            .iter()
            .filter(|change| matches!(change.kind, Kind::Removed | Kind::Renamed(_)))
            .map(|change| &change.revision)
            .collect();
        changes.iter().for_each(|change| kinds.count(name(&change.kind)));
        for applied in states(&before) {
            let rows = rows(&before, &applied);
            let gone = rows.iter().any(|row| lost.contains(row));
            // A database that knows of the new ids skips and repeats as one that stood elsewhere would.
            let known: BTreeSet<RevisionId> = rows.iter().map(new_id).collect();
            let done = match upgrade(&after, &known) {
                Ok(done) => done,
                Err(UpgradeError::Unlocated(_)) => {
                    prop_assert!(gone);
                    fates.count("not located");
                    continue;
                }
                Err(UpgradeError::Overlap { .. }) => {
                    prop_assert!(!changes.is_empty());
                    fates.count("overlap");
                    continue;
                }
                Err(error) => panic!("no graph was drawn that Alembic refuses: {error:?}"),
            };
            if gone {
                prop_assert!(matches!(upgrade(&after, &rows), Err(UpgradeError::Unlocated(_))));
            }
            let runs: BTreeSet<RevisionId> = done.runs.iter().map(old_id).collect();
            let all: BTreeSet<RevisionId> = after.revisions.iter().map(|node: &Node| old_id(&node.id)).collect();
            let skipped: BTreeSet<&RevisionId> =
                all.iter().filter(|id| !runs.contains(*id) && !applied.contains(*id)).collect();
            let repeated: BTreeSet<&RevisionId> = runs.intersection(&applied).collect();
            fates.count_if(!skipped.is_empty(), "skips");
            fates.count_if(!repeated.is_empty(), "repeats");
            fates.count_if(skipped.is_empty() && repeated.is_empty(), "as before");
            let told = |of: fn(&Change) -> &Concerned, id: &RevisionId| {
                changes.iter().map(of).any(|one| {
                    one.revisions.contains(id) && one.at.iter().any(|at| rows.contains(at))
                })
            };
            prop_assert!(skipped.iter().all(|id| told(|change| &change.skipped, id)));
            prop_assert!(repeated.iter().all(|id| told(|change| &change.repeated, id)));
            // A database at one revision alone does all that is said of it.
            if let [row] = rows.iter().collect::<Vec<_>>()[..] {
                for change in &changes {
                    for (concerned, does) in [(&change.skipped, &skipped), (&change.repeated, &repeated)] {
                        let is_said = concerned.at.contains(row);
                        prop_assert_eq!(is_said, concerned.revisions.iter().any(|id| does.contains(id)));
                        if change.revision == *row {
                            prop_assert!(concerned.revisions.iter().all(|id| does.contains(id)));
                        }
                    }
                }
            }
        }
    });
    kinds.has_all();
    fates.has_all();
}
