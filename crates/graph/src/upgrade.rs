//! What `alembic upgrade` does to a database, without a database.
//!
//! Of a database Alembic knows nothing but the rows of `alembic_version`. It takes for applied what
//! the rows name and all that comes before these *in the graph as it is now*
//! (`RevisionMap._collect_upgrade_revisions`), runs the rest, parents first, and rewrites the rows
//! after each revision (`HeadMaintainer.update_to_step`). A revision that came to lie before a row
//! later than the row was written is therefore never run: that is how re-parenting skips.
//!
//! Two errors of Alembic belong to the model, since a mend can cause them: rows of which one now comes
//! before another are refused, and a merge revision that names several heads, one of them already
//! covered by another through `depends_on`, ends in a `KeyError`.

use std::collections::BTreeSet;

use onehead_model::{Code, EnvironmentGraph, Finding, RevisionId};

use crate::loaded::Loaded;

/// What an upgrade did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    /// What ran, parents first. Where the graph leaves the order open, Alembic may choose another.
    pub runs: Vec<RevisionId>,
    /// What `alembic_version` holds afterwards.
    pub rows: BTreeSet<RevisionId>,
}

/// Why Alembic does not upgrade.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpgradeError {
    /// Alembic cannot load the graph, or loads one of several files with one id.
    #[error("the revisions are not a sound graph: {0}")]
    Unsound(String),
    /// A row names a revision that is not there.
    #[error("cannot locate revision `{0}`, which the database has")]
    Unlocated(RevisionId),
    /// A row comes before another.
    #[error(
        "`{row}` overlaps with `{other}`: the database has both, and one now comes before the other"
    )]
    Overlap {
        /// The row that comes later.
        row: RevisionId,
        /// The row that comes before it.
        other: RevisionId,
    },
    /// The merge revision names a head that has no row, since another head depends on it.
    #[error("`{revision}` merges `{parent}`, which has no row of its own (`KeyError` in Alembic)")]
    NoRow {
        /// The merge revision.
        revision: RevisionId,
        /// The parent without a row.
        parent: RevisionId,
    },
}

/// Upgrades a database with these rows to all heads: `alembic upgrade head` where there is one head,
/// else `alembic upgrade heads`.
///
/// # Errors
/// Alembic would end with an error. What ran before a [`UpgradeError::NoRow`] is not told.
pub fn upgrade(
    graph: &EnvironmentGraph,
    rows: &BTreeSet<RevisionId>,
) -> Result<Upgrade, UpgradeError> {
    let is_wrong = |finding: &&Finding| finding.is_error() && finding.code != Code::MultipleHeads;
    if let Some(finding) = graph.findings.iter().find(is_wrong) {
        return Err(UpgradeError::Unsound(finding.message.clone()));
    }
    run(&Loaded::new(graph, 0), rows)
}

pub(crate) fn run(
    loaded: &Loaded<'_>,
    rows: &BTreeSet<RevisionId>,
) -> Result<Upgrade, UpgradeError> {
    let mut maintained = locate(loaded, rows)?;
    refuse_overlap(loaded, &maintained)?;
    let mut applied = loaded.ancestors(maintained.iter().copied());
    let mut runs = Vec::new();
    for node in parents_first(loaded) {
        if applied.insert(node) {
            maintained = rows_after(loaded, maintained, node)?;
            runs.push(loaded.nodes[node].id.clone());
        }
    }
    let id = |&node: &usize| loaded.nodes[node].id.clone();
    Ok(Upgrade {
        runs,
        rows: maintained.iter().map(id).collect(),
    })
}

fn locate(
    loaded: &Loaded<'_>,
    rows: &BTreeSet<RevisionId>,
) -> Result<BTreeSet<usize>, UpgradeError> {
    let find = |row: &RevisionId| {
        loaded
            .node(row.as_str())
            .ok_or_else(|| UpgradeError::Unlocated(row.clone()))
    };
    rows.iter().map(find).collect()
}

/// `RevisionMap._iterate_related_revisions` with `check`.
fn refuse_overlap(loaded: &Loaded<'_>, rows: &BTreeSet<usize>) -> Result<(), UpgradeError> {
    for &row in rows {
        let before = loaded.ancestors([row]);
        if let Some(&other) = rows
            .iter()
            .find(|&&other| other != row && before.contains(&other))
        {
            return Err(UpgradeError::Overlap {
                row: loaded.nodes[row].id.clone(),
                other: loaded.nodes[other].id.clone(),
            });
        }
    }
    Ok(())
}

/// Every revision behind all that it names.
fn parents_first(loaded: &Loaded<'_>) -> Vec<usize> {
    let mut placed = vec![false; loaded.nodes.len()];
    let mut order = Vec::with_capacity(placed.len());
    for start in 0..placed.len() {
        let mut path = vec![(start, 0)];
        while let Some((node, at)) = path.pop() {
            match loaded.down(node).get(at) {
                _ if placed[node] => {}
                Some(&below) => path.extend([(node, at + 1), (below, 0)]),
                None => {
                    placed[node] = true;
                    order.push(node);
                }
            }
        }
    }
    order
}

/// `HeadMaintainer.update_to_step` for an upgrade by one revision.
fn rows_after(
    loaded: &Loaded<'_>,
    mut rows: BTreeSet<usize>,
    node: usize,
) -> Result<BTreeSet<usize>, UpgradeError> {
    let down: BTreeSet<usize> = loaded.normalized(node).iter().copied().collect();
    if rows.intersection(&down).count() > 1 {
        let others = loaded.ancestors(rows.difference(&down).copied());
        let replaced = down.difference(&others).copied();
        for parent in replaced {
            if !rows.remove(&parent) {
                return Err(UpgradeError::NoRow {
                    revision: loaded.nodes[node].id.clone(),
                    parent: loaded.nodes[parent].id.clone(),
                });
            }
        }
    } else {
        rows.retain(|row| !down.contains(row));
    }
    rows.insert(node);
    Ok(rows)
}
