//! Which `down_revision` has to change for a fork to become a line.
//!
//! Alembic records only the heads of a database, so a revision that some database has applied must
//! never get a parent that this database may lack: it would be skipped without a word. So only
//! unpublished revisions are given another parent here, and who may have applied them is for the
//! caller to know.

use onehead_model::{EnvironmentGraph, HeadGroup, Node, RepoPath, RevisionId};

use crate::dag::{Dag, Links, Numbers};

/// One revision that gets another parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reparented {
    /// The first revision of a side.
    pub revision: RevisionId,
    /// Its file.
    pub path: RepoPath,
    /// The head of that side.
    pub head: RevisionId,
    /// Its parent now; none if it is a base.
    pub from: Option<RevisionId>,
    /// The head that becomes its parent.
    pub to: RevisionId,
}

/// Why a fork cannot be made a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotReparent {
    /// A revision that would have to move is published; the first one of its side.
    #[error("`{0}` is published")]
    Published(RevisionId),
    /// No head is published, so nothing says which side comes first.
    #[error("none of the heads {} is published, so their order is not known", shown(.0))]
    NothingPublished(Vec<RevisionId>),
    /// Several heads are published: no edit of unpublished revisions brings them together.
    #[error("the heads {} are all published", shown(.0))]
    SeveralPublished(Vec<RevisionId>),
    /// The side is no line.
    #[error("the side of `{head}` is not a line: `{revision}` has several parents")]
    NotLinear {
        /// The head of the side.
        head: RevisionId,
        /// Where it is none.
        revision: RevisionId,
    },
    /// What the side would follow needs a revision of the side, itself or through others.
    #[error("`{needs}` depends on `{revision}`, so `{revision}` cannot follow it")]
    Needed {
        /// The revision that would come first.
        needs: RevisionId,
        /// The revision of the side.
        revision: RevisionId,
    },
}

fn shown(ids: &[RevisionId]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    ids.join(", ")
}

/// Puts every unpublished side of a group behind its one published head, one behind the other in the
/// order of the heads.
///
/// # Errors
/// Why it cannot be done; then nothing of it should be.
pub fn reparent(
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    is_published: &dyn Fn(&RevisionId) -> bool,
) -> Result<Vec<Reparented>, CannotReparent> {
    let dag = Dag::of(environment);
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
    let mut settled = dag.ancestors(dag.number(onto.as_str()), Links::Parents);
    let mut moved = Vec::new();
    for head in unpublished {
        let Some(number) = dag.number(head.as_str()) else {
            continue;
        };
        let mut side = dag.ancestors([number], Links::Parents);
        side.difference_with(&settled);
        may_follow(&dag, &side, onto, &settled)?;
        let first = first_of(&dag, number, &side, is_published)?;
        moved.push(Reparented {
            revision: first.id.clone(),
            path: first.path.clone(),
            head: head.clone(),
            from: first.down_revisions.first().cloned(),
            to: std::mem::replace(&mut onto, head).clone(),
        });
        settled.union_with(&side);
    }
    Ok(moved)
}

/// Nothing that comes before a side may need it, through whatever dependencies.
fn may_follow(
    dag: &Dag<'_, Node>,
    side: &Numbers,
    onto: &RevisionId,
    settled: &Numbers,
) -> Result<(), CannotReparent> {
    let needed = dag.ancestors(settled.ones(), Links::All);
    match side.intersection(&needed).next() {
        None => Ok(()),
        Some(number) => Err(CannotReparent::Needed {
            needs: onto.clone(),
            revision: dag.id(number).clone(),
        }),
    }
}

/// The revision with which a linear, unpublished side begins.
fn first_of<'a>(
    dag: &Dag<'a, Node>,
    head: usize,
    side: &Numbers,
    is_published: &dyn Fn(&RevisionId) -> bool,
) -> Result<&'a Node, CannotReparent> {
    let mut first = head;
    loop {
        if dag.revision(first).down_revisions.len() > 1 {
            return Err(CannotReparent::NotLinear {
                head: dag.id(head).clone(),
                revision: dag.id(first).clone(),
            });
        }
        match dag.parents(first) {
            [parent] if side.contains(*parent) => first = *parent,
            _ => break,
        }
    }
    let published = |number: &usize| is_published(dag.id(*number));
    match side.ones().find(published) {
        Some(_) if published(&first) => Err(CannotReparent::Published(dag.id(first).clone())),
        Some(other) => Err(CannotReparent::Published(dag.id(other).clone())),
        None => Ok(dag.revision(first)),
    }
}
