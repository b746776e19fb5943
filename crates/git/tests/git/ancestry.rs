//! How commits lie to each other, held against `git merge-base`.

use onehead_fixtures::{GitSandbox, Import};
use onehead_git::{Connection, Inherit};
use pretty_assertions::assert_eq;

use crate::connect;

/// Numbers that look drawn and are the same each time.
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// A commit of the empty tree with these parents, at a second.
fn commit(sandbox: &GitSandbox, parents: &[&str], second: usize) -> String {
    let tree = sandbox.git(&["hash-object", "-t", "tree", "-w", "/dev/null"]);
    let mut command = sandbox.command("git");
    command.args([
        "commit-tree",
        &tree,
        "-m",
        &format!("at {second} on {parents:?}"),
    ]);
    for parent in parents {
        command.args(["-p", parent]);
    }
    let date = format!("@{} +0000", 1_700_000_000 + second);
    command
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date);
    let ran = sandbox.finish(&mut command, "");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran.stdout.trim().to_owned()
}

/// Twenty commits with up to three parents each; some are older than what they come from.
fn drawn(sandbox: &GitSandbox, seed: u64) -> Vec<String> {
    let mut draws = Draws(seed);
    let mut history = Import::default();
    for at in 0..20_usize {
        let mut parents = Vec::new();
        for _ in 0..draws.below(3).min(at) + usize::from(at > 2) {
            let parent = at.saturating_sub(1 + draws.below(6));
            if !parents.contains(&parent) {
                parents.push(parent);
            }
        }
        let second = match draws.below(8) {
            0 => draws.below(100),
            _ => at * 5,
        };
        // The commits of an import are counted from 1.
        let parents: Vec<usize> = parents.iter().map(|parent| parent + 1).collect();
        history.commit_at(
            &format!("c{at:02}"),
            &parents,
            second,
            &format!("commit {at}"),
        );
    }
    sandbox.import(&history);
    let text = sandbox.git(&["for-each-ref", "--format=%(objectname)", "refs/heads"]);
    text.lines().map(str::to_owned).collect()
}

fn agree(sandbox: &GitSandbox, git: &Connection, one: &str, others: &[&str]) {
    let ran = sandbox.run("git", &[&["merge-base", "--all", one], others].concat(), "");
    let mut expected: Vec<&str> = ran.stdout.lines().collect();
    let mut found = git.merge_bases(one, others).unwrap();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected, "{one} {others:?}");
    let ran = sandbox.run("git", &["merge-base", "--is-ancestor", one, others[0]], "");
    assert_eq!(
        git.is_ancestor(one, others[0]).unwrap(),
        ran.code == Some(0)
    );
}

#[test]
fn histories_of_every_shape() {
    for seed in 0..4 {
        let sandbox = GitSandbox::new();
        let commits = drawn(&sandbox, seed);
        let git = connect(&sandbox);
        let mut draws = Draws(seed + 100);
        for _ in 0..15 {
            let mut draw = || commits[draws.below(commits.len())].as_str();
            let (one, two, three) = (draw(), draw(), draw());
            agree(&sandbox, &git, one, &[two]);
            agree(&sandbox, &git, one, &[two, three]);
        }
    }
}

#[test]
fn the_youngest_common_ancestor_comes_first() {
    let sandbox = GitSandbox::new();
    let root = commit(&sandbox, &[], 0);
    let (a, b) = (commit(&sandbox, &[&root], 1), commit(&sandbox, &[&root], 2));
    let one = commit(&sandbox, &[&a, &b], 3);
    let two = commit(&sandbox, &[&b, &a], 4);
    let git = connect(&sandbox);
    assert_eq!(git.merge_bases(&one, &[&two]).unwrap(), [b.clone(), a]);
    assert_eq!(git.merge_base(&one, &two).unwrap(), Some(b));
    let alone = commit(&sandbox, &[], 5);
    assert_eq!(git.merge_base(&one, &alone).unwrap(), None);
    assert_eq!(git.merge_base(&one, &root).unwrap(), Some(root));
}

#[test]
fn far_apart() {
    let sandbox = GitSandbox::new();
    let mut history = Import::default();
    for at in 1..=700 {
        history.commit_at("long", &[], at, "x");
    }
    sandbox.import(&history);
    let git = connect(&sandbox);
    assert!(git.is_ancestor("long~699", "long").unwrap());
    assert!(!git.is_ancestor("long", "long~699").unwrap());
    let side = commit(&sandbox, &[&sandbox.git(&["rev-parse", "long~650"])], 900);
    agree(
        &sandbox,
        &git,
        &sandbox.git(&["rev-parse", "long"]),
        &[&side],
    );
    agree(
        &sandbox,
        &git,
        &sandbox.git(&["rev-parse", "long~640"]),
        &[&side],
    );
}

#[test]
fn where_history_was_cut() {
    let sandbox = GitSandbox::new();
    for at in 0..6 {
        sandbox.write("a", at.to_string());
        sandbox.commit_all("Ann Bee", "A commit");
    }
    let beside = sandbox.root().with_file_name("shallow");
    let (from, to) = (
        format!("file://{}", sandbox.root().display()),
        beside.display().to_string(),
    );
    sandbox.git(&["clone", "--quiet", "--depth=3", &from, &to]);
    let git = Connection::discover(&beside, Inherit::No).unwrap().unwrap();
    assert!(git.is_shallow().unwrap());
    assert_eq!(git.parents("HEAD~1").unwrap().len(), 1);
    assert_eq!(git.parents("HEAD~2").unwrap(), [""; 0]);
    assert_eq!(git.recorded_parents("HEAD~2").unwrap().len(), 1);
    assert!(git.is_ancestor("HEAD~2", "HEAD").unwrap());
    assert!(!git.is_ancestor("HEAD", "HEAD~2").unwrap());
    git.fetch(&["--unshallow"]).unwrap();
    assert!(!git.is_shallow().unwrap());
    assert!(git.is_ancestor("HEAD~5", "HEAD").unwrap());
    assert_eq!(git.parents("HEAD~2").unwrap().len(), 1);
}

#[test]
fn replaced_commits_count_as_git_counts_them() {
    let sandbox = GitSandbox::new();
    let root = commit(&sandbox, &[], 0);
    let (a, b) = (commit(&sandbox, &[&root], 1), commit(&sandbox, &[], 2));
    sandbox.git(&["replace", "--graft", &b, &root]);
    agree(&sandbox, &connect(&sandbox), &a, &[&b]);
}
