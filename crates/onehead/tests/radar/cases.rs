//! `fixtures/radar`: a history in each folder, and what the radar says of it. `UPDATE=1` rewrites that.

use onehead_fixtures::{Case, Expected, GitSandbox, Order, Ran, Suite, Tests, binary};
use onehead_schemas::validate;
use pretty_assertions::assert_eq;
use serde_json::Value;

/// The formats, with the file that holds what each says.
const FORMATS: [(&str, &str); 3] = [
    ("text", "text.txt"),
    ("json", "radar.json"),
    ("mermaid", "radar.mmd"),
];

/// The target where no remote has one, then what the case asks for.
fn arguments(case: &Case) -> Vec<String> {
    match case.folder.join("args").is_file() {
        true => case.args.clone(),
        false => ["--target", "main"].map(str::to_owned).into(),
    }
}

fn radar(sandbox: &GitSandbox, args: &[String], more: &[&str]) -> Ran {
    let mut words = vec!["radar"];
    words.extend(args.iter().map(String::as_str));
    words.extend(more);
    sandbox.run(binary("onehead"), &words, "")
}

pub(crate) fn add_to(tests: Tests) -> Tests {
    tests
        .cases(Suite::Radar, is_seen_as_expected)
        .test("only_what_was_asked_for", only_what_was_asked_for)
}

fn is_seen_as_expected(case: &Case) -> Result<(), String> {
    let sandbox = case.sandbox(Order::Sorted);
    let args = arguments(case);
    let mut expected = Expected::of(&case.folder);
    for (format, file) in FORMATS {
        let ran = radar(&sandbox, &args, &["--format", format]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(ran.stderr, "");
        expected.is(file, &ran.stdout);
        if format == "json" {
            expected.also(validate("radar", &ran.stdout));
            expected.also(fits_together(&ran.stdout));
            let is_fine = ran.stdout.contains("\"verdict\": \"fine\"");
            let ran = radar(&sandbox, &args, &["--exit-code"]);
            assert_eq!(ran.code, Some(i32::from(!is_fine)));
        }
        expected.also(nothing_acts(&ran.stdout));
    }
    expected.finish(Case::INPUTS)
}

/// Whoever collides is among the branches, and every branch that can land has its place in the order.
fn fits_together(document: &str) -> Result<(), String> {
    let report: Value = serde_json::from_str(document).map_err(|error| error.to_string())?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let branches = list(&report["branches"]);
    let outlook = |name: &str| {
        let found = branches.iter().find(|branch| branch["name"] == name);
        found.map(|branch| text(&branch["outlook"]))
    };
    for collision in list(&report["collisions"]) {
        for line in list(&collision["lines"]) {
            for name in list(&line["branches"]) {
                let outlook = outlook(&text(&name));
                if !matches!(outlook.as_deref(), Some("target" | "branches" | "broken")) {
                    return Err(format!("{name} collides, and its outlook is {outlook:?}"));
                }
            }
        }
    }
    let steps = list(&report["order"]["steps"]);
    let fixed = steps.iter().filter(|step| step["fix"] == true).count();
    if report["order"]["fixes"] != fixed {
        return Err(format!("{fixed} steps fix"));
    }
    for step in &steps {
        let outlook = outlook(&text(&step["branch"]));
        let must = outlook.as_deref() == Some("target");
        if must && step["fix"] != true {
            return Err(format!("{} needs a fix", step["branch"]));
        }
    }
    Ok(())
}

/// Nothing that a terminal, a log or a browser would act on.
fn nothing_acts(shown: &str) -> Result<(), String> {
    let is_command = |line: &str| line.trim_start().starts_with("::");
    // JSON escapes control characters by itself, and is for programs.
    let is_json = shown.starts_with('{');
    if !is_json && (shown.contains(['\u{202e}', '\u{1b}']) || shown.contains("##[")) {
        return Err(format!("raw text of the repository is shown:\n{shown}"));
    }
    match shown.lines().any(is_command) {
        true => Err(format!("a line is a workflow command:\n{shown}")),
        false => Ok(()),
    }
}

fn only_what_was_asked_for() {
    let sandbox = Case::named(Suite::Radar, "one-parent").sandbox(Order::Sorted);
    let target = ["--target", "main"].map(str::to_owned);
    let ran = radar(&sandbox, &target, &["--refs", "lat*"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("2 branches with migrations"),
        "{}",
        ran.stdout
    );
    let ran = radar(&sandbox, &target, &["--refs", "nothing*"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("no branch matches"), "{}", ran.stderr);
    let ran = radar(
        &sandbox,
        &["--target".to_owned(), "nowhere".to_owned()],
        &[],
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    let ran = radar(&sandbox, &[], &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
}
