//! Ids in a row where several people merge (`docs/decisions/0006-convergent-merges.md`): the same heads give the same
//! file, two different files never get one number unseen, and who pushes to the main line second renumbers and loses nothing.
//!
//! A clone is a set of files, and a merge in git of branches that only add files is their union.

use std::collections::{BTreeMap, BTreeSet};

use onehead_fixtures::Tally;
use onehead_fixtures::documents::{rendered, revision, revision_from};
use onehead_fixtures::drawn::{policy, scan, sound};
use onehead_graph::graph;
use onehead_model::{
    Code, GraphReport, HeadPolicy, RepoPath, Revision, RevisionId, RevisionIds, Template,
};
use onehead_render::{RenderOptions, render};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

const TEMPLATE: &str = r#""""${message}

Create Date: ${create_date}

"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
"#;

/// The revision files that a person has.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Checkout {
    policy: HeadPolicy,
    files: BTreeMap<RepoPath, Revision>,
}

impl Checkout {
    /// These revisions, numbered in the order in which they were drawn, so that parents have the smaller numbers.
    fn numbered(mut revisions: Vec<Revision>, policy: HeadPolicy) -> Self {
        let old: Vec<String> = revisions.iter().map(|one| one.id.to_string()).collect();
        let number = |id: &str| {
            let at = old.iter().position(|old| old == id);
            at.map_or_else(|| id.to_owned(), |at| format!("{:04}", at + 1))
        };
        let renamed = |id: &RevisionId| RevisionId::new(number(id.as_str()));
        for revision in &mut revisions {
            let id = renamed(&revision.id);
            revision.path = named(&revision.path, &id, "drawn");
            revision.id = id;
            revision.down_revisions = revision.down_revisions.iter().map(renamed).collect();
            revision.depends_on = revision.depends_on.iter().map(|id| number(id)).collect();
        }
        let files = revisions.into_iter().map(|one| (one.path.clone(), one));
        Self {
            policy,
            files: files.collect(),
        }
    }

    fn report(&self) -> GraphReport {
        let mut scan = scan(self.files.values().cloned().collect(), self.policy.clone());
        let merge = &mut scan.environments[0].merge;
        merge.file_template = "%(rev)s_%(slug)s".into();
        merge.revision_id = Some(RevisionIds::Sequence);
        merge.template = Some(Template {
            path: RepoPath::new("m/script.py.mako").unwrap(),
            text: TEMPLATE.into(),
        });
        graph(&scan)
    }

    fn most_heads(&self) -> usize {
        let groups = self.report().environments.remove(0).groups;
        groups
            .iter()
            .map(|group| group.heads.len())
            .max()
            .unwrap_or_default()
    }

    fn next_number(&self) -> u32 {
        let numbers = self.files.values().map(|one| number(&one.id));
        numbers.max().unwrap_or_default() + 1
    }

    /// A revision on one of the heads. The last number of the clone is followed, as people do, unless one is given.
    fn add(&mut self, at: usize, onto: Index, given: Option<u32>) {
        let heads = self.report().environments.remove(0).heads;
        let id = format!("{:04}", given.unwrap_or_else(|| self.next_number()));
        let parent = (!heads.is_empty()).then(|| heads[onto.index(heads.len())].clone());
        let path = RepoPath::new(format!("m/versions/{id}_new{at}.py")).unwrap();
        let revision = Revision {
            path: path.clone(),
            message: format!("new {at}"),
            create_date: Some(format!("2024-05-{:02} 12:00:00", 1 + at % 28)),
            down_revisions: parent.into_iter().collect(),
            ..revision(&id, &[])
        };
        self.files.insert(path, revision);
    }

    /// Merges the heads of every group until each has one; how often that took.
    fn fix(&mut self) -> usize {
        let mut steps = 0;
        while self.most_heads() > 1 {
            steps += 1;
            self.write(&self.report());
        }
        steps
    }

    /// Merges only some of the heads, as a person does who has not seen the others yet.
    fn merge_some(&mut self, leave_out: Index) {
        let mut report = self.report();
        let fixes = &mut report.environments[0].fixes;
        for fix in fixes.iter_mut().filter(|fix| fix.parents.len() > 2) {
            let at = leave_out.index(fix.parents.len());
            fix.parents.remove(at);
        }
        self.write(&report);
    }

    fn write(&mut self, report: &GraphReport) {
        let done = render(report, &RenderOptions::default()).unwrap();
        assert_eq!(done.findings, []);
        for change in done.changes {
            let revision = rendered(&change);
            let before = self.files.insert(change.path, revision);
            assert_eq!(before, None, "a new file takes the place of no other");
        }
    }

    /// `git merge`: none if two files of one name differ, which git does not merge.
    fn with(&self, other: &Self) -> Option<Self> {
        let mut all = self.clone();
        for (path, theirs) in &other.files {
            let ours = all
                .files
                .entry(path.clone())
                .or_insert_with(|| theirs.clone());
            if ours != theirs {
                return None;
            }
        }
        Some(all)
    }

    /// Gives every file that the main line lacks, in their order, the next numbers.
    fn renumbered_behind(&self, main: &Self) -> Self {
        let is_own = |one: &&Revision| main.files.get(&one.path) != Some(one);
        let mut own: Vec<Revision> = self.files.values().filter(is_own).cloned().collect();
        own.sort_by_key(|one| one.id.clone());
        let next = main.next_number();
        let new: BTreeMap<RevisionId, RevisionId> = (next..)
            .zip(&own)
            .map(|(number, one)| (one.id.clone(), RevisionId::new(format!("{number:04}"))))
            .collect();
        let mut renumbered = main.clone();
        for mut one in own {
            let renamed = |id: &RevisionId| new.get(id).unwrap_or(id).clone();
            one.down_revisions = one.down_revisions.iter().map(renamed).collect();
            let rest = one
                .path
                .name()
                .split_once('_')
                .unwrap()
                .1
                .trim_end_matches(".py");
            one.path = named(&one.path, &new[&one.id], rest);
            one.id = new[&one.id].clone();
            assert_eq!(renumbered.files.insert(one.path.clone(), one), None);
        }
        renumbered
    }
}

fn named(path: &RepoPath, id: &RevisionId, rest: &str) -> RepoPath {
    path.parent().join(&format!("{id}_{rest}.py"))
}

fn number(id: &RevisionId) -> u32 {
    id.as_str().parse().expect("a number")
}

/// Pushes to the main line as `onehead fix --target` does, and says whether a number was there twice.
fn publish(clone: &mut Checkout, main: &mut Checkout, tally: &Tally) -> bool {
    let own = clone
        .files
        .iter()
        .filter(|(path, one)| main.files.get(*path) != Some(*one));
    let own: Vec<&Revision> = own.map(|(_, one)| one).collect();
    let count = own.len() + main.files.len();
    let is_twice = |one: &&&Revision| main.files.values().any(|other| other.id == one.id);
    let twice: BTreeSet<RevisionId> = own
        .iter()
        .filter(is_twice)
        .map(|one| one.id.clone())
        .collect();
    for one in own.iter().filter(is_twice) {
        let others = main.files.values().filter(|other| other.id == one.id);
        others.for_each(|other| tally.count(pair(one, other)));
    }
    let merged = clone.with(main);
    tally.count(match &merged {
        None => "git has a conflict",
        Some(_) if twice.is_empty() => "each number is there once",
        Some(_) => "git merges",
    });
    let published = match merged {
        Some(all) if twice.is_empty() => all,
        all => {
            // Without a conflict of git's, it is an error for each number, and nothing is planned over it.
            if let Some(all) = all {
                let environment = all.report().environments.remove(0);
                for id in &twice {
                    let names_it = |finding: &&onehead_model::Finding| {
                        finding.code == Code::DuplicateRevision && finding.revisions.contains(id)
                    };
                    let finding = environment.findings.iter().find(names_it).expect("red");
                    assert!(finding.is_error());
                }
                assert_eq!(environment.fixes, []);
            }
            clone.renumbered_behind(main)
        }
    };
    assert_eq!(published.files.len(), count, "no file is lost");
    *clone = published;
    let is_fork = |code: Code| code == Code::MultipleHeads;
    let environment = clone.report().environments.remove(0);
    let mut errors = environment.findings.iter().filter(|one| one.is_error());
    assert!(
        errors.all(|one| is_fork(one.code)),
        "{:?}",
        environment.findings
    );
    assert!(clone.fix() <= 2);
    *main = clone.clone();
    !twice.is_empty()
}

/// What two revisions of one number are.
fn pair(one: &Revision, other: &Revision) -> &'static str {
    match [one, other].map(|one| one.down_revisions.len() > 1) {
        [false, false] => "two new revisions",
        [true, true] => "two merge revisions",
        _ => "a new one and a merge revision",
    }
}

fn of_publishing() -> Tally {
    Tally::of([
        "each number is there once",
        "git has a conflict",
        "git merges",
        "two new revisions",
        "two merge revisions",
        "a new one and a merge revision",
    ])
}

#[derive(Debug, Clone)]
enum Step {
    Add(Index, Index),
    MergeSome(Index, Index),
    Publish(Index),
}

fn step() -> impl Strategy<Value = Step> {
    let one = any::<Index>;
    prop_oneof![
        4 => (one(), one()).prop_map(|(who, onto)| Step::Add(who, onto)),
        3 => (one(), one()).prop_map(|(who, out)| Step::MergeSome(who, out)),
        1 => one().prop_map(Step::Publish),
    ]
}

fn cases() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        rng_seed: RngSeed::Fixed(12),
        ..ProptestConfig::default()
    }
}

#[test]
fn the_same_heads_give_the_same_file_in_every_clone() {
    let tally = Tally::of(["one head", "a fork", "several forks"]);
    let adds = vec((any::<Index>(), any::<Index>()), 0..8);
    proptest!(cases(), |(revisions in sound(10), policy in policy(), adds in adds, size in 2_usize..4)| {
        let main = Checkout::numbered(revisions, policy);
        let mut clones = vec![main; size];
        for (at, (who, onto)) in adds.into_iter().enumerate() {
            // People who talk to each other: no number is there twice.
            clones[who.index(size)].add(at, onto, Some(50 + at as u32));
        }
        // Each has merged each, in an order of its own, and fixes alone.
        let fixed: Vec<Checkout> = (0..size).map(|who| {
            let mut all = clones[who].clone();
            for by in 1..size {
                all = all.with(&clones[(who + by) % size]).expect("no conflict");
            }
            let last = all.next_number();
            let before = all.files.len();
            all.fix();
            let new = all.files.values().map(|one| number(&one.id)).filter(|id| *id >= last);
            assert_eq!(new.count(), all.files.len() - before, "each new number is above all others");
            tally.count(match all.files.len() - before {
                0 => "one head",
                1 => "a fork",
                _ => "several forks",
            });
            all
        }).collect();
        for clone in &fixed {
            assert_eq!(clone, &fixed[0]);
            assert!(clone.most_heads() <= 1);
        }
    });
    tally.has_all();
}

#[test]
fn different_files_with_one_number_are_red_and_never_lost() {
    let tally = of_publishing();
    let order = Just([0, 1, 2]).prop_shuffle();
    let drawn = (sound(10), 2_usize..4, vec(step(), 0..14), order);
    proptest!(cases(), |((revisions, size, steps, order) in drawn)| {
        let mut main = Checkout::numbered(revisions, HeadPolicy::Single);
        let mut clones = vec![main.clone(); size];
        for (at, step) in steps.into_iter().enumerate() {
            match step {
                Step::Add(who, onto) => clones[who.index(size)].add(at, onto, None),
                Step::MergeSome(who, out) => clones[who.index(size)].merge_some(out),
                Step::Publish(who) => drop(publish(&mut clones[who.index(size)], &mut main, &tally)),
            }
        }
        for who in order.into_iter().filter(|who| *who < size) {
            publish(&mut clones[who], &mut main, &tally);
        }
        assert!(main.most_heads() <= 1);
        let ids: BTreeSet<&RevisionId> = main.files.values().map(|one| &one.id).collect();
        assert_eq!(ids.len(), main.files.len());
    });
    tally.has_all();
}

/// Three heads, and two people of whom each has seen two: both merge revisions get the next number, and git merges them.
#[test]
fn two_different_merges_take_one_number_and_both_are_seen() {
    let all = ["a", "b<a", "c<a", "d<a"].map(revision_from);
    let mut main = Checkout::numbered(all.to_vec(), HeadPolicy::Single);
    let mut clones = vec![main.clone(); 2];
    for (clone, without) in clones.iter_mut().zip([0, 2]) {
        let mut report = clone.report();
        report.environments[0].fixes[0].parents.remove(without);
        clone.write(&report);
    }
    for clone in &clones {
        assert_eq!(clone.next_number(), 6, "both took 0005");
    }
    assert_eq!(
        clones[0]
            .with(&clones[1])
            .expect("git merges it")
            .files
            .len(),
        6
    );
    let tally = of_publishing();
    assert!(!publish(&mut clones[0], &mut main, &tally));
    assert!(
        publish(&mut clones[1], &mut main, &tally),
        "a number is there twice"
    );
    assert_eq!(
        main.files.len(),
        4 + 2 + 2,
        "both merges, and a merge for each who published"
    );
    assert_eq!(main.most_heads(), 1);
}
