//! What becomes of databases of a release that go on to the first target: what the check says of each is what the real
//! Alembic does, and the way back that it names leads there.

use onehead_fixtures::{GitSandbox, binary};
use pretty_assertions::assert_eq;

use crate::alembic::{Alembic, Answer, Job};
use crate::environments::{ENV, TEMPLATE};
use crate::published::write;

/// A release, the first target, a database of the release, and what becomes of it.
struct Case {
    /// Revisions as `id` or `id<parent,parent`.
    release: &'static [&'static str],
    first: &'static [&'static str],
    /// What the database was upgraded to on the release.
    at: &'static str,
    /// What the check says, in its words.
    says: &'static [&'static str],
    /// Everything that the database has run once it is upgraded with the first target, sorted; or the error.
    runs: Result<&'static [&'static str], &'static str>,
    /// What the check says to downgrade to before that.
    back: Option<&'static str>,
}

const FIRST: &[&str] = &["a1", "b1<a1", "c1<b1", "d1<c1"];
const ALL: &[&str] = &["a1", "b1", "c1", "d1"];
const GOES_ON: &str = "ok  databases of release/1 can go on to main";

const CASES: &[Case] = &[
    Case {
        release: &["a1", "b1<a1"],
        first: FIRST,
        at: "a1",
        says: &[GOES_ON],
        runs: Ok(ALL),
        back: None,
    },
    Case {
        release: &["a1", "b1<a1"],
        first: FIRST,
        at: "heads",
        says: &[GOES_ON],
        runs: Ok(ALL),
        back: None,
    },
    // The backport that left out b1 and c1.
    Case {
        release: &["a1", "d1<a1"],
        first: FIRST,
        at: "heads",
        says: &[
            "OH081",
            "`d1` follows `a1` on release/1 and `c1` on main: databases at `d1` of release/1 take `b1`, `c1` for applied on main and never run them",
        ],
        runs: Ok(&["a1", "d1"]),
        back: Some("a1"),
    },
    Case {
        release: &["a1", "d1<a1", "e1<d1"],
        first: &["a1", "b1<a1", "d1<b1", "e1<d1", "f1<e1"],
        at: "heads",
        says: &[
            "OH081",
            "databases at `d1` of release/1 or 1 other revision behind it take `b1` for applied on main and never run it",
        ],
        runs: Ok(&["a1", "d1", "e1", "f1"]),
        back: Some("a1"),
    },
    // A database below the backport goes on.
    Case {
        release: &["a1", "d1<a1"],
        first: FIRST,
        at: "a1",
        says: &["OH081"],
        runs: Ok(ALL),
        back: None,
    },
    Case {
        release: &["d1"],
        first: &["a1", "d1<a1"],
        at: "heads",
        says: &["OH081", "`d1` follows no revision on release/1"],
        runs: Ok(&["d1"]),
        back: Some("base"),
    },
    // Both have been made a line, in another order.
    Case {
        release: &["a1", "c1<a1", "b1<c1"],
        first: &["a1", "b1<a1", "c1<b1"],
        at: "heads",
        says: &[
            "OH081",
            "databases at `b1` of release/1 run `c1` again on main",
        ],
        runs: Ok(&["a1", "b1", "c1", "c1"]),
        back: Some("a1"),
    },
    Case {
        release: &["a1", "r1<a1"],
        first: FIRST,
        at: "heads",
        says: &[
            "OH080",
            "main has no `r1`, which release/1 has: there a database at it ends with `Can't locate revision identified by 'r1'`",
        ],
        runs: Err("Can't locate revision identified by 'r1'"),
        back: None,
    },
    // A revision of the release alone below one that comes again.
    Case {
        release: &["a1", "r1<a1", "b1<r1"],
        first: FIRST,
        at: "heads",
        says: &[
            "OH080",
            "ok  databases at the head of release/1 can go on to main",
        ],
        runs: Ok(&["a1", "b1", "c1", "d1", "r1"]),
        back: None,
    },
    // Two heads of the release that are a line on the first target.
    Case {
        release: &["a1", "b1<a1", "c1<a1"],
        first: &["a1", "b1<a1", "c1<b1"],
        at: "heads",
        says: &["OH081"],
        runs: Err("overlaps"),
        back: None,
    },
];

/// One database, through these commands.
fn ran(sandbox: &GitSandbox, commands: &[(&str, &str)]) -> Answer {
    let command = |(name, to): &(&str, &str)| [(*name).to_owned(), (*to).to_owned()];
    let answers = Alembic::new().run(vec![Job {
        scripts: sandbox.root().join("m"),
        // Beside the repository, where git does not see it.
        database: sandbox.root().with_file_name("database.sqlite"),
        commands: commands.iter().map(command).collect(),
    }]);
    answers.into_iter().next().expect("one answer")
}

#[test]
fn what_is_said_of_databases_of_a_release_is_what_alembic_does() {
    for case in CASES {
        let (release, first, at) = (case.release, case.first, case.at);
        let sandbox = GitSandbox::new();
        sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
        sandbox.write(
            "onehead.toml",
            "target = [\"main\", \"release/*\"]\npolicy = \"per-location\"\n",
        );
        sandbox.write("m/env.py", ENV);
        sandbox.write("m/script.py.mako", TEMPLATE);
        sandbox.commit_all("Ann Bee", "Begin");
        sandbox.git(&["switch", "--quiet", "-c", "release/1"]);
        write(&sandbox, release);
        sandbox.commit_all("Ann Bee", "Release");
        assert_eq!(ran(&sandbox, &[("upgrade", at)]).error, None, "{release:?}");
        if let Some(back) = case.back {
            // Twice the same database: one that goes on as it is, and one that goes back first.
            let database = sandbox.root().with_file_name("database.sqlite");
            let copy = sandbox.root().with_file_name("copy.sqlite");
            std::fs::copy(&database, &copy).expect("a copy");
            assert_eq!(ran(&sandbox, &[("downgrade", back)]).error, None);
            std::fs::rename(&database, sandbox.root().with_file_name("back.sqlite")).unwrap();
            std::fs::rename(&copy, &database).expect("the copy");
        }
        sandbox.git(&["switch", "--quiet", "main"]);
        write(&sandbox, first);
        sandbox.commit_all("Bob Cat", "Go on");
        let said = sandbox.run(binary("onehead"), &["check", "--releases"], "");
        let back = case
            .back
            .map(|back| format!("run `alembic downgrade {back}` on release/1"));
        for words in case.says.iter().copied().chain(back.as_deref()) {
            assert!(
                said.stdout.contains(words),
                "{release:?}: {words}: {} {}",
                said.stdout,
                said.stderr
            );
        }
        let answer = ran(&sandbox, &[("upgrade", "heads")]);
        match (case.runs, answer.error) {
            (Ok(runs), None) => {
                let mut log = answer.log;
                log.sort();
                assert_eq!(log, runs, "{release:?} at {at} with {first:?}");
            }
            (Err(words), Some(error)) => assert!(error.message.contains(words), "{error:?}"),
            (_, error) => panic!("{release:?} at {at} with {first:?}: {error:?}"),
        }
        if case.back.is_some() {
            let database = sandbox.root().with_file_name("database.sqlite");
            std::fs::rename(sandbox.root().with_file_name("back.sqlite"), &database).unwrap();
            let answer = ran(&sandbox, &[("upgrade", "heads")]);
            assert_eq!(answer.error, None, "{release:?} after going back");
            let mut all: Vec<&str> = first
                .iter()
                .map(|text| text.split('<').next().expect("an id"))
                .collect();
            all.sort_unstable();
            let mut log = answer.log;
            log.sort();
            assert_eq!(log, all, "{release:?} after going back");
        }
    }
}
