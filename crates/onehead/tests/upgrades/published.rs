//! What becomes of databases when a published revision changes: what the check says of each kind is what the real Alembic
//! does to a database at the revision that is named.

use std::fs;
use std::path::PathBuf;

use onehead_fixtures::documents::revision_from;
use onehead_fixtures::{GitSandbox, binary};
use pretty_assertions::assert_eq;

use crate::alembic::{Alembic, Answer, Job};
use crate::environments::{ENV, TEMPLATE, logging_file};

/// A change, a database, and what becomes of it.
struct Case {
    /// Revisions as `id`, `id<parent,parent` or `id<parent+dependency`.
    before: &'static [&'static str],
    after: &'static [&'static str],
    /// What the database was upgraded to.
    at: &'static str,
    /// What the check says, in its words.
    says: &'static [&'static str],
    /// Everything that the database has run once it is upgraded with the change, sorted; or the error.
    runs: Result<&'static [&'static str], &'static str>,
}

const LINE: &[&str] = &["a1", "b1<a1", "c1<b1"];

const CASES: &[Case] = &[
    Case {
        before: LINE,
        after: &["a1", "z9<a1", "b1<z9", "c1<b1"],
        at: "b1",
        says: &[
            "OH070",
            "databases at `b1` or 1 other published revision take `z9` for applied and never run it",
        ],
        runs: Ok(&["a1", "b1", "c1"]),
    },
    Case {
        before: LINE,
        after: &["a1", "z9<a1", "b1<z9", "c1<b1"],
        at: "a1",
        says: &["OH070"],
        runs: Ok(&["a1", "b1", "c1", "z9"]),
    },
    Case {
        before: LINE,
        after: &["a1", "c1<a1", "b1<c1"],
        at: "b1",
        says: &[
            "OH071",
            "databases at `b1` that have not run `c1` take it for applied and never run it",
        ],
        runs: Ok(&["a1", "b1"]),
    },
    Case {
        before: &["a1", "b1<a1", "c1<b1", "d1<c1"],
        after: &["a1", "c1<a1", "b1<c1", "d1<b1"],
        at: "d1",
        says: &["OH071"],
        runs: Ok(&["a1", "b1", "c1", "d1"]),
    },
    Case {
        before: LINE,
        after: &["a1", "b1<a1", "c1<a1"],
        at: "c1",
        says: &["OH071", "databases at `c1` run `b1` again"],
        runs: Ok(&["a1", "b1", "b1", "c1"]),
    },
    Case {
        before: &["a1", "b1<a1", "c1<a1"],
        after: &["a1", "b1<a1", "c1<b1"],
        at: "c1",
        says: &[
            "OH071",
            "databases at `c1` that have not run `b1` take it for applied and never run it",
        ],
        runs: Ok(&["a1", "c1"]),
    },
    Case {
        before: &["a1", "b1<a1", "c1<a1"],
        after: &["a1", "b1<a1", "c1<b1"],
        at: "heads",
        says: &["OH071"],
        runs: Err("overlaps"),
    },
    Case {
        before: LINE,
        after: &["a1", "c1<a1"],
        at: "c1",
        says: &[
            "OH072",
            "since `b1` is gone; databases at `c1` keep what it did",
        ],
        runs: Ok(&["a1", "b1", "c1"]),
    },
    Case {
        before: LINE,
        after: &["a1", "c1<a1"],
        at: "b1",
        says: &[
            "OH074",
            "a database at it ends with `Can't locate revision identified by 'b1'`",
        ],
        runs: Err("Can't locate revision identified by 'b1'"),
    },
    Case {
        before: &["a1", "b1<a1", "x1"],
        after: &["a1", "b1<a1+x1", "x1"],
        at: "b1",
        says: &[
            "OH075",
            "databases at `b1` take `x1` for applied and never run it",
        ],
        runs: Ok(&["a1", "b1"]),
    },
    Case {
        before: &["a1", "b1<a1+x1", "x1"],
        after: &["a1", "b1<a1", "x1"],
        at: "b1",
        says: &["OH075", "databases at `b1` run `x1` again"],
        runs: Ok(&["a1", "b1", "x1", "x1"]),
    },
];

pub(crate) fn write(sandbox: &GitSandbox, revisions: &[&str]) {
    for text in revisions {
        let revision = revision_from(text);
        sandbox.write(revision.path.as_str(), logging_file(&revision));
    }
}

/// Beside the repository, where git does not see it.
fn database(sandbox: &GitSandbox) -> PathBuf {
    sandbox.root().with_file_name("database.sqlite")
}

fn upgraded(sandbox: &GitSandbox, to: &str) -> Answer {
    let answers = Alembic::new().run(vec![Job {
        scripts: sandbox.root().join("m"),
        database: database(sandbox),
        commands: vec![["upgrade".to_owned(), to.to_owned()]],
    }]);
    answers.into_iter().next().expect("one answer")
}

/// A repository whose `main` has these revisions.
fn publishing(revisions: &[&str]) -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("onehead.toml", SETTINGS);
    sandbox.write("m/env.py", ENV);
    sandbox.write("m/script.py.mako", TEMPLATE);
    write(&sandbox, revisions);
    sandbox.commit_all("Ann Bee", "Publish");
    sandbox
}

const SETTINGS: &str = "policy = \"per-location\"\n";

/// What the check says of a commit.
fn said(sandbox: &GitSandbox) -> (Option<i32>, String) {
    let ran = sandbox.run(binary("onehead"), &["check", "--target", "main"], "");
    (ran.code, ran.stdout)
}

/// Everything that the database has run once it is upgraded to the heads, sorted; or the error.
fn runs(sandbox: &GitSandbox) -> Result<Vec<String>, String> {
    let answer = upgraded(sandbox, "heads");
    match answer.error {
        Some(error) => Err(error.message),
        None => {
            let mut log = answer.log;
            log.sort();
            Ok(log)
        }
    }
}

fn is(found: Result<Vec<String>, String>, expected: Result<&[&str], &str>, about: &str) {
    match (expected, found) {
        (Ok(expected), Ok(found)) => assert_eq!(found, expected, "{about}"),
        (Err(expected), Err(found)) => assert!(found.contains(expected), "{about}: {found}"),
        (_, found) => panic!("{about}: {found:?}"),
    }
}

#[test]
fn what_is_said_of_databases_is_what_alembic_does() {
    for case in CASES {
        let about = format!("{:?} at {} with {:?}", case.before, case.at, case.after);
        let sandbox = publishing(case.before);
        assert_eq!(upgraded(&sandbox, case.at).error, None, "{about}");
        sandbox.git(&["switch", "--quiet", "-c", "topic"]);
        sandbox.git(&["rm", "--quiet", "-r", "m/versions"]);
        write(&sandbox, case.after);
        sandbox.commit_all("Bob Cat", "Change it");
        let (_, said) = said(&sandbox);
        for words in case.says {
            assert!(said.contains(words), "{about}: {words}: {said}");
        }
        is(runs(&sandbox), case.runs, &about);
    }
}

#[test]
fn a_squash_that_is_declared_runs_nothing_again_where_it_says_so() {
    for (at, expected) in [
        ("c1", Ok(&["a1", "b1", "c1", "d1"][..])),
        ("d1", Ok(&["a1", "b1", "c1", "d1"][..])),
        ("b1", Err("Can't locate revision identified by 'b1'")),
    ] {
        let sandbox = publishing(&["a1", "b1<a1", "c1<b1", "d1<c1"]);
        assert_eq!(upgraded(&sandbox, at).error, None);
        sandbox.git(&["switch", "--quiet", "-c", "topic"]);
        sandbox.git(&["rm", "--quiet", "m/versions/a1.py", "m/versions/b1.py"]);
        let squash = revision_from("c1");
        let own = "INSERT INTO log VALUES ('c1')";
        let all = "INSERT INTO log VALUES ('a1'), ('b1'), ('c1')";
        let text = logging_file(&squash).replace(own, all);
        sandbox.write(squash.path.as_str(), text);
        let declared = format!("{SETTINGS}[published]\nreplaced = [\"a1\", \"b1\"]\n");
        sandbox.write("onehead.toml", declared);
        sandbox.commit_all("Bob Cat", "Squash");
        let (code, said) = said(&sandbox);
        assert_eq!(code, Some(0), "{said}");
        for words in [
            "databases at one of them end with `Can't locate revision identified by …`",
            "bring every database past what it replaces before this is merged",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
        is(runs(&sandbox), expected, at);
        fs::remove_file(database(&sandbox)).expect("the database");
        is(
            runs(&sandbox),
            Ok(&["a1", "b1", "c1", "d1"]),
            "a new database",
        );
    }
}

#[test]
fn a_twin_runs_for_the_databases_that_skip_what_it_repeats() {
    for (at, expected) in [
        // Once as `z9` or as its twin `y9`, which does the same.
        ("c1", ["a1", "b1", "c1", "z9"].as_slice()),
        ("b1", &["a1", "b1", "c1", "z9"]),
        ("a1", &["a1", "b1", "c1", "z9", "z9"]),
    ] {
        let sandbox = publishing(LINE);
        assert_eq!(upgraded(&sandbox, at).error, None);
        sandbox.git(&["switch", "--quiet", "-c", "topic"]);
        write(&sandbox, &["z9<a1", "b1<z9"]);
        let mut twin = revision_from("y9<c1");
        let path = twin.path.clone();
        twin.id = "z9".into();
        let text = logging_file(&twin);
        let text = text.replacen("revision = \"z9\"", "revision = \"y9\"", 1);
        assert!(text.contains("y9"), "{text}");
        sandbox.write(path.as_str(), text);
        let declared = "[[published.accept]]\nrevision = \"b1\"\nkind = \"inserted-before-published\"\ntwin = \"y9\"\nwhy = \"a release needs it there\"\n";
        sandbox.write("onehead.toml", format!("{SETTINGS}{declared}"));
        sandbox.commit_all("Bob Cat", "Put it before");
        let (code, said) = said(&sandbox);
        assert_eq!(code, Some(0), "{said}");
        let words = "take `z9` for applied and never run it, but run its twin `y9`";
        assert!(said.contains(words), "{said}");
        is(runs(&sandbox), Ok(expected), at);
    }
}

#[test]
fn a_revision_that_a_release_has_elsewhere_makes_its_databases_skip_what_is_said() {
    let sandbox = publishing(&["a1"]);
    sandbox.git(&["switch", "--quiet", "-c", "release"]);
    write(&sandbox, &["c1<a1"]);
    sandbox.commit_all("Ann Bee", "Pick it");
    sandbox.git(&["tag", "v1"]);
    assert_eq!(upgraded(&sandbox, "c1").error, None);
    sandbox.git(&["switch", "--quiet", "-c", "topic", "main"]);
    write(&sandbox, &["b1<a1", "c1<b1"]);
    sandbox.commit_all("Bob Cat", "Add both");
    let (code, said) = said(&sandbox);
    assert_eq!(code, Some(1), "{said}");
    let words =
        "in tag `v1`; databases that ran it in the release take `b1` for applied and never run it";
    assert!(said.contains(words), "{said}");
    is(
        runs(&sandbox),
        Ok(&["a1", "c1"]),
        "a database of the release",
    );
}
