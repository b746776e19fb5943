//! Real clones of a real repository: people write migrations, merge one another in any order, fix
//! without asking anybody, and push. One head is left, and every clone has the same tree.
//!
//! The same in the model, on many more graphs: `crates/render/tests/convergence.rs`.

use std::collections::BTreeSet;

use onehead_fixtures::documents::revision;
use onehead_fixtures::drawn::{revision_file, sound};
use onehead_fixtures::{GitSandbox, Tally, binary};
use onehead_git::Inherit;
use onehead_graph::graph;
use onehead_model::{EnvironmentGraph, RepoPath, Revision, RevisionId};
use onehead_scan::{ScanOptions, Snapshot, SourceSpec};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
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
"#;

/// A folder with clones of a bare repository.
struct Team {
    folder: GitSandbox,
    names: Vec<String>,
}

impl Team {
    /// A main line with these revisions, fixed, and this many clones of it.
    fn new(revisions: &[Revision], size: usize) -> Self {
        Self::begun(revisions, size, true)
    }

    /// The same, with the fork that these revisions make.
    fn forked(revisions: &[Revision], size: usize) -> Self {
        Self::begun(revisions, size, false)
    }

    fn begun(revisions: &[Revision], size: usize, is_fixed: bool) -> Self {
        let folder = GitSandbox::without_git();
        folder.write(
            "../home/.gitconfig",
            "[user]\n\tname = Ann Bee\n\temail = ann.bee@example.com\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgSign = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n[core]\n\tfsync = none\n",
        );
        folder.git(&["init", "--quiet", "--template=", "first"]);
        folder.write("first/m/env.py", "");
        folder.write("first/m/script.py.mako", TEMPLATE);
        for revision in revisions {
            let path = format!("first/m/versions/{}", revision.path.name());
            folder.write(path, revision_file(revision, "pass", "pass"));
        }
        let team = Self {
            folder,
            names: (0..size).map(|at| format!("clone{at}")).collect(),
        };
        team.commit("first");
        if is_fixed {
            team.fix("first");
        }
        team.folder
            .git(&["clone", "--quiet", "--bare", "first", "origin.git"]);
        for name in &team.names {
            team.folder
                .git(&["clone", "--quiet", "--template=", "origin.git", name]);
            for other in team.names.iter().filter(|other| *other != name) {
                team.git(name, &["remote", "add", other, &format!("../{other}")]);
            }
        }
        team
    }

    fn git(&self, name: &str, args: &[&str]) -> String {
        self.folder.git(&[&["-C", name], args].concat())
    }

    fn commit(&self, name: &str) {
        self.git(name, &["add", "--all"]);
        self.git(name, &["commit", "--quiet", "--message", "Work"]);
    }

    fn graph(&self, name: &str) -> EnvironmentGraph {
        let options = ScanOptions {
            inherit: Inherit::No,
            ..ScanOptions::in_directory(self.folder.root().join(name))
        };
        let snapshot = Snapshot::find(&options, &SourceSpec::Worktree);
        graph(snapshot.expect("it can be scanned").report())
            .environments
            .remove(0)
    }

    /// Writes a revision on one of the heads, and commits it.
    fn work(&self, who: usize, nth: usize, onto: Index) {
        let name = &self.names[who];
        let heads = self.graph(name).heads;
        let id = format!("{:02x}{who}{nth}", (who * 97 + nth * 31 + 7) % 256);
        let revision = Revision {
            message: format!("work {nth} of {who}"),
            create_date: Some(format!("2024-05-0{} 12:00:00", 9 - who - nth)),
            down_revisions: vec![heads[onto.index(heads.len())].clone()],
            ..revision(&id, &[])
        };
        let path = format!("{name}/m/versions/{}", revision.path.name());
        self.folder
            .write(path, revision_file(&revision, "pass", "pass"));
        self.commit(name);
    }

    /// The documented step: `onehead check --fix --commit` until there is one head.
    fn fix(&self, name: &str) {
        let program = binary("onehead");
        let args = ["check", "--fix", "--commit", "--quiet", "--repo", name];
        let mut ran = self.folder.run(&program, &args, "");
        if ran.code == Some(1) {
            ran = self.folder.run(&program, &args, "");
        }
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    }

    /// Merges another clone. Whoever has fixed the same in it wrote the same, so this is clean.
    fn pull(&self, who: usize, whom: usize) {
        if who != whom {
            let name = &self.names[who];
            self.git(name, &["fetch", "--quiet", &self.names[whom], "main"]);
            self.git(name, &["merge", "--quiet", "--no-edit", "FETCH_HEAD"]);
        }
    }

    fn publish(&self, name: &str) {
        self.git(
            name,
            &[
                "pull",
                "--quiet",
                "--no-rebase",
                "--no-edit",
                "origin",
                "main",
            ],
        );
        self.fix(name);
        self.git(name, &["push", "--quiet", "origin", "main"]);
    }
}

/// What people do before they push to the main line: each writes something, then some merge others, fix, go on.
#[derive(Debug, Clone)]
struct Story {
    work: Vec<Index>,
    pulls: Vec<(Index, Index, bool)>,
    order: [usize; 3],
}

fn story() -> impl Strategy<Value = Story> {
    let pulls = vec((any::<Index>(), any::<Index>(), any::<bool>()), 0..4);
    let order = Just([0, 1, 2]).prop_shuffle();
    (vec(any::<Index>(), 3), pulls, order).prop_map(|(work, pulls, order)| Story {
        work,
        pulls,
        order,
    })
}

fn end_with_one_head(team: &Team, story: &Story) {
    let size = team.names.len();
    for who in 0..size {
        team.work(who, 0, story.work[who]);
    }
    for (nth, (who, whom, fixes)) in story.pulls.iter().enumerate() {
        let who = who.index(size);
        team.pull(who, whom.index(size));
        if *fixes {
            team.fix(&team.names[who]);
        } else {
            team.work(who, nth + 1, story.work[nth % 3]);
        }
    }
    // Two merge one another and fix, neither of them knowing that the other does the same.
    team.git("clone0", &["fetch", "--quiet", "clone1", "main"]);
    team.git("clone1", &["fetch", "--quiet", "clone0", "main"]);
    for name in ["clone0", "clone1"] {
        team.git(name, &["merge", "--quiet", "--no-edit", "FETCH_HEAD"]);
        team.fix(name);
    }
    let tree = |name: &str| team.git(name, &["rev-parse", "HEAD^{tree}"]);
    assert_eq!(tree("clone0"), tree("clone1"));

    let publishing: Vec<&String> = story
        .order
        .iter()
        .filter_map(|who| team.names.get(*who))
        .collect();
    for name in &publishing {
        team.publish(name);
    }
    let main = team.git("origin.git", &["rev-parse", "main^{tree}"]);
    for name in &publishing {
        team.git(
            name,
            &[
                "pull",
                "--quiet",
                "--no-rebase",
                "--no-edit",
                "origin",
                "main",
            ],
        );
        assert_eq!(tree(name), main);
    }
    assert_eq!(team.graph(publishing[0]).heads.len(), 1);
}

/// The same with numbers as ids, which people take from the clone that they have before them.
impl Team {
    fn numbers(&self, name: &str) -> Vec<u32> {
        let ids = self.graph(name).revisions.into_iter().map(|node| node.id);
        ids.map(|id| id.as_str().parse().expect("a number"))
            .collect()
    }

    /// Writes the next revision on one of the heads, and commits it.
    fn write_next(&self, name: &str, nth: usize, onto: Option<Index>) {
        let heads = self.graph(name).heads;
        let next = self.numbers(name).into_iter().max().unwrap_or_default() + 1;
        let revision = numbered(
            next,
            Some(&heads[onto.map_or(0, |onto| onto.index(heads.len()))]),
            nth,
        );
        let path = format!("{name}/m/versions/{next:04}_work_{nth}.py");
        self.folder
            .write(path, revision_file(&revision, "pass", "pass"));
        self.commit(name);
    }

    /// Pushes to the main line what `onehead fix --target` makes; a number that is there twice is red before. Says whether one was.
    fn publish_with_target(&self, name: &str) -> bool {
        self.git(name, &["fetch", "--quiet", "origin"]);
        let run = |args: &[&str]| {
            let args = [args, &["--target", "origin/main", "--repo", name]].concat();
            self.folder.run(binary("onehead"), &args, "")
        };
        let base = self.git(name, &["merge-base", "HEAD", "origin/main"]);
        let added = |end: &str| -> Vec<String> {
            let range = format!("{}..{end}", base.trim());
            let log = ["log", "--format=", "--name-only", "--diff-filter=A", &range];
            let names = self.git(name, &log);
            names.lines().map(str::to_owned).collect()
        };
        let (ours, theirs) = (added("HEAD"), added("origin/main"));
        let number = |path: &String| path.rsplit('/').next().unwrap_or_default()[..4].to_owned();
        let is_twice = ours.iter().any(|our| {
            let twin = |their: &&String| number(their) == number(our) && *their != our;
            theirs.iter().any(|their| twin(&their))
        });
        let checked = run(&["check"]);
        if is_twice {
            assert_eq!(checked.code, Some(1), "{}", checked.stdout);
            assert!(checked.stdout.contains("OH002"), "{}", checked.stdout);
        }
        let fixed = run(&["fix"]);
        assert_eq!(fixed.code, Some(0), "{}{}", fixed.stdout, fixed.stderr);
        self.git(name, &["push", "--quiet", "origin", "HEAD:main"]);
        is_twice
    }
}

fn numbered(number: u32, parent: Option<&RevisionId>, nth: usize) -> Revision {
    let id = format!("{number:04}");
    Revision {
        path: RepoPath::new(format!("m/versions/{id}_work_{nth}.py")).expect("a path"),
        message: format!("work {nth}"),
        create_date: Some("2024-05-01 12:00:00".into()),
        down_revisions: parent.into_iter().cloned().collect(),
        ..revision(&id, &[])
    }
}

/// Each writes or fixes in a clone of its own, then all push to the main line. Says whether a number was there twice.
fn numbers_meet(steps: &[(Index, Option<Index>)], order: [usize; 2]) -> bool {
    let first = RevisionId::new("0001");
    let base: Vec<Revision> = (1..5)
        .map(|number| numbered(number, (number > 1).then_some(&first), 90))
        .collect();
    let team = Team::forked(&base, 2);
    let mut written = 0;
    for (nth, (who, onto)) in steps.iter().enumerate() {
        let name = &team.names[who.index(2)];
        match onto {
            Some(onto) => {
                team.write_next(name, nth, Some(*onto));
                written += 1;
            }
            None => team.fix(name),
        }
    }
    let published = order.map(|who| team.publish_with_target(&team.names[who]));
    let last = &team.names[order[1]];
    assert_eq!(team.graph(last).heads.len(), 1);
    let numbers = team.numbers(last);
    let different: BTreeSet<&u32> = numbers.iter().collect();
    assert_eq!(different.len(), numbers.len());
    let messages = team
        .graph(last)
        .revisions
        .into_iter()
        .map(|node| node.message);
    let kept: BTreeSet<String> = messages.filter(|one| one.starts_with("work")).collect();
    assert_eq!(
        kept.len(),
        written + 1,
        "those that were there, and each that was written"
    );
    published.contains(&true)
}

/// Each case is a few dozen git processes; what shrinking would take is not worth the wait.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        max_shrink_iters: 0,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    }
}

/// Graphs with something to clone.
fn begun() -> impl Strategy<Value = Vec<Revision>> {
    sound(5).prop_filter("a revision", |revisions| !revisions.is_empty())
}

// Two tests, so that they run side by side.
proptest! {
    #![proptest_config(cases(35))]

    #[test]
    fn two_clones_that_fix_on_their_own_end_with_one_head(revisions in begun(), story in story()) {
        end_with_one_head(&Team::new(&revisions, 2), &story);
    }
}

proptest! {
    #![proptest_config(cases(18))]

    #[test]
    fn three_clones_that_fix_on_their_own_end_with_one_head(revisions in begun(), story in story()) {
        end_with_one_head(&Team::new(&revisions, 3), &story);
    }
}

#[test]
fn numbers_that_meet_are_red_and_nothing_is_lost() {
    let tally = Tally::of(["a number is there twice", "each number is there once"]);
    let onto = proptest::option::weighted(0.6, any::<Index>());
    let steps = vec((any::<Index>(), onto), 2..6);
    proptest!(cases(25), |(steps in steps, order in Just([0, 1]).prop_shuffle())| {
        tally.count(match numbers_meet(&steps, order) {
            true => "a number is there twice",
            false => "each number is there once",
        });
    });
    tally.has_all();
}

/// One clone has merged all heads, the other has written a revision: both took the next number.
#[test]
fn a_merge_revision_and_a_new_one_take_one_number() {
    let first = RevisionId::new("0001");
    let base: Vec<Revision> = (1..5)
        .map(|number| numbered(number, (number > 1).then_some(&first), 90))
        .collect();
    let team = Team::forked(&base, 2);
    team.fix("clone0");
    team.write_next("clone1", 0, None);
    team.fix("clone1");
    assert!(!team.publish_with_target("clone0"));
    assert!(team.publish_with_target("clone1"));
    assert_eq!(team.graph("clone1").heads.len(), 1);
    assert_eq!(team.numbers("clone1").into_iter().max(), Some(8));
}
