//! The verdict on every pair of `fixtures/sides`, beside its label and what real Alembic on SQLite made
//! of both orders (`oracle`, kept by `cargo xtask oracle`). `UPDATE=1` rewrites the verdicts.

use std::process::ExitCode;

use onehead_fixtures::{Expected, SidesCase, Tests};
use onehead_model::{RepoPath, RevisionId, SidesVerdict};
use onehead_operations::{Migration, compare, read};

fn main() -> ExitCode {
    let cases = SidesCase::all();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let add = |tests: Tests, case: SidesCase| tests.one(case.name.clone(), case, gets_its_verdict);
    cases.into_iter().fold(Tests::default(), add).run()
}

fn gets_its_verdict(case: &SidesCase) -> Result<(), String> {
    let (left, right) = (RevisionId::new("left"), RevisionId::new("right"));
    let (left_path, right_path) = (path("left.py"), path("right.py"));
    let (one, other) = (read(&case.left), read(&case.right));
    let side = |revision, path, upgrade| {
        vec![Migration {
            revision,
            path,
            upgrade,
        }]
    };
    let sides = [
        (left.clone(), side(&left, &left_path, &one)),
        (right.clone(), side(&right, &right_path, &other)),
    ];
    let found = compare("", &sides, |_, _| false);
    let text = serde_json::to_string_pretty(&found).unwrap() + "\n";
    let mut expected = Expected::of(&case.folder);
    expected.is("verdict.json", &text);
    let oracle = case.oracle.as_deref();
    let collides = case.collides || matches!(oracle, Some("different" | "error"));
    if collides && found.verdict == SidesVerdict::Independent {
        expected.also(Err("it is called independent, but it is not".into()));
    }
    if !matches!(oracle, Some("same" | "different" | "error")) {
        expected.also(Err(format!(
            "Alembic was not asked, or could not tell: {oracle:?}"
        )));
    }
    expected.finish(&["label", "left.py", "right.py", "oracle"])
}

fn path(name: &str) -> RepoPath {
    RepoPath::new(name).unwrap()
}
