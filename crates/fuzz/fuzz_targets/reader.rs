//! The reader says what any bytes are, and every place that it names lies inside the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onehead_model::Field;
use onehead_python::decode;
use onehead_python::revision::{Position, Reading, bindings, read};

fuzz_target!(|bytes: &[u8]| {
    let reading = read(bytes);
    assert_eq!(reading, read(bytes), "the same bytes are read alike");
    let names = bindings(bytes);
    let text = decode(bytes);
    match reading {
        Reading::Module(facts) => {
            let text = text.expect("what was read was decoded");
            let facts = Field::ALL.map(|field| facts.field(field).cloned());
            for fact in facts.into_iter().flatten() {
                inside(&text, fact.position);
                assert!(
                    text.get(fact.position.start as usize..fact.position.end as usize)
                        .is_some()
                );
            }
            assert!(names.is_some());
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
