//! A folder that is no repository is written to all the same.

use std::fs;

use onehead_fixtures::GitSandbox;
use onehead_model::{Document, StageReport};

use crate::bench::{FILE, plan, refuses_plan, stage};

fn folder() -> GitSandbox {
    let sandbox = GitSandbox::without_git();
    sandbox.write("migrations/versions/a1.py", "revision = 'a1'\n");
    sandbox
}

#[test]
fn the_file_is_written() {
    let sandbox = folder();
    let ran = stage(&sandbox, &plan(&[FILE]), &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!StageReport::from_json(&ran.stdout).unwrap().staged);
    assert!(
        fs::read_to_string(sandbox.root().join(FILE))
            .unwrap()
            .contains("'m1'")
    );
}

#[test]
fn there_is_nothing_to_commit_to() {
    let sandbox = folder();
    let said = refuses_plan(&sandbox, &plan(&[FILE]), &["--commit"]);
    assert!(said.contains("no git repository"), "{said}");
}
