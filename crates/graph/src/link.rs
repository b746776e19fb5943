//! What each revision of an environment names, and what is wrong with that (`RevisionMap._revision_map`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use onehead_model::{Code, Finding, Location, Revision, RevisionId};

use crate::dag::Dag;
use crate::elsewhere::{Elsewhere, way_out};
use crate::known::Unread;

/// Characters that Alembic refuses in an id (`revision._revision_illegal_chars`).
const ILLEGAL: &[char] = &['@', '-', '+', ':'];

/// Names with a meaning of their own: Alembic stops where it walks over a revision of that name.
const SYMBOLS: &[&str] = &["base", "head", "heads"];

/// Links the revisions of one environment, numbered in the order in which Alembic loads them, with a finding for
/// whatever does not fit. Of several files with one id, Alembic keeps the last. Where a file could not be read that may
/// be any revision, no name is called missing.
pub(crate) fn link<'a>(
    elsewhere: &Elsewhere<'a>,
    unread: &Unread,
    findings: &mut Vec<Finding>,
) -> Dag<'a, Revision> {
    let revisions = &elsewhere.environment.revisions;
    let mut dag = Dag::unlinked(revisions.iter().map(Arc::as_ref));
    find_duplicates(revisions, dag.len(), findings);
    find_illegal_ids(revisions, findings);
    link_parents(&mut dag, elsewhere, unread, findings);
    let labelled = own_labels(&dag, findings);
    link_dependencies(&mut dag, &labelled, elsewhere, unread, findings);
    dag
}

fn find_duplicates(revisions: &[Arc<Revision>], ids: usize, findings: &mut Vec<Finding>) {
    if ids == revisions.len() {
        return;
    }
    let mut files: BTreeMap<&str, Vec<&Revision>> = BTreeMap::new();
    for revision in revisions {
        let id = revision.id.as_str();
        files.entry(id).or_default().push(revision);
    }
    files.retain(|_, files| files.len() > 1);
    for (id, files) in files {
        let paths: Vec<String> = files
            .iter()
            .map(|revision| revision.path.to_string())
            .collect();
        findings.push(
                Finding::new(Code::DuplicateRevision, format!("revision `{id}` is defined in {}", paths.join(" and in ")))
                    .at(files[0].path.clone())
                    .about([files[0].id.clone()])
                    .hint("give the newer file another id, in its `revision` and in the `down_revision` of its children; a merge revision does not fix this"),
            );
    }
}

fn find_illegal_ids(revisions: &[Arc<Revision>], findings: &mut Vec<Finding>) {
    for revision in revisions {
        if SYMBOLS.contains(&revision.id.as_str()) {
            let message = format!(
                "revision id `{}` is a symbol of Alembic's command line",
                revision.id
            );
            findings.push(
                Finding::new(Code::IllegalRevisionId, message)
                    .at(revision.path.clone())
                    .about([revision.id.clone()])
                    .hint("choose an id of letters, digits and `_`"),
            );
            continue;
        }
        if !revision.id.as_str().contains(ILLEGAL) {
            continue;
        }
        let illegal: BTreeSet<char> = revision
            .id
            .as_str()
            .chars()
            .filter(|c| ILLEGAL.contains(c))
            .collect();
        if !illegal.is_empty() {
            let shown: Vec<String> = illegal.iter().map(|c| format!("`{c}`")).collect();
            findings.push(
                Finding::new(
                    Code::IllegalRevisionId,
                    format!(
                        "revision id `{}` holds {}, which Alembic refuses",
                        revision.id,
                        shown.join(", ")
                    ),
                )
                .at(revision.path.clone())
                .about([revision.id.clone()])
                .hint("choose an id of letters, digits and `_`"),
            );
        }
    }
}

fn link_parents(
    dag: &mut Dag<'_, Revision>,
    elsewhere: &Elsewhere<'_>,
    unread: &Unread,
    findings: &mut Vec<Finding>,
) {
    for number in 0..dag.len() {
        let revision = dag.revision(number);
        for parent in &revision.down_revisions {
            match dag.number(parent.as_str()) {
                Some(parent) if parent == number => findings.push(
                    Finding::new(
                        Code::SelfLoop,
                        format!("revision `{}` names itself in `down_revision`", revision.id),
                    )
                    .at(down_revision_of(revision))
                    .about([revision.id.clone()])
                    .hint("set `down_revision` to the previous revision"),
                ),
                Some(parent) => dag.link_parent(number, parent),
                None if unread.any_revision => {}
                None => findings.push(missing_parent(revision, parent, elsewhere)),
            }
        }
    }
}

/// The label of each revision that defines one, with a finding for a label used twice
/// (`RevisionMap._map_branch_labels`).
fn own_labels<'a>(dag: &Dag<'a, Revision>, findings: &mut Vec<Finding>) -> HashMap<&'a str, usize> {
    let mut labelled: HashMap<&str, usize> = HashMap::new();
    for number in 0..dag.len() {
        let revision = dag.revision(number);
        for label in &revision.branch_labels {
            let taken = labelled.get(label.as_str()).copied();
            if let Some(other) = taken.or_else(|| dag.number(label.as_str())) {
                let what = if taken.is_some() { "label" } else { "id" };
                findings.push(
                    Finding::new(
                        Code::DuplicateLabel,
                        format!(
                            "branch label `{label}` of `{}` is already the {what} of `{}`",
                            revision.id,
                            dag.id(other)
                        ),
                    )
                    .at(revision.path.clone())
                    .about([revision.id.clone(), dag.id(other).clone()])
                    .hint("give one of them another label"),
                );
            } else {
                labelled.insert(label, number);
            }
        }
    }
    labelled
}

fn link_dependencies(
    dag: &mut Dag<'_, Revision>,
    labelled: &HashMap<&str, usize>,
    elsewhere: &Elsewhere<'_>,
    unread: &Unread,
    findings: &mut Vec<Finding>,
) {
    for number in 0..dag.len() {
        let revision = dag.revision(number);
        for name in &revision.depends_on {
            let found = labelled.get(name.as_str()).copied();
            match found.or_else(|| dag.number(name)) {
                Some(other) if other == number => findings.push(
                    Finding::new(
                        Code::SelfLoop,
                        format!("revision `{}` names itself in `depends_on`", revision.id),
                    )
                    .at(revision.path.clone())
                    .about([revision.id.clone()])
                    .hint("remove it from `depends_on`"),
                ),
                Some(other) => dag.link_dependency(number, other),
                None if unread.any_revision => {}
                None => findings.push(missing_dependency(revision, name, elsewhere)),
            }
        }
    }
}

pub(crate) fn down_revision_of(revision: &Revision) -> Location {
    Location {
        path: revision.path.clone(),
        line: revision.down_revision_at.map(|span| span.line),
        column: revision.down_revision_at.map(|span| span.column),
    }
}

fn missing_dependency(revision: &Revision, name: &str, elsewhere: &Elsewhere<'_>) -> Finding {
    if let Some(finding) = elsewhere.said(revision, "dependency", name) {
        return finding.at(revision.path.clone());
    }
    let place = elsewhere.place(name);
    let message = format!(
        "`depends_on` of `{}` names `{name}`, which is neither a revision nor a branch label{place}",
        revision.id
    );
    Finding::new(Code::MissingDependency, message)
        .at(revision.path.clone())
        .about([revision.id.clone()])
        .hint(way_out(name, &place, "correct `depends_on`"))
}

fn missing_parent(revision: &Revision, parent: &RevisionId, elsewhere: &Elsewhere<'_>) -> Finding {
    let at = down_revision_of(revision);
    if let Some(finding) = elsewhere.said(revision, "parent", parent.as_str()) {
        return finding.at(at);
    }
    let place = elsewhere.place(parent.as_str());
    let hint = if parent.as_str().is_empty() {
        format!("write `down_revision = None` at {at} if it is the first revision")
    } else {
        let correct = format!("correct `down_revision` at {at}");
        way_out(parent.as_str(), &place, &correct)
    };
    let message = format!("parent `{parent}` of `{}` is missing{place}", revision.id);
    Finding::new(Code::MissingParent, message)
        .at(at)
        .about([revision.id.clone()])
        .hint(hint)
}
