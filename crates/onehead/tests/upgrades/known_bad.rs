//! The known bad case from end to end: a revision that a database has applied gets another parent. By hand
//! that skips; `onehead fix` refuses it, and what it does instead runs every revision once.

use std::fs;

use onehead_fixtures::documents::revision_from;
use onehead_fixtures::{GitSandbox, Ran, binary};

use crate::alembic::{Alembic, Answer, Job};
use crate::environments::{ENV, TEMPLATE, logging_file};

const SIDE: &str = "m/versions/f1.py";

/// A branch with `f1` that has merged main with `m1`, both behind `a1`: two heads.
fn forked() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("m/env.py", ENV);
    sandbox.write("m/script.py.mako", TEMPLATE);
    add(&sandbox, "a1");
    sandbox.git(&["switch", "--quiet", "-c", "feature"]);
    add(&sandbox, "f1<a1");
    sandbox.git(&["switch", "--quiet", "main"]);
    add(&sandbox, "m1<a1");
    sandbox.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    sandbox.git(&["switch", "--quiet", "feature"]);
    sandbox.git(&["merge", "--quiet", "--no-edit", "main"]);
    sandbox
}

fn add(sandbox: &GitSandbox, text: &str) {
    let revision = revision_from(text);
    sandbox.write(revision.path.as_str(), logging_file(&revision));
    sandbox.commit_all("Ann Bee", &revision.message);
}

fn alembic(sandbox: &GitSandbox, database: &str, command: [&str; 2]) -> Answer {
    let answers = Alembic::new().run(vec![Job {
        scripts: sandbox.root().join("m"),
        // Beside the repository, where git does not see it.
        database: sandbox.root().with_file_name(database),
        commands: vec![command.map(str::to_owned)],
    }]);
    let answer = answers.into_iter().next().expect("one answer");
    assert_eq!(answer.error, None, "{command:?} on {database}");
    answer
}

fn fix(sandbox: &GitSandbox, args: &[&str]) -> Ran {
    sandbox.run(binary("onehead"), &[&["fix"], args].concat(), "")
}

/// A colleague has deployed the side to a database that others use.
fn deployed() -> GitSandbox {
    let sandbox = forked();
    sandbox.git(&["update-ref", "refs/remotes/origin/staging", "HEAD~1"]);
    alembic(&sandbox, "staging.sqlite", ["upgrade", "f1"]);
    sandbox
}

#[test]
fn by_hand_it_skips() {
    let sandbox = deployed();
    let text = fs::read_to_string(sandbox.root().join(SIDE)).expect("the side");
    sandbox.write(
        SIDE,
        text.replace(r#"down_revision = "a1""#, r#"down_revision = "m1""#),
    );
    let after = alembic(&sandbox, "staging.sqlite", ["upgrade", "head"]);
    assert_eq!(after.log, ["a1", "f1"], "m1 never ran, and nobody was told");
}

#[test]
fn fix_refuses_it_and_its_merge_runs_each_revision_once() {
    let sandbox = deployed();
    let refused = fix(&sandbox, &["--strategy", "reparent"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    for said in [
        "`f1` by origin/staging",
        "database at f1: would skip m1",
        "nothing was written",
    ] {
        assert!(refused.stdout.contains(said), "{said}: {}", refused.stdout);
    }
    assert_eq!(
        sandbox.git(&["status", "--porcelain", "--untracked-files=no"]),
        ""
    );

    let merged = fix(&sandbox, &[]);
    assert_eq!(merged.code, Some(0), "{merged:?}");
    let after = alembic(&sandbox, "staging.sqlite", ["upgrade", "head"]);
    assert_eq!(after.log[..3], ["a1", "f1", "m1"]);
    assert_eq!(
        after.log.len(),
        4,
        "and the merge revision: {:?}",
        after.log
    );
}

#[test]
fn a_permitted_reparent_runs_each_revision_once_as_its_note_says() {
    let sandbox = forked();
    alembic(&sandbox, "shared.sqlite", ["upgrade", "m1"]);
    alembic(&sandbox, "local.sqlite", ["upgrade", "f1"]);

    let fixed = fix(&sandbox, &["--strategy", "reparent"]);
    assert_eq!(fixed.code, Some(0), "{fixed:?}");
    let shared = alembic(&sandbox, "shared.sqlite", ["upgrade", "head"]);
    assert_eq!(shared.log, ["a1", "m1", "f1"]);

    // What is printed, word for word.
    let said = &fixed.stdout;
    for words in [
        "`git stash`",
        "\"alembic downgrade f1@a1\"",
        "`git stash pop --index`",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    sandbox.git(&["stash"]);
    alembic(&sandbox, "local.sqlite", ["downgrade", "f1@a1"]);
    sandbox.git(&["stash", "pop", "--index"]);
    let local = alembic(&sandbox, "local.sqlite", ["upgrade", "head"]);
    assert_eq!(local.log, ["a1", "m1", "f1"]);
}

#[test]
fn after_the_target_came_in_the_note_holds_as_well() {
    for way in [&["--target"][..], &["--target", "--rebase"]] {
        let sandbox = forked();
        sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
        alembic(&sandbox, "local.sqlite", ["upgrade", "f1"]);
        let fixed = fix(&sandbox, &[way, &["--strategy", "reparent"]].concat());
        assert_eq!(fixed.code, Some(0), "{fixed:?}");
        for words in [
            "`git checkout --detach HEAD~1`",
            "\"alembic downgrade f1@a1\"",
            "`git checkout -`",
        ] {
            assert!(fixed.stdout.contains(words), "{words}: {}", fixed.stdout);
        }
        sandbox.git(&["checkout", "--quiet", "--detach", "HEAD~1"]);
        alembic(&sandbox, "local.sqlite", ["downgrade", "f1@a1"]);
        sandbox.git(&["checkout", "--quiet", "-"]);
        let local = alembic(&sandbox, "local.sqlite", ["upgrade", "head"]);
        assert_eq!(local.log, ["a1", "m1", "f1"], "{way:?}");
    }
}
