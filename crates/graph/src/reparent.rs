//! Which `down_revision` has to change for a fork to become a line.
//!
//! Alembic records only the heads of a database, so a revision that some database has applied must
//! never get a parent that this database may lack: it would be skipped without a word. So only
//! unpublished revisions are given another parent here, and who may have applied them is for the
//! caller to know.

use std::collections::{BTreeSet, HashMap};

use onehead_model::{EnvironmentGraph, HeadGroup, Node, RepoPath, RevisionId};

/// One revision that gets another parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reparented {
    /// The first revision of an arm.
    pub revision: RevisionId,
    /// Its file.
    pub path: RepoPath,
    /// The head of that arm.
    pub head: RevisionId,
    /// Its parent now; none if it is a base.
    pub from: Option<RevisionId>,
    /// The head that it is hung onto.
    pub to: RevisionId,
}

/// Why a fork cannot be made a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotReparent {
    /// A revision that would have to move is published; the first one of its arm.
    #[error("`{0}` is published")]
    Published(RevisionId),
    /// No head is published, so nothing says which arm comes first.
    #[error("none of the heads {} is published, so nothing says which of them comes first", shown(.0))]
    NothingPublished(Vec<RevisionId>),
    /// Several heads are published: no edit of unpublished revisions brings them together.
    #[error("the heads {} are all published", shown(.0))]
    SeveralPublished(Vec<RevisionId>),
    /// The arm is no line.
    #[error("the arm of `{head}` is no line: `{revision}` has several parents")]
    NotLinear {
        /// The head of the arm.
        head: RevisionId,
        /// Where it is none.
        revision: RevisionId,
    },
    /// What the arm would be hung onto needs a revision of the arm, itself or through others.
    #[error("`{needs}` depends on `{revision}`, so `{revision}` cannot come after it")]
    Needed {
        /// The revision that would come first.
        needs: RevisionId,
        /// The revision of the arm.
        revision: RevisionId,
    },
}

fn shown(ids: &[RevisionId]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    ids.join(", ")
}

/// Hangs every unpublished arm of a group onto its one published head, one behind the other in the
/// order of the heads.
///
/// # Errors
/// Why it cannot be done; then nothing of it should be.
pub fn reparent(
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    is_published: &dyn Fn(&RevisionId) -> bool,
) -> Result<Vec<Reparented>, CannotReparent> {
    let nodes: HashMap<&RevisionId, &Node> = environment
        .revisions
        .iter()
        .map(|node| (&node.id, node))
        .collect();
    let (published, unpublished): (Vec<&RevisionId>, Vec<&RevisionId>) =
        group.heads.iter().partition(|head| is_published(head));
    let mut onto = match published.as_slice() {
        [only] => *only,
        [] => return Err(CannotReparent::NothingPublished(group.heads.clone())),
        _ => {
            return Err(CannotReparent::SeveralPublished(
                published.into_iter().cloned().collect(),
            ));
        }
    };
    let mut settled = with_ancestors(&nodes, onto);
    let mut moved = Vec::new();
    for head in unpublished {
        let arm: BTreeSet<&RevisionId> = with_ancestors(&nodes, head)
            .difference(&settled)
            .copied()
            .collect();
        may_follow(&nodes, &arm, onto, &settled)?;
        let first = first_of(&nodes, head, &arm, is_published)?;
        moved.push(Reparented {
            revision: first.id.clone(),
            path: first.path.clone(),
            head: head.clone(),
            from: first.down_revisions.first().cloned(),
            to: std::mem::replace(&mut onto, head).clone(),
        });
        settled.extend(arm);
    }
    Ok(moved)
}

/// Nothing that comes before an arm may need it, through whatever dependencies.
fn may_follow<'a>(
    nodes: &HashMap<&'a RevisionId, &'a Node>,
    arm: &BTreeSet<&RevisionId>,
    onto: &RevisionId,
    settled: &BTreeSet<&'a RevisionId>,
) -> Result<(), CannotReparent> {
    let needed = closed(nodes, settled.iter().copied(), |node| {
        node.down_revisions.iter().chain(&node.depends_on)
    });
    match arm.intersection(&needed).next() {
        None => Ok(()),
        Some(revision) => Err(CannotReparent::Needed {
            needs: onto.clone(),
            revision: (*revision).clone(),
        }),
    }
}

/// The revision with which a linear, unpublished arm begins.
fn first_of<'a>(
    nodes: &HashMap<&RevisionId, &'a Node>,
    head: &RevisionId,
    arm: &BTreeSet<&RevisionId>,
    is_published: &dyn Fn(&RevisionId) -> bool,
) -> Result<&'a Node, CannotReparent> {
    let mut at = nodes[head];
    loop {
        if at.down_revisions.len() > 1 {
            return Err(CannotReparent::NotLinear {
                head: head.clone(),
                revision: at.id.clone(),
            });
        }
        match at.down_revisions.first() {
            Some(parent) if arm.contains(parent) => at = nodes[parent],
            _ => break,
        }
    }
    match arm.iter().find(|id| is_published(id)) {
        Some(_) if is_published(&at.id) => Err(CannotReparent::Published(at.id.clone())),
        Some(other) => Err(CannotReparent::Published((**other).clone())),
        None => Ok(at),
    }
}

fn with_ancestors<'a>(
    nodes: &HashMap<&'a RevisionId, &'a Node>,
    head: &'a RevisionId,
) -> BTreeSet<&'a RevisionId> {
    closed(nodes, [head], |node| node.down_revisions.iter())
}

/// These and everything that they name, and what that names, and so on.
fn closed<'a, N: Iterator<Item = &'a RevisionId>>(
    nodes: &HashMap<&'a RevisionId, &'a Node>,
    from: impl IntoIterator<Item = &'a RevisionId>,
    named: impl Fn(&'a Node) -> N,
) -> BTreeSet<&'a RevisionId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&RevisionId> = from.into_iter().collect();
    while let Some(id) = open.pop() {
        if let Some((id, node)) = nodes.get_key_value(id)
            && found.insert(*id)
        {
            open.extend(named(node));
        }
    }
    found
}
