//! The reader says what any bytes are, and every place that it names lies inside the text. Whatever is edited
//! reads back as planned.
#![no_main]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use libfuzzer_sys::fuzz_target;
use onehead_model::{Content, Document, Field, GraphReport};
use onehead_python::decode;
use onehead_python::revision::{FieldFact, Position, Reading, RevisionFacts, Term, bindings, read};
use onehead_render::{RenderOptions, render};

fuzz_target!(|bytes: &[u8]| {
    let reading = read(bytes);
    assert_eq!(reading, read(bytes), "the same bytes are read alike");
    let names = bindings(bytes);
    let text = decode(bytes);
    match reading {
        Reading::Module(facts) => {
            let text = text.expect("what was read was decoded");
            let own = facts.clone();
            let facts = Field::ALL.map(|field| facts.field(field).cloned());
            for fact in facts.into_iter().flatten() {
                inside(&text, fact.position);
                assert!(
                    text.get(fact.position.start as usize..fact.position.end as usize)
                        .is_some()
                );
            }
            assert!(names.is_some());
            edit(bytes, &own);
        }
        Reading::Broken {
            position, syntax, ..
        } => {
            if let (Some(position), Ok(text)) = (position, text) {
                inside(&text, position);
            }
            assert!(!syntax || names.is_none());
        }
    }
});

fn inside(text: &str, position: Position) {
    let (start, end) = (position.start as usize, position.end as usize);
    assert!(start <= end && end <= text.len(), "{position:?}");
    assert!(position.line >= 1 && position.column >= 1);
    let lines = text.matches(['\n', '\r']).count() + 1;
    assert!(position.line as usize <= lines, "{position:?}");
}

/// Gives another value to each field that names an id.
fn edit(bytes: &[u8], facts: &RevisionFacts) {
    for field in [Field::Revision, Field::DownRevision, Field::DependsOn] {
        let id = match facts.field(field).map(|fact| &fact.term) {
            Some(Term::None) => None,
            Some(Term::Str(id)) => Some(id),
            Some(Term::Sequence(terms)) => match terms.first() {
                Some(Term::Str(id)) => Some(id),
                _ => continue,
            },
            _ => continue,
        };
        let report = render(&plan(bytes, field, id), &RenderOptions::default());
        let report = report.expect("without options there is nothing to refuse");
        let Some(change) = report.changes.first() else {
            continue;
        };
        let after = match &change.content {
            Content::Text(text) => text.clone().into_bytes(),
            Content::Base64(text) => BASE64_STANDARD.decode(text).expect("it was encoded"),
        };
        let Reading::Module(edited) = read(&after) else {
            panic!("what was edited cannot be read");
        };
        for other in Field::ALL {
            let (old, new) = (facts.field(other), edited.field(other));
            let term = |fact: Option<&FieldFact>| fact.map(|fact| fact.term.clone());
            if other == field {
                assert!(format!("{:?}", term(new)).contains(NEW));
            } else {
                assert_eq!(term(old), term(new));
            }
        }
    }
}

const NEW: &str = "0f1e2d3c4b5a";

fn plan(bytes: &[u8], field: Field, from: Option<&String>) -> GraphReport {
    let document = serde_json::json!({
        "schema": "onehead.graph", "version": 1, "source": {"kind": "worktree"}, "findings": [],
        "environments": [{
            "name": "m", "config": null, "script_location": "m", "version_locations": ["m/versions"],
            "policy": "single", "heads": [], "effective_heads": [], "bases": [], "branch_points": [],
            "merge_points": [], "groups": [], "findings": [], "fixes": [], "revisions": [],
            "merge": {
                "template": null, "file_template": "%(rev)s", "truncate_slug_length": 40,
                "output_encoding": "utf-8",
            },
            "rewrites": [{
                "path": "m/versions/a1.py",
                "content": {"base64": BASE64_STANDARD.encode(bytes)},
                "replacements": [{"field": field, "from": from, "to": NEW}],
            }],
        }],
    });
    GraphReport::from_json(&document.to_string()).expect("a graph document")
}
