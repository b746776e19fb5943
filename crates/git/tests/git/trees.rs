//! Listings and differences that are made from tree objects, held against `git ls-tree` and `git diff-tree`.

use onehead_fixtures::GitSandbox;
use onehead_git::{Connection, EntryKind, Oid};
use pretty_assertions::assert_eq;

use crate::connect;

/// Two states with everything that trees can hold.
fn sandbox() -> GitSandbox {
    let sandbox = GitSandbox::new();
    for path in [
        "x",
        "x-y/a",
        "x.z",
        "y/z/deep/er",
        "gone/a",
        "gone/b/c",
        "same/a",
        "same/b",
        "turns",
        "ü/é x",
    ] {
        sandbox.write(path, path);
    }
    sandbox.write("folds/a", "a");
    #[cfg(unix)]
    std::os::unix::fs::symlink("x", sandbox.root().join("link")).unwrap();
    sandbox.commit_all("Ann Bee", "One");
    sandbox.git(&["rm", "-r", "--quiet", "gone", "turns", "folds", "x"]);
    for path in [
        "x/now/a/folder",
        "new/a",
        "turns/a",
        "same/b",
        "folds",
        "y/z/deep/er",
    ] {
        sandbox.write(path, "other");
    }
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["update-index", "--chmod=+x", "same/a"]);
    let submodule = format!("160000,{},sub", sandbox.git(&["rev-parse", "HEAD"]));
    sandbox.git(&["update-index", "--add", "--cacheinfo", &submodule]);
    sandbox.commit("Ann Bee", "Two");
    sandbox
}

/// `git ls-tree -r` in the words of a listing.
fn listed_by_git(sandbox: &GitSandbox, tree: &str) -> Vec<(String, EntryKind, Option<Oid>)> {
    let text = sandbox.git(&["ls-tree", "-r", "-z", "--full-tree", tree]);
    let records = text.split_terminator('\0');
    records
        .map(|record| {
            let (header, path) = record.split_once('\t').unwrap();
            let words: Vec<&str> = header.split(' ').collect();
            (path.to_owned(), kind(words[0]), Oid::new(words[2]))
        })
        .collect()
}

fn kind(mode: &str) -> EntryKind {
    match mode {
        "120000" => EntryKind::Symlink,
        "160000" => EntryKind::Submodule,
        _ => EntryKind::File,
    }
}

fn listed(git: &Connection, tree: &str) -> Vec<(String, EntryKind, Option<Oid>)> {
    let entries = git.tree_entries(&named(git, tree)).unwrap();
    entries
        .into_iter()
        .map(|entry| (entry.path, entry.kind, entry.oid))
        .collect()
}

fn named(git: &Connection, name: &str) -> Oid {
    git.resolve(name).unwrap().expect("it names an object")
}

#[test]
fn listings() {
    let sandbox = sandbox();
    let git = connect(&sandbox);
    for tree in ["HEAD~1", "HEAD", "HEAD^{tree}", "main:same", "HEAD"] {
        assert_eq!(listed(&git, tree), listed_by_git(&sandbox, tree), "{tree}");
    }
    let file = named(&git, "HEAD:x-y/a");
    assert!(git.tree_entries(&file).is_err(), "a file is no tree");
}

#[test]
fn single_paths() {
    let sandbox = sandbox();
    let git = connect(&sandbox);
    let all = [
        "x",
        "x-y",
        "same/b",
        "same",
        "no",
        "no/a",
        "x.z/a",
        "sub",
        "sub/a",
        "y/z/deep/er",
        "ü/é x",
    ];
    let paths = all.map(str::to_owned);
    for tree in ["HEAD~1", "HEAD"] {
        let text = sandbox.git(
            &[
                &["ls-tree", "-r", "-z", "--full-tree", tree, "--"],
                &all[..],
            ]
            .concat(),
        );
        let expected: Vec<(String, Oid)> = text
            .split_terminator('\0')
            .map(|record| {
                let (header, path) = record.split_once('\t').unwrap();
                (
                    path.to_owned(),
                    Oid::new(header.rsplit(' ').next().unwrap()).unwrap(),
                )
            })
            .collect();
        assert_eq!(
            git.oids_in_tree(&named(&git, tree), &paths).unwrap(),
            expected
        );
    }
    assert_eq!(git.oids_in_tree(&named(&git, "HEAD"), &[]).unwrap(), []);
}

/// What `git diff-tree` says: path, what it was and what it is; and folders that came and went.
type Told = (Vec<(String, String, String)>, Vec<String>, Vec<String>);

fn told_by_git(sandbox: &GitSandbox, from: &str, to: &str) -> Told {
    let text = sandbox.git(&[
        "diff-tree",
        "-r",
        "-t",
        "-z",
        "--raw",
        "--no-renames",
        from,
        to,
    ]);
    let fields: Vec<&str> = text.split_terminator('\0').collect();
    let (mut paths, mut new, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for record in fields.chunks_exact(2) {
        let words: Vec<&str> = record[0].trim_start_matches(':').split(' ').collect();
        let path = record[1].to_owned();
        let side = |mode: &str, oid: &str| match mode {
            "000000" => String::new(),
            mode => format!("{:?} {oid}", kind(mode)),
        };
        match (words[0], words[1]) {
            ("040000", "040000") => {}
            ("040000", _) => gone.push(path),
            (_, "040000") => new.push(path),
            (before, after) => {
                paths.push((path, side(before, words[2]), side(after, words[3])));
            }
        }
    }
    paths.sort();
    new.sort();
    gone.sort();
    (paths, new, gone)
}

fn told(git: &Connection, pairs: &[(&str, &str)]) -> Vec<Told> {
    let pairs: Vec<(Oid, Oid)> = pairs
        .iter()
        .map(|(from, to)| (named(git, from), named(git, to)))
        .collect();
    let side = |object: Option<onehead_git::Object>| {
        object.map_or(String::new(), |object| {
            format!("{:?} {}", object.kind, object.oid)
        })
    };
    let answers = git.differences(&pairs).unwrap();
    answers
        .into_iter()
        .map(|answer| {
            let paths = answer.paths.into_iter();
            let paths = paths.map(|one| (one.path, side(one.before), side(one.after)));
            (paths.collect(), answer.new_folders, answer.gone_folders)
        })
        .collect()
}

#[test]
fn differences_of_many_pairs() {
    let sandbox = sandbox();
    let git = connect(&sandbox);
    let pairs = [
        ("HEAD~1", "HEAD"),
        ("HEAD", "HEAD~1"),
        ("HEAD", "HEAD"),
        ("HEAD~1:same", "HEAD:same"),
    ];
    let expected: Vec<Told> = pairs
        .iter()
        .map(|(from, to)| told_by_git(&sandbox, from, to))
        .collect();
    assert_eq!(told(&git, &pairs), expected);
    assert!(expected[0].0.len() > 8 && !expected[0].1.is_empty() && !expected[0].2.is_empty());
    assert_eq!(git.differences(&[]).unwrap(), []);
}

#[test]
fn changes_since_nothing_and_since_a_commit() {
    let sandbox = sandbox();
    let git = connect(&sandbox);
    let changes = |from: Option<Oid>| -> Vec<(String, bool)> {
        let changes = git
            .changed_between(from.as_ref(), &named(&git, "HEAD~1"))
            .unwrap();
        changes
            .into_iter()
            .map(|change| (change.path, change.link))
            .collect()
    };
    let expected: Vec<(String, bool)> = listed_by_git(&sandbox, "HEAD~1")
        .into_iter()
        .map(|(path, kind, _)| (path, kind == EntryKind::Symlink))
        .collect();
    assert_eq!(changes(None), expected);
    let (paths, _, _) = told_by_git(&sandbox, "HEAD", "HEAD~1");
    let paths: Vec<String> = paths.into_iter().map(|(path, _, _)| path).collect();
    let found: Vec<String> = changes(Some(named(&git, "HEAD")))
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(found, paths);
}

#[test]
fn ids_of_sha256() {
    let sandbox = GitSandbox::without_git();
    sandbox.git(&[
        "init",
        "--quiet",
        "--object-format=sha256",
        "--initial-branch=main",
    ]);
    sandbox.git(&["config", "user.name", "Ann Bee"]);
    sandbox.git(&["config", "user.email", "ann.bee@example.com"]);
    sandbox.write("a/b", "b\n");
    sandbox.commit_all("Ann Bee", "One");
    sandbox.write("a/c", "c\n");
    sandbox.commit_all("Ann Bee", "Two");
    let git = connect(&sandbox);
    assert_eq!(listed(&git, "HEAD"), listed_by_git(&sandbox, "HEAD"));
    assert_eq!(
        told(&git, &[("HEAD~1", "HEAD")]),
        [told_by_git(&sandbox, "HEAD~1", "HEAD")]
    );
    let (before, head) = (named(&git, "HEAD~1"), named(&git, "HEAD"));
    assert!(git.is_ancestor(&before, &head).unwrap());
    assert_eq!(git.merge_tree(&head, &before).unwrap().conflicts, [""; 0]);
}
