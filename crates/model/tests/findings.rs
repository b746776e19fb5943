//! `docs/findings.md` has a section for every code, and none without one.

use onehead_model::Code;
use pretty_assertions::assert_eq;

/// `## OH001 multiple-heads` and the `Severity: error` below it.
fn sections(page: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = page.lines().collect();
    let heading = |at: &usize| lines[*at].starts_with("## ");
    let section = |at: usize| {
        let severity = lines.get(at + 1).unwrap_or(&"");
        (lines[at][3..].to_owned(), (*severity).to_owned())
    };
    (0..lines.len()).filter(heading).map(section).collect()
}

#[test]
fn every_code_has_its_section() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/findings.md");
    let page = std::fs::read_to_string(path).unwrap();
    let expected: Vec<(String, String)> = Code::ALL
        .iter()
        .map(|code| {
            (
                format!("{} {}", code.code(), code.name()),
                format!("Severity: {}", code.severity()),
            )
        })
        .collect();
    assert_eq!(sections(&page), expected);
}
