//! A repository with one revision, plans for it, and the program.

use std::path::PathBuf;

use onehead_fixtures::{GitSandbox, Ran, Snapshot, binary};
use onehead_model::{Change, Content, Document, RenderReport, RepoPath, RevisionId};
use pretty_assertions::assert_eq;

/// The program under test. `crates/onehead` builds it.
pub(crate) fn program() -> PathBuf {
    binary("onehead-stage")
}

/// The version location of every plan.
pub(crate) const VERSIONS: &str = "migrations/versions";

/// The file of the usual plan.
pub(crate) const FILE: &str = "migrations/versions/m1_merge.py";

/// A repository with a committed revision.
pub(crate) fn repository() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("migrations/versions/a1.py", "revision = 'a1'\n");
    sandbox.commit_all("Ann Bee", "Add migrations");
    sandbox
}

/// The plan to write these files into the version location.
pub(crate) fn plan(paths: &[&str]) -> RenderReport {
    RenderReport {
        changes: paths.iter().map(|path| change(path)).collect(),
        findings: Vec::new(),
    }
}

/// The plan to write one file.
pub(crate) fn change(path: &str) -> Change {
    Change {
        environment: "migrations".into(),
        version_locations: vec![RepoPath::new(VERSIONS).expect("a constant")],
        path: RepoPath::new(path).expect("a path of this test"),
        replaces: None,
        revision: RevisionId::from("m1"),
        down_revisions: vec!["b2".into(), "c3".into()],
        message: "merge heads".into(),
        content: Content::Text("revision = 'm1'\ndown_revision = ('b2', 'c3')\n".into()),
        diff: String::new(),
    }
}

/// Runs the program on a plan.
pub(crate) fn stage(sandbox: &GitSandbox, plan: &RenderReport, args: &[&str]) -> Ran {
    sandbox.run(program(), args, &plan.to_json())
}

/// Runs the program on a document that it must refuse: exit code 2, nothing on stdout, nothing
/// changed, no lock left behind. Gives what it says.
pub(crate) fn refuses(sandbox: &GitSandbox, document: &str, args: &[&str]) -> String {
    let before = (Snapshot::of(sandbox), locks(sandbox));
    let ran = sandbox.run(program(), args, document);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(2), ""),
        "{}",
        ran.stderr
    );
    assert_eq!(
        (Snapshot::of(sandbox), locks(sandbox)),
        before,
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    ran.stderr
}

/// As above, for a plan.
pub(crate) fn refuses_plan(sandbox: &GitSandbox, plan: &RenderReport, args: &[&str]) -> String {
    refuses(sandbox, &plan.to_json(), args)
}

/// The locks in the `.git` folder.
pub(crate) fn locks(sandbox: &GitSandbox) -> Vec<String> {
    let listing = std::fs::read_dir(sandbox.root().join(".git"));
    let names = listing.into_iter().flatten().flatten();
    let mut names: Vec<String> = names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".lock"))
        .collect();
    names.sort();
    names
}
