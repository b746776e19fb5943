//! How commits lie to each other, held against `git merge-base`.

use onehead_fixtures::{GitSandbox, Import, Lot};
use onehead_git::{Connection, Inherit, Oid};
use pretty_assertions::assert_eq;

use crate::{connect, oid};

/// A commit of the empty tree with these parents, at a second.
fn commit(sandbox: &GitSandbox, parents: &[&Oid], second: usize) -> Oid {
    let tree = sandbox.git(&["hash-object", "-t", "tree", "-w", "/dev/null"]);
    let mut command = sandbox.command("git");
    command.args([
        "commit-tree",
        &tree,
        "-m",
        &format!("at {second} on {parents:?}"),
    ]);
    for parent in parents {
        command.args(["-p", parent.as_str()]);
    }
    let date = format!("@{} +0000", 1_700_000_000 + second);
    command
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date);
    let ran = sandbox.finish(&mut command, "");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    Oid::new(ran.stdout.trim()).expect("git prints whole ids")
}

/// Twenty commits with up to three parents each; some are older than what they come from.
fn drawn(sandbox: &GitSandbox, seed: u64) -> Vec<Oid> {
    let mut draws = Lot::new(seed);
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
    text.lines().map(|line| Oid::new(line).unwrap()).collect()
}

/// How git is told to look at the objects themselves, whatever stands in for them.
const AS_IT_IS: &str = "--no-replace-objects";

fn agree(sandbox: &GitSandbox, git: &Connection, one: &Oid, others: &[Oid]) {
    let mut args = vec![AS_IT_IS, "merge-base", "--all", one.as_str()];
    args.extend(others.iter().map(Oid::as_str));
    let ran = sandbox.run("git", &args, "");
    let mut expected: Vec<Oid> = ran.stdout.lines().filter_map(Oid::new).collect();
    let mut found = git.merge_bases(one, others).unwrap();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected, "{one} {others:?}");
    let args = [AS_IT_IS, "merge-base", "--is-ancestor", one, &others[0]];
    let ran = sandbox.run("git", &args, "");
    assert_eq!(
        git.is_ancestor(one, &others[0]).unwrap(),
        ran.code == Some(0)
    );
}

#[test]
fn histories_of_every_shape() {
    for seed in 0..4 {
        let sandbox = GitSandbox::new();
        let commits = drawn(&sandbox, seed);
        let git = connect(&sandbox);
        let mut draws = Lot::new(seed + 100);
        for _ in 0..15 {
            let mut draw = || commits[draws.below(commits.len())].clone();
            let (one, two, three) = (draw(), draw(), draw());
            agree(&sandbox, &git, &one, std::slice::from_ref(&two));
            agree(&sandbox, &git, &one, &[two, three]);
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
    assert_eq!(
        git.merge_bases(&one, std::slice::from_ref(&two)).unwrap(),
        [b.clone(), a]
    );
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
    let (first, last) = (oid(&sandbox, "long~699"), oid(&sandbox, "long"));
    assert!(git.is_ancestor(&first, &last).unwrap());
    assert!(!git.is_ancestor(&last, &first).unwrap());
    let side = [commit(&sandbox, &[&oid(&sandbox, "long~650")], 900)];
    agree(&sandbox, &git, &last, &side);
    agree(&sandbox, &git, &oid(&sandbox, "long~640"), &side);
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
    let at = |name: &str| oid(&sandbox, name);
    assert_eq!(git.parents(&at("HEAD~1")).unwrap().len(), 1);
    assert!(git.parents(&at("HEAD~2")).unwrap().is_empty());
    assert_eq!(git.recorded_parents(&at("HEAD~2")).unwrap().len(), 1);
    assert!(git.is_ancestor(&at("HEAD~2"), &at("HEAD")).unwrap());
    assert!(!git.is_ancestor(&at("HEAD"), &at("HEAD~2")).unwrap());
    git.fetch(&["--unshallow"]).unwrap();
    assert!(!git.is_shallow().unwrap());
    assert!(git.is_ancestor(&at("HEAD~5"), &at("HEAD")).unwrap());
    assert_eq!(git.parents(&at("HEAD~2")).unwrap().len(), 1);
}

#[test]
fn replaced_commits_count_as_what_they_are() {
    let sandbox = GitSandbox::new();
    let root = commit(&sandbox, &[], 0);
    let (a, b) = (commit(&sandbox, &[&root], 1), commit(&sandbox, &[], 2));
    sandbox.git(&["replace", "--graft", &b, &root]);
    agree(&sandbox, &connect(&sandbox), &a, &[b]);
}
