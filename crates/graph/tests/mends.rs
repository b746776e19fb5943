//! What `alembic upgrade` does after a mend, from states by lot: the model against the definition of
//! "each revision once", and the explanation against both.

use std::collections::{BTreeMap, BTreeSet};

use onehead_graph::upgrade::UpgradeError;
use onehead_graph::{explain, upgrade};
use onehead_model::{
    EnvironmentGraph, Explanation, HeadPolicy, MendVerdict, Node, Outcome, Revision, RevisionId,
    StateClass,
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

mod drawn;

use drawn::{environment, mended, policy, set, sound};

type Ids = BTreeSet<RevisionId>;

/// Parents and dependencies of each revision.
fn down(graph: &EnvironmentGraph) -> BTreeMap<RevisionId, Ids> {
    let of = |node: &Node| set(node.down_revisions.iter().chain(&node.depends_on));
    graph
        .revisions
        .iter()
        .map(|node| (node.id.clone(), of(node)))
        .collect()
}

/// These and all that come before them.
fn closed(graph: &EnvironmentGraph, from: &Ids) -> Ids {
    let down = down(graph);
    let mut found = from.clone();
    loop {
        let more: Ids = found.iter().flat_map(|id| down[id].clone()).collect();
        if more.is_subset(&found) {
            return found;
        }
        found.extend(more);
    }
}

/// What `alembic_version` holds in a state: what nothing in it follows.
fn rows(graph: &EnvironmentGraph, state: &Ids) -> Ids {
    let down = down(graph);
    let followed: Ids = state.iter().flat_map(|id| down[id].clone()).collect();
    state - &followed
}

/// A state that the bits decide, from nothing to everything.
fn state(graph: &EnvironmentGraph, bits: u64, density: u64) -> Ids {
    let is_in = |at: usize| (bits >> (at % 64)).wrapping_mul(0x9e37_79b9_7f4a_7c15) % 8 < density;
    let picked = graph
        .revisions
        .iter()
        .enumerate()
        .filter(|(at, _)| is_in(*at));
    closed(graph, &picked.map(|(_, node)| node.id.clone()).collect())
}

fn all(graph: &EnvironmentGraph) -> Ids {
    set(graph.revisions.iter().map(|node| &node.id))
}

/// Merges until each group has one head.
fn merged(mut revisions: Vec<Revision>, policy: &HeadPolicy) -> Vec<Revision> {
    while !environment(&revisions, policy).mends.is_empty() {
        revisions = mended(revisions, policy);
    }
    revisions
}

/// Gives a revision other parents, none of which comes after it. Other revisions may follow as well,
/// so this is more than any re-parenting does.
fn reparented(mut revisions: Vec<Revision>, which: Index, onto: &[Index]) -> Vec<Revision> {
    let graph = environment(&revisions, &HeadPolicy::Single);
    let at = which.index(revisions.len());
    let moved = revisions[at].id.clone();
    let is_free = |one: &&Revision| !closed(&graph, &Ids::from([one.id.clone()])).contains(&moved);
    let free: Vec<RevisionId> = revisions
        .iter()
        .filter(is_free)
        .map(|one| one.id.clone())
        .collect();
    let mut parents: Vec<RevisionId> = Vec::new();
    for index in onto.iter().filter(|_| !free.is_empty()) {
        let parent = free[index.index(free.len())].clone();
        if !parents.contains(&parent) {
            parents.push(parent);
        }
    }
    revisions[at].down_revisions = parents;
    revisions
}

/// Whether Alembic stumbles over a merge revision that names what another of its parents implies.
fn breaks(graph: &EnvironmentGraph, rows: &Ids) -> bool {
    matches!(upgrade(graph, rows), Err(UpgradeError::NoRow { .. }))
}

/// What goes wrong in one state, by the definition: what is missing has to run, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Ran {
        runs: Ids,
        skipped: Ids,
        repeated: Ids,
    },
    Refused,
}

fn fate(before: &EnvironmentGraph, after: &EnvironmentGraph, state: &Ids) -> Fate {
    let Ok(done) = upgrade(after, &rows(before, state)) else {
        return Fate::Refused;
    };
    let runs = set(&done.runs);
    assert_eq!(
        runs.len(),
        done.runs.len(),
        "nothing runs twice in one upgrade"
    );
    Fate::Ran {
        skipped: &(&all(after) - state) - &runs,
        repeated: &runs & state,
        runs,
    }
}

/// The class of a state: the one that has the most of it applied.
fn class_of<'a>(explanation: &'a Explanation, state: &Ids) -> &'a StateClass {
    let inside = |class: &&StateClass| set(&class.applied).is_subset(state);
    let found = explanation.states.iter().filter(inside);
    found
        .max_by_key(|class| class.applied.len())
        .expect("the class of nothing")
}

/// What the explanation says of a state is what happens.
fn agree(explanation: &Explanation, state: &Ids, fate: &Fate) {
    let class = class_of(explanation, state);
    match (&class.outcome, fate) {
        (Outcome::Refused { .. }, Fate::Refused) => {}
        (
            Outcome::Wrong { skipped, repeated },
            Fate::Ran {
                skipped: a,
                repeated: b,
                ..
            },
        ) => {
            assert_eq!(
                (&set(skipped), &set(repeated)),
                (a, b),
                "{class:?} {state:?}"
            );
        }
        (
            Outcome::Exact { runs: said },
            Fate::Ran {
                runs,
                skipped,
                repeated,
            },
        ) => {
            assert!(
                skipped.is_empty() && repeated.is_empty(),
                "{class:?} {state:?} {fate:?}"
            );
            assert!(set(said).is_subset(runs), "{class:?} {state:?} {fate:?}");
            let told: Ids = explanation
                .states
                .iter()
                .flat_map(|class| class.applied.clone())
                .collect();
            assert!(
                (runs - &set(said)).is_disjoint(&told),
                "{class:?} {state:?} {fate:?}"
            );
        }
        (said, fate) => panic!("the explanation says {said:?}, but {fate:?} in {state:?}"),
    }
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(4),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn after_a_merge_each_missing_revision_runs_once_from_every_state(
        revisions in sound(14),
        policy in policy(),
        bits in any::<u64>(),
        density in 0_u64..6,
    ) {
        let before = environment(&revisions, &policy);
        let after = environment(&merged(revisions, &policy), &policy);
        let state = state(&before, bits, density);
        // A merge revision of before may be broken by itself.
        prop_assume!(!breaks(&before, &Ids::new()) && !breaks(&before, &rows(&before, &state)));
        let done = upgrade(&after, &rows(&before, &state)).unwrap();
        assert_eq!(set(&done.runs), &all(&after) - &state);
        assert_eq!(done.runs.len() + state.len(), after.revisions.len());
        assert_eq!(done.rows, rows(&after, &all(&after)));
        let down = down(&after);
        for (at, id) in done.runs.iter().enumerate() {
            let first = set(&done.runs[..at]);
            assert!(down[id].is_subset(&(&first | &state)), "{id} before what it follows");
        }
        let explanation = explain(&before, &after, &|_| false);
        assert_eq!(explanation.verdict, MendVerdict::Exact);
        assert!(explanation.changed.is_empty());
    }

    #[test]
    fn other_parents_skip_and_repeat_what_the_explanation_says(
        (revisions, which, onto) in (sound(12), any::<Index>(), prop::collection::vec(any::<Index>(), 0..3))
            .prop_filter("something to move", |(revisions, _, _)| !revisions.is_empty()),
        bits in any::<u64>(),
        density in 0_u64..6,
    ) {
        let before = environment(&revisions, &HeadPolicy::Single);
        let after = environment(&reparented(revisions, which, &onto), &HeadPolicy::Single);
        let explanation = explain(&before, &after, &|_| true);
        let state = state(&before, bits, density);
        prop_assume!(!breaks(&after, &Ids::new()) && !breaks(&after, &rows(&before, &state)));
        let fate = fate(&before, &after, &state);
        if explanation.complete {
            agree(&explanation, &state, &fate);
        }
        // The criterion: who has none of the changed revisions is safe, and the smallest state of
        // each changed one is not.
        let changed: Ids = explanation.changed.iter().map(|one| one.id.clone()).collect();
        let other_past = |id: &RevisionId| {
            let one = Ids::from([id.clone()]);
            closed(&before, &one) != closed(&after, &one)
        };
        assert_eq!(changed, all(&before).into_iter().filter(other_past).collect());
        let exact = |fate: &Fate| matches!(fate, Fate::Ran { skipped, repeated, .. } if skipped.is_empty() && repeated.is_empty());
        if state.is_disjoint(&changed) {
            assert!(exact(&fate), "{fate:?}");
        }
        for one in &changed {
            let smallest = closed(&before, &Ids::from([one.clone()]));
            prop_assume!(!breaks(&after, &rows(&before, &smallest)));
            assert!(!exact(&self::fate(&before, &after, &smallest)), "{one} in {smallest:?}");
        }
        let expected = if changed.is_empty() { MendVerdict::Exact } else { MendVerdict::Unsafe };
        assert_eq!(explanation.verdict, expected);
    }
}
