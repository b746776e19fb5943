//! The pipeline carries out a plan that gives a revision another parent and another id, as documents and with the
//! programs themselves.

use onehead_fixtures::{GitSandbox, binary};
use onehead_model::{
    Content, Document, Field, GraphReport, RenderReport, Replacement, RepoPath, Rewrite,
    StageReport,
};
use onehead_schemas::validate;
use pretty_assertions::assert_eq;

const INI: &str = "[alembic]\nscript_location = migrations\n";

fn module(id: &str, parent: &str) -> String {
    format!(
        "\"\"\"add a table\n\nRevision ID: {id}\nRevises: {parent}\n\n\"\"\"\n\nrevision: str = \"{id}\"\ndown_revision: str | None = {}  # kept\n",
        if parent.is_empty() {
            "None".to_owned()
        } else {
            format!("\"{parent}\"")
        }
    )
}

fn path(id: &str) -> String {
    format!("migrations/versions/{id}_add.py")
}

/// One base, and two heads on it.
fn forked() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", INI);
    sandbox.write("migrations/env.py", "");
    for (id, parent) in [("a1", ""), ("b2", "a1"), ("c3", "a1")] {
        sandbox.write(path(id), module(id, parent));
    }
    sandbox.commit_all("Ann Bee", "Add migrations");
    sandbox
}

fn says(sandbox: &GitSandbox, stage: &str, args: &[&str], input: &str) -> String {
    let ran = sandbox.run(binary(&format!("onehead-{stage}")), args, input);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{stage}");
    validate(stage, &ran.stdout).unwrap();
    ran.stdout
}

fn graph(sandbox: &GitSandbox) -> GraphReport {
    let scanned = says(sandbox, "scan", &[], "");
    GraphReport::from_json(&says(sandbox, "graph", &[], &scanned)).unwrap()
}

fn rewrite(id: &str, replacements: &[(Field, &str, &str)]) -> Rewrite {
    Rewrite {
        path: RepoPath::new(path(id)).unwrap(),
        content: Content::Text(module(id, "a1")),
        replacements: replacements
            .iter()
            .map(|(field, from, to)| Replacement {
                field: *field,
                from: Some((*from).into()),
                to: (*to).into(),
            })
            .collect(),
    }
}

#[test]
fn another_parent_fixes_a_fork() {
    let sandbox = forked();
    let mut plan = graph(&sandbox);
    plan.environments[0].fixes.clear();
    plan.environments[0].rewrites = vec![rewrite(
        "c3",
        &[
            (Field::Revision, "c3", "d4"),
            (Field::DownRevision, "a1", "b2"),
        ],
    )];
    let plan = plan.to_json();
    validate("graph", &plan).unwrap();
    let rendered = says(&sandbox, "render", &[], &plan);
    let in_process = onehead_render::render(
        &GraphReport::from_json(&plan).unwrap(),
        &onehead_render::RenderOptions::default(),
    );
    assert_eq!(rendered, in_process.unwrap().to_json());
    let diff = RenderReport::from_json(&rendered).unwrap().changes[0]
        .diff
        .clone();
    assert!(
        diff.starts_with(&format!("--- a/{}\n+++ b/{}\n", path("c3"), path("d4"))),
        "{diff}"
    );

    let staged = says(&sandbox, "stage", &["--commit"], &rendered);
    let report = StageReport::from_json(&staged).unwrap();
    assert_eq!(
        report.written[0].replaced,
        Some(RepoPath::new(path("c3")).unwrap())
    );
    assert_eq!(
        sandbox.git(&["show", &format!("HEAD:{}", path("d4"))]),
        module("d4", "b2").trim_end()
    );
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    let after = graph(&sandbox);
    assert_eq!(after.environments[0].heads, ["d4".into()]);

    let again = sandbox.run(binary("onehead-stage"), &["--commit"], &rendered);
    assert_eq!(again.code, Some(2));
    assert!(
        again
            .stderr
            .contains("has changed since the fix was planned"),
        "{}",
        again.stderr
    );
}

#[test]
fn a_plan_that_cannot_be_carried_out_whole_is_not_carried_out() {
    let sandbox = forked();
    let mut plan = graph(&sandbox);
    plan.environments[0].fixes.clear();
    plan.environments[0].rewrites = vec![
        rewrite("b2", &[(Field::DownRevision, "a1", "c3")]),
        rewrite("c3", &[(Field::DownRevision, "nope", "b2")]),
    ];
    let rendered = says(&sandbox, "render", &[], &plan.to_json());
    let report = RenderReport::from_json(&rendered).unwrap();
    assert_eq!(report.findings[0].code.code(), "OH061");
    let ran = sandbox.run::<&str>(binary("onehead-stage"), &[], &rendered);
    assert_eq!(ran.code, Some(2));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}
