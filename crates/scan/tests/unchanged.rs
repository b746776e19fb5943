//! With readings of an earlier run, the working tree says what it says without: whatever lies on the disk, however git
//! came to call it unchanged.

#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use onehead_fixtures::GitSandbox;
use onehead_git::{Connection, Inherit};
use onehead_model::ScanReport;
use onehead_scan::{ScanOptions, Snapshot, SourceSpec};
use pretty_assertions::assert_eq;

const LINE: &str = "m/versions/b.py";

/// `b`, with a parent of one letter.
fn child_of(parent: char) -> String {
    format!("revision = 'b'\ndown_revision = '{parent}'\n")
}

/// Two revisions, committed long after they were written, so that git need not read them again.
fn sandbox() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("m/env.py", "");
    let first = "revision = 'a'\ndown_revision = None\n";
    sandbox.write("m/versions/a.py", first);
    sandbox.write(LINE, child_of('a'));
    age(&sandbox, "m/versions/a.py");
    age(&sandbox, LINE);
    sandbox.commit_all("Ann Bee", "Add a and b");
    sandbox
}

/// Makes a file old.
fn age(sandbox: &GitSandbox, path: &str) {
    let file = File::options().append(true).open(sandbox.root().join(path));
    let hour = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    file.unwrap().set_modified(hour).unwrap();
}

/// The working tree, with the readings of earlier runs or without.
fn report(sandbox: &GitSandbox, source: &SourceSpec, remember: bool) -> ScanReport {
    let git = Connection::discover(sandbox.root(), Inherit::No);
    let options = ScanOptions {
        inherit: Inherit::No,
        remember,
        ..ScanOptions::in_directory(sandbox.root())
    };
    let snapshot = Snapshot::open(&git.unwrap().unwrap(), &options, source).unwrap();
    snapshot.report().clone()
}

/// Both say the same, also once the readings of this state are there. Gives it.
fn same(sandbox: &GitSandbox) -> ScanReport {
    let fresh = report(sandbox, &SourceSpec::Worktree, false);
    for _ in 0..2 {
        assert_eq!(report(sandbox, &SourceSpec::Worktree, true), fresh);
    }
    fresh
}

/// The readings of the objects and of the working tree are kept.
fn warm(sandbox: &GitSandbox) {
    report(sandbox, &SourceSpec::Index, true);
    report(sandbox, &SourceSpec::Worktree, true);
}

fn parents(report: &ScanReport) -> Vec<String> {
    let revisions = report.environments.iter().flat_map(|one| &one.revisions);
    let parents = revisions.flat_map(|one| &one.down_revisions);
    parents.map(ToString::to_string).collect()
}

#[test]
fn an_unchanged_file_is_not_opened() {
    let sandbox = sandbox();
    warm(&sandbox);
    // A filter that nothing names any more: git calls the file unchanged, and only a look into it would tell.
    swapped(&sandbox, ".git/info/attributes");
    assert_eq!(parents(&same(&sandbox)), ["x"]);
    fs::remove_file(sandbox.root().join(".git/info/attributes")).unwrap();
    let kept = report(&sandbox, &SourceSpec::Worktree, true);
    assert_eq!(parents(&kept), ["a"]);
}

#[test]
fn a_change_that_keeps_size_and_time() {
    let sandbox = sandbox();
    warm(&sandbox);
    sandbox.write(LINE, child_of('x'));
    age(&sandbox, LINE);
    assert_eq!(parents(&same(&sandbox)), ["x"]);
}

#[test]
fn a_change_in_the_moment_of_the_commit() {
    for _ in 0..20 {
        let sandbox = sandbox();
        sandbox.write(LINE, child_of('y'));
        sandbox.git(&["add", LINE]);
        sandbox.write(LINE, child_of('x'));
        warm(&sandbox);
        assert_eq!(parents(&same(&sandbox)), ["x"]);
    }
}

#[test]
fn a_file_that_git_does_not_look_at() {
    for (set, read) in [("--assume-unchanged", "x"), ("--skip-worktree", "a")] {
        let sandbox = sandbox();
        warm(&sandbox);
        sandbox.git(&["update-index", set, LINE]);
        sandbox.write(LINE, child_of('x'));
        assert_eq!(parents(&same(&sandbox)), [read], "{set}");
    }
}

#[test]
fn a_daemon_that_sees_no_change() {
    let sandbox = sandbox();
    sandbox.hook("sees-nothing", "printf 'token\\0'");
    sandbox.git(&["config", "core.fsmonitor", ".git/hooks/sees-nothing"]);
    sandbox.git(&["config", "core.fsmonitorHookVersion", "2"]);
    sandbox.git(&["update-index", "--fsmonitor"]);
    sandbox.git(&["status"]);
    warm(&sandbox);
    sandbox.write(LINE, child_of('x'));
    assert_eq!(parents(&same(&sandbox)), ["x"]);
}

#[test]
fn an_index_of_any_kind() {
    for set in [
        ["--index-version", "2"],
        ["--index-version", "3"],
        ["--index-version", "4"],
        ["--split-index", "--refresh"],
        ["--untracked-cache", "--refresh"],
    ] {
        let sandbox = sandbox();
        sandbox.git(&["update-index", set[0], set[1]]);
        warm(&sandbox);
        assert_eq!(parents(&same(&sandbox)), ["a"], "{set:?}");
        sandbox.write(LINE, child_of('x'));
        assert_eq!(parents(&same(&sandbox)), ["x"], "{set:?}");
    }
}

#[test]
fn a_deleted_file_and_what_took_its_place() {
    let sandbox = sandbox();
    warm(&sandbox);
    let path = sandbox.root().join(LINE);
    fs::remove_file(&path).unwrap();
    assert_eq!(parents(&same(&sandbox)).len(), 0);
    sandbox.write("m/other", child_of('x'));
    symlink("../other", &path).unwrap();
    assert_eq!(parents(&same(&sandbox)), ["x"]);
    fs::remove_file(&path).unwrap();
    sandbox.write("m/versions/b.py/c.py", "");
    assert_eq!(parents(&same(&sandbox)).len(), 0);
}

#[test]
fn a_path_without_content_yet() {
    let sandbox = sandbox();
    sandbox.write("m/versions/empty.txt", "");
    sandbox.commit_all("Ann Bee", "Add an empty file");
    warm(&sandbox);
    sandbox.git(&["rm", "--quiet", "--cached", LINE]);
    sandbox.git(&["add", "--intent-to-add", LINE]);
    assert_eq!(parents(&same(&sandbox)), ["a"]);
}

#[test]
fn a_conflict() {
    let sandbox = sandbox();
    sandbox.git(&["switch", "--quiet", "--create", "other"]);
    sandbox.write(LINE, child_of('x'));
    sandbox.commit_all("Ann Bee", "Change it");
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.write(LINE, child_of('y'));
    sandbox.commit_all("Ann Bee", "Change it otherwise");
    warm(&sandbox);
    let ran = sandbox.run("git", &["merge", "other"], "");
    assert_eq!(ran.code, Some(1));
    same(&sandbox);
}

/// Checks the files out through a filter that shows another parent of the same length.
fn swapped(sandbox: &GitSandbox, attributes: &str) {
    let shown = "sed \"s/down_revision = 'a'/down_revision = 'x'/\"";
    let kept = "sed \"s/down_revision = 'x'/down_revision = 'a'/\"";
    sandbox.git(&["config", "filter.swap.smudge", shown]);
    sandbox.git(&["config", "filter.swap.clean", kept]);
    sandbox.write(attributes, "*.py filter=swap\n");
    checked_out(sandbox);
    assert_eq!(sandbox.git(&["diff", "--name-only", "--", "m"]), "");
}

/// Writes the files anew as git would, and lets it note them as they are.
fn checked_out(sandbox: &GitSandbox) {
    fs::remove_dir_all(sandbox.root().join("m/versions")).unwrap();
    sandbox.git(&["checkout", "--quiet", "--", "m"]);
    age(sandbox, "m/versions/a.py");
    age(sandbox, LINE);
    sandbox.git(&["update-index", "--refresh"]);
}

#[test]
fn a_filter_that_keeps_the_length() {
    for attributes in [".git/info/attributes", ".gitattributes", "m/.gitattributes"] {
        let sandbox = sandbox();
        warm(&sandbox);
        swapped(&sandbox, attributes);
        assert_eq!(parents(&same(&sandbox)), ["x"], "{attributes}");
    }
}

#[test]
fn attributes_that_are_in_the_index_only() {
    let sandbox = sandbox();
    warm(&sandbox);
    swapped(&sandbox, ".gitattributes");
    sandbox.git(&["add", ".gitattributes"]);
    fs::remove_file(sandbox.root().join(".gitattributes")).unwrap();
    assert_eq!(parents(&same(&sandbox)), ["x"]);
}

#[test]
fn line_ends_and_encodings_that_are_converted() {
    for (attributes, config) in [
        ("*.py text eol=crlf\n", "false"),
        ("*.py working-tree-encoding=UTF-16\n", "false"),
        ("*.py ident\n", "false"),
        ("", "true"),
        ("", "input"),
    ] {
        let sandbox = sandbox();
        let with_id = format!("# $Id$\n{}", child_of('a'));
        sandbox.write(LINE, with_id);
        sandbox.commit_all("Ann Bee", "Add a word");
        warm(&sandbox);
        sandbox.write(".gitattributes", attributes);
        sandbox.git(&["config", "core.autocrlf", config]);
        checked_out(&sandbox);
        same(&sandbox);
    }
}

#[test]
fn a_cache_that_is_damaged() {
    let sandbox = sandbox();
    warm(&sandbox);
    let path = sandbox.root().join(".git/onehead/parse-cache");
    let whole = fs::read(&path).unwrap();
    let step = whole.len() / 40 + 1;
    for at in (0..whole.len()).step_by(step) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        for bytes in [&damaged[..], &whole[..at]] {
            fs::write(&path, bytes).unwrap();
            assert_eq!(parents(&same(&sandbox)), ["a"], "{at}");
        }
    }
}
