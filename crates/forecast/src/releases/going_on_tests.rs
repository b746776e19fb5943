//! What is said of databases of a release is what upgrading them with the first target does.

use std::collections::BTreeSet;

use onehead_fixtures::drawn::{reparented, scan, sound};
use onehead_fixtures::states::Past;
use onehead_graph::graph;
use onehead_model::{HeadPolicy, RepoPath, Revision};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

use super::*;

fn environment(revisions: Vec<Revision>) -> EnvironmentGraph {
    let mut report = graph(&scan(revisions, HeadPolicy::Single));
    report.environments.remove(0)
}

/// An environment of `id` or `id<parent,parent`.
fn of(revisions: &[&str]) -> EnvironmentGraph {
    let one = |text: &&str| {
        let (id, parents) = text.split_once('<').unwrap_or((text, ""));
        let parents = parents.split(',').filter(|name| !name.is_empty());
        Revision {
            id: id.into(),
            path: RepoPath::new(format!("m/versions/{id}.py")).expect("a path"),
            message: String::new(),
            create_date: None,
            down_revisions: parents.map(RevisionId::new).collect(),
            depends_on: vec![],
            branch_labels: vec![],
            unknown: vec![],
            down_revision_at: None,
        }
    };
    environment(revisions.iter().map(one).collect())
}

/// How the two lie, and what becomes of databases that do not go on.
fn said(release: &[&str], first: &[&str]) -> (Relation, Vec<String>) {
    let going_on = GoingOn::of(&of(release), &of(first));
    let ids = |ids: &Ids| {
        ids.iter()
            .map(RevisionId::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let stuck = going_on.stuck.iter().map(|one| match &one.fate {
        Fate::Ran { skips, repeats } => {
            format!(
                "{}: skips [{}], repeats [{}]",
                one.at,
                ids(skips),
                ids(repeats)
            )
        }
        other => format!("{}: {other:?}", one.at),
    });
    (going_on.relation, stuck.collect())
}

const FIRST: [&str; 5] = ["a", "b<a", "c<b", "d<c", "e<d"];

#[test]
fn a_release_that_the_first_target_went_on_from() {
    assert_eq!(said(&["a", "b<a"], &FIRST), (Relation::Prefix, vec![]));
    assert_eq!(said(&[], &FIRST), (Relation::Prefix, vec![]));
    assert_eq!(said(&FIRST, &FIRST), (Relation::Prefix, vec![]));
}

#[test]
fn a_backport_over_others_skips_them() {
    let skips = |id: &str| format!("{id}: skips [b c], repeats []");
    assert_eq!(
        said(&["a", "d<a"], &FIRST),
        (Relation::Apart, vec![skips("d")])
    );
    // What comes behind it as well.
    assert_eq!(
        said(&["a", "d<a", "e<d"], &FIRST),
        (Relation::Apart, vec![skips("d"), skips("e")])
    );
}

#[test]
fn a_backport_that_brings_all_before_it_goes_on_at_the_end() {
    let (relation, stuck) = said(&["a", "c<a", "b<c"], &["a", "b<a", "c<b"]);
    // A database at b runs c again.
    assert_eq!(relation, Relation::Apart);
    assert_eq!(
        stuck,
        ["c: skips [b], repeats []", "b: skips [], repeats [c]"]
    );
    // One head of both, in another order: only a database on the way is stuck.
    let release = ["a", "c<a", "b<a", "m<b,c"];
    let first = ["a", "b<a", "c<b", "m<c"];
    assert_eq!(
        said(&release, &first),
        (Relation::Again, vec!["c: skips [b], repeats []".to_owned()])
    );
}

#[test]
fn a_revision_of_the_release_alone_is_not_located() {
    assert_eq!(
        said(&["a", "r<a"], &FIRST),
        (Relation::Apart, vec!["r: Lost".to_owned()])
    );
    // What comes again behind it goes on.
    assert_eq!(
        said(&["a", "r<a", "b<r"], &FIRST),
        (Relation::Again, vec!["r: Lost".to_owned()])
    );
}

#[test]
fn two_heads_that_are_a_line_there_are_refused() {
    let (relation, stuck) = said(&["a", "b<a", "c<a"], &["a", "b<a", "c<b"]);
    assert_eq!(relation, Relation::Apart);
    assert_eq!(stuck, ["c: skips [b], repeats []"]);
}

#[test]
fn the_way_back_is_the_last_state_that_goes_on() {
    let (release, first) = (of(&["a", "d<a", "e<d"]), of(&FIRST));
    let going_on = GoingOn::of(&release, &first);
    let back = |id: &str| going_on.way_back(&release, &id.into());
    assert_eq!(back("e"), Some(Some("a".into())));
    let (release, first) = (of(&["d", "e<d"]), of(&["a", "d<a", "e<d"]));
    let going_on = GoingOn::of(&release, &first);
    assert_eq!(going_on.way_back(&release, &"e".into()), Some(None));
}

/// Every set of revisions that a database may have applied.
fn states(graph: &EnvironmentGraph) -> Vec<Ids> {
    let past = Past::of(graph);
    let mut states = BTreeSet::from([Ids::new()]);
    for id in past.all() {
        let with = past.closed([id]);
        let more: Vec<Ids> = states.iter().map(|state| state | &with).collect();
        states.extend(more);
    }
    states.into_iter().collect()
}

/// A first target, and a release that has some of it, some of it elsewhere, and maybe one of its own.
fn drawn() -> impl Strategy<Value = (Vec<Revision>, Vec<Revision>)> {
    let parts = (
        sound(8),
        any::<Index>(),
        any::<Index>(),
        vec(any::<Index>(), 0..3),
        prop::bool::weighted(0.5),
        prop::bool::weighted(0.2),
    );
    parts.prop_map(|(first, end, which, onto, moves, alone)| {
        let keep = end.index(first.len() + 1);
        let mut release: Vec<Revision> = first[..keep].to_vec();
        if moves && !release.is_empty() {
            let past = Past::of(&environment(release.clone()));
            release = reparented(release, &past, which, &onto);
        }
        if let (true, Some(last)) = (alone, release.last().cloned()) {
            release.push(Revision {
                id: "own".into(),
                path: RepoPath::new("m/versions/own.py").expect("a path"),
                down_revisions: vec![last.id.clone()],
                depends_on: vec![],
                branch_labels: vec![],
                ..last
            });
        }
        (release, first)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4_000,
        rng_seed: RngSeed::Fixed(12),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_said_of_databases_is_what_they_do((release, first) in drawn()) {
        let (release, first) = (environment(release), environment(first));
        let is_sound = |graph: &EnvironmentGraph| upgrade(graph, &Ids::new()).is_ok();
        prop_assume!(is_sound(&release) && is_sound(&first));
        let going_on = GoingOn::of(&release, &first);
        let past = Past::of(&release);
        let at_the_end = fate(&first, &past.rows(&past.all()), &past.all());
        prop_assert_eq!(going_on.relation == Relation::Apart, at_the_end != Fate::Exact);
        for state in states(&release) {
            let rows = past.rows(&state);
            let does = fate(&first, &rows, &state);
            // The order in which Alembic runs a merge of three tells whether it fails.
            let is_refused = matches!(does, Fate::Refused(_));
            if going_on.relation == Relation::Prefix {
                prop_assert!(does == Fate::Exact || is_refused, "{:?}: {:?}", rows, does);
            }
            if let [row] = rows.iter().collect::<Vec<_>>()[..] {
                let stuck = going_on.stuck.iter().find(|one| one.at == *row);
                match stuck {
                    Some(stuck) => prop_assert_eq!(&stuck.fate, &does),
                    None => prop_assert!(does == Fate::Exact || is_refused, "{}: {:?}", row, does),
                }
                if let (Some(_), Some(Some(back))) = (stuck, going_on.way_back(&release, row)) {
                    let state = past.closed([back.clone()]);
                    let does = fate(&first, &Ids::from([back]), &state);
                    prop_assert!(does == Fate::Exact || matches!(does, Fate::Refused(_)), "{:?}", does);
                }
            }
        }
    }
}
