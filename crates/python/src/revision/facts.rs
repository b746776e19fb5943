use std::borrow::Cow;
use std::collections::HashMap;

use onehead_model::Field;
use serde::{Deserialize, Serialize};

use super::evaluate::evaluate;
use super::scope::Scope;
use super::term::Term;
use crate::{DecodeError, Span, decode, parse_module};

/// A revision file larger than this is not read.
const MAX_BYTES: usize = 16 << 20;

/// A place in the decoded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
}

/// What the bytes of a file say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading {
    /// They are not a Python module.
    Broken {
        /// Whether it is the syntax or the file.
        syntax: bool,
        /// Why.
        message: String,
        /// Where, if it is known.
        position: Option<Position>,
        /// What the sides of a conflict declare alike, if the file is one.
        agreed: Option<Box<RevisionFacts>>,
    },
    /// They are one.
    Module(Box<RevisionFacts>),
}

/// What a module says about a revision.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RevisionFacts {
    /// The first paragraph of the docstring.
    pub message: String,
    /// What stands behind `Create Date:` in the docstring.
    pub create_date: Option<String>,
    /// `revision`, `down_revision`, `branch_labels`, `depends_on`.
    fields: [Option<FieldFact>; 4],
}

/// What one of the four names is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFact {
    /// The value.
    pub term: Term,
    /// Where the value stands.
    pub position: Position,
    /// The value as written, shortened to a line; none where the term tells.
    text: Option<String>,
    /// Whether the file assigns it nowhere, so that only a star import may.
    pub is_unassigned: bool,
}

impl FieldFact {
    /// The value as written, shortened to a line.
    #[must_use]
    pub fn written(&self) -> Cow<'_, str> {
        match &self.text {
            Some(text) => text.into(),
            None => usual(&self.term),
        }
    }
}

impl RevisionFacts {
    /// What the name is bound to, if anything.
    #[must_use]
    pub fn field(&self, field: Field) -> Option<&FieldFact> {
        self.fields[field as usize].as_ref()
    }

    /// Gives a name another value, where another fact stands.
    pub(super) fn set(&mut self, field: Field, fact: FieldFact, term: Term) {
        self.fields[field as usize] = Some(FieldFact { term, ..fact });
    }
}

/// Reads a file, without a look at the sides of a conflict.
pub(super) fn read_once(bytes: &[u8]) -> Reading {
    if bytes.len() > MAX_BYTES {
        return broken(
            false,
            format!("the file is larger than {} MiB", MAX_BYTES >> 20),
            None,
        );
    }
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(error) => return undecodable(&error),
    };
    match parse_module(&text) {
        Ok(module) => Reading::Module(Box::new(facts(
            &text,
            module.docstring.as_deref(),
            &evaluate(&module),
        ))),
        Err(error) => {
            let position = position(
                &text,
                Span {
                    start: error.offset,
                    end: error.offset,
                },
            );
            let message = match conflict_marker(&text) {
                Some(line) => format!("the file contains conflict markers (line {line})"),
                None => error.message,
            };
            broken(true, message, Some(position))
        }
    }
}

/// What every name of a module is bound to, for a module that imports it. `None` if it cannot be read.
#[must_use]
pub fn bindings(bytes: &[u8]) -> Option<HashMap<String, Term>> {
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let text = decode(bytes).ok()?;
    let module = parse_module(&text).ok()?;
    Some(evaluate(&module).into_names().collect())
}

fn broken(syntax: bool, message: String, position: Option<Position>) -> Reading {
    Reading::Broken {
        syntax,
        message,
        position,
        agreed: None,
    }
}

fn undecodable(error: &DecodeError) -> Reading {
    // Python reports an encoding that does not fit as a syntax error of the file.
    broken(false, error.to_string(), None)
}

fn facts(text: &str, docstring: Option<&str>, scope: &Scope) -> RevisionFacts {
    let doc = docstring.unwrap_or_default().replace("\r\n", "\n");
    let doc = doc.trim();
    RevisionFacts {
        message: doc.split("\n\n").next().unwrap_or_default().to_owned(),
        create_date: doc
            .lines()
            .find_map(|line| line.trim().strip_prefix("Create Date:"))
            .map(|date| date.trim().to_owned())
            .filter(|date| !date.is_empty()),
        fields: Field::ALL.map(|field| field_fact(text, scope, field)),
    }
}

fn field_fact(text: &str, scope: &Scope, field: Field) -> Option<FieldFact> {
    let name = field.name();
    let bound = scope.get(name);
    // A star import may bind anything that is not bound again behind it.
    let star = scope.stars_behind(name).next();
    let is_unassigned = bound.is_none();
    let (term, span) = match (bound, star) {
        (_, Some((module, span))) => {
            let parts = module.split('.').chain(["*", name]).map(str::to_owned);
            (Term::Imported(parts.collect()), *span)
        }
        (Some(binding), None) => (binding.term, binding.span),
        (None, None) => return None,
    };
    let written = excerpt(text, span);
    Some(FieldFact {
        text: (written != usual(&term)).then_some(written),
        term,
        position: position(text, span),
        is_unassigned,
    })
}

/// How Alembic's own template writes a value.
fn usual(term: &Term) -> Cow<'_, str> {
    match term {
        Term::None => "None".into(),
        Term::Str(text) => format!("'{text}'").into(),
        _ => "".into(),
    }
}

fn excerpt(text: &str, span: Span) -> String {
    const MOST: usize = 80;
    let whole = text.get(span.start..span.end).unwrap_or_default();
    let folded = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &folded[..at]),
        None => folded,
    }
}

pub(super) fn position(text: &str, span: Span) -> Position {
    let start = floor_char_boundary(text, span.start);
    let before = &text[..start];
    let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let breaks = before.replace("\r\n", "\n").matches(['\n', '\r']).count();
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Position {
        line: number(breaks + 1),
        column: number(before[line_start..].chars().count() + 1),
        start: number(span.start),
        end: number(span.end),
    }
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

fn conflict_marker(text: &str) -> Option<usize> {
    text.lines()
        .position(|line| line.starts_with("<<<<<<< "))
        .map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::read_once as read;
    use super::*;
    use pretty_assertions::assert_eq;

    fn down(text: &str) -> Option<Term> {
        match read(text.as_bytes()) {
            Reading::Module(facts) => facts
                .field(Field::DownRevision)
                .map(|fact| fact.term.clone()),
            broken => panic!("{broken:?}"),
        }
    }

    fn strings(items: &[&str]) -> Term {
        Term::Sequence(items.iter().map(|item| Term::Str((*item).into())).collect())
    }

    #[test]
    fn literal_forms() {
        let table = [
            ("down_revision = None", Term::None),
            (
                "down_revision: Union[str, None] = 'a'",
                Term::Str("a".into()),
            ),
            ("down_revision = u'a'", Term::Str("a".into())),
            ("down_revision = ('a' \n 'b')", Term::Str("ab".into())),
            ("down_revision = 'a' + 'b'", Term::Str("ab".into())),
            ("down_revision = ('a', 'b')", strings(&["a", "b"])),
            ("down_revision = ['a', 'b',]", strings(&["a", "b"])),
            ("down_revision = ('a',) + ('b',)", strings(&["a", "b"])),
            ("down_revision = tuple(['a'])", strings(&["a"])),
            ("down_revision = ()", strings(&[])),
            ("x = 'a'\ndown_revision = x", Term::Str("a".into())),
            ("x = 'a'\ndown_revision = f'{x}b'", Term::Str("ab".into())),
            ("revision, down_revision = 'a', 'b'", Term::Str("b".into())),
            ("down_revision = revision = 'a'", Term::Str("a".into())),
            (
                "down_revision = 'a'\ndown_revision = 'b'",
                Term::Str("b".into()),
            ),
            (
                "down_revision = 'a'; down_revision += 'b'",
                Term::Str("ab".into()),
            ),
            (
                "x = ['a', 'b']\ndown_revision = x[-1]",
                Term::Str("b".into()),
            ),
            (
                "if TYPE_CHECKING:\n    down_revision = 'x'\nelse:\n    down_revision = 'a'",
                Term::Str("a".into()),
            ),
            (
                "down_revision = 'a'\nif __name__ == '__main__':\n    down_revision = 'b'",
                Term::Str("a".into()),
            ),
            (
                "down_revision = 'a'\nif x:\n    down_revision = 'a'",
                Term::Str("a".into()),
            ),
            ("with x:\n    down_revision = 'a'", Term::Str("a".into())),
            // One name that is not known is one name: what cannot be meant stays as it is.
            (
                "down_revision = 'a'\n_list = []\n_list.append('b')\ndepends_on = tuple(_list)",
                Term::Str("a".into()),
            ),
            (
                "down_revision = ['a']\nx = ['b']\nx.append('c')",
                strings(&["a"]),
            ),
            (
                "down_revision = ['a']\nx = ['b']\ndel x[0]",
                strings(&["a"]),
            ),
            ("down_revision = 'a'\nlog(globals())", Term::Str("a".into())),
            (
                "down_revision = 'a'\nx = globals()['y']\nz = globals().get('y')",
                Term::Str("a".into()),
            ),
            (
                "down_revision = 'a'\nglobals()['x'] = 'b'\nglobals().update(y='c')",
                Term::Str("a".into()),
            ),
            ("exec('x')\ndown_revision = 'a'", Term::Str("a".into())),
            (
                "from typing import TYPE_CHECKING as T\ndown_revision = 'a'\nif T:\n    down_revision = 'b'",
                Term::Str("a".into()),
            ),
            (
                "import typing as x\ndown_revision = 'a'\nif x.TYPE_CHECKING:\n    down_revision = 'b'",
                Term::Str("a".into()),
            ),
            (
                "def f():\n    down_revision = 'x'\ndown_revision = 'a'",
                Term::Str("a".into()),
            ),
        ];
        for (text, expected) in table {
            assert_eq!(down(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_only_execution_shows_is_unknown() {
        for text in [
            "down_revision = f()",
            "down_revision = x",
            "down_revision = 'a' if x else 'b'",
            "down_revision = 'a'\nif x:\n    down_revision = 'b'",
            "down_revision = 'a'\ntry:\n    down_revision = 'b'\nexcept E:\n    pass",
            "down_revision = 'a'\nfor down_revision in x:\n    pass",
            "down_revision = 'a'\nglobals()['down_revision'] = 'b'",
            "down_revision = 'a'\nexec('x')",
            "def f():\n    global down_revision\n    down_revision = 'b'\ndown_revision = 'a'\nf()",
            "down_revision = ['a']\ndown_revision.append('b')",
            "down_revision = ['a']\nx = down_revision\nx.append('b')",
            "down_revision = ['a']\ndown_revision[0] = 'b'",
            "down_revision = ['a']\ndel down_revision[0]",
            "down_revision = ['a']\nx = (down_revision,)\nx[0].append('b')\nx.pop()",
            "down_revision = x = ['a']\nx += ['b']",
            "down_revision = ['a']\nfor x in (down_revision,):\n    x.append('b')",
            "down_revision = ['a']\nx = f(down_revision)\nx.append('b')",
            "down_revision = ['a']\nx, y = down_revision, 'c'\nx.append('b')",
            "down_revision = 'a'\nglobals().update(down_revision='b')",
            "down_revision = 'a'\nglobals().update(x)",
            "down_revision = 'a'\ng = globals()\ng['down_revision'] = 'b'",
            "down_revision = 'a'\ng = globals()\ng |= {'down_revision': 'b'}",
            "down_revision = 'a'\ndef f(x=(down_revision := 'b')): pass",
            "down_revision = 'a'\n@f(down_revision := 'b')\ndef f(): pass",
            "down_revision = 'a'\nclass A(f(down_revision := 'b')): pass",
            "TYPE_CHECKING = True\ndown_revision = 'a'\nif TYPE_CHECKING:\n    down_revision = 'b'",
            "__name__ = '__main__'\ndown_revision = 'a'\nif __name__ == '__main__':\n    down_revision = 'b'",
            "down_revision = 'a'\nprint(down_revision := 'b')",
            "down_revision = 'a'\nmatch x:\n    case down_revision: pass",
            "tuple = f\ndown_revision = tuple(['a'])",
            "down_revision = ('a', *x)",
            "down_revision = 'a'\nclass down_revision: pass",
            "down_revision = 'a'\nwith x as down_revision: pass",
            "down_revision = 'a'\nwhile x:\n    down_revision = 'b'",
            "(down_revision, x) = f()",
        ] {
            assert!(
                matches!(down(text), Some(Term::Unknown(_))),
                "{text}: {:?}",
                down(text)
            );
        }
        assert_eq!(down("down_revision = 'a'\ndel down_revision"), None);
    }

    #[test]
    fn imports_are_named() {
        let imported = |parts: &[&str]| {
            Some(Term::Imported(
                parts.iter().map(|part| (*part).into()).collect(),
            ))
        };
        assert_eq!(
            down("from a.b import c\ndown_revision = c.D"),
            imported(&["a", "b", "c", "D"])
        );
        assert_eq!(
            down("import a.b\ndown_revision = a.b.C"),
            imported(&["a", "b", "C"])
        );
        assert_eq!(
            down("import a.b as x\ndown_revision = x.C"),
            imported(&["a", "b", "C"])
        );
        assert_eq!(
            down("down_revision = 'a'\nfrom m import *"),
            imported(&["m", "*", "down_revision"])
        );
        assert_eq!(
            down("from m import *\ndown_revision = 'a'"),
            Some(Term::Str("a".into()))
        );
    }

    #[test]
    fn places_count_characters() {
        let Reading::Module(facts) = read("# é\r\ndown_revision = f(1)\r\n".as_bytes()) else {
            panic!()
        };
        let fact = facts.field(Field::DownRevision).unwrap();
        assert_eq!((fact.position.line, fact.position.column), (2, 17));
        assert_eq!(fact.written(), "f(1)");
    }

    #[test]
    fn docstrings_tell_message_and_date() {
        let Reading::Module(facts) = read(
            b"\"\"\"\nadd users\n\nRevision ID: a\nCreate Date: 2024-01-02 03:04:05\n\"\"\"\n",
        ) else {
            panic!()
        };
        assert_eq!(facts.message, "add users");
        assert_eq!(facts.create_date.as_deref(), Some("2024-01-02 03:04:05"));
    }

    #[test]
    fn broken_files_say_why() {
        let Reading::Broken {
            syntax: true,
            message,
            ..
        } = read(b"<<<<<<< HEAD\nx = 1\n")
        else {
            panic!()
        };
        assert_eq!(message, "the file contains conflict markers (line 1)");
        assert!(matches!(
            read(b"x = '\xff'"),
            Reading::Broken { syntax: false, .. }
        ));
    }
}
