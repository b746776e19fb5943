//! `onehead where --database`, without one: what is known, and what is not.

use onehead_fixtures::{GitSandbox, Ran, binary};
use onehead_model::{DatabaseAnswer, DatabaseReport, Document};
use onehead_schemas::validate;

fn sandbox() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write(
        "db/alembic.ini",
        "[billing]\nscript_location = %(here)s/m\n",
    );
    sandbox.write("db/m/env.py", "");
    migration(&sandbox, "db/m", "a1", "None");
    sandbox.commit_all("Ann Bee", "Add a1");
    sandbox.git(&["branch", "--quiet", "-M", "main"]);
    sandbox
}

fn migration(sandbox: &GitSandbox, folder: &str, id: &str, parents: &str) {
    sandbox.write(
        format!("{folder}/versions/{id}.py"),
        format!("revision = '{id}'\ndown_revision = {parents}\n"),
    );
}

fn run(sandbox: &GitSandbox, args: &[&str], stdin: &str) -> Ran {
    let args: Vec<&str> = ["where", "--database"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    sandbox.run(binary("onehead"), &args, stdin)
}

fn asked(sandbox: &GitSandbox, at: &[&str]) -> DatabaseReport {
    let args: Vec<&str> = at.iter().copied().chain(["--format", "json"]).collect();
    let ran = run(sandbox, &args, "");
    validate("database", &ran.stdout).unwrap_or_else(|why| panic!("{why}\n{ran:?}"));
    let report = DatabaseReport::from_json(&ran.stdout).expect("a document");
    assert_eq!(report.to_json(), ran.stdout);
    assert_eq!(ran.code, Some(report.exit() as i32));
    report
}

#[test]
fn the_commands_name_the_configuration() {
    let sandbox = sandbox();
    migration(&sandbox, "db/m", "b2", "'a1'");
    let report = asked(&sandbox, &["a1"]);
    assert_eq!(report.answer, DatabaseAnswer::Behind);
    assert_eq!(
        report.steps[0].run,
        "alembic -c db/alembic.ini -n billing upgrade head"
    );
    sandbox.write("onehead.toml", "alembic = \"flask db\"\n");
    assert_eq!(
        asked(&sandbox, &["base"]).steps[0].run,
        "flask db upgrade head"
    );
}

#[test]
fn a_revision_that_no_commit_has() {
    let sandbox = sandbox();
    let report = asked(&sandbox, &["zz"]);
    assert_eq!(report.answer, DatabaseAnswer::Lacking);
    assert!(report.lacking[0].found.is_none());
    assert!(report.steps.is_empty());
    // A database has whole ids: `a` is not `a1`.
    assert!(asked(&sandbox, &["a"]).lacking[0].found.is_none());
    let shown = run(&sandbox, &["zz"], "");
    assert!(
        shown.stdout.contains("no commit of this clone has `zz`"),
        "{}",
        shown.stdout
    );
    assert!(
        !shown.stdout.contains("alembic stamp zz"),
        "{}",
        shown.stdout
    );
}

#[test]
fn where_not_everything_can_be_read_nothing_is_claimed() {
    let sandbox = sandbox();
    sandbox.write("db/m/versions/x.py", "revision = 'b2'\ndown_revision = (\n");
    for at in ["a1", "b2"] {
        assert_eq!(
            asked(&sandbox, &[at]).answer,
            DatabaseAnswer::Unknown,
            "{at}"
        );
    }
}

#[test]
fn the_environment_is_named_where_several_may_be_meant() {
    let sandbox = sandbox();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = n\n");
    sandbox.write("n/env.py", "");
    migration(&sandbox, "n", "a1", "None");
    migration(&sandbox, "n", "c3", "'a1'");
    assert_eq!(asked(&sandbox, &["a1"]).answer, DatabaseAnswer::Unknown);
    let one = asked(&sandbox, &["a1", "--environment", "n"]);
    assert_eq!(one.answer, DatabaseAnswer::Behind);
    assert_eq!(asked(&sandbox, &["c3"]).environment.as_deref(), Some("n"));
}

#[test]
fn a_merge_that_parts_at_several_revisions_is_not_undone_by_one_command() {
    let sandbox = sandbox();
    migration(&sandbox, "db/m", "b2", "'a1'");
    migration(&sandbox, "db/m", "c3", "'a1'");
    sandbox.commit_all("Ann Bee", "Add two heads");
    sandbox.git(&["switch", "--quiet", "-c", "merged"]);
    migration(&sandbox, "db/m", "d4", "('b2', 'c3')");
    sandbox.commit_all("Ann Bee", "Merge the heads");
    sandbox.git(&["switch", "--quiet", "main"]);
    let report = asked(&sandbox, &["d4"]);
    assert_eq!(report.steps.len(), 1, "{report:?}");
    assert!(
        report
            .reason
            .as_deref()
            .is_some_and(|why| why.contains("`b2`, `c3`")),
        "{report:?}"
    );
}

#[test]
fn nothing_on_stdin_is_no_answer() {
    let sandbox = sandbox();
    let ran = run(&sandbox, &[], "\n");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("--database base"), "{}", ran.stderr);
    let both = sandbox.run(binary("onehead"), &["where", "a1", "--database", "a1"], "");
    assert_eq!(both.code, Some(2));
}
