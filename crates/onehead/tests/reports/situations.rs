//! `fixtures/reports`: a situation in each folder, and what every format says of it. `UPDATE=1` rewrites that.

use std::fs;
use std::path::{Path, PathBuf};

use onehead_fixtures::{Case, Expected, GitSandbox, Order, Suite};
use onehead_schemas::{fits, junit_suites, validate};

use crate::said::{FORMATS, ci, shown};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/reports")
}

fn sandbox(situation: &str) -> GitSandbox {
    Case::named(Suite::Reports, situation).sandbox(Order::Sorted)
}

fn every_format_is_as_expected(situation: &str, code: i32) {
    let sandbox = sandbox(situation);
    let mut expected = Expected::of(&folder().join(situation));
    for (format, file) in FORMATS {
        let said = shown(&sandbox, "main", format);
        assert_eq!(said.code, code, "{format}: {}", said.text);
        expected.is(file, &said.text);
        expected.also(fits_its_reader(format, &said.text));
    }
    let comment = ci(&sandbox, &["comment", "--target", "main"]);
    assert_eq!(comment.code, code);
    expected.is("comment.md", &comment.text);
    let document = ci(
        &sandbox,
        &["comment", "--target", "main", "--format", "json"],
    );
    expected.also(validate("comment", &document.text));
    expected
        .finish(&["repo.sh"])
        .unwrap_or_else(|reason| panic!("{situation}\n{reason}"));
}

/// What a program that reads the format would refuse.
fn fits_its_reader(format: &str, text: &str) -> Result<(), String> {
    match format {
        "json" => validate("check", text),
        "sarif" => fits("sarif-2.1.0.json", text),
        "codequality" => fits("codequality.json", text),
        "junit" => junit_suites(text).map(drop),
        _ => Ok(()),
    }
}

#[test]
fn a_collision_with_the_target() {
    every_format_is_as_expected("merged-into-target", 1);
}

#[test]
fn a_collision_with_what_a_program_of_the_settings_brought() {
    every_format_is_as_expected("target-by-a-bot", 1);
}

#[test]
fn one_id_on_both_sides_of_a_merge() {
    every_format_is_as_expected("duplicate-id", 1);
}

#[test]
fn a_collision_that_was_fixed() {
    every_format_is_as_expected("fixed", 0);
}

#[test]
fn findings_of_every_kind() {
    every_format_is_as_expected("other-findings", 1);
}

#[test]
fn a_backport_that_leaves_out_what_came_before() {
    every_format_is_as_expected("backport-over-others", 1);
}

#[test]
fn a_backport_that_is_meant() {
    every_format_is_as_expected("backport-accepted", 0);
}

#[test]
fn a_new_revision_that_other_branches_have_elsewhere() {
    every_format_is_as_expected("elsewhere-on-branch", 0);
}

#[test]
fn changes_of_published_revisions() {
    every_format_is_as_expected("published-changes", 1);
}

#[test]
fn changes_of_published_revisions_that_are_meant() {
    every_format_is_as_expected("published-accepted", 0);
}

#[test]
fn a_revision_before_a_published_one_that_a_twin_repeats() {
    every_format_is_as_expected("published-twin", 0);
}

#[test]
fn a_twin_that_does_something_else() {
    every_format_is_as_expected("published-twin-not-proved", 1);
}

#[test]
fn a_squash_that_is_declared() {
    every_format_is_as_expected("published-squash", 0);
}

#[test]
fn a_squash_that_forgets_a_revision() {
    every_format_is_as_expected("published-squash-not-proved", 1);
}

#[test]
fn a_revert_that_removes_what_a_release_has() {
    every_format_is_as_expected("published-reverted", 1);
}

#[test]
fn two_published_revisions_that_change_places() {
    every_format_is_as_expected("published-swapped", 1);
}

#[test]
fn a_new_revision_that_a_release_has_elsewhere() {
    every_format_is_as_expected("published-elsewhere", 1);
}

#[test]
fn a_change_without_migrations_while_the_target_is_forked() {
    every_format_is_as_expected("inherited", 0);
}

#[test]
fn a_branch_from_before_the_target_was_forked() {
    every_format_is_as_expected("inherited-by-merging", 0);
}

#[test]
fn a_change_that_fixes_the_target() {
    every_format_is_as_expected("fixes-the-target", 0);
}

#[test]
fn a_change_that_makes_the_fork_of_the_target_worse() {
    every_format_is_as_expected("worse-than-the-target", 1);
}

#[test]
fn what_the_target_cannot_read_in_an_environment_that_the_change_touches() {
    every_format_is_as_expected("unknown-on-the-target", 1);
}

#[test]
fn what_the_target_has_and_hides_the_heads_that_the_change_adds() {
    every_format_is_as_expected("hidden-by-the-target", 1);
}

#[test]
fn what_counts_with_fail_on_any() {
    every_format_is_as_expected("fail-on-any", 1);
}

#[test]
fn several_formats_in_one_run() {
    let sandbox = sandbox("merged-into-target");
    let args = [
        "--target",
        "main",
        "--also",
        "sarif=../one.sarif",
        "--also=markdown=../one.md",
        "--format=junit",
    ];
    let said = ci(&sandbox, &args);
    assert_eq!(said.text, shown(&sandbox, "main", "junit").text);
    for (file, format) in [("one.sarif", "sarif"), ("one.md", "markdown")] {
        let written =
            fs::read_to_string(sandbox.root().with_file_name(file)).expect("it was asked for");
        assert_eq!(written, shown(&sandbox, "main", format).text);
    }
}

#[test]
fn a_comment_is_no_longer_than_a_forge_takes() {
    let sandbox = sandbox("merged-into-target");
    for number in 0..400 {
        let path = format!("migrations/versions/{number:0>100}.py");
        sandbox.write(
            path,
            format!("revision = 'r{number}'\ndown_revision = 'a'\n"),
        );
    }
    sandbox.commit_all("Ann Bee", "Far too much");
    let comment = ci(&sandbox, &["comment", "--target", "main"]);
    assert_eq!(comment.code, 1);
    assert!(comment.text.chars().count() < 1_000, "{}", comment.text);
    assert!(comment.text.starts_with("<!-- onehead:comment -->\n"));
}

#[test]
fn a_fingerprint_outlives_lines_and_other_heads() {
    let sandbox = sandbox("merged-into-target");
    let before = fingerprints(&shown(&sandbox, "main", "codequality").text);
    sandbox.git(&["checkout", "--quiet", "main"]);
    let moved = "\n\n\nrevision = 'd'\ndown_revision = 'a'\n";
    sandbox.write("migrations/versions/d.py", moved);
    sandbox.write(
        "migrations/versions/f.py",
        "revision = 'f'\ndown_revision = 'a'\n",
    );
    sandbox.commit_all("Bob Cat", "More (#13)");
    sandbox.git(&["checkout", "--quiet", "topic"]);
    let after = fingerprints(&shown(&sandbox, "main", "codequality").text);
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|one| after.contains(one)), "{after:?}");
}

fn fingerprints(report: &str) -> Vec<String> {
    let issues: serde_json::Value = serde_json::from_str(report).expect("JSON");
    let issues = issues.as_array().expect("a list").clone();
    issues
        .iter()
        .map(|issue| issue["fingerprint"].to_string())
        .collect()
}
