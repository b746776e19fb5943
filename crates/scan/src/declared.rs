//! What one revision file declares, whether it can be read, is in conflict, or only the settings tell.

use onehead_configuration::Declaration;
use onehead_model::{Code, Field, Finding, Location, RepoPath, Revision, RevisionId, Severity};
use onehead_python::revision::{Reading, RevisionFacts, Term, read};

use crate::fields::{FieldReader, legacy_id};
use crate::imports::Imports;

/// What came of reading a file.
pub(crate) enum Outcome {
    Read(Reading),
    Failed(String),
    /// In conflict, with what its sides declare alike.
    Unmerged(Option<Box<RevisionFacts>>),
}

/// A revision from what its file says, and where only execution would show it, from what the settings declare; with a
/// finding for whatever is missing or not known.
pub(crate) fn revision(
    path: &RepoPath,
    outcome: &Outcome,
    imports: &Imports<'_>,
    declaration: Option<&Declaration>,
    findings: &mut Vec<Finding>,
) -> Option<Revision> {
    let facts = match outcome {
        Outcome::Read(Reading::Module(facts)) => facts,
        Outcome::Read(Reading::Broken {
            syntax,
            message,
            position,
            agreed,
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
            let code = if *syntax {
                Code::SyntaxError
            } else {
                Code::UnreadableFile
            };
            let finding = Finding::new(code, message.clone()).at(place).hint(hint);
            return match declaration.filter(|_| !syntax) {
                Some(declaration) => unread(path, declaration, finding, findings),
                None => {
                    findings.push(finding);
                    in_conflict(path, agreed.as_deref(), imports)
                }
            };
        }
        Outcome::Failed(reason) => {
            let reason = format!("cannot read the file: {reason}");
            findings.push(Finding::new(Code::UnreadableFile, reason).at(path.clone()));
            return None;
        }
        Outcome::Unmerged(agreed) => {
            findings.push(
                Finding::new(Code::Unmerged, "the file has an unresolved merge conflict")
                    .at(path.clone())
                    .hint(format!("resolve it, then run `git add -- '{path}'`")),
            );
            return in_conflict(path, agreed.as_deref(), imports);
        }
    };
    FieldReader::new(path, facts, imports, declaration, findings).revision()
}

/// A revision of which the sides of a conflict say the same, as far as they do. The conflict is a finding already, and
/// where a value stands is not known while there are two files in one.
fn in_conflict(
    path: &RepoPath,
    agreed: Option<&RevisionFacts>,
    imports: &Imports<'_>,
) -> Option<Revision> {
    let mut said_by_the_conflict = Vec::new();
    let reader = FieldReader::new(path, agreed?, imports, None, &mut said_by_the_conflict);
    let revision = reader.revision()?;
    Some(Revision {
        down_revision_at: None,
        ..revision
    })
}

/// A revision whose file onehead cannot read, as the settings declare it.
fn unread(
    path: &RepoPath,
    declaration: &Declaration,
    mut finding: Finding,
    findings: &mut Vec<Finding>,
) -> Option<Revision> {
    let names = |field| declaration.of(field).map(<[String]>::to_vec);
    let declared = names(Field::Revision).zip(names(Field::DownRevision));
    if declared.is_some() {
        finding.severity = Severity::Notice;
        finding.message += "; the settings declare what it says";
        finding.hint = None;
    }
    findings.push(finding);
    let (id, parents) = declared?;
    Some(Revision {
        id: RevisionId::new(id.concat()),
        path: path.clone(),
        message: String::new(),
        create_date: None,
        down_revisions: parents.into_iter().map(RevisionId::new).collect(),
        depends_on: names(Field::DependsOn).unwrap_or_default(),
        branch_labels: names(Field::BranchLabels).unwrap_or_default(),
        unknown: Vec::new(),
        down_revision_at: None,
    })
}

/// What a version of a file says, from its bytes alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declared {
    /// It is no revision.
    Nothing,
    /// It is no Python that can be read.
    Broken,
    /// It is one, and its id is not known without other files.
    Computed,
    /// It is this one.
    Revision(DeclaredRevision),
}

/// What a version of a revision file says of its revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredRevision {
    /// `revision`
    pub id: RevisionId,
    /// The first paragraph of the docstring.
    pub message: String,
    /// Those of `down_revision` that are known.
    pub down_revisions: Vec<RevisionId>,
    /// Those of `branch_labels` that are known.
    pub branch_labels: Vec<String>,
}

/// What a file declares, from its bytes alone: for a version of it that no listing holds.
#[must_use]
pub fn declared(path: &RepoPath, bytes: &[u8]) -> Declared {
    let Reading::Module(facts) = read(bytes) else {
        return Declared::Broken;
    };
    // Alembic loads no revision without it, and other modules have a `revision` too.
    if facts.field(Field::DownRevision).is_none() {
        return Declared::Nothing;
    }
    let id = match facts.field(Field::Revision) {
        Some(fact) => match &fact.term {
            Term::Str(id) => Some(id.as_str()),
            _ => return Declared::Computed,
        },
        None => legacy_id(path.name()),
    };
    match id {
        Some(id) => Declared::Revision(DeclaredRevision {
            id: RevisionId::new(id),
            message: facts.message.clone(),
            down_revisions: names(&facts, Field::DownRevision)
                .into_iter()
                .map(RevisionId::new)
                .collect(),
            branch_labels: names(&facts, Field::BranchLabels),
        }),
        None => Declared::Nothing,
    }
}

/// The strings that a name is bound to.
fn names(facts: &RevisionFacts, field: Field) -> Vec<String> {
    let fact = facts.field(field);
    let terms = match fact.map(|fact| &fact.term) {
        Some(Term::Sequence(terms) | Term::Set(terms)) => terms.as_slice(),
        Some(term) => std::slice::from_ref(term),
        None => &[],
    };
    let names = terms.iter().filter_map(|term| match term {
        Term::Str(name) => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// The id that a file declares, from its bytes alone. `None` if it declares none, or none that can be known without
/// other files.
#[must_use]
pub fn declared_id(path: &RepoPath, bytes: &[u8]) -> Option<RevisionId> {
    match declared(path, bytes) {
        Declared::Revision(revision) => Some(revision.id),
        Declared::Nothing | Declared::Broken | Declared::Computed => None,
    }
}
