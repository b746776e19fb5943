//! Every template in `fixtures/templates` gives what the real Mako gives, or is refused.
//!
//! `scripts/oracle/render_templates.py` writes the expectations.

mod input;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use onehead_fixtures::{Tests, same};
use onehead_render::mako::render;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/templates");
    Tests::default()
        .folders(&root, 45, renders_as_in_mako)
        .run()
}

fn renders_as_in_mako(case: &Path) -> Result<(), String> {
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
        _ => return Err("one expectation is needed".into()),
    };
    same("what is rendered", &expected, &rendered)
}
