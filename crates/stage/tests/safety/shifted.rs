//! Files that shift their names: a name is given up before another file gets it, and everything comes back if a step
//! fails.

use std::fs;

use onehead_fixtures::{GitSandbox, Snapshot};
use onehead_model::{Change, Content, RenderReport, Replaced, RepoPath};
use pretty_assertions::assert_eq;

use crate::bench::{change, locks, refuses_plan, repository, stage};

fn path(name: &str) -> String {
    format!("migrations/versions/{name}.py")
}

fn text(name: &str) -> String {
    format!("revision = '{name}'\n")
}

/// The file gets another name and the id that goes with it.
fn renamed(old: &str, new: &str) -> Change {
    Change {
        replaces: Some(Replaced {
            path: RepoPath::new(path(old)).expect("a path"),
            content: Content::Text(text(old)),
        }),
        content: Content::Text(text(new)),
        ..change(&path(new))
    }
}

fn plan(renamed: Vec<Change>) -> RenderReport {
    RenderReport {
        changes: renamed,
        findings: Vec::new(),
    }
}

/// Three revisions, a1 to a3, committed.
fn numbered() -> GitSandbox {
    let sandbox = repository();
    for name in ["a2", "a3"] {
        sandbox.write(path(name), text(name));
    }
    sandbox.commit_all("Ann Bee", "Add two more");
    sandbox
}

fn shift() -> RenderReport {
    plan(vec![
        renamed("a1", "a2"),
        renamed("a2", "a3"),
        renamed("a3", "a4"),
    ])
}

#[test]
fn each_file_gets_the_name_of_the_next() {
    for args in [&[][..], &["--commit"]] {
        let sandbox = numbered();
        let ran = stage(&sandbox, &shift(), args);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(locks(&sandbox).is_empty());
        assert!(!sandbox.root().join(path("a1")).exists());
        for name in ["a2", "a3", "a4"] {
            let now = fs::read_to_string(sandbox.root().join(path(name)));
            assert_eq!(now.expect("a file"), text(name));
        }
        let status = sandbox.git(&["status", "--porcelain", "--no-renames"]);
        let expected = match args {
            [] => format!("D  {}\nA  {}", path("a1"), path("a4")),
            _ => String::new(),
        };
        assert_eq!(status, expected);
    }
}

#[test]
fn everything_comes_back_where_the_commit_is_refused() {
    let sandbox = numbered();
    sandbox.hook("pre-commit", "exit 1");
    let before = Snapshot::of(&sandbox);
    let ran = stage(&sandbox, &shift(), &["--commit"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    assert_eq!(Snapshot::of(&sandbox), before);
    assert!(locks(&sandbox).is_empty());
}

#[test]
fn files_that_would_exchange_their_names_are_refused() {
    let exchange = plan(vec![renamed("a1", "a2"), renamed("a2", "a1")]);
    let said = refuses_plan(&numbered(), &exchange, &[]);
    assert!(said.contains(&path("a2")), "{said}");
}
