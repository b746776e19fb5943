//! What becomes of databases when a published revision changes: what the check says of each kind is what the real Alembic
//! does to a database at the revision that is named.

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

fn upgraded(sandbox: &GitSandbox, to: &str) -> Answer {
    let answers = Alembic::new().run(vec![Job {
        scripts: sandbox.root().join("m"),
        // Beside the repository, where git does not see it.
        database: sandbox.root().with_file_name("database.sqlite"),
        commands: vec![["upgrade".to_owned(), to.to_owned()]],
    }]);
    answers.into_iter().next().expect("one answer")
}

#[test]
fn what_is_said_of_databases_is_what_alembic_does() {
    for case in CASES {
        let (before, after, at) = (case.before, case.after, case.at);
        let sandbox = GitSandbox::new();
        sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
        sandbox.write("onehead.toml", "policy = \"per-location\"\n");
        sandbox.write("m/env.py", ENV);
        sandbox.write("m/script.py.mako", TEMPLATE);
        write(&sandbox, before);
        sandbox.commit_all("Ann Bee", "Publish");
        assert_eq!(upgraded(&sandbox, at).error, None, "{before:?} to {at}");
        sandbox.git(&["switch", "--quiet", "-c", "topic"]);
        sandbox.git(&["rm", "--quiet", "-r", "m/versions"]);
        write(&sandbox, after);
        sandbox.commit_all("Bob Cat", "Change it");
        let said = sandbox.run(binary("onehead"), &["check", "--target", "main"], "");
        for words in case.says {
            assert!(
                said.stdout.contains(words),
                "{after:?}: {words}: {}",
                said.stdout
            );
        }
        let answer = upgraded(&sandbox, "heads");
        match (case.runs, answer.error) {
            (Ok(runs), None) => {
                let mut log = answer.log;
                log.sort();
                assert_eq!(log, runs, "{before:?} at {at} with {after:?}");
            }
            (Err(words), Some(error)) => assert!(error.message.contains(words), "{error:?}"),
            (_, error) => panic!("{before:?} at {at} with {after:?}: {error:?}"),
        }
    }
}
