//! What one revision file declares: the four names as values, with a finding for whatever is missing
//! or not known.

use onehead_model::{Code, Field, Finding, Location, RepoPath, Revision, RevisionId, ValueSpan};
use onehead_python::revision::{FieldFact, Position, Reading, RevisionFacts, Term, read};

use crate::imports::{Imports, Value, resolve};

/// What came of reading a file.
pub(crate) enum Outcome {
    Read(Reading),
    Failed(String),
    Unmerged,
}
/// A revision from what its file says, with a finding for whatever is missing or not known.
pub(crate) fn revision(
    path: &RepoPath,
    outcome: &Outcome,
    imports: &Imports<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Revision> {
    let facts = match outcome {
        Outcome::Read(Reading::Module(facts)) => facts,
        Outcome::Read(Reading::Broken {
            syntax,
            message,
            position,
        }) => {
            let hint = if *syntax {
                "correct the file; Alembic cannot load the environment either"
            } else {
                "make the file readable; Alembic cannot load the environment either"
            };
            let place = Location {
                path: path.clone(),
                line: position.map(|position| position.line),
                column: position.map(|position| position.column),
            };
            findings.push(
                Finding::new(
                    if *syntax {
                        Code::SyntaxError
                    } else {
                        Code::UnreadableFile
                    },
                    message.clone(),
                )
                .at(place)
                .hint(hint),
            );
            return None;
        }
        Outcome::Failed(reason) => {
            findings.push(
                Finding::new(
                    Code::UnreadableFile,
                    format!("cannot read the file: {reason}"),
                )
                .at(path.clone()),
            );
            return None;
        }
        Outcome::Unmerged => {
            findings.push(
                Finding::new(Code::Unmerged, "the file has an unresolved merge conflict")
                    .at(path.clone())
                    .hint(format!("resolve it, then run `git add -- '{path}'`")),
            );
            return None;
        }
    };
    FieldReader {
        path,
        facts,
        imports,
        findings,
    }
    .revision()
}

/// The id that a file declares, from its bytes alone: for a version of it that no listing holds. `None` if
/// it declares none, or none that can be known without other files.
#[must_use]
pub fn declared_id(path: &RepoPath, bytes: &[u8]) -> Option<RevisionId> {
    let Reading::Module(facts) = read(bytes) else {
        return None;
    };
    match facts.field(Field::Revision) {
        Some(fact) => match &fact.term {
            Term::Str(id) => Some(RevisionId::new(id.as_str())),
            _ => None,
        },
        None => legacy_id(path.name()).map(RevisionId::new),
    }
}

/// Turns the four names of one file into values and findings.
struct FieldReader<'a> {
    path: &'a RepoPath,
    facts: &'a RevisionFacts,
    imports: &'a Imports<'a>,
    findings: &'a mut Vec<Finding>,
}

impl FieldReader<'_> {
    fn revision(mut self) -> Option<Revision> {
        let id = self.id();
        let down_revisions = self.parents();
        let depends_on = self.strings(Field::DependsOn);
        let branch_labels = self.strings(Field::BranchLabels);
        let unknown = [
            (Field::DownRevision, down_revisions.is_none()),
            (Field::BranchLabels, branch_labels.is_none()),
            (Field::DependsOn, depends_on.is_none()),
        ];
        let mut depends_on = depends_on.unwrap_or_default();
        if let [only] = depends_on.as_slice()
            && only.is_empty()
        {
            // Alembic takes an empty string for no dependency.
            depends_on.clear();
        }
        Some(Revision {
            id: RevisionId::new(id?),
            path: self.path.clone(),
            message: self.facts.message.clone(),
            create_date: self.facts.create_date.clone(),
            down_revisions: down_revisions
                .unwrap_or_default()
                .into_iter()
                .map(RevisionId::new)
                .collect(),
            depends_on,
            branch_labels: branch_labels.unwrap_or_default(),
            unknown: unknown
                .into_iter()
                .filter(|(_, unknown)| *unknown)
                .map(|(field, _)| field)
                .collect(),
            down_revision_at: self
                .facts
                .field(Field::DownRevision)
                .map(|fact| span(fact.position)),
        })
    }

    fn id(&mut self) -> Option<String> {
        let Some(fact) = self.facts.field(Field::Revision) else {
            // A file from the time before `revision` is named by its id.
            if let Some(id) = legacy_id(self.path.name()) {
                return Some(id.to_owned());
            }
            self.findings.push(
                Finding::new(Code::MissingRevision, "the file does not set `revision`")
                    .at(self.path.clone())
                    .hint("set `revision`, or move the file out of the version location: Alembic loads every `.py` file there"),
            );
            return None;
        };
        let value = self.value(Field::Revision, fact)?;
        match value {
            Value::Str(id) => Some(id),
            other => {
                self.wrong_type(Field::Revision, fact, &other, "a string");
                None
            }
        }
    }

    fn parents(&mut self) -> Option<Vec<String>> {
        if self.facts.field(Field::DownRevision).is_none() {
            self.findings.push(
                Finding::new(
                    Code::MissingDownRevision,
                    "the file does not set `down_revision`",
                )
                .at(self.path.clone())
                .hint("set it to the id of the parent, or to `None` in the first revision"),
            );
            return None;
        }
        self.strings(Field::DownRevision)
    }

    /// `None`, a string or a sequence of strings, as a list. `None` if it is not known.
    fn strings(&mut self, field: Field) -> Option<Vec<String>> {
        let Some(fact) = self.facts.field(field) else {
            return Some(Vec::new());
        };
        let value = self.value(field, fact)?;
        let list = match &value {
            Value::None => Some(Vec::new()),
            Value::Str(text) => Some(vec![text.clone()]),
            // Alembic takes `(None,)` for `None`.
            Value::Sequence(items) if matches!(items.as_slice(), [Value::None]) => Some(Vec::new()),
            Value::Sequence(items) => items
                .iter()
                .map(|item| match item {
                    Value::Str(text) => Some(text.clone()),
                    _ => None,
                })
                .collect(),
            Value::Other(_) => None,
        };
        if list.is_none() {
            self.wrong_type(
                field,
                fact,
                &value,
                "`None`, a string or a sequence of strings",
            );
        }
        list
    }

    fn value(&mut self, field: Field, fact: &FieldFact) -> Option<Value> {
        match resolve(&fact.term, self.imports) {
            Ok(value) => Some(value),
            Err(why) => {
                let code = if field == Field::BranchLabels {
                    Code::LabelNotStatic
                } else {
                    Code::NotStatic
                };
                self.findings.push(
                    Finding::new(
                        code,
                        format!("`{field}` is computed (`{}`): {why}", fact.text),
                    )
                    .at(self.place(fact))
                    .hint(format!("write the value of `{field}` as a literal")),
                );
                None
            }
        }
    }

    fn wrong_type(&mut self, field: Field, fact: &FieldFact, value: &Value, expected: &str) {
        let found = match value {
            Value::None => "None",
            Value::Str(_) => "a string",
            Value::Sequence(_) => "a sequence that contains something else",
            Value::Other(what) => what,
        };
        self.findings.push(
            Finding::new(
                Code::WrongType,
                format!("`{field}` is {found}, not {expected}"),
            )
            .at(self.place(fact))
            .hint("correct the value; Alembic cannot load the environment either"),
        );
    }

    fn place(&self, fact: &FieldFact) -> Location {
        Location {
            path: self.path.clone(),
            line: Some(fact.position.line),
            column: Some(fact.position.column),
        }
    }
}

fn span(position: Position) -> ValueSpan {
    ValueSpan {
        line: position.line,
        column: position.column,
        start: position.start,
        end: position.end,
    }
}

/// `([a-f0-9]+)\.py$`
fn legacy_id(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(".py")?;
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (!stem.is_empty() && stem.bytes().all(hex)).then_some(stem)
}
