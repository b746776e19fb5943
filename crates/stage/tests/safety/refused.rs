//! Places that are not written to.

use std::fs;

use onehead_model::{Content, RepoPath};

use crate::bench::{FILE, change, plan, refuses_plan, repository};

#[test]
fn a_file_that_exists() {
    let sandbox = repository();
    sandbox.write(FILE, "somebody's work\n");
    let said = refuses_plan(&sandbox, &plan(&[FILE]), &[]);
    assert!(said.contains("exists already"), "{said}");
    // What is there need not be a file.
    fs::remove_file(sandbox.root().join(FILE)).unwrap();
    fs::create_dir(sandbox.root().join(FILE)).unwrap();
    let said = refuses_plan(&sandbox, &plan(&[FILE]), &[]);
    assert!(said.contains("exists already"), "{said}");
}

#[test]
fn a_file_that_was_deleted_but_not_from_the_index() {
    let sandbox = repository();
    sandbox.write(FILE, "somebody's work\n");
    sandbox.commit_all("Bob Cat", "Add a merge");
    fs::remove_file(sandbox.root().join(FILE)).unwrap();
    let said = refuses_plan(&sandbox, &plan(&[FILE]), &[]);
    assert!(
        said.contains("is in the index but not in the working tree"),
        "{said}"
    );
}

#[test]
fn a_path_outside_of_the_version_locations() {
    let sandbox = repository();
    for path in [
        "x.py",
        "migrations/env.py",
        "migrations/versions2/x.py",
        "migrations/versions",
    ] {
        let said = refuses_plan(&sandbox, &plan(&[path]), &[]);
        assert!(said.contains("cannot write"), "{said}");
    }
}

#[test]
fn a_file_that_is_no_revision() {
    let sandbox = repository();
    for path in [
        "migrations/versions/x.sh",
        "migrations/versions/x.pyc",
        "migrations/versions/x",
    ] {
        let said = refuses_plan(&sandbox, &plan(&[path]), &[]);
        assert!(said.contains("ends in `.py`"), "{said}");
    }
}

#[test]
fn the_folder_of_git() {
    let sandbox = repository();
    for folder in [".git", ".git/hooks", ".GIT", "migrations/.git"] {
        let mut plan = plan(&[&format!("{folder}/x.py")]);
        plan.changes[0].version_locations = vec![RepoPath::new(folder).unwrap()];
        let said = refuses_plan(&sandbox, &plan, &[]);
        assert!(said.contains("`.git` folder"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_through_a_symbolic_link() {
    use std::os::unix::fs::symlink;
    let sandbox = repository();
    let outside = sandbox.root().with_file_name("home");
    symlink(&outside, sandbox.root().join("migrations/versions/out")).unwrap();
    symlink("../versions", sandbox.root().join("migrations/versions/in")).unwrap();
    symlink(
        outside.join("gone.py"),
        sandbox.root().join("migrations/versions/dangling.py"),
    )
    .unwrap();
    for path in ["out/x.py", "in/x.py", "dangling.py"] {
        let path = format!("migrations/versions/{path}");
        let said = refuses_plan(&sandbox, &plan(&[&path]), &[]);
        assert!(said.contains("symbolic link"), "{said}");
    }
    assert_eq!(fs::read_dir(outside).unwrap().count(), 0);
}

#[test]
fn a_file_where_a_folder_is_needed() {
    let sandbox = repository();
    let said = refuses_plan(&sandbox, &plan(&["migrations/versions/a1.py/x.py"]), &[]);
    assert!(said.contains("is not a folder"), "{said}");
}

#[test]
fn a_path_that_git_ignores() {
    let sandbox = repository();
    sandbox.write(".gitignore", "*_merge.py\n");
    let said = refuses_plan(
        &sandbox,
        &plan(&["migrations/versions/2024/m1_merge.py"]),
        &[],
    );
    assert!(said.contains("ignored"), "{said}");
}

#[test]
fn content_that_is_not_what_it_says() {
    let sandbox = repository();
    let mut plan = plan(&["migrations/versions/m0.py"]);
    let mut bad = change(FILE);
    bad.content = Content::Base64("not base 64".into());
    plan.changes.push(bad);
    let said = refuses_plan(&sandbox, &plan, &[]);
    assert!(said.contains("is not base64"), "{said}");
}
