//! Every template in `fixtures/templates` gives what the real Mako gives, or is refused.
//!
//! `scripts/oracle/render_templates.py` writes the expectations.

mod input;

use std::fs;
use std::path::Path;

use onehead_render::mako::render;
use pretty_assertions::assert_eq;

#[test]
fn templates_render_as_in_mako() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/templates");
    let mut cases = 0;
    for entry in fs::read_dir(&root).unwrap() {
        let case = entry.unwrap().path();
        let read = |name: &str| fs::read_to_string(case.join(name)).ok();
        let template = read("script.py.mako").unwrap();
        let input = serde_json::from_str(&read("input.json").unwrap()).unwrap();
        let rendered = match render(&template, &input::context(&input)) {
            Ok(text) => text,
            Err(refusal) => format!("refused: {}: {}\n", refusal.line, refusal.construct),
        };
        let expected = match (read("expected.py"), read("expected.refusal")) {
            (Some(text), None) => text,
            (None, Some(refusal)) => format!("refused: {refusal}"),
            _ => panic!("{}: one expectation is needed", case.display()),
        };
        assert_eq!(rendered, expected, "{}", case.display());
        cases += 1;
    }
    assert!(cases >= 45, "only {cases} cases");
}
