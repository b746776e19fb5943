//! Names, commits and contents through the long-lived process.

use onehead_fixtures::GitSandbox;
use onehead_git::{Blob, GitError, LostCommits, Oid};
use pretty_assertions::assert_eq;

use crate::{connect, oid};

/// An id that no object has.
fn absent(number: usize) -> Oid {
    Oid::new(&format!("{number:040}")).expect("40 digits")
}

fn two_commits() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("a", "first\n");
    sandbox.commit_all("Ann Bee", "One");
    sandbox.write("a", "second\n");
    sandbox.write("b/c", b"\0\n\n");
    sandbox.commit_all("Ann Bee", "Two");
    sandbox
}

#[test]
fn names_as_git_reads_them() {
    let sandbox = two_commits();
    sandbox.git(&["tag", "-a", "-m", "A tag", "v1", "HEAD~1"]);
    sandbox.git(&["branch", "with/slash"]);
    let git = connect(&sandbox);
    for name in [
        "HEAD",
        "main",
        "refs/heads/main",
        "with/slash",
        "v1",
        "v1^{commit}",
        "HEAD~1",
        "HEAD^{tree}",
        "HEAD:b/c",
        "@",
        ":/One",
    ] {
        assert_eq!(
            git.resolve(name).unwrap(),
            Some(oid(&sandbox, name)),
            "{name}"
        );
    }
    for name in [
        "",
        "nothing",
        "HEAD~7",
        "HEAD:x",
        "main\nHEAD",
        "--all",
        "a b missing",
    ] {
        assert_eq!(git.resolve(name).unwrap(), None, "{name}");
    }
    let commit = Some(oid(&sandbox, "HEAD~1"));
    assert_eq!(git.commit("v1").unwrap(), commit);
    assert_eq!(git.commit("HEAD:a").unwrap(), None);
    let tree = Some(oid(&sandbox, "HEAD^{tree}"));
    let trees = git.trees(&[oid(&sandbox, "HEAD"), absent(1), oid(&sandbox, "HEAD:a")]);
    assert_eq!(trees.unwrap(), [tree, None, None]);
}

#[test]
fn refs_that_move_are_seen_at_once() {
    let sandbox = two_commits();
    let git = connect(&sandbox);
    let before = git.commit("main").unwrap();
    sandbox.write("d", "new\n");
    sandbox.commit_all("Ann Bee", "Three");
    let after = oid(&sandbox, "HEAD");
    sandbox.git(&["gc", "--quiet"]);
    assert!(before.is_some_and(|before| before != after));
    assert_eq!(git.commit("main").unwrap(), Some(after.clone()));
    assert_eq!(git.parents(&after).unwrap().len(), 1);
}

#[test]
fn contents_of_every_size() {
    let sandbox = GitSandbox::new();
    let texts: Vec<Vec<u8>> = [0_usize, 1, 4095, 65_536, 1 << 20]
        .iter()
        .map(|size| (0..*size).map(|at| (at % 251) as u8).collect())
        .collect();
    for (at, text) in texts.iter().enumerate() {
        sandbox.write(format!("f{at}"), text);
    }
    sandbox.commit_all("Ann Bee", "Files");
    let git = connect(&sandbox);
    let stored: Vec<Oid> = (0..texts.len())
        .map(|at| oid(&sandbox, &format!("HEAD:f{at}")))
        .collect();
    // More than any pipe holds, in both directions.
    let oids: Vec<Oid> = (0..2000)
        .map(|at| stored.get(at % 400).cloned().unwrap_or_else(|| absent(at)))
        .collect();
    let blobs = git.blobs(&oids).unwrap();
    for (at, blob) in blobs.iter().enumerate() {
        let expected = texts.get(at % 400).cloned();
        let expected = expected.map_or(Blob::Missing, Blob::Content);
        assert_eq!(*blob, expected, "{at}");
    }
    let keeping = git.keeping_blobs();
    assert_eq!(keeping.blobs(&oids[..10]).unwrap(), blobs[..10]);
    assert_eq!(keeping.blobs(&oids[..10]).unwrap(), blobs[..10]);
}

#[test]
fn many_threads_ask_at_once() {
    let sandbox = two_commits();
    let git = connect(&sandbox);
    let (commit, blob) = (oid(&sandbox, "HEAD"), oid(&sandbox, "HEAD:a"));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let git = git.clone();
            scope.spawn({
                let (commit, blob) = (commit.clone(), blob.clone());
                move || {
                    for _ in 0..50 {
                        assert_eq!(git.commit("HEAD").unwrap().as_ref(), Some(&commit));
                        let blobs = git.blobs(std::slice::from_ref(&blob)).unwrap();
                        assert_eq!(blobs, [Blob::Content(b"second\n".into())]);
                    }
                }
            });
        }
    });
}

#[test]
fn what_is_not_here_is_never_empty() {
    let sandbox = two_commits();
    let git = connect(&sandbox);
    let (absent, head) = (absent(1), oid(&sandbox, "HEAD"));
    let before = oid(&sandbox, "HEAD~1");
    let is_missing = |error: GitError| match error {
        GitError::MissingObject { object, .. } => absent == *object,
        _ => false,
    };
    let blobs = git.blobs(std::slice::from_ref(&absent)).unwrap();
    assert_eq!(blobs, [Blob::Missing]);
    assert!(git.tree_entries(&absent).is_err_and(is_missing));
    assert!(git.parents(&absent).is_err_and(is_missing));
    assert!(git.merge_base(&head, &absent).is_err_and(is_missing));
    assert!(
        git.changed_between(Some(&head), &absent)
            .is_err_and(is_missing)
    );
    // A tree of which one folder is gone.
    let folder = oid(&sandbox, "HEAD:b");
    let file = format!("objects/{}/{}", &folder[..2], &folder[2..]);
    std::fs::remove_file(git.git_dir().join(file)).unwrap();
    for answer in [
        git.tree_entries(&head).map(drop),
        git.oids_in_tree(&head, &["b/c".into()]).map(drop),
        git.changed_between(Some(&before), &head).map(drop),
    ] {
        let error = answer.expect_err("a part is not known");
        assert!(error.to_string().contains(folder.as_str()), "{error}");
    }
    assert_eq!(git.oids_in_tree(&head, &["a".into()]).unwrap().len(), 1);
}

#[test]
fn lost_commits_are_all_known_as_long_as_only_contents_are_missing() {
    let sandbox = two_commits();
    let git = connect(&sandbox);
    sandbox.write("a", "third\n");
    sandbox.commit_all("Ann Bee", "Three");
    let lost = oid(&sandbox, "HEAD");
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    sandbox.git(&["reflog", "expire", "--expire=now", "--all"]);
    let all = LostCommits {
        found: vec![lost],
        complete: true,
    };
    assert_eq!(git.lost_commits().unwrap(), all);
    let remove = |name: &str| {
        let object = oid(&sandbox, name);
        let file = format!("objects/{}/{}", &object[..2], &object[2..]);
        std::fs::remove_file(git.git_dir().join(file)).unwrap();
    };
    remove("HEAD:b/c");
    assert_eq!(git.lost_commits().unwrap(), all);
    remove("HEAD:b");
    let some = git.lost_commits().unwrap();
    assert_eq!((&some.found, some.complete), (&all.found, false));
}

#[test]
fn a_partial_clone_is_never_filled_behind_anybodys_back() {
    let sandbox = two_commits();
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    sandbox.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let beside = sandbox.root().with_file_name("partial");
    let (from, to) = (
        format!("file://{}", sandbox.root().display()),
        beside.display().to_string(),
    );
    sandbox.git(&[
        "clone",
        "--quiet",
        "--no-checkout",
        "--filter=blob:none",
        &from,
        &to,
    ]);
    let git = onehead_git::Connection::discover(&beside, onehead_git::Inherit::No)
        .unwrap()
        .unwrap();
    let head = oid(&sandbox, "HEAD");
    assert_eq!(git.tree_entries(&head).unwrap().len(), 2);
    let blob = oid(&sandbox, "HEAD:a");
    for _ in 0..2 {
        match git.blobs(std::slice::from_ref(&blob)) {
            Ok(blobs) => assert_eq!(blobs, [Blob::Missing]),
            Err(error) => {
                assert!(matches!(error, GitError::TooOld { .. }), "{error}");
                assert!(error.to_string().contains("needs git 2.45"), "{error}");
            }
        }
        // It goes on answering what it has.
        assert!(git.commit("HEAD").unwrap().is_some());
    }
    // A git before 2.38 has to read every file for it.
    if let Err(error) = git.merge_tree(&head, &oid(&sandbox, "HEAD~1")) {
        let is_told = matches!(
            error,
            GitError::MissingObject { .. } | GitError::TooOld { .. }
        );
        assert!(is_told, "{error}");
    }
}

#[test]
fn configuration_is_read_as_git_reads_it() {
    let sandbox = two_commits();
    sandbox.git(&["config", "branch.Feature/X.pushRemote", "fork"]);
    sandbox.git(&["config", "--add", "remote.origin.url", "one"]);
    sandbox.git(&["config", "--add", "remote.origin.url", "two\nlines"]);
    let git = connect(&sandbox);
    assert_eq!(git.push_remote("Feature/X").unwrap(), "fork");
    assert_eq!(git.push_remote("feature/x").unwrap(), "origin");
    let url = git.config("Remote.origin.URL").unwrap();
    assert_eq!(url.as_deref(), Some("two\nlines"));
    let scope = git.config_scope("core.hooksPath").unwrap();
    assert_eq!(scope, Some(("local".into(), ".git/hooks".into())));
}
