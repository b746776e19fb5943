//! Every case of `fixtures/history`: what `onehead history` tells of it, in every format.
//!
//! `UPDATE=1` rewrites the expected documents; read them before you commit them.

use std::process::ExitCode;

use onehead_fixtures::{Case, Expected, GitSandbox, Order, Ran, Suite, Tests, binary, same};
use onehead_model::{Document, HistoryReport};
use onehead_schemas::validate;

fn main() -> ExitCode {
    Tests::default()
        .cases(Suite::History, is_as_expected)
        .test(
            "the_page_is_written_beside_the_answer",
            the_page_is_written_beside_the_answer,
        )
        .test(
            "the_page_tells_what_changed_after_it_was_published",
            the_page_tells_what_changed_after_it_was_published,
        )
        .test("what_cannot_be_told_is_said", what_cannot_be_told_is_said)
        .test(
            "a_page_and_a_table_say_that_nothing_is_known",
            a_page_and_a_table_say_that_nothing_is_known,
        )
        .run()
}

fn is_as_expected(case: &Case) -> Result<(), String> {
    let mut expected = Expected::of(&case.folder);
    let sandbox = case.sandbox(Order::Sorted);
    let told = history(case, &sandbox, "text");
    expected.is("history.txt", &told.transcript());
    let json = history(case, &sandbox, "json").stdout;
    expected.is("history.json", &json);
    expected.also(validate("history", &json));
    expected.also(comes_back(&json));
    let post = history(case, &sandbox, "markdown").stdout;
    expected.is("history.md", &post);
    let table = history(case, &sandbox, "csv").stdout;
    expected.is("history.csv", &table);
    let forgetful = history(case, &case.sandbox(Order::Reversed), "json").stdout;
    expected.also(same("the same from another clone", &json, &forgetful));
    expected.finish(Case::INPUTS)
}

fn history(case: &Case, sandbox: &GitSandbox, format: &str) -> Ran {
    let mut args = vec!["history", "--target", "main", "--format", format];
    args.extend(case.args.iter().map(String::as_str));
    sandbox.run(binary("onehead"), &args, "")
}

/// Reading the document and writing it again gives the same.
fn comes_back(json: &str) -> Result<(), String> {
    let report = HistoryReport::from_json(json).map_err(|error| error.to_string())?;
    same("the document read and written", json, &report.to_json())
}

fn the_page_is_written_beside_the_answer() {
    let case = Case::named(Suite::History, "hostile-text");
    let sandbox = case.sandbox(Order::Sorted);
    let args = ["history", "--target", "main", "--html", "page.html"];
    let told = sandbox.run(binary("onehead"), &args, "");
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    assert_eq!(told.stdout, history(&case, &sandbox, "text").stdout);
    let page = std::fs::read_to_string(sandbox.root().join("page.html")).expect("it is written");
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    assert!(!page.contains("<img src=x"), "a message acts");
}

fn the_page_tells_what_changed_after_it_was_published() {
    let case = Case::named(Suite::History, "published-changes");
    let sandbox = case.sandbox(Order::Sorted);
    let args = ["history", "--target", "main", "--html", "page.html"];
    let told = sandbox.run(binary("onehead"), &args, "");
    assert_eq!(told.code, Some(0), "{told:?}");
    let page = std::fs::read_to_string(sandbox.root().join("page.html")).expect("it is written");
    for said in [
        "Changed after it was published",
        "new revision before it",
        "databases at `b1` take `z9` for applied and never run it",
        "<bdi>Bob Cat</bdi> with <bdi>Claude</bdi>",
        "<bdi>tags v1 and v1.1</bdi>",
        "1 other body",
        "accepted",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

fn a_page_and_a_table_say_that_nothing_is_known() {
    let case = Case::named(Suite::History, "treeless-sparse-clone");
    let sandbox = case.sandbox(Order::Sorted);
    let args = [
        "history",
        "--repo",
        "../treeless",
        "--format",
        "csv",
        "--html",
        "page.html",
    ];
    let told = sandbox.run(binary("onehead"), &args, "");
    assert_eq!(told.code, Some(2), "{told:?}");
    assert_eq!(told.stdout.lines().count(), 1, "{told:?}");
    assert!(
        told.stderr
            .contains("note: what the commits changed is not known"),
        "{told:?}"
    );
    let page = std::fs::read_to_string(sandbox.root().join("page.html")).expect("it is written");
    assert!(
        page.contains("Not known: the commits cannot be read"),
        "{page}"
    );
    assert!(!page.contains("<section"), "{page}");
}

fn what_cannot_be_told_is_said() {
    let empty = GitSandbox::new();
    let told = empty.run(binary("onehead"), &["history"], "");
    assert_eq!(told.code, Some(2), "{}", told.stderr);
    assert_eq!(
        told.stderr,
        "error: HEAD names no commit\nhint: make the first commit, or check one out\n"
    );
    let unknown = empty.run(binary("onehead"), &["history", "--target", "x"], "");
    assert_eq!(unknown.code, Some(2), "{}", unknown.stderr);
    let day = empty.run(binary("onehead"), &["history", "--since", "monday"], "");
    assert_eq!(day.code, Some(2), "{}", day.stderr);
    let nothing = GitSandbox::without_git();
    let told = nothing.run(binary("onehead"), &["history"], "");
    assert_eq!(told.code, Some(2), "{}", told.stderr);
}
