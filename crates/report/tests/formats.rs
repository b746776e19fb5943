//! Every format of the verdicts in `fixtures/reports`, from the document alone. `crates/onehead/tests/reports` makes
//! the documents from repositories and rewrites all of these files.

use std::fs;
use std::path::{Path, PathBuf};

use onehead_model::{CheckReport, Document, FixOutcome, NextCommand};
use onehead_report::check::{Answer, comment};
use onehead_report::{Kind, Output};
use pretty_assertions::assert_eq;

fn every_format_is_a_function_of_the_document(situation: &str) {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/reports");
    let expected = |file: &str| {
        let file = folder.join(situation).join(file);
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    let report = CheckReport::from_json(&expected("check.json")).expect("a document");
    let target = report.forecast.as_ref().map(|one| one.target.as_str());
    let output = Output::Check(Answer {
        report: &report,
        fix: &FixOutcome::NotAsked,
        command: &NextCommand::new("onehead check"),
        all: false,
        target,
    });
    for (format, _) in Kind::Check.formats() {
        let file = match format.name() {
            "text" => "text.txt",
            "json" => "check.json",
            "github" => "github.txt",
            "sarif" => "sarif.json",
            "junit" => "junit.xml",
            "codequality" => "codequality.json",
            "markdown" => "summary.md",
            other => panic!("{other} has no golden"),
        };
        let shown = output.shown(*format).expect("the verdict has it");
        assert_eq!(shown, expected(file), "{situation}/{file}");
    }
    assert_eq!(comment(&report, target).body, expected("comment.md"));
}

#[test]
fn a_collision_with_the_target() {
    every_format_is_a_function_of_the_document("merged-into-target");
}

#[test]
fn one_id_on_both_sides_of_a_merge() {
    every_format_is_a_function_of_the_document("duplicate-id");
}

#[test]
fn a_collision_that_was_fixed() {
    every_format_is_a_function_of_the_document("fixed");
}

#[test]
fn changes_of_published_revisions() {
    every_format_is_a_function_of_the_document("published-changes");
}

#[test]
fn changes_of_published_revisions_that_are_meant() {
    every_format_is_a_function_of_the_document("published-accepted");
}

#[test]
fn findings_of_every_kind() {
    every_format_is_a_function_of_the_document("other-findings");
}

#[test]
fn a_change_without_migrations_while_the_target_is_forked() {
    every_format_is_a_function_of_the_document("inherited");
}

#[test]
fn a_branch_from_before_the_target_was_forked() {
    every_format_is_a_function_of_the_document("inherited-by-merging");
}

#[test]
fn a_change_that_fixes_the_target() {
    every_format_is_a_function_of_the_document("fixes-the-target");
}

#[test]
fn a_change_that_makes_the_fork_of_the_target_worse() {
    every_format_is_a_function_of_the_document("worse-than-the-target");
}

#[test]
fn what_the_target_cannot_read_in_an_environment_that_the_change_touches() {
    every_format_is_a_function_of_the_document("unknown-on-the-target");
}

#[test]
fn what_counts_with_fail_on_any() {
    every_format_is_a_function_of_the_document("fail-on-any");
}

#[test]
fn what_the_target_has_and_hides_the_heads_that_the_change_adds() {
    every_format_is_a_function_of_the_document("hidden-by-the-target");
}
