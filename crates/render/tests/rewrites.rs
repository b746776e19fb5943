//! Every file in `tests/rewrites` is edited as expected, or refused with the reason.
//!
//! A case holds `before.py`, `plan.json` (the path, what is replaced, and ids that other files have), and what is
//! expected: `answer.txt`, and `after.py` unless it is refused. `UPDATE=1` writes the latter two anew.

mod plan;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use onehead_fixtures::{Expected, Tests};
use onehead_model::Content;
use plan::Plan;
use pretty_assertions::assert_eq;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rewrites");
    Tests::default()
        .folders(&root, 70, is_edited_as_expected)
        .test(
            "other_encodings_keep_their_bytes",
            other_encodings_keep_their_bytes,
        )
        .test(
            "an_id_that_the_encoding_lacks_is_refused",
            an_id_that_the_encoding_lacks_is_refused,
        )
        .run()
}

fn is_edited_as_expected(case: &Path) -> Result<(), String> {
    let before = fs::read(case.join("before.py")).unwrap();
    let plan: Plan = serde_json::from_slice(&fs::read(case.join("plan.json")).unwrap()).unwrap();
    let mut expected = Expected::of(case);
    match plan.render(&before) {
        Ok(change) => {
            let Content::Text(after) = &change.content else {
                return Err("these are UTF-8".into());
            };
            let parents: Vec<&str> = change.down_revisions.iter().map(|id| id.as_str()).collect();
            let answer = format!(
                "{}: {} after [{}]: {}\n\n{}",
                change.path,
                change.revision,
                parents.join(", "),
                change.message.lines().next().unwrap_or_default(),
                change.diff
            );
            expected.is("after.py", after);
            expected.is("answer.txt", &answer);
        }
        Err(finding) => {
            let place = finding.location.unwrap();
            let at =
                [place.line, place.column].map(|at| at.map_or("-".into(), |at| at.to_string()));
            let (code, message) = (finding.code.code(), &finding.message);
            let hint = finding.hint.unwrap();
            let answer = format!(
                "{code} {}:{}: {message}\n{hint}\n",
                place.path,
                at.join(":")
            );
            expected.is("answer.txt", &answer);
        }
    }
    expected.finish(&["before.py", "plan.json"])
}

fn other_encodings_keep_their_bytes() {
    let module = b"\nx = '\xe9\xa4'\nrevision = 'a1'\ndown_revision = 'b2' # \xfc\n";
    for name in ["latin-1", "cp1252", "iso8859-15", "koi8-r"] {
        let cookie = format!("# -*- coding: {name} -*-").into_bytes();
        let before = [cookie, module.to_vec()].concat();
        let after = plan::bytes(&Plan::parent("b2", "z9").render(&before).unwrap().content);
        let expected: Vec<u8> = before.clone();
        let at = before.windows(4).position(|part| part == b"'b2'").unwrap();
        assert_eq!(
            after,
            [&expected[..=at], b"z9", &expected[at + 3..]].concat(),
            "{name}"
        );
    }
}

fn an_id_that_the_encoding_lacks_is_refused() {
    let before = b"# coding: latin-1\nrevision = 'a1'\ndown_revision = 'b2'\n";
    let finding = Plan::parent("b2", "\u{17e}").render(before).unwrap_err();
    assert!(
        finding.message.contains("`latin-1` cannot express it"),
        "{}",
        finding.message
    );
}
