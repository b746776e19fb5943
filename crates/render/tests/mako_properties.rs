//! Whatever a template holds, rendering ends and does not panic.

mod input;

use onehead_render::mako::render;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

const PIECES: &[&str] = &[
    "${",
    "}",
    "{",
    "(",
    ")",
    "[",
    "]",
    "|",
    ",",
    "n",
    "trim",
    "comma",
    "h",
    "'",
    "\"",
    "\"\"\"",
    "\\",
    "\n",
    "\r\n",
    " ",
    "\t",
    "#",
    "##",
    "%",
    "%%",
    "% if ",
    "% elif ",
    "% else:",
    "% endif",
    "% for x in ",
    "% endfor",
    "% while ",
    ":",
    "<%",
    "%>",
    "<%!",
    "<%text>",
    "</%text>",
    "<%doc>",
    "</%doc>",
    "</%",
    "<%def",
    "a",
    "x",
    "=",
    "==",
    "+",
    "*",
    "-",
    "not ",
    " if ",
    " else ",
    " for x in ",
    " in ",
    "message",
    "down_revision",
    "create_date",
    ".year",
    ".join(",
    "repr(",
    "loop.index",
    "loop.last",
    "imports",
    "import re",
    "re.split(r',', ",
    "9",
    "99999999",
    "%s",
    "f'",
    "é",
    "\u{2028}",
    "len(",
    "sorted(",
    "range(",
    "# coding: utf-8",
];

proptest! {
    // A fixed seed: the fuzz targets look for what is new, a test says the same every time.
    #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn rendering_never_panics(pieces in vec(select(PIECES), 0..40)) {
        let template = pieces.concat();
        let names = input::context(&serde_json::Value::Null);
        if let Err(refusal) = render(&template, &names) {
            prop_assert!(refusal.line >= 1);
            prop_assert!(refusal.line <= template.matches('\n').count() + 1);
        }
    }
}

#[test]
fn what_could_exhaust_is_refused() {
    let names = input::context(&serde_json::Value::Null);
    let cases = [
        "% while True:\na\n% endwhile\n".to_owned(),
        "${'a' * 99999999}".to_owned(),
        "${len(list(range(99999999)))}".to_owned(),
        "<% a = 'x' %>\n% for i in range(60):\n<% a = a + a %>\n% endfor\n${len(a)}".to_owned(),
        "<% a = () %>\n% for i in range(60):\n<% a = (a, a) %>\n% endfor\n${a}".to_owned(),
        "<% a = ['x'] * 5000 %>${sorted([(x, y) for x in a for y in a])}".to_owned(),
        format!("${{{}1{}}}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("${{{}1}}", "not ".repeat(100_000)),
        format!("${{{}1}}", "-".repeat(4_000)),
        format!("${{1{}}}", " if 1 else 1".repeat(1_000)),
        format!("${{{}}}", "[".repeat(5_000)),
        "% if message:\n".repeat(5_000),
        "${'%0999999999d' % 1}".to_owned(),
        "x".repeat(2 << 20),
    ];
    for template in cases {
        let shown = &template[..template.len().min(60)];
        assert!(render(&template, &names).is_err(), "{shown}");
    }
}
