//! The four names of a revision file as values, with a finding for whatever is missing or not known.

use std::slice;

use onehead_configuration::Declaration;
use onehead_model::{
    Code, Field, Finding, Location, RepoPath, Revision, RevisionId, Severity, ValueSpan,
};
use onehead_python::revision::{FieldFact, Position, RevisionFacts};

use crate::imports::{FromStar, Imports, Value, from_star, resolve};

/// Turns the four names of one file into values and findings.
pub(crate) struct FieldReader<'a> {
    path: &'a RepoPath,
    facts: &'a RevisionFacts,
    imports: &'a Imports<'a>,
    declaration: Option<&'a Declaration>,
    /// The names whose values are those that are declared.
    used: Vec<Field>,
    findings: &'a mut Vec<Finding>,
}

impl<'a> FieldReader<'a> {
    pub(crate) fn new(
        path: &'a RepoPath,
        facts: &'a RevisionFacts,
        imports: &'a Imports<'a>,
        declaration: Option<&'a Declaration>,
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self {
            path,
            facts,
            imports,
            declaration,
            used: Vec::new(),
            findings,
        }
    }

    /// The revision, if its id is known.
    pub(crate) fn revision(mut self) -> Option<Revision> {
        let id = self.id();
        let down_revisions = self.parents();
        let depends_on = self.strings(Field::DependsOn);
        let branch_labels = self.strings(Field::BranchLabels);
        self.compare([
            (Field::Revision, id.as_ref().map(slice::from_ref)),
            (Field::DownRevision, down_revisions.as_deref()),
            (Field::BranchLabels, branch_labels.as_deref()),
            (Field::DependsOn, depends_on.as_deref()),
        ]);
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
            if let Some(declared) = self.declared(Field::Revision) {
                return Some(declared.concat());
            }
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
            if let Some(declared) = self.declared(Field::DownRevision) {
                return Some(declared);
            }
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

    /// What the settings declare, for a name whose value the file does not tell.
    fn declared(&mut self, field: Field) -> Option<Vec<String>> {
        let declared = self.declaration?.of(field)?;
        self.used.push(field);
        Some(declared.to_vec())
    }

    /// Says where the settings declare what the file tells itself.
    fn compare(&mut self, values: [(Field, Option<&[String]>); 4]) {
        let Some(declaration) = self.declaration else {
            return;
        };
        let mut needless = Vec::new();
        for (field, value) in values {
            let declared = declaration.of(field);
            let (Some(declared), Some(value)) = (declared, value) else {
                continue;
            };
            if self.used.contains(&field) {
                continue;
            }
            if declared == value {
                needless.push(format!("`{field}`"));
                continue;
            }
            let message = format!(
                "`{field}` is {}, but the settings declare {}",
                list(value),
                list(declared)
            );
            let place = match self.facts.field(field) {
                Some(fact) => self.place(fact),
                None => self.path.clone().into(),
            };
            self.findings.push(
                Finding::new(Code::DeclarationDiffers, message)
                    .at(place)
                    .hint("correct the entry of `[[declare]]`, or remove it"),
            );
        }
        if !needless.is_empty() {
            let message = format!(
                "the settings declare {}, which the file says itself",
                needless.join(" and ")
            );
            self.findings.push(
                Finding::new(Code::DeclarationNotNeeded, message)
                    .at(self.path.clone())
                    .hint("remove it from `[[declare]]`"),
            );
        }
    }

    fn value(&mut self, field: Field, fact: &FieldFact) -> Option<Value> {
        let why = match resolve(&fact.term, self.imports) {
            Ok(value) => return Some(value),
            Err(why) => why,
        };
        if let Some(declared) = self.declared(field) {
            return Some(match field {
                Field::Revision => Value::Str(declared.concat()),
                _ => Value::Sequence(declared.into_iter().map(Value::Str).collect()),
            });
        }
        if fact.is_unassigned && matches!(field, Field::BranchLabels | Field::DependsOn) {
            match from_star(&fact.term, self.imports) {
                FromStar::Nothing => return Some(Value::None),
                FromStar::Outside(module) => {
                    self.findings
                        .push(by_star(field, &module).at(self.place(fact)));
                    return Some(Value::None);
                }
                FromStar::Unclear => {}
            }
        }
        let code = if field == Field::BranchLabels {
            Code::LabelNotStatic
        } else {
            Code::NotStatic
        };
        let message = format!("`{field}` is computed (`{}`): {why}", fact.written());
        let hint = format!(
            "write the value of `{field}` as a literal, or say it in the settings with `[[declare]]`"
        );
        self.findings
            .push(Finding::new(code, message).at(self.place(fact)).hint(hint));
        None
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

/// That a name is taken for absent although a module from elsewhere might define it.
fn by_star(field: Field, module: &str) -> Finding {
    let code = match field {
        Field::BranchLabels => Code::LabelNotStatic,
        _ => Code::NotStatic,
    };
    let message = format!(
        "the file does not set `{field}`, and `{module}`, of which it imports every name, is not in the repository"
    );
    let finding = Finding::new(code, message).hint(format!(
        "if `{module}` defines `{field}`, set it in the file"
    ));
    Finding {
        severity: Severity::Notice,
        ..finding
    }
}

/// Ids or labels, for people.
fn list(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match shown.as_slice() {
        [] => "`None`".to_owned(),
        _ => shown.join(", "),
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

/// The id in the name of a file from the time before `revision`: `([a-f0-9]+)\.py$`
pub(crate) fn legacy_id(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(".py")?;
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (!stem.is_empty() && stem.bytes().all(hex)).then_some(stem)
}
