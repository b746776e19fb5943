//! The merge that is predicted from objects and the one that every git can do must agree.

use onehead_fixtures::GitSandbox;
use onehead_git::{FileVersions, GitError, MergedTree, Oid};
use pretty_assertions::assert_eq;

use crate::{connect, oid};

/// `main` and `side` part after `base`; each of the three is a list of files and contents, `-` for a
/// file that is removed.
fn both_ways(base: &[(&str, &str)], main: &[(&str, &str)], side: &[(&str, &str)]) -> MergedTree {
    let sandbox = GitSandbox::new();
    let state = |files: &[(&str, &str)]| {
        for (path, text) in files {
            match *text {
                "-" => drop(sandbox.git(&["rm", "--quiet", "--", path])),
                text => sandbox.write(path, text),
            }
        }
        sandbox.commit_all("Ann Bee", "a state");
    };
    state(base);
    sandbox.git(&["branch", "side"]);
    state(main);
    sandbox.git(&["switch", "--quiet", "side"]);
    state(side);
    agreed(&sandbox)
}

fn agreed(sandbox: &GitSandbox) -> MergedTree {
    let (main, side) = (oid(sandbox, "main"), oid(sandbox, "side"));
    let repository = connect(sandbox);
    let before = (
        sandbox.git(&["status", "--porcelain"]),
        sandbox.git(&["ls-files", "--stage"]),
    );
    let predicted = repository.merge_tree(&main, &side).unwrap();
    let scratch = repository.merge_in_scratch(&main, &side).unwrap();
    let after = (
        sandbox.git(&["status", "--porcelain"]),
        sandbox.git(&["ls-files", "--stage"]),
    );
    assert_eq!(
        before, after,
        "neither touches the working tree or the index"
    );
    assert_eq!(predicted.conflicts, scratch.conflicts);
    if predicted.conflicts.is_empty() {
        assert_eq!(predicted.tree, scratch.tree);
    } else {
        // Conflict markers name the sides in other words; all other files are the same.
        let others = |tree: &str| {
            let listing = sandbox.git(&["ls-tree", "-r", tree]);
            let is_other = |line: &&str| {
                !predicted
                    .conflicts
                    .iter()
                    .any(|path| line.ends_with(&format!("\t{path}")))
            };
            listing
                .lines()
                .filter(is_other)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(others(&predicted.tree), others(&scratch.tree));
    }
    predicted
}

const LINES: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";

#[test]
fn clean_merges() {
    let edited = LINES.replace("one", "uno");
    let also = LINES.replace("eight", "otto");
    let merges: &[MergedTree] = &[
        both_ways(&[("a", LINES)], &[("b", "b\n")], &[("c", "c\n")]),
        both_ways(&[("a", LINES)], &[("a", &edited)], &[("a", &also)]),
        both_ways(
            &[("a", LINES), ("b", "b\n")],
            &[("b", "-")],
            &[("a", &also)],
        ),
        both_ways(&[("a", LINES)], &[("b", "same\n")], &[("b", "same\n")]),
        both_ways(
            &[("old/a", LINES)],
            &[("old/a", "-"), ("new/a", LINES)],
            &[("old/a", &edited)],
        ),
        both_ways(&[("a b", LINES)], &[("c 'd'", "x\n")], &[("e\"f", "y\n")]),
    ];
    assert!(merges.iter().all(|merge| merge.conflicts.is_empty()));
}

#[test]
fn conflicts_are_named() {
    let (edited, other) = (LINES.replace("one", "uno"), LINES.replace("one", "eins"));
    let merge = both_ways(
        &[("a", LINES)],
        &[("a", &edited), ("b", "b\n")],
        &[("a", &other), ("c", "c\n")],
    );
    assert_eq!(merge.conflicts, ["a"]);
    let merge = both_ways(&[("a", LINES)], &[("a", "-")], &[("a", &other)]);
    assert_eq!(merge.conflicts, ["a"]);
    let merge = both_ways(&[("a", LINES)], &[("b", "one\n")], &[("b", "two\n")]);
    assert_eq!(merge.conflicts, ["b"]);
}

#[test]
fn histories_that_crossed() {
    let sandbox = GitSandbox::new();
    sandbox.write("a", LINES);
    sandbox.commit_all("Ann Bee", "base");
    sandbox.git(&["branch", "side"]);
    sandbox.write("a", LINES.replace("one", "uno"));
    sandbox.commit_all("Ann Bee", "main");
    sandbox.git(&["switch", "--quiet", "side"]);
    sandbox.write("a", LINES.replace("eight", "otto"));
    sandbox.commit_all("Bob Cat", "side");
    let (main, side) = (
        sandbox.git(&["rev-parse", "main"]),
        sandbox.git(&["rev-parse", "side"]),
    );
    sandbox.git(&["merge", "--quiet", "--no-edit", &main]);
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-edit", &side]);
    sandbox.write("m", "m\n");
    sandbox.commit_all("Ann Bee", "more");
    sandbox.git(&["switch", "--quiet", "side"]);
    sandbox.write("s", "s\n");
    sandbox.commit_all("Bob Cat", "more");
    assert!(agreed(&sandbox).conflicts.is_empty());
}

/// A batch goes on behind a pair that git cannot merge, and that pair alone is unknown.
#[test]
fn many_at_once() {
    let sandbox = GitSandbox::new();
    sandbox.write("a", LINES);
    sandbox.commit_all("Ann Bee", "base");
    for (branch, path, text) in [
        ("one", "a", LINES.replace("one", "uno")),
        ("two", "a", LINES.replace("one", "eins")),
        ("three", "c", "c\n".to_owned()),
    ] {
        sandbox.git(&["switch", "--quiet", "-c", branch, "main"]);
        sandbox.write(path, text);
        sandbox.commit_all("Bob Cat", branch);
    }
    sandbox.git(&["switch", "--quiet", "--orphan", "alone"]);
    sandbox.commit("Bob Cat", "alone");
    let (one, two) = (oid(&sandbox, "one"), oid(&sandbox, "two"));
    let (three, alone) = (oid(&sandbox, "three"), oid(&sandbox, "alone"));
    let absent = Oid::new(&"1".repeat(40)).unwrap();
    let pairs = [
        (one.clone(), three.clone()),
        (one.clone(), alone.clone()),
        (one.clone(), two.clone()),
        (absent, one.clone()),
        (one.clone(), three.clone()),
        (two.clone(), three.clone()),
        (alone, one.clone()),
    ];
    let git = connect(&sandbox);
    let answers = git.merge_trees(&pairs);
    let conflicts: Vec<Option<Vec<String>>> = answers
        .iter()
        .map(|answer| answer.as_ref().ok().map(|merged| merged.conflicts.clone()))
        .collect();
    let clean = || Some(Vec::new());
    let expected = [
        clean(),
        None,
        Some(vec!["a".to_owned()]),
        None,
        clean(),
        clean(),
        None,
    ];
    assert_eq!(conflicts, expected);
    for (at, answer) in answers.iter().enumerate() {
        let alone = connect(&sandbox).merge_trees(&pairs[at..=at]).remove(0);
        assert_eq!(alone.as_ref().ok(), answer.as_ref().ok());
        assert_eq!(git.merge_trees(&pairs[at..=at]).remove(0).ok(), alone.ok());
    }
    assert!(matches!(answers[1], Err(GitError::Failed { .. })));
    assert!(git.merge_trees(&[]).is_empty());
}

/// Files are merged without their trees as with them: changes of both sides, conflicts, a file that both sides added.
#[test]
fn files_alone_are_merged_as_in_their_trees() {
    let sandbox = GitSandbox::new();
    sandbox.write("deep/er/a b", LINES);
    sandbox.write("c", LINES);
    sandbox.write("other", "other\n");
    sandbox.commit_all("Ann Bee", "base");
    for (branch, end, new) in [("one", "uno", "x\n"), ("two", "eins", "y\n")] {
        sandbox.git(&["switch", "--quiet", "-c", branch, "main"]);
        let (first, last) = match branch {
            "one" => (LINES.replace("one", end), LINES.replace("one", end)),
            _ => (format!("{LINES}{end}\n"), LINES.replace("one", end)),
        };
        sandbox.write("deep/er/a b", first);
        sandbox.write("c", last);
        sandbox.write("deep/new", new);
        sandbox.write(format!("of_{branch}"), "x\n");
        sandbox.commit_all("Bob Cat", branch);
    }
    let git = connect(&sandbox);
    let id = |branch: &str, path: &str| {
        let text = sandbox.git(&["rev-parse", &format!("{branch}:{path}")]);
        Oid::new(&text).expect("git prints whole ids")
    };
    let versions = |path: &str, is_new: bool| FileVersions {
        path: path.into(),
        base: (!is_new).then(|| id("main", path)),
        ours: id("one", path),
        theirs: id("two", path),
    };
    let all = vec![
        versions("deep/er/a b", false),
        versions("c", false),
        versions("deep/new", true),
    ];
    let answers = git.merge_files(&[all.clone(), vec![all[0].clone()], Vec::new()]);
    let whole = git
        .merge_tree(&oid(&sandbox, "one"), &oid(&sandbox, "two"))
        .expect("git merges");
    let files = answers[0].as_ref().expect("git merges files");
    assert_eq!(files.conflicts, whole.conflicts);
    assert_eq!(files.conflicts, ["c", "deep/new"]);
    let paths: Vec<&String> = files.files.keys().collect();
    assert_eq!(paths, ["c", "deep/er/a b", "deep/new"]);
    let in_whole = git
        .oids_in_tree(&whole.tree, &["deep/er/a b".to_owned()])
        .expect("git lists");
    let clean = &files.files["deep/er/a b"];
    assert_eq!(in_whole, [("deep/er/a b".to_owned(), clean.oid.clone())]);
    let second = answers[1].as_ref().expect("git merges files");
    assert_eq!((second.files.len(), second.conflicts.len()), (1, 0));
    assert_eq!(second.files["deep/er/a b"], *clean);
    let third = answers[2].as_ref().expect("nothing is merged");
    assert!(third.files.is_empty() && third.conflicts.is_empty());
}
