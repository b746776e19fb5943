//! Clones that fix independently end with one head, whatever is merged with what, and when; with ids
//! by chance, as `alembic merge` gives them, they do not (`docs/decisions/0006-convergent-merges.md`).
//!
//! A clone is a set of files, and a merge in git of branches that only add files is their union.

use std::collections::{BTreeMap, BTreeSet};

use onehead_fixtures::documents::{rendered, revision};
use onehead_fixtures::drawn::{policy, scan, sound};
use onehead_graph::graph;
use onehead_model::{
    Content, EnvironmentGraph, Finding, GraphReport, HeadPolicy, RepoPath, Revision, RevisionId,
    Template,
};
use onehead_render::{RenderOptions, render};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

const TEMPLATE: &str = r#""""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
"#;

/// What a person does to a clone.
#[derive(Debug, Clone)]
enum Step {
    /// Writes a revision on one of the heads; sometimes one that depends on another revision.
    Add(Index, Index, Option<Index>),
    /// Merges another clone.
    Pull(Index, Index),
    /// Merges the heads, if there are several; sometimes with a message of his own.
    PlannedMerge(Index, Option<Index>),
    /// Pushes to the main line as the documentation says.
    Publish(Index),
}

fn step() -> impl Strategy<Value = Step> {
    let one = any::<Index>;
    prop_oneof![
        4 => (one(), one(), weighted(0.15, one())).prop_map(|(who, onto, needs)| Step::Add(who, onto, needs)),
        2 => (one(), one()).prop_map(|(who, whom)| Step::Pull(who, whom)),
        2 => (one(), weighted(0.2, one())).prop_map(|(who, says)| Step::PlannedMerge(who, says)),
        1 => one().prop_map(Step::Publish),
    ]
}

/// The revision files that a person has.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Checkout {
    policy: HeadPolicy,
    files: BTreeMap<RepoPath, (Revision, Content)>,
}

/// Where the id of a merge revision comes from.
enum Ids<'a> {
    /// From its heads.
    Derived,
    /// From its heads and a message.
    Said(String),
    /// From nowhere, as with `alembic merge`: never the same twice.
    Fresh(&'a mut u32),
}

impl Checkout {
    fn new(revisions: Vec<Revision>, policy: HeadPolicy) -> Self {
        let mut clone = Self {
            policy,
            files: BTreeMap::new(),
        };
        revisions.into_iter().for_each(|one| clone.add(one));
        clone
    }

    fn add(&mut self, revision: Revision) {
        let content = Content::Text(revision.id.to_string());
        self.files
            .insert(revision.path.clone(), (revision, content));
    }

    fn report(&self) -> GraphReport {
        // In the order in which Alembic loads them: by location, then by name.
        let revisions = self
            .files
            .values()
            .map(|(revision, _)| revision.clone())
            .collect();
        let mut scan = scan(revisions, self.policy.clone());
        let environment = &mut scan.environments[0];
        environment.merge.file_template = "%(rev)s_%(slug)s".into();
        environment.merge.template = Some(Template {
            path: environment.script_location.join("script.py.mako"),
            text: TEMPLATE.into(),
        });
        graph(&scan)
    }

    fn graph(&self) -> EnvironmentGraph {
        self.report().environments.remove(0)
    }

    /// The most heads that a group has.
    fn heads(&self) -> usize {
        self.graph()
            .groups
            .iter()
            .map(|group| group.heads.len())
            .max()
            .unwrap_or_default()
    }

    /// `git merge`: files that both added must not differ.
    fn pull(&mut self, other: &Self) {
        for (path, theirs) in &other.files {
            let ours = self
                .files
                .entry(path.clone())
                .or_insert_with(|| theirs.clone());
            assert_eq!(ours, theirs, "a conflict in {path}");
        }
    }

    /// `onehead check --fix` (or `alembic merge`) until every group has one head; how often that took.
    fn fix(&mut self, ids: &mut Ids<'_>) -> usize {
        let mut steps = 0;
        while self.heads() > 1 {
            steps += 1;
            for change in self.changes(ids) {
                let revision = rendered(&change);
                self.files.insert(change.path, (revision, change.content));
            }
            assert!(
                !self
                    .graph()
                    .findings
                    .iter()
                    .any(|one| one.is_error() && !is_fork(one))
            );
        }
        steps
    }

    fn changes(&self, ids: &mut Ids<'_>) -> Vec<onehead_model::Change> {
        let report = self.report();
        let next = match ids {
            Ids::Fresh(next) => next,
            Ids::Derived => return render(&report, &RenderOptions::default()).unwrap().changes,
            Ids::Said(message) => {
                let options = RenderOptions {
                    message: Some(message.clone()),
                    ..RenderOptions::default()
                };
                return render(&report, &options).unwrap().changes;
            }
        };
        let alone = |at: usize| {
            let mut report = report.clone();
            report.environments[0].fixes = vec![report.environments[0].fixes[at].clone()];
            report
        };
        let mut changes = Vec::new();
        for at in 0..report.environments[0].fixes.len() {
            **next += 1;
            let options = RenderOptions {
                rev_id: Some(format!("fresh{next:07}")),
                ..RenderOptions::default()
            };
            changes.extend(render(&alone(at), &options).unwrap().changes);
        }
        changes
    }
}

fn is_fork(finding: &Finding) -> bool {
    finding.code == onehead_model::Code::MultipleHeads
}

/// Two or three clones of a main line with one head.
#[derive(Debug, Clone)]
struct Team {
    main: Checkout,
    clones: Vec<Checkout>,
    added: usize,
}

impl Team {
    fn new(revisions: Vec<Revision>, policy: HeadPolicy, size: usize) -> Self {
        let mut main = Checkout::new(revisions, policy);
        main.fix(&mut Ids::Derived);
        Self {
            clones: vec![main.clone(); size],
            main,
            added: 0,
        }
    }

    fn do_all(&mut self, steps: &[Step], ids: &mut Ids<'_>) {
        let size = self.clones.len();
        for step in steps {
            match step {
                Step::Add(who, onto, needs) => self.add(who.index(size), Some(*onto), *needs),
                Step::Pull(who, whom) => {
                    let other = self.clones[whom.index(size)].clone();
                    self.clones[who.index(size)].pull(&other);
                }
                Step::PlannedMerge(who, None) => drop(self.clones[who.index(size)].fix(ids)),
                Step::PlannedMerge(who, Some(says)) => {
                    let message = format!("merge heads, says {}", says.index(3));
                    self.clones[who.index(size)].fix(&mut Ids::Said(message));
                }
                Step::Publish(who) => drop(self.publish(who.index(size), ids)),
            }
        }
    }

    fn add(&mut self, who: usize, onto: Option<Index>, needs: Option<Index>) {
        let clone = &mut self.clones[who];
        let graph = clone.graph();
        let at = self.added;
        self.added += 1;
        let some = |index: Index, ids: &[RevisionId]| {
            (!ids.is_empty()).then(|| ids[index.index(ids.len())].clone())
        };
        let all: Vec<RevisionId> = graph.revisions.iter().map(|node| node.id.clone()).collect();
        let folder = graph.version_locations[at % 2].clone();
        clone.add(Revision {
            path: folder.join(&format!("new{at}.py")),
            message: format!("new {at}"),
            create_date: (!at.is_multiple_of(3))
                .then(|| format!("2024-05-{:02} 12:00:00.{at:06}", 28 - at % 28)),
            down_revisions: onto
                .and_then(|index| some(index, &graph.heads))
                .into_iter()
                .collect(),
            depends_on: needs
                .and_then(|index| some(index, &all))
                .map(|id| id.to_string())
                .into_iter()
                .collect(),
            ..revision(&format!("{:02x}new", (at * 97 + 13) % 256), &[])
        });
    }

    /// The documented steps: merge the main line, fix if there are several heads, push.
    fn publish(&mut self, who: usize, ids: &mut Ids<'_>) -> usize {
        self.clones[who].pull(&self.main);
        let steps = self.clones[who].fix(ids);
        self.main = self.clones[who].clone();
        steps
    }
}

fn cases() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        rng_seed: RngSeed::Fixed(6),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn clones_that_publish_in_any_order_end_with_one_head(
        revisions in sound(10),
        policy in policy(),
        size in 2_usize..4,
        steps in vec(step(), 0..14),
        order in Just([0, 1, 2]).prop_shuffle(),
    ) {
        let mut team = Team::new(revisions, policy, size);
        let ids = &mut Ids::Derived;
        team.do_all(&steps, ids);
        for who in order.into_iter().filter(|who| *who < size) {
            // Two where `depends_on` ties heads together, else one.
            assert!(team.publish(who, ids) <= 2);
            assert!(team.main.heads() <= 1);
        }
        for clone in &mut team.clones {
            clone.pull(&team.main);
            assert_eq!(clone, &team.main);
        }
    }

    #[test]
    fn who_merges_the_same_in_any_order_writes_the_same_and_alembic_does_not(
        revisions in sound(10),
        size in 2_usize..4,
        steps in vec(step(), 0..14),
    ) {
        let mut fresh = 0;
        let mut team = Team::new(revisions, HeadPolicy::Single, size);
        team.do_all(&steps, &mut Ids::Derived);
        let mut theirs = team.clone();
        let together = exchanged(&team.clones);
        let forked = together[0].heads() > 1;

        // Everybody merges everybody, in an order of his own, and fixes without asking anybody.
        team.clones = together;
        for clone in &mut team.clones {
            clone.fix(&mut Ids::Derived);
        }
        for clone in exchanged(&team.clones) {
            assert_eq!(clone, team.clones[0]);
            assert!(clone.heads() <= 1);
        }

        // The same with fresh ids: each round leaves as many heads as there are clones.
        for _ in 0..3 {
            theirs.clones = exchanged(&theirs.clones);
            for clone in &mut theirs.clones {
                clone.fix(&mut Ids::Fresh(&mut fresh));
            }
            let heads = exchanged(&theirs.clones)[0].heads();
            assert_eq!(heads, if forked { size } else { heads.min(1) });
        }
    }

    #[test]
    fn different_head_sets_meet_in_one_more_step(
        revisions in sound(10),
        policy in policy(),
        size in 2_usize..4,
        steps in vec(step(), 0..14),
    ) {
        let mut team = Team::new(revisions, policy, size);
        team.do_all(&steps, &mut Ids::Derived);
        for clone in &mut team.clones {
            clone.fix(&mut Ids::Derived);
        }
        let mut all = exchanged(&team.clones).remove(0);
        let most = all.heads();
        assert!(most <= size, "each clone brings one head at most");
        let before: BTreeSet<RepoPath> = all.files.keys().cloned().collect();
        let steps = all.fix(&mut Ids::Derived);
        assert!(all.heads() <= 1 && steps <= 1, "what is fixed is tied together by nothing");
        let new = all.files.keys().filter(|path| !before.contains(*path)).count();
        assert!(new <= all.graph().groups.len());
    }
}

/// Why the documentation asks for a main line: three who only ever merge their neighbour, all at the same
/// moment, never hold the same. One who merges all of them ends it.
#[test]
fn a_ring_without_a_main_line_does_not_end() {
    let mut team = Team::new(Vec::new(), HeadPolicy::Single, 3);
    for who in 0..3 {
        team.add(who, None, None);
    }
    for _ in 0..8 {
        let now = team.clones.clone();
        for (who, clone) in team.clones.iter_mut().enumerate() {
            clone.pull(&now[(who + 1) % 3]);
            clone.fix(&mut Ids::Derived);
        }
        assert_eq!(exchanged(&team.clones)[0].heads(), 3);
    }
    for who in 0..3 {
        team.publish(who, &mut Ids::Derived);
    }
    assert_eq!(team.main.heads(), 1);
}

/// Everybody has merged everybody else, in an order of his own.
fn exchanged(clones: &[Checkout]) -> Vec<Checkout> {
    let size = clones.len();
    (0..size)
        .map(|who| {
            let mut all = clones[who].clone();
            (1..size).for_each(|by| all.pull(&clones[(who + by) % size]));
            all
        })
        .collect()
}
