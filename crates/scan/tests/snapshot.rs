//! A state that was made from another one by a delta says what opening it says: for the states of `fixtures/cases`
//! with deltas drawn by lot, and for histories drawn by lot, commit after commit and from the first one at once.

mod drawn;

use std::collections::BTreeMap;
use std::process::ExitCode;

use drawn::{Files, Story};
use onehead_fixtures::{Case, GitSandbox, Lot, Order, Suite, Tests};
use onehead_git::{Blob, Connection, EntryKind, Inherit, Object, Oid};
use onehead_model::{Code, ScanReport, Source};
use onehead_scan::{Change, Delta, Entry, ScanError, ScanOptions, Snapshot, SourceSpec};
use pretty_assertions::assert_eq;

fn main() -> ExitCode {
    Tests::default()
        .test("histories_drawn_by_lot", histories_drawn_by_lot)
        .all("changed", Suite::Stages, changed_by_lot)
        .all("edited", Suite::Stages, edited_in_the_working_tree)
        .all("deleted", Suite::Stages, deleted_from_the_working_tree)
        .test(
            "content_that_only_a_merge_tells_is_asked_for_where_it_matters",
            content_that_only_a_merge_tells_is_asked_for_where_it_matters,
        )
        .test(
            "an_object_that_is_not_here_is_no_absent_file",
            an_object_that_is_not_here_is_no_absent_file,
        )
        .test(
            "a_submodule_is_no_absent_folder",
            a_submodule_is_no_absent_folder,
        )
        .run()
}

fn histories_drawn_by_lot() {
    for seed in 1..=12 {
        let mut lot = Lot::new(seed);
        let sandbox = GitSandbox::new();
        let states = Story::told(&mut lot, 20);
        sandbox.import(&Story::history(&states));
        goes_on(&sandbox, &states, &format!("history {seed}"));
    }
}

/// Each commit from the one before, in place, and from the first one.
fn goes_on(sandbox: &GitSandbox, states: &[Files], story: &str) {
    let (git, options) = (connection(sandbox), options(sandbox));
    let commits = sandbox.git(&["rev-list", "--reverse", "main"]);
    let commits: Vec<&str> = commits.lines().collect();
    let first = open(&git, &options, commits[0]).expect("the first commit is sound");
    let mut steps = Snapshot::empty(&git, &options).expect("nothing is named");
    for (at, commit) in commits.iter().enumerate() {
        let story = format!("commit {at} of {story}");
        let opened = open(&git, &options, commit);
        let nothing = Files::default();
        let before = at.checked_sub(1).map_or(&nothing, |at| &states[at]);
        let reported = steps.report().clone();
        let change = steps.advance(&delta(&git, before, &states[at], commit));
        if let Ok(Change::Revisions(changes)) = &change {
            assert!(!changes.is_empty(), "{story}");
        }
        if let Ok(Change::Nothing) = &change {
            assert_eq!(&reported, steps.report(), "{story}");
        }
        agrees(change.map(|_| &steps), &opened, &story);
        let all = delta(&git, &states[0], &states[at], commit);
        let story = format!("{story}, from the first");
        agrees(first.apply(&all).as_ref(), &opened, &story);
        let bytes = in_bytes(&all, &states[at]);
        agrees(
            first.apply(&bytes).as_ref(),
            &opened,
            &format!("{story} in bytes"),
        );
    }
}

fn changed_by_lot(case: &Case) -> Result<(), String> {
    let sandbox = &case.sandbox(Order::Sorted);
    if sandbox.run("git", &["rev-parse", "HEAD"], "").code != Some(0) {
        return Ok(());
    }
    let git = connection(sandbox);
    let options = options(sandbox);
    let files = files(&git, "HEAD");
    let mut lot = Lot::new(case.name.bytes().map(u64::from).sum::<u64>() + 1);
    let changed: Vec<Files> = (0..3)
        .map(|_| {
            let mut changed = files.clone();
            for _ in 0..=lot.below(2) {
                drawn::change_anything(&mut lot, &mut changed);
            }
            changed
        })
        .collect();
    // Each is a branch of its own, so that git is asked once.
    sandbox.import(&drawn::branches(&changed));
    let Ok(base) = open(&git, &options, "HEAD") else {
        return Ok(());
    };
    sandbox.git(&["read-tree", "HEAD"]);
    let index =
        Snapshot::open(&git, &options, &SourceSpec::Index).expect("it holds what HEAD does");
    for (at, changed) in changed.iter().enumerate() {
        let story = format!("change {at} of {}", case.name);
        let commit = format!("refs/heads/by-lot-{at}");
        let opened = open(&git, &options, &commit);
        let delta = delta(&git, &files, changed, &commit);
        agrees(base.apply(&delta).as_ref(), &opened, &story);
        for near in [&base, &index] {
            is_told(near, &git, &options, &tree(&git, &commit), &delta, &opened);
        }
        let bytes = in_bytes(&delta, changed);
        agrees(
            base.apply(&bytes).as_ref(),
            &opened,
            &format!("{story} in bytes"),
        );
    }
    Ok(())
}

/// A commit that is told from a state near it says what opening it says, or is not told.
fn is_told(
    near: &Snapshot,
    git: &Connection,
    options: &ScanOptions,
    commit: &Oid,
    delta: &Delta,
    opened: &Result<Snapshot, ScanError>,
) {
    if let Some(told) = near.of_commit(git, options, commit, delta) {
        let opened = opened.as_ref().expect("what is told can be opened");
        assert_eq!(opened.report(), told.report());
        assert_eq!(
            format!("{:?}", opened.settings()),
            format!("{:?}", told.settings())
        );
    }
}

fn edited_in_the_working_tree(case: &Case) -> Result<(), String> {
    let sandbox = case.sandbox(Order::Sorted);
    let options = options(&sandbox);
    let open = || Snapshot::find(&options, &SourceSpec::Worktree);
    let Ok(base) = open() else {
        return Ok(());
    };
    let mut delta = Delta::default();
    for environment in &base.report().environments {
        let Some(folder) = environment.version_locations.first() else {
            continue;
        };
        let text = "revision = 'edited'\ndown_revision = None\n";
        let place = folder.join("edited.py").to_string();
        delta.insert(place, Entry::Bytes(text.as_bytes().into()));
        if let Some(revision) = environment.revisions.first() {
            let place = revision.path.to_string();
            delta.insert(place, Entry::Bytes(text.as_bytes().into()));
        }
        if let [_, .., revision] = environment.revisions.as_slice() {
            delta.insert(revision.path.to_string(), Entry::Gone);
        }
    }
    let applied = base.apply(&delta);
    for (path, entry) in delta.entries() {
        match entry {
            Entry::Bytes(bytes) => sandbox.write(path, bytes),
            _ => drop(sandbox.git(&[
                "--literal-pathspecs",
                "rm",
                "--quiet",
                "--force",
                "--",
                path,
            ])),
        }
    }
    agrees(applied.as_ref(), &open(), &case.name);
    Ok(())
}

/// What a person deleted is gone, whether that is staged or not.
fn deleted_from_the_working_tree(case: &Case) -> Result<(), String> {
    let sandbox = case.sandbox(Order::Sorted);
    let options = options(&sandbox);
    let open = || Snapshot::find(&options, &SourceSpec::Worktree);
    let Ok(base) = open() else {
        return Ok(());
    };
    // Staging a deletion is what resolves a conflict.
    if !sandbox.git(&["ls-files", "--unmerged"]).is_empty() {
        return Ok(());
    }
    let environments = base.report().environments.iter();
    for location in environments.flat_map(|one| &one.version_locations) {
        let folder = sandbox.root().join(location.as_str());
        if location.as_str().is_empty() || !folder.is_dir() || folder.is_symlink() {
            continue;
        }
        std::fs::remove_dir_all(&folder).expect("it is a folder");
        let unstaged = open();
        sandbox.git(&["add", "--all"]);
        agrees(
            unstaged.as_ref(),
            &open(),
            &format!("{}: {location}", case.name),
        );
    }
    Ok(())
}

fn content_that_only_a_merge_tells_is_asked_for_where_it_matters() {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("m/env.py", "");
    sandbox.write("README", "x");
    sandbox.write("m/versions/a.py", "revision = 'a'\ndown_revision = None\n");
    sandbox.commit_all("Ann Bee", "Add migrations");
    let base = open(&connection(&sandbox), &options(&sandbox), "HEAD").expect("it is sound");
    let unknown = |path: &str| base.apply(&Delta::from_iter([(path.to_owned(), Entry::Unknown)]));
    for path in ["README", "m/env.py", "src/new.py"] {
        let next = unknown(path).expect("nobody reads it");
        assert_eq!(base.report(), next.report(), "{path}");
    }
    for path in [
        "alembic.ini",
        "m/versions/a.py",
        "m/versions/b.py",
        "m/helper.py",
        "pyproject.toml",
    ] {
        match unknown(path) {
            Err(ScanError::UnknownContent { path: named }) => assert_eq!(named, path),
            other => panic!("{path}: {other:?}"),
        }
    }
}

fn an_object_that_is_not_here_is_no_absent_file() {
    let sandbox = GitSandbox::new();
    let ini = "[alembic]\nscript_location = m\n";
    let files = [
        ("alembic.ini", ini),
        ("m/env.py", ""),
        ("m/script.py.mako", "x"),
        ("names.py", "x = 'label'\n"),
        (
            "m/versions/a.py",
            "import names\nrevision = 'a'\ndown_revision = None\nbranch_labels = names.x\n",
        ),
    ];
    for (path, text) in files {
        sandbox.write(path, text);
    }
    sandbox.commit_all("Ann Bee", "Add migrations");
    let git = connection(&sandbox);
    for (path, _) in files.iter().filter(|(path, _)| *path != "m/env.py") {
        let oid = sandbox.git(&["rev-parse", &format!("HEAD:{path}")]);
        let object = sandbox
            .root()
            .join(format!(".git/objects/{}/{}", &oid[..2], &oid[2..]));
        let away = sandbox.root().join(".git/away");
        std::fs::rename(&object, &away).expect("it is a loose object");
        match open(&git, &options(&sandbox), "HEAD") {
            Err(ScanError::NotFetched {
                path: named,
                oid: missing,
            }) => {
                assert_eq!((named.as_str(), missing.to_string()), (*path, oid));
            }
            other => panic!("{path}: {other:?}"),
        }
        std::fs::rename(&away, &object).expect("it was just moved");
    }
}

/// Nothing but `env.py` and the folder beside it says that there is an environment.
fn a_submodule_is_no_absent_folder() {
    let sandbox = GitSandbox::new();
    sandbox.write("m/env.py", "");
    sandbox.write("m/versions/a.py", "revision = 'a'\ndown_revision = None\n");
    let before = sandbox.commit_all("Ann Bee", "Add migrations");
    sandbox.git(&["rm", "--quiet", "-r", "--cached", "m/versions"]);
    let entry = format!("160000,{before},m/versions");
    sandbox.git(&["update-index", "--add", "--cacheinfo", &entry]);
    let after = sandbox.commit("Ann Bee", "Move them into a repository of their own");
    let (git, options) = (connection(&sandbox), options(&sandbox));
    let opened = open(&git, &options, &after);
    let report = opened.as_ref().expect("git works").report();
    let [environment] = report.environments.as_slice() else {
        panic!("{:?}", report.environments);
    };
    let codes: Vec<Code> = environment.findings.iter().map(|one| one.code).collect();
    assert_eq!(codes, [Code::UnreadableFile]);
    let [old, new] = [&before, &after].map(|commit| files(&git, commit));
    let base = open(&git, &options, &before).expect("it is sound");
    let moved = base.apply(&delta(&git, &old, &new, &after));
    agrees(moved.as_ref(), &opened, "moved into a submodule");
}

fn connection(sandbox: &GitSandbox) -> Connection {
    Connection::discover(sandbox.root(), Inherit::No)
        .expect("git works")
        .expect("it is a repository")
}

fn options(sandbox: &GitSandbox) -> ScanOptions {
    ScanOptions {
        inherit: Inherit::No,
        remember: false,
        allow_none: true,
        ..ScanOptions::in_directory(sandbox.root())
    }
}

fn open(git: &Connection, options: &ScanOptions, commit: &str) -> Result<Snapshot, ScanError> {
    Snapshot::open(git, options, &SourceSpec::Commit(commit.to_owned()))
}

/// Both say the same, or cannot for the same reason.
fn agrees(
    made: Result<&Snapshot, impl std::borrow::Borrow<ScanError>>,
    opened: &Result<Snapshot, ScanError>,
    story: &str,
) {
    match (made, opened) {
        (Ok(made), Ok(opened)) => {
            let report = |snapshot: &Snapshot| ScanReport {
                source: Source::Index,
                ..snapshot.report().clone()
            };
            assert_eq!(report(opened), report(made), "{story}");
            let settings = |snapshot: &Snapshot| format!("{:?}", snapshot.settings());
            assert_eq!(settings(opened), settings(made), "{story}");
            let looked_for = opened.looked_for();
            assert!(
                looked_for.modules.is_subset(&made.looked_for().modules),
                "{story}"
            );
        }
        (Err(made), Err(opened)) => {
            assert_eq!(opened.to_string(), made.borrow().to_string(), "{story}");
        }
        (made, opened) => panic!(
            "{story}: {:?} where opening it gives {:?}",
            made.map(Snapshot::report)
                .map_err(|error| error.borrow().to_string()),
            opened.as_ref().map(Snapshot::report),
        ),
    }
}

fn tree(git: &Connection, name: &str) -> Oid {
    git.resolve(name).expect("git works").expect("it is here")
}

/// The files of a commit.
fn files(git: &Connection, commit: &str) -> Files {
    let entries = git
        .tree_entries(&tree(git, commit))
        .expect("it is a commit");
    let oids: Vec<_> = entries
        .iter()
        .filter_map(|entry| entry.oid.clone())
        .collect();
    let blobs = git.blobs(&oids).expect("git works");
    std::iter::zip(entries, blobs)
        .filter(|(entry, _)| entry.utf8)
        .map(|(entry, blob)| {
            let bytes = || match blob {
                Blob::Content(bytes) => bytes,
                Blob::Missing => panic!("{} is not here", entry.path),
            };
            let file = match entry.kind {
                EntryKind::File => match String::from_utf8(bytes()) {
                    Ok(text) => drawn::File::Text(text),
                    Err(_) => drawn::File::Object(entry.oid.expect("git has it").to_string()),
                },
                EntryKind::Symlink => {
                    let target = String::from_utf8(bytes());
                    drawn::File::Link(target.expect("cases name targets plainly"))
                }
                EntryKind::Submodule => drawn::File::Submodule,
            };
            (entry.path, file)
        })
        .collect()
}

/// What a commit that holds the second files has other than the first.
fn delta(git: &Connection, before: &Files, after: &Files, commit: &str) -> Delta {
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    let changed = after
        .iter()
        .filter(|(path, file)| before.get(*path) != Some(*file))
        .map(|(path, _)| path);
    let entries = git
        .tree_entries(&tree(git, commit))
        .expect("it is a commit");
    let mut objects: BTreeMap<String, Object> = entries
        .into_iter()
        .filter_map(|entry| {
            let kind = entry.kind;
            let oid = entry.oid?;
            Some((entry.path, Object { kind, oid }))
        })
        .collect();
    gone.chain(changed)
        .map(|path| (path.clone(), Entry::from(objects.remove(path))))
        .collect()
}

/// The same delta with the bytes of its files.
fn in_bytes(delta: &Delta, files: &Files) -> Delta {
    delta
        .entries()
        .map(|(path, entry)| match files.get(path) {
            Some(drawn::File::Text(text)) => {
                (path.to_owned(), Entry::Bytes(text.as_bytes().into()))
            }
            _ => (path.to_owned(), entry.clone()),
        })
        .collect()
}
