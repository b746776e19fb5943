//! The page of whole documents. What it looks like and does in a browser is `cargo xtask page`'s to say.

use std::fs;
use std::path::PathBuf;

use onehead_fixtures::Expected;
use onehead_model::{Code, Document, Finding, Outage, OutageKind};
use onehead_schemas::validate;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use onehead_model::HistoryReport;
use onehead_report::history::page;
use sha2::{Digest, Sha256};

fn fixture(name: &str) -> PathBuf {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/history-pages");
    PathBuf::from(fixtures).join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(fixture(&format!("{name}.json"))).expect("a document")
}

fn read(text: &str) -> HistoryReport {
    HistoryReport::from_json(text).expect("a document")
}

/// The page of a document, as it is.
fn shown(name: &str) -> String {
    page(&read(&text(name)))
}

/// What a person would read of a page, without its tags.
fn words(page: &str) -> String {
    let body = page.split_once("<body>").expect("a body").1;
    let body = body.split_once("<script>").expect("a script").0;
    let mut words = String::new();
    for part in body.split('<') {
        words.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    words
}

/// The body with a line for each tag, without the script, so that a difference is easy to see.
fn golden(page: &str) -> String {
    let body = page.split_once("<body>").expect("a body").1;
    let body = body.split_once("<script>").expect("a script").0;
    let version = format!("onehead {}", env!("CARGO_PKG_VERSION"));
    let lines = body
        .replace("><", ">\n<")
        .replace(&version, "onehead VERSION");
    format!("{lines}\n")
}

#[test]
fn a_small_history_is_this_page() {
    let mut expected = Expected::of(&fixture("golden"));
    expected.is("small.html", &golden(&shown("small")));
    expected
        .finish(&[])
        .unwrap_or_else(|difference| panic!("{difference}"));
}

#[test]
fn the_documents_are_such_as_onehead_writes() {
    for name in [
        "usual",
        "hostile",
        "small",
        "no-incident",
        "one-commit",
        "no-commit",
    ] {
        validate("history", &text(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read(&text(name)), read(&read(&text(name)).to_json()));
    }
}

#[test]
fn the_page_lets_only_its_own_style_and_script_act() {
    let page = shown("small");
    let between = |from: &str, to: &str| {
        let (_, rest) = page.split_once(from).expect("the beginning");
        rest.split_once(to).expect("the end").0.to_owned()
    };
    for (what, text) in [
        ("style-src", between("<style>", "</style>")),
        ("script-src", between("<script>", "</script>")),
    ] {
        let hash = STANDARD.encode(Sha256::digest(&text));
        assert!(page.contains(&format!("{what} 'sha256-{hash}'")), "{what}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains(" style=\"") && !page.contains("http://") && !page.contains("https://"));
}

#[test]
fn nothing_to_tell_is_told() {
    assert!(words(&shown("no-incident")).contains("No incident in 413 commits."));
    assert!(words(&shown("one-commit")).contains("No incident in 1 commit."));
    assert!(words(&shown("no-commit")).contains("No commit to read since 2026-07-01."));
    let mut nothing = read(&text("one-commit"));
    nothing.environments.clear();
    assert!(words(&page(&nothing)).contains("No migration environment in 1 commit."));
}

#[test]
fn every_link_leads_to_a_place_of_the_page() {
    for name in ["usual", "hostile", "small", "no-incident"] {
        let page = shown(name);
        let targets = page.split(" href=\"").skip(1);
        for target in targets.filter_map(|rest| rest.split('"').next()) {
            let Some(id) = target.strip_prefix('#') else {
                assert_eq!(target, "data:,");
                continue;
            };
            assert_eq!(
                page.matches(&format!(" id=\"{id}\"")).count(),
                1,
                "{name}: {id}"
            );
        }
    }
}

#[test]
fn a_date_that_is_none_breaks_nothing() {
    let odd = text("small")
        .replace("2026-03-02T", "some day ")
        .replace("2026-0", "?");
    assert!(words(&page(&read(&odd))).contains("Once there were more heads"));
}

/// Text that people wrote, wherever a document has it.
const WRITTEN: [&str; 8] = [
    "Lin Wei",
    "add teams",
    "Merge pull request #12 from acme/feature/teams",
    "feature/teams",
    "no commit of the branch has both sides",
    "c1",
    "a2",
    "create users",
];

/// The small history with another text in each of these places.
fn with(written: &str) -> String {
    let written = serde_json::to_string(written).expect("a string");
    let replace = |document: String, old: &str| document.replace(&format!("\"{old}\""), &written);
    let document = WRITTEN.into_iter().fold(text("small"), replace);
    page(&read(&document))
}

/// How many characters of a page make its structure. A path may break after a slash.
fn structure(page: &str) -> [usize; 3] {
    let page = page.replace("<wbr>", "");
    ['<', '>', '"'].map(|mark| page.matches(mark).count())
}

#[test]
fn hostile_text_stays_text() {
    let harmless = structure(&with("x"));
    for written in [
        "</script><script>alert(1)</script>",
        "\" onmouseover=\"alert(1)",
        "'><svg onload=alert(1)>",
        "</style></title></svg></details>",
        "<!--",
        "]]>",
        "javascript:alert(1)",
        "\u{202e}gnp.exe\u{2066}\0\u{7}\u{1b}[31m",
        "&lt;b&gt;",
    ] {
        let page = with(written);
        assert_eq!(structure(&page), harmless, "{written}");
        assert!(!page.contains("href=\"javascript"));
        assert!(!page.contains(['\0', '\u{7}', '\u{1b}', '\u{202e}', '\u{2066}']));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(6), ..ProptestConfig::default() })]

    #[test]
    fn no_text_changes_the_page_around_it(written in "\\PC{0,40}|[\u{0}-\u{7f}]{0,40}") {
        prop_assert_eq!(structure(&with(&written)), structure(&with("x")));
    }
}

#[test]
fn heads_that_are_not_known_are_no_good_news() {
    let mut report = read(&text("no-incident"));
    let began = report.environments[0].appeared.clone();
    let last = report.environments[0].steps.last_mut().expect("a step");
    last.heads_unknown = true;
    last.errors = vec!["syntax-error".into()];
    report.environments[0].outages = vec![Outage {
        kind: OutageKind::HeadsUnknown,
        began,
        at_boundary: false,
        ended: None,
        seconds: 3_600,
        commits: 2,
        causes: vec![Finding::new(Code::SyntaxError, "unexpected `<b>`")],
    }];
    report.totals.outages = 1;
    report.totals.open_outages = 1;
    report.totals.since_last_incident = None;
    let page = page(&report);
    let words = words(&page);
    for said in [
        "1 outage, one of which lasts",
        "Now heads not known",
        "while an outage lasts",
    ] {
        assert!(words.contains(said), "{said} is not in {words}");
    }
    assert!(page.contains("unexpected `&lt;b&gt;`"), "{page}");
}
