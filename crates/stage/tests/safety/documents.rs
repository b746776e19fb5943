//! Only a document that is understood is acted upon.

use onehead_fixtures::GitSandbox;
use onehead_model::Document;

use crate::bench::{FILE, plan, refuses, repository};

fn says(sandbox: &GitSandbox, document: &str, expected: &str) {
    let said = refuses(sandbox, document, &[]);
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_document_that_is_not_known() {
    let sandbox = repository();
    let good = plan(&[FILE]).to_json();
    says(&sandbox, "", "stdin is empty");
    says(&sandbox, "\n", "stdin is empty");
    says(&sandbox, "no JSON", "is not a `onehead.render` document");
    says(
        &sandbox,
        &good[..good.len() / 2],
        "is not a `onehead.render` document",
    );
    let newer = good.replacen("\"version\": 1", "\"version\": 2", 1);
    says(
        &sandbox,
        &newer,
        "version 2 of `onehead.render`, this program knows version 1",
    );
    let other = good.replacen("onehead.render", "onehead.graph", 1);
    says(
        &sandbox,
        &other,
        "is a `onehead.graph` document, expected `onehead.render`",
    );
}

#[test]
fn a_path_that_is_none() {
    let sandbox = repository();
    let good = plan(&[FILE]).to_json();
    for path in [
        "/etc/x.py",
        "../x.py",
        "migrations/versions/../../x.py",
        "migrations/versions/./x.py",
        "migrations//versions/x.py",
        "migrations/versions/x.py/",
        "migrations/versions/\\u0000.py",
    ] {
        let bad = good.replacen(
            &format!("\"path\": \"{FILE}\""),
            &format!("\"path\": \"{path}\""),
            1,
        );
        assert_ne!(bad, good);
        says(&sandbox, &bad, "is not a `onehead.render` document");
    }
}

#[test]
fn a_plan_that_could_not_be_rendered() {
    let sandbox = repository();
    let mut plan = plan(&[FILE]);
    plan.findings.push(onehead_model::Finding::new(
        onehead_model::Code::NotRenderable,
        "the template is not rendered",
    ));
    says(&sandbox, &plan.to_json(), "the template is not rendered");
}
