//! What any text does is said, with lines that are in it; and a comparison does not depend on sides.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onehead_model::{Sides, RepoPath, RevisionId, SidesVerdict};
use onehead_operations::{Migration, Upgrade, compare, read};

fuzz_target!(|text: &str| {
    let upgrade = read(text);
    assert_eq!(upgrade, read(text), "the same text is read alike");
    let lines = text.matches(['\n', '\r']).count() + 1;
    for (line, what) in upgrade.unread() {
        assert!(line >= 1 && line as usize <= lines && !what.is_empty());
    }
    let other = read("from alembic import op\ndef upgrade():\n    op.drop_table('t')\n");
    let (one, two) = (verdict(&upgrade, &other), verdict(&other, &upgrade));
    assert_eq!(one.verdict, two.verdict);
    assert_eq!(one.conflicts.len(), two.conflicts.len());
    // Two sides that do one thing collide, unless nothing is done at all that could.
    if upgrade.operations().any(|words| words.starts_with("creates table")) {
        assert_ne!(verdict(&upgrade, &upgrade).verdict, SidesVerdict::Independent);
    }
});

fn verdict(left: &Upgrade, right: &Upgrade) -> Sides {
    let (one, two) = (RevisionId::new("one"), RevisionId::new("two"));
    let path = RepoPath::root().join("revision.py");
    let side = |revision, upgrade| {
        vec![Migration {
            revision,
            path: &path,
            upgrade,
        }]
    };
    let sides = [(one.clone(), side(&one, left)), (two.clone(), side(&two, right))];
    compare("", &sides, |_, _| false)
}
