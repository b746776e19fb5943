//! What the two sides of a merge conflict say alike.

use onehead_model::Field;

use super::facts::{Reading, RevisionFacts, read_once};
use super::term::Term;

/// What both sides of a file with conflict markers declare. `None` if there are no markers, if a side is not Python, or
/// if the sides declare different ids.
#[must_use]
pub fn in_conflict(bytes: &[u8]) -> Option<RevisionFacts> {
    let (ours, theirs) = sides(bytes)?;
    agreed(&ours, &theirs)
}

/// What two versions of a file declare alike; where they differ, the value is unknown. `None` if one of them is not
/// Python, or if they declare different ids.
#[must_use]
pub fn agreed(ours: &[u8], theirs: &[u8]) -> Option<RevisionFacts> {
    let (Reading::Module(mut facts), Reading::Module(other)) = (read_once(ours), read_once(theirs))
    else {
        return None;
    };
    let term = |facts: &RevisionFacts, field| facts.field(field).map(|fact| fact.term.clone());
    if term(&facts, Field::Revision) != term(&other, Field::Revision) {
        return None;
    }
    for field in Field::ALL {
        if term(&facts, field) != term(&other, field) {
            let fact = facts.field(field).or(other.field(field)).cloned()?;
            facts.set(
                field,
                fact,
                Term::unknown("the sides of the conflict differ"),
            );
        }
    }
    Some(*facts)
}

/// Where a line of a conflicting file belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Both,
    Ours,
    Base,
    Theirs,
}

/// The two versions that git has written into one file. `None` if its markers do not add up.
fn sides(bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut part = Part::Both;
    let mut has_conflict = false;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        part = match (part, marker(line)) {
            (Part::Both, Some(b'<')) => {
                has_conflict = true;
                Part::Ours
            }
            (Part::Ours, Some(b'|')) => Part::Base,
            (Part::Ours | Part::Base, Some(b'=')) => Part::Theirs,
            (Part::Theirs, Some(b'>')) => Part::Both,
            // A rule of seven characters in a docstring.
            (Part::Both, Some(b'=')) | (_, None) => {
                if matches!(part, Part::Both | Part::Ours) {
                    ours.extend_from_slice(line);
                }
                if matches!(part, Part::Both | Part::Theirs) {
                    theirs.extend_from_slice(line);
                }
                part
            }
            (_, Some(_)) => return None,
        };
    }
    (has_conflict && part == Part::Both).then_some((ours, theirs))
}

/// The character of a conflict marker: seven of them, and a blank or nothing behind.
fn marker(line: &[u8]) -> Option<u8> {
    let line = line.trim_ascii_end();
    let first = *line
        .first()
        .filter(|byte| matches!(byte, b'<' | b'|' | b'=' | b'>'))?;
    let count = line.iter().take_while(|&&byte| byte == first).count();
    let is_one = match first {
        b'=' => line.len() == 7,
        _ => line.get(7).is_none_or(|&byte| byte == b' '),
    };
    (count == 7 && is_one).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn down(text: &str) -> Option<Term> {
        let facts = in_conflict(text.as_bytes())?;
        Some(facts.field(Field::DownRevision)?.term.clone())
    }

    #[test]
    fn what_both_sides_say_is_known() {
        let body = "<<<<<<< HEAD\nx = 1\n||||||| base\nx = 0\n=======\nx = 2\n>>>>>>> other\n";
        let same = format!("revision = 'b'\ndown_revision = 'a'\n{body}");
        assert_eq!(down(&same), Some(Term::Str("a".into())));
        assert_eq!(
            down(&same.replace('\n', "\r\n")),
            Some(Term::Str("a".into()))
        );
        let parents = "revision = 'b'\n<<<<<<< HEAD\ndown_revision = 'a'\n=======\ndown_revision = 'c'\n>>>>>>> other\n";
        assert!(matches!(down(parents), Some(Term::Unknown(_))));
    }

    #[test]
    fn what_they_do_not_say_alike_is_nothing() {
        for text in [
            "revision = 'b'\ndown_revision = 'a'\n",
            "<<<<<<< HEAD\nrevision = 'b'\n=======\nrevision = 'c'\n>>>>>>> x\ndown_revision = 'a'\n",
            "revision = 'b'\n<<<<<<< HEAD\n(\n=======\n>>>>>>> x\ndown_revision = 'a'\n",
            "revision = 'b'\ndown_revision = 'a'\n<<<<<<< HEAD\n=======\n",
            "revision = 'b'\ndown_revision = 'a'\n<<<<<<< HEAD\n=======\n=======\n>>>>>>> x\n",
        ] {
            assert!(in_conflict(text.as_bytes()).is_none(), "{text}");
        }
    }
}
