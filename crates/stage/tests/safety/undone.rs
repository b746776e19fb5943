//! A step that fails undoes those before it.

use std::fs;
use std::thread;

use onehead_model::Document;
use onehead_model::StageReport;

use crate::bench::{FILE, locks, plan, refuses_plan, repository, stage};

const DATED: &str = "migrations/versions/2024/05/m1.py";

#[test]
fn the_second_file_cannot_be_written() {
    let sandbox = repository();
    // The first file stands where the second one needs a folder.
    let below = format!("{FILE}/x.py");
    let said = refuses_plan(&sandbox, &plan(&[DATED, FILE, &below]), &[]);
    assert!(said.contains("cannot write"), "{said}");
}

#[test]
fn two_files_with_one_name() {
    let sandbox = repository();
    let said = refuses_plan(&sandbox, &plan(&[FILE, FILE]), &[]);
    assert!(said.contains("exists already"), "{said}");
}

#[test]
fn the_index_is_locked() {
    let refuses = |args| {
        let sandbox = repository();
        sandbox.write(".git/index.lock", "");
        let said = refuses_plan(&sandbox, &plan(&[DATED, FILE]), args);
        assert!(said.contains("index.lock"), "{said}");
        assert_eq!(
            locks(&sandbox),
            ["index.lock"],
            "it is not ours to take away"
        );
        fs::remove_file(sandbox.root().join(".git/index.lock")).unwrap();
        assert_eq!(stage(&sandbox, &plan(&[DATED, FILE]), args).code, Some(0));
    };
    // Each waits a while for the lock.
    thread::scope(|scope| {
        for args in [&[][..], &["--commit"]] {
            scope.spawn(move || refuses(args));
        }
    });
}

#[test]
fn dated_folders_are_made_and_kept_if_all_goes_well() {
    let sandbox = repository();
    let ran = stage(&sandbox, &plan(&[DATED]), &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let report = StageReport::from_json(&ran.stdout).unwrap();
    assert!(report.staged && report.commit.is_none());
    assert_eq!(
        sandbox.git(&["diff", "--cached", "--name-status"]),
        format!("A\t{DATED}")
    );
}

#[test]
fn a_dated_folder_that_was_there_stays() {
    let sandbox = repository();
    fs::create_dir_all(sandbox.root().join("migrations/versions/2024")).unwrap();
    sandbox.write(".git/index.lock", "");
    refuses_plan(&sandbox, &plan(&[DATED]), &[]);
}

#[test]
fn nothing_is_added_on_request() {
    let sandbox = repository();
    sandbox.write(".git/index.lock", "");
    let ran = stage(&sandbox, &plan(&[FILE]), &["--no-add"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!StageReport::from_json(&ran.stdout).unwrap().staged);
    assert_eq!(
        sandbox.git(&["status", "--porcelain"]),
        format!("?? {FILE}")
    );
}

#[test]
fn what_cannot_be_undone_is_not_said_to_be() {
    let sandbox = repository();
    sandbox.hook(
        "pre-commit",
        "echo broken >.git/index\necho 'not on Fridays' >&2\nexit 1",
    );
    let ran = stage(&sandbox, &plan(&[FILE]), &["--commit"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("not on Fridays"), "{}", ran.stderr);
    assert!(ran.stderr.contains("roll back failed: "), "{}", ran.stderr);
    assert!(
        !ran.stderr.contains("nothing was changed"),
        "{}",
        ran.stderr
    );
}
