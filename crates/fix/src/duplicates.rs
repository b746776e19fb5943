//! Two files with one revision id: the one that no other clone has gets another.

use onehead_forecast::{Analysis, ReadError};
use onehead_model::{
    Choice, Code, EnvironmentGraph, Field, Finding, FixKind, Node, Replacement, RevisionId,
};
use onehead_render::new_id;

use crate::edits::Edits;
use crate::published::{Publication, duplicated};

/// The one file of several with an id that may get another: of those that no other clone has, the one that is
/// not even committed, else the newest by git.
fn newer<'a>(
    analysis: &Analysis,
    files: &[&'a Node],
    publication: &Publication,
) -> Option<&'a Node> {
    if publication.gap().is_some() {
        return None;
    }
    let unpublished: Vec<&Node> = files
        .iter()
        .copied()
        .filter(|node| !publication.is_published(node))
        .collect();
    let new: Vec<&Node> = unpublished
        .iter()
        .copied()
        .filter(|node| !publication.is_committed(node))
        .collect();
    match (&unpublished[..], &new[..]) {
        ([only], _) | (_, [only]) => Some(only),
        ([], _) => None,
        (several, _) => analysis.newest(several),
    }
}

/// Plans a new id for each duplicated one, as far as one of its files is unpublished.
pub(crate) fn renumber(
    analysis: &Analysis,
    environment: &EnvironmentGraph,
    publication: &Publication,
    edits: &mut Edits,
    choices: &mut Vec<Choice>,
    findings: &mut Vec<Finding>,
) -> Result<(), ReadError> {
    for id in duplicated(environment) {
        let same: Vec<&Node> = environment
            .revisions
            .iter()
            .filter(|node| node.id == *id)
            .collect();
        let Some(node) = newer(analysis, &same, publication) else {
            findings.push(unclear(environment, publication, id, &same));
            continue;
        };
        let to = new_id(id, &analysis.read(&node.path)?);
        let mut replace = |node: &Node, field: Field| {
            let replacement = Replacement {
                field,
                from: Some(id.clone()),
                to: to.clone(),
            };
            edits.replace(environment, &node.path, replacement);
        };
        replace(node, Field::Revision);
        // What no other clone has either, was written on top of it.
        let others = environment
            .revisions
            .iter()
            .filter(|other| other.path != node.path && !publication.is_published(other));
        for other in others {
            if other.down_revisions.contains(id) {
                replace(other, Field::DownRevision);
            }
            if other.depends_on.contains(id) {
                replace(other, Field::DependsOn);
            }
        }
        choices.push(Choice {
            environment: environment.name.clone(),
            group: String::new(),
            fix: FixKind::NewId,
            why: format!(
                "{} have the id `{id}`, and {}",
                listed(&same, node),
                match same
                    .iter()
                    .filter(|one| !publication.is_published(one))
                    .count()
                {
                    1 => "only the last one is unpublished",
                    _ => "the last one is the newest that is not published",
                }
            ),
            heads: vec![id.clone()],
        });
    }
    Ok(())
}

/// The files, the one that changes last.
fn listed(files: &[&Node], last: &Node) -> String {
    let others = files.iter().filter(|node| node.path != last.path);
    let mut paths: Vec<String> = others.map(|node| node.path.to_string()).collect();
    paths.push(last.path.to_string());
    paths.join(" and ")
}

fn unclear(
    environment: &EnvironmentGraph,
    publication: &Publication,
    id: &RevisionId,
    same: &[&Node],
) -> Finding {
    let paths: Vec<String> = same.iter().map(|node| node.path.to_string()).collect();
    let published = same
        .iter()
        .filter(|node| publication.is_published(node))
        .count();
    let why = if let Some(gap) = publication.gap() {
        gap
    } else if published > 1 {
        "several of them are published, and the id of a published revision may not change"
    } else {
        "it is not known which of them is newer"
    };
    Finding::new(
        Code::FixRefused,
        format!(
            "{}: cannot change the id `{id}` in {}: {why}",
            environment.name,
            paths.join(" and in ")
        ),
    )
    .at(same[0].path.clone())
    .about([id.clone()])
    .hint("give the newer file another `revision`, and use it in the `down_revision` of its children, then run `onehead check`")
}
