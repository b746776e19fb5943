//! Where a repository lies, however it is laid out: what git itself says.

use std::path::{Path, PathBuf};

use onehead_fixtures::GitSandbox;
use onehead_git::{Connection, Inherit, ObjectFormat};
use pretty_assertions::assert_eq;

/// The top, the repository's own folder and the one that linked worktrees share.
type Places = [PathBuf; 3];

fn found(directory: &Path) -> Option<(Places, bool)> {
    let found = Connection::discover(directory, Inherit::No).expect("git works")?;
    let places = [found.root(), found.git_dir(), found.common_dir()];
    Some((places.map(Path::to_owned), found.is_bare()))
}

/// The same as git tells it.
fn told(sandbox: &GitSandbox, directory: &str) -> (Places, bool) {
    let ask = |question: &str| sandbox.git(&["-C", directory, "rev-parse", question]);
    let place = |question: &str| {
        let answer = ask(question).replace("<root>", &sandbox.root().display().to_string());
        let place = sandbox.root().join(directory).join(answer);
        place.canonicalize().expect("git tells what is there")
    };
    let is_bare = ask("--is-bare-repository") == "true";
    let git_dir = place("--absolute-git-dir");
    let root = match is_bare {
        true => git_dir.clone(),
        false => place("--show-toplevel"),
    };
    ([root, git_dir, place("--git-common-dir")], is_bare)
}

fn is_as_git_says(sandbox: &GitSandbox, directory: &str) {
    let expected = told(sandbox, directory);
    let found = found(&sandbox.root().join(directory));
    assert_eq!(found, Some(expected), "{directory}");
}

fn sandbox() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("a/b/c.txt", "x\n");
    sandbox.commit_all("Ann Bee", "Begin");
    sandbox
}

#[test]
fn from_the_top_and_from_below() {
    let sandbox = sandbox();
    for directory in [".", "a", "a/b"] {
        is_as_git_says(&sandbox, directory);
    }
}

#[test]
fn of_a_linked_worktree() {
    let sandbox = sandbox();
    sandbox.git(&["worktree", "add", "--quiet", "w"]);
    is_as_git_says(&sandbox, "w");
    is_as_git_says(&sandbox, "w/a");
    sandbox.git(&["config", "extensions.worktreeConfig", "true"]);
    is_as_git_says(&sandbox, "w");
}

#[test]
fn of_one_inside_another() {
    let sandbox = sandbox();
    sandbox.git(&["init", "--quiet", "a/inner"]);
    is_as_git_says(&sandbox, "a/inner");
    is_as_git_says(&sandbox, "a");
    sandbox.git(&["init", "--quiet", "--bare", "a/bare.git"]);
    is_as_git_says(&sandbox, "a/bare.git");
    is_as_git_says(&sandbox, "a/bare.git/refs");
    sandbox.git(&[
        "init",
        "--quiet",
        "--separate-git-dir=elsewhere.git",
        "a/separate",
    ]);
    is_as_git_says(&sandbox, "a/separate");
}

#[test]
fn of_one_whose_configuration_moves_it() {
    let sandbox = sandbox();
    sandbox.git(&["init", "--quiet", "moved"]);
    sandbox.write("tree/file", "x\n");
    sandbox.git(&["-C", "moved", "config", "core.worktree", "../../tree"]);
    is_as_git_says(&sandbox, "moved");
}

#[test]
fn what_is_no_repository_is_none() {
    let sandbox = sandbox();
    sandbox.write("broken/.git/HEAD", "ref: refs/heads/main\n");
    // Without objects it is none, and git goes on to the one around it.
    is_as_git_says(&sandbox, "broken");
    let outside = sandbox.root().with_file_name("outside");
    std::fs::create_dir_all(&outside).expect("a folder");
    assert_eq!(found(&outside), None);
}

#[test]
fn ids_are_those_of_its_format() {
    let sandbox = sandbox();
    let init = ["init", "--quiet", "--object-format=sha256", "other"];
    sandbox.git(&init);
    let found = |directory: &str| {
        let directory = sandbox.root().join(directory);
        let found = Connection::discover(&directory, Inherit::No).expect("git works");
        found.expect("a repository").object_format()
    };
    assert_eq!(found("."), ObjectFormat::Sha1);
    assert_eq!(found("other"), ObjectFormat::Sha256);
}
