//! What `alembic upgrade` does after a fix, from states by lot: the model against the definition of
//! "each revision once", and the explanation against both.

use std::cell::Cell;

use onehead_fixtures::drawn::{policy, reparented, sound};
use onehead_fixtures::states::{Fate, Ids, Past, agree};
use onehead_graph::upgrade::UpgradeError;
use onehead_graph::{CannotReparent, Reparented, explain, reparent, upgrade};
use onehead_model::{
    EnvironmentGraph, FixVerdict, HeadPolicy, Node, Revision, RevisionId, StateClass,
};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{RngSeed, TestRunner};

mod drawn;

use drawn::{environment, fixed, set};

/// Merges until each group has one head.
fn merged(mut revisions: Vec<Revision>, policy: &HeadPolicy) -> Vec<Revision> {
    while !environment(&revisions, policy).fixes.is_empty() {
        revisions = fixed(revisions, policy);
    }
    revisions
}

/// Whether Alembic stumbles over a merge revision that names what another of its parents implies.
fn breaks(graph: &EnvironmentGraph, rows: &Ids) -> bool {
    matches!(upgrade(graph, rows), Err(UpgradeError::NoRow { .. }))
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        max_global_rejects: 10 * cases,
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
        let (old, new) = (Past::of(&before), Past::of(&after));
        let state = old.state(bits, density);
        // A merge revision of before may be broken by itself.
        prop_assume!(!breaks(&before, &Ids::new()) && !breaks(&before, &old.rows(&state)));
        let done = upgrade(&after, &old.rows(&state)).unwrap();
        assert_eq!(set(&done.runs), &new.all() - &state);
        assert_eq!(done.runs.len() + state.len(), after.revisions.len());
        assert_eq!(done.rows, new.rows(&new.all()));
        let mut applied = state;
        for id in done.runs {
            assert!(new.down(&id).is_subset(&applied), "{id} before what it follows");
            applied.insert(id);
        }
        let explanation = explain(&before, &after, &|_| false);
        assert_eq!(explanation.verdict, FixVerdict::Exact);
        assert!(explanation.changed.is_empty());
    }

    #[test]
    fn other_parents_skip_and_repeat_what_the_explanation_says(
        (revisions, which, onto) in (sound(12), any::<Index>(), vec(any::<Index>(), 0..3))
            .prop_filter("something to move", |(revisions, _, _)| !revisions.is_empty()),
        bits in any::<u64>(),
        density in 0_u64..6,
    ) {
        let before = environment(&revisions, &HeadPolicy::Single);
        let old = Past::of(&before);
        let after = environment(&reparented(revisions, &old, which, &onto), &HeadPolicy::Single);
        let new = Past::of(&after);
        let explanation = explain(&before, &after, &|_| true);
        let fate = |state: &Ids| {
            let done = upgrade(&after, &old.rows(state)).ok();
            Fate::of(done.map(|done| set(&done.runs)), state, &new.all())
        };
        let state = old.state(bits, density);
        prop_assume!(!breaks(&after, &Ids::new()) && !breaks(&after, &old.rows(&state)));
        let found = fate(&state);
        if explanation.complete {
            agree(&explanation, &state, &found).unwrap();
        }
        // The criterion: who has none of the changed revisions is safe, and the smallest state of
        // each changed one is not.
        let changed: Ids = explanation.changed.iter().map(|one| one.id.clone()).collect();
        let other_past = |id: &RevisionId| old.closed([id.clone()]) != new.closed([id.clone()]);
        assert_eq!(changed, old.all().into_iter().filter(other_past).collect());
        if state.is_disjoint(&changed) {
            assert!(found.is_exact(), "{found:?}");
        }
        for one in &changed {
            let smallest = old.closed([one.clone()]);
            prop_assume!(!breaks(&after, &old.rows(&smallest)));
            assert!(!fate(&smallest).is_exact(), "{one} in {smallest:?}");
        }
        let expected = if changed.is_empty() { FixVerdict::Exact } else { FixVerdict::Unsafe };
        assert_eq!(explanation.verdict, expected);
    }
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn another_id_for_one_of_two_files_does_what_the_explanation_says(
        (revisions, one, two) in (sound(10), any::<Index>(), any::<Index>())
            .prop_filter("two files", |(revisions, _, _)| revisions.len() > 1),
        bits in any::<u64>(),
        density in 0_u64..6,
        from_fixed in any::<bool>(),
    ) {
        // After the fix everything is as it was drawn; before it, one file had the id of another.
        let after = environment(&revisions, &HeadPolicy::Single);
        let new = Past::of(&after);
        let kept = &revisions[one.index(revisions.len())];
        let follows = |a: &Revision, b: &Revision| new.closed([a.id.clone()]).contains(&b.id);
        let beside: Vec<&Revision> = revisions.iter().filter(|other| !follows(kept, other) && !follows(other, kept)).collect();
        prop_assume!(!beside.is_empty());
        let fixed = beside[two.index(beside.len())];
        let old_id = |id: &RevisionId| if *id == fixed.id { kept.id.clone() } else { id.clone() };
        let mut all = revisions.clone();
        for revision in &mut all {
            revision.id = old_id(&revision.id);
            revision.down_revisions = revision.down_revisions.iter().map(old_id).collect();
            revision.depends_on = after
                .revisions
                .iter()
                .find(|node| node.path == revision.path)
                .map(|node| node.depends_on.iter().map(|id| old_id(id).to_string()).collect())
                .unwrap();
            revision.branch_labels.clear();
        }
        let before = environment(&all, &HeadPolicy::Single);
        let mut explanation = explain(&before, &after, &|node| node.path != fixed.path);

        // What one database has run: the file that keeps the id, or the other one.
        let (ran, not_ran) = if from_fixed { (fixed, kept) } else { (kept, fixed) };
        let mut one_of_two = before.clone();
        one_of_two.revisions.retain(|node| node.path != not_ran.path);
        let old = Past::of(&one_of_two);
        let state = old.state(bits, density);
        let run: Ids = state.iter().map(|id| if *id == kept.id { ran.id.clone() } else { id.clone() }).collect();
        prop_assume!(!breaks(&after, &Ids::new()) && !breaks(&after, &old.rows(&state)));
        let done = upgrade(&after, &old.rows(&state)).ok();
        let fate = Fate::of(done.map(|done| set(&done.runs)), &run, &new.all());
        if explanation.complete {
            let is_this = |class: &StateClass| !class.applied.contains(&kept.id) || class.files.is_empty() != from_fixed;
            explanation.states.retain(is_this);
            agree(&explanation, &state, &fate).unwrap();
        }
        if !state.contains(&kept.id) {
            assert!(fate.is_exact(), "{fate:?}");
        }
    }
}

/// The revisions with the parents that a re-parent gives them.
fn with_new_parents(mut revisions: Vec<Revision>, moves: &[Reparented]) -> Vec<Revision> {
    for moved in moves {
        let of = |one: &&mut Revision| one.id == moved.revision;
        let first = revisions.iter_mut().find(of).unwrap();
        assert_eq!(first.down_revisions.first(), moved.from.as_ref());
        first.down_revisions = vec![moved.to.clone()];
    }
    revisions
}

/// Whether a refusal says what is so.
fn is_true(why: &CannotReparent, heads: &[RevisionId], published: &Ids) -> bool {
    let all = |ids: &[RevisionId]| ids.iter().all(|id| published.contains(id));
    match why {
        CannotReparent::Published(id) => published.contains(id),
        CannotReparent::SeveralPublished(ids) => ids.len() > 1 && all(ids),
        CannotReparent::NothingPublished(_) => heads.iter().all(|id| !published.contains(id)),
        CannotReparent::NotLinear { .. } | CannotReparent::Needed { .. } => true,
    }
}

/// What is published holds what comes before it, as any branch of git that is well does.
#[test]
fn reparenting_unpublished_sides_makes_a_line_and_harms_no_shared_database() {
    let done = Cell::new(0);
    let drawn = (sound(14), policy(), any::<u64>(), 0_u64..6);
    let check = |(revisions, policy, bits, density): (Vec<Revision>, HeadPolicy, u64, u64)| {
        let before = environment(&revisions, &policy);
        let old = Past::of(&before);
        let published = old.state(bits, density);
        for group in before.groups.iter().filter(|group| group.heads.len() > 1) {
            let is_published = |id: &RevisionId| published.contains(id);
            let moves = match reparent(&before, group, &is_published) {
                Ok(moves) => moves,
                Err(why) => {
                    assert!(is_true(&why, &group.heads, &published), "{why}");
                    continue;
                }
            };
            done.set(done.get() + 1);
            let after = environment(&with_new_parents(revisions.clone(), &moves), &policy);
            let new = Past::of(&after);
            for id in &published {
                assert_eq!(old.closed([id.clone()]), new.closed([id.clone()]), "{id}");
            }
            let last = group.heads.iter().filter(|id| after.heads.contains(id));
            assert_eq!(last.count(), 1, "{moves:?}");
            assert_eq!(after.heads.len(), before.heads.len() - moves.len());
            if breaks(&before, &Ids::new()) {
                continue;
            }
            upgrade(&after, &Ids::new()).unwrap();
            let explanation = explain(&before, &after, &|node: &Node| is_published(&node.id));
            assert_ne!(explanation.verdict, FixVerdict::Unsafe, "{moves:?}");
            assert!(explanation.changed.iter().all(|one| !one.published));
        }
        Ok(())
    };
    TestRunner::new(cases(10_000)).run(&drawn, check).unwrap();
    assert!(done.get() > 500, "only {} could be re-parented", done.get());
}
