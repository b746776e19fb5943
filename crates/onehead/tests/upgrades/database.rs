//! `onehead where --database` of what the real Alembic prints, and its commands carried out.

use onehead_fixtures::{GitSandbox, Ran, binary, python};
use onehead_model::{DatabaseAnswer, DatabaseReport, Document};
use onehead_schemas::validate;

const ENV: &str = "import logging\nlogging.basicConfig(level=logging.INFO, format='%(levelname)-5.5s [%(name)s] %(message)s')\nfrom alembic import context\nfrom sqlalchemy import create_engine\n\
    with create_engine('sqlite:///x.db').connect() as connection:\n    \
    context.configure(connection=connection)\n    with context.begin_transaction():\n        \
    context.run_migrations()\n";

/// One environment with `a1` and `m1` on main, and a branch with `f1`, `f2` on `a1`.
fn sandbox() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write(".gitignore", "x.db\n__pycache__\n");
    sandbox.write("m/env.py", ENV);
    migration(&sandbox, "a1", "None");
    sandbox.commit_all("Ann Bee", "Add a1");
    sandbox.git(&["branch", "--quiet", "-M", "main"]);
    sandbox.git(&["switch", "--quiet", "-c", "feature"]);
    migration(&sandbox, "f1", "'a1'");
    migration(&sandbox, "f2", "'f1'");
    sandbox.commit_all("Bob Cat", "Add f1 and f2");
    sandbox.git(&["switch", "--quiet", "main"]);
    migration(&sandbox, "m1", "'a1'");
    sandbox.commit_all("Ann Bee", "Add m1");
    sandbox
}

fn migration(sandbox: &GitSandbox, id: &str, parent: &str) {
    let text = format!(
        "from alembic import op\nrevision = '{id}'\ndown_revision = {parent}\n\n\ndef upgrade():\n    \
        op.execute('CREATE TABLE {id} (x INTEGER)')\n\n\ndef downgrade():\n    op.execute('DROP TABLE {id}')\n"
    );
    sandbox.write(format!("m/versions/{id}.py"), text);
}

/// Runs commands of a shell in which `alembic` is the real one.
fn shell(sandbox: &GitSandbox, commands: &str) -> Ran {
    let text = format!(
        "alembic() {{ '{}' -m alembic \"$@\"; }}\n{commands}\n",
        python().display()
    );
    sandbox.run("sh", &["-c", &text], "")
}

fn asked(sandbox: &GitSandbox, stdin: &str) -> DatabaseReport {
    let args = ["where", "--database", "--format", "json"];
    let ran = sandbox.run(binary("onehead"), &args, stdin);
    validate("database", &ran.stdout).unwrap_or_else(|why| panic!("{why}\n{ran:?}"));
    let report = DatabaseReport::from_json(&ran.stdout).expect("a document");
    assert_eq!(ran.code, Some(report.exit() as i32));
    report
}

fn current(sandbox: &GitSandbox) -> String {
    shell(sandbox, "alembic current 2>&1").stdout
}

#[test]
fn the_commands_bring_a_database_back() {
    let sandbox = sandbox();
    let fresh = asked(&sandbox, &current(&sandbox));
    assert_eq!(fresh.answer, DatabaseAnswer::Behind);
    assert_eq!(fresh.pending.len(), 2);

    sandbox.git(&["switch", "--quiet", "feature"]);
    let upgraded = shell(&sandbox, "alembic upgrade head");
    assert_eq!(upgraded.code, Some(0), "{upgraded:?}");
    assert_eq!(
        asked(&sandbox, &current(&sandbox)).answer,
        DatabaseAnswer::Current
    );

    sandbox.git(&["switch", "--quiet", "main"]);
    let said = current(&sandbox);
    assert!(said.contains("Can't locate revision"), "{said}");
    let report = asked(&sandbox, &said);
    assert_eq!(report.answer, DatabaseAnswer::Lacking);
    let found = report.lacking[0].found.as_ref().expect("a branch has it");
    assert_eq!(found.branches, ["feature"]);
    let steps: Vec<&str> = report.steps.iter().map(|step| step.run.as_str()).collect();
    assert_eq!(
        steps,
        [
            "git switch feature",
            "alembic downgrade a1",
            "git switch main",
            "alembic upgrade head"
        ]
    );
    let ran = shell(&sandbox, &format!("set -e\n{}", steps.join("\n")));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let after = asked(&sandbox, &current(&sandbox));
    assert_eq!(after.answer, DatabaseAnswer::Current);
    assert_eq!(after.at.len(), 1);
    assert_eq!(after.at[0].as_str(), "m1");
}

#[test]
fn several_rows_and_a_merge_are_read() {
    let sandbox = sandbox();
    sandbox.git(&["merge", "--quiet", "-m", "Merge feature", "feature"]);
    let ran = shell(&sandbox, "alembic upgrade heads");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for words in ["current", "current --verbose"] {
        let said = shell(&sandbox, &format!("alembic {words}")).stdout;
        let report = asked(&sandbox, &said);
        assert_eq!(report.answer, DatabaseAnswer::Current, "{said}");
        assert_eq!(report.at.len(), 2, "{said}");
    }
    migration(&sandbox, "z1", "('m1', 'f2')");
    let ran = shell(&sandbox, "alembic upgrade head");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let said = current(&sandbox);
    assert!(said.contains("z1 (head) (mergepoint)"), "{said}");
    assert_eq!(asked(&sandbox, &said).at.len(), 1);
}

#[test]
fn what_alembic_refuses_is_refused() {
    let sandbox = sandbox();
    let args = ["where", "--database", "a1", "m1"];
    let ran = sandbox.run(binary("onehead"), &args, "");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("overlaps with"), "{}", ran.stdout);
    let failed = shell(&sandbox, "alembic -c nowhere.ini current 2>&1").stdout;
    let ran = sandbox.run(binary("onehead"), &["where", "--database"], &failed);
    assert_eq!(ran.code, Some(2), "{ran:?}");
}
