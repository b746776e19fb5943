//! Who brought a file, in histories of every kind.

use onehead_fixtures::GitSandbox;
use onehead_git::{Connection, FileOrigin, Inherit};
use pretty_assertions::assert_eq;

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

fn origin(sandbox: &GitSandbox, path: &str) -> Option<FileOrigin> {
    let repository = Connection::discover(sandbox.root(), Inherit::No)
        .expect("git works")
        .expect("it is a repository");
    let tips = [sandbox.git(&["rev-parse", "main"])];
    let mut origins = repository
        .origins(&tips, &[path.to_owned()])
        .expect("git works");
    origins.remove(path)
}

/// Author, subject, pull request and branch.
fn told(sandbox: &GitSandbox, path: &str) -> (String, String, Option<u64>, Option<String>) {
    let origin = origin(sandbox, path).expect("a commit brought it");
    let FileOrigin {
        author,
        subject,
        pull_request,
        branch,
        ..
    } = origin;
    (author.name, subject, pull_request, branch)
}

fn start() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("README", "one\n");
    sandbox.commit_all("Ann Bee", "Begin");
    sandbox
}

fn on_branch(sandbox: &GitSandbox, name: &str, path: &str) {
    sandbox.git(&["switch", "--quiet", "-c", name]);
    sandbox.write(path, TEXT);
    sandbox.commit_all("Bob Cat", "Add it");
    sandbox.git(&["switch", "--quiet", "main"]);
}

fn merge(sandbox: &GitSandbox, branch: &str, message: &str) {
    let args = ["merge", "--quiet", "--no-ff", "--no-verify", "-m", message];
    sandbox.git(&[&args[..], &[branch]].concat());
}

#[test]
fn a_merge_tells_the_pull_request_and_the_branch() {
    let sandbox = start();
    on_branch(&sandbox, "feature/x", "m/x.py");
    merge(
        &sandbox,
        "feature/x",
        "Merge pull request #7 from acme/feature/x",
    );
    let expected = (Some(7), Some("feature/x".to_owned()));
    let (author, subject, pull_request, branch) = told(&sandbox, "m/x.py");
    assert_eq!((author.as_str(), subject.as_str()), ("Bob Cat", "Add it"));
    assert_eq!((pull_request, branch), expected);
}

#[test]
fn the_first_merge_with_a_pull_request_tells() {
    let sandbox = start();
    sandbox.git(&["branch", "develop"]);
    on_branch(&sandbox, "feature/x", "m/x.py");
    sandbox.git(&["switch", "--quiet", "develop"]);
    merge(
        &sandbox,
        "feature/x",
        "Merge pull request #7 from acme/feature/x",
    );
    sandbox.git(&["switch", "--quiet", "main"]);
    merge(
        &sandbox,
        "develop",
        "Merge pull request #8 from acme/develop",
    );
    let (_, _, pull_request, branch) = told(&sandbox, "m/x.py");
    assert_eq!((pull_request, branch), (Some(7), Some("feature/x".into())));
}

#[test]
fn a_squash_tells_its_own() {
    let sandbox = start();
    sandbox.write("m/x.py", TEXT);
    let message = "Add it (#9)\n\nCo-authored-by: Zoe Yak <zoe@example.com>\n\
                   Co-authored-by: Bob Cat <bob.cat@example.com>";
    sandbox.commit_all("Bob Cat", message);
    let origin = origin(&sandbox, "m/x.py").expect("a commit brought it");
    assert_eq!((origin.pull_request, origin.branch), (Some(9), None));
    let names: Vec<&str> = origin
        .co_authors
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["Zoe Yak"]);
}

#[test]
fn a_renamed_file_is_still_its_authors() {
    let sandbox = start();
    sandbox.write("m/x.py", TEXT);
    sandbox.commit_all("Bob Cat", "Add it (#9)");
    sandbox.git(&["mv", "m", "n"]);
    sandbox.commit_all("Ann Bee", "Move (#10)");
    sandbox.git(&["mv", "n/x.py", "n/y.py"]);
    sandbox.commit_all("Cat Doe", "Rename");
    let (author, subject, pull_request, _) = told(&sandbox, "n/y.py");
    assert_eq!(
        (author.as_str(), subject.as_str(), pull_request),
        ("Bob Cat", "Add it (#9)", Some(9))
    );
}

#[test]
fn a_file_that_a_merge_puts_elsewhere_is_still_its_authors() {
    let sandbox = start();
    sandbox.write("m/old.py", "old\n");
    sandbox.commit_all("Ann Bee", "Have a folder");
    on_branch(&sandbox, "feature/x", "m/x.py");
    sandbox.git(&["mv", "m", "n"]);
    sandbox.commit_all("Ann Bee", "Move");
    sandbox.git(&["config", "merge.directoryRenames", "true"]);
    merge(&sandbox, "feature/x", "Merge branch 'feature/x'");
    let (author, subject, _, branch) = told(&sandbox, "n/x.py");
    assert_eq!((author.as_str(), subject.as_str()), ("Bob Cat", "Add it"));
    assert_eq!(branch.as_deref(), Some("feature/x"));
}

#[test]
fn a_file_that_replaces_one_is_another() {
    let sandbox = start();
    sandbox.write("m/x.py", TEXT);
    sandbox.commit_all("Bob Cat", "Add x");
    sandbox.git(&["rm", "--quiet", "m/x.py"]);
    sandbox.write("m/y.py", TEXT.replace("o", "0").replace("t", "7"));
    sandbox.commit_all("Ann Bee", "Put y in its place");
    assert_eq!(told(&sandbox, "m/y.py").0, "Ann Bee");
    assert_eq!(told(&sandbox, "m/x.py").0, "Bob Cat");
}

#[test]
fn mailmap_counts() {
    let sandbox = start();
    sandbox.write(
        ".mailmap",
        "Robert Cat <robert@example.com> <bob.cat@example.com>\n",
    );
    sandbox.write("m/x.py", TEXT);
    sandbox.commit_all(
        "Bob Cat",
        "Add it\n\nCo-authored-by: R <robert@example.com>",
    );
    let origin = origin(&sandbox, "m/x.py").expect("a commit brought it");
    assert_eq!(origin.author.name, "Robert Cat");
    assert_eq!(origin.co_authors, []);
}

#[test]
fn what_nobody_committed_has_no_origin() {
    assert_eq!(origin(&start(), "m/x.py"), None);
}
