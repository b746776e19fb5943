//! Two files with one revision id: the one that no other clone has gets another.

use onehead_forecast::{Analysis, ReadError};
use onehead_model::{
    Choice, Code, EnvironmentGraph, Field, Finding, FixKind, Node, Replacement, RepoPath,
    RevisionId,
};
use onehead_render::new_id;

use crate::edits::Edits;
use crate::numbers::{Renumbered, renumbered};
use onehead_published::{Publication, doubled};

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
    let mut given_up = Vec::new();
    for id in doubled(environment) {
        let same: Vec<&Node> = environment
            .revisions
            .iter()
            .filter(|node| node.id == *id)
            .collect();
        match newer(analysis, &same, publication) {
            Some(node) => {
                choices.push(choice(environment, publication, &same, node));
                given_up.push(node);
            }
            None => findings.push(unclear(environment, publication, id, &same)),
        }
    }
    let is_published = |node: &Node| publication.is_published(node);
    let renumbered = renumbered(environment, &given_up, &is_published);
    for node in given_up {
        if !renumbered.iter().any(|one| one.node.path == node.path) {
            let to = new_id(&node.id, &analysis.read(&node.path)?);
            rename(environment, publication, node, &to, edits);
        }
    }
    let follow = renumbered
        .iter()
        .filter(|one| !doubled(environment).contains(&one.node.id));
    choices.extend(follow.map(|one| follower(environment, one.node)));
    // The last one first: a number that another one is about to get has been given up by then.
    for Renumbered { node, to } in renumbered.iter().rev() {
        rename(environment, publication, node, to, edits);
    }
    Ok(())
}

/// Gives a revision another id, also where it is named by what no other clone has: that was written on top of it.
fn rename(
    environment: &EnvironmentGraph,
    publication: &Publication,
    node: &Node,
    to: &RevisionId,
    edits: &mut Edits,
) {
    let mut replace = |path: &RepoPath, field: Field| {
        let replacement = Replacement {
            field,
            from: Some(node.id.clone()),
            to: to.clone(),
        };
        edits.replace(environment, path, replacement);
    };
    replace(&node.path, Field::Revision);
    let others = environment
        .revisions
        .iter()
        .filter(|other| other.path != node.path && !publication.is_published(other));
    for other in others {
        if other.down_revisions.contains(&node.id) {
            replace(&other.path, Field::DownRevision);
        }
        if other.depends_on.contains(&node.id) {
            replace(&other.path, Field::DependsOn);
        }
    }
}

/// Which of the files changes, and why that one.
fn choice(
    environment: &EnvironmentGraph,
    publication: &Publication,
    same: &[&Node],
    node: &Node,
) -> Choice {
    let unpublished = same.iter().filter(|one| !publication.is_published(one));
    let why = match unpublished.count() {
        1 => "only the last one is unpublished",
        _ => "the last one is the newest that is not published",
    };
    let id = &node.id;
    new_id_for(
        environment,
        id,
        format!("{} have the id `{id}`, and {why}", listed(same, node)),
    )
}

/// That what follows a revision with a new number gets a later one.
fn follower(environment: &EnvironmentGraph, node: &Node) -> Choice {
    let why = format!(
        "{} follows a revision with a new number, and no other clone has it",
        node.path
    );
    new_id_for(environment, &node.id, why)
}

fn new_id_for(environment: &EnvironmentGraph, id: &RevisionId, why: String) -> Choice {
    Choice {
        environment: environment.name.clone(),
        group: String::new(),
        fix: FixKind::NewId,
        why,
        heads: vec![id.clone()],
    }
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
