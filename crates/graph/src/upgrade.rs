//! What `alembic upgrade` does to a database, without a database.
//!
//! Of a database Alembic knows nothing but the rows of `alembic_version`. It takes for applied what
//! the rows name and all that comes before these *in the graph as it is now*
//! (`RevisionMap._collect_upgrade_revisions`), runs the rest, parents first, and rewrites the rows
//! after each revision (`HeadMaintainer.update_to_step`). A revision that came to lie before a row
//! later than the row was written is therefore never run: that is how re-parenting skips.
//!
//! Two errors of Alembic belong to the model, since a fix can cause them: rows of which one now comes
//! before another are refused, and a merge revision of three or more, one of which comes before another
//! (by `depends_on`, say), ends in a `KeyError`.

use std::collections::BTreeSet;

use onehead_model::{Code, EnvironmentGraph, Finding, RevisionId};

use crate::dag::Numbers;
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
    #[error("the revisions do not form a valid graph: {0}")]
    Unsound(String),
    /// A row names a revision that is not there.
    #[error("cannot locate revision `{0}`, which the database has")]
    Unlocated(RevisionId),
    /// A row comes before another.
    #[error(
        "`{row}` overlaps with `{other}`: the database has both, and one is now an ancestor of the other"
    )]
    Overlap {
        /// The row that comes later.
        row: RevisionId,
        /// The row that comes before it.
        other: RevisionId,
    },
    /// A merge revision names a revision that has no row, since another that it names comes after it.
    /// If Alembic happens to run something else first that comes after it as well, it goes well.
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
/// Alembic would end with an error, or for [`UpgradeError::NoRow`], may; what ran before is not told.
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
    let applied = loaded.ancestors(maintained.ones());
    let mut missing = loaded.parents_first();
    missing.retain(|&number| !applied.contains(number));
    for &number in &missing {
        refuse_merge_without_row(loaded, &applied, number)?;
    }
    for &number in &missing {
        maintained = rows_after(loaded, maintained, number);
    }
    let id = |number: usize| loaded.id(number).clone();
    Ok(Upgrade {
        runs: missing.into_iter().map(id).collect(),
        rows: maintained.ones().map(id).collect(),
    })
}

fn locate(loaded: &Loaded<'_>, rows: &BTreeSet<RevisionId>) -> Result<Numbers, UpgradeError> {
    let mut located = loaded.none();
    for row in rows {
        let number = loaded.number(row.as_str());
        located.insert(number.ok_or_else(|| UpgradeError::Unlocated(row.clone()))?);
    }
    Ok(located)
}

/// `RevisionMap._iterate_related_revisions` with `check`.
fn refuse_overlap(loaded: &Loaded<'_>, rows: &Numbers) -> Result<(), UpgradeError> {
    for row in rows.ones() {
        let before = loaded.ancestors([row]);
        if let Some(other) = rows.intersection(&before).find(|&other| other != row) {
            return Err(UpgradeError::Overlap {
                row: loaded.id(row).clone(),
                other: loaded.id(other).clone(),
            });
        }
    }
    Ok(())
}

/// Refuses a merge revision for which `HeadMaintainer` could look for a row that is not there.
///
/// That depends on what else has run by then, so on the order, which Alembic takes from the order of
/// the files. The worst is to run it as soon as it can be: whatever runs in addition only takes rows
/// of parents away or covers parents otherwise, and so never makes it fail.
fn refuse_merge_without_row(
    loaded: &Loaded<'_>,
    applied: &Numbers,
    number: usize,
) -> Result<(), UpgradeError> {
    let mut down = loaded.none();
    down.extend(loaded.normalized(number).iter().copied());
    if down.count_ones(..) < 3 {
        return Ok(());
    }
    let ready = &loaded.ancestors(down.ones()) | applied;
    let rows = loaded.youngest(&ready);
    if rows.intersection_count(&down) < 2 {
        return Ok(());
    }
    let others = loaded.ancestors(rows.difference(&down));
    let has_no_row = |&parent: &usize| !rows.contains(parent) && !others.contains(parent);
    match down.ones().find(has_no_row) {
        Some(parent) => Err(UpgradeError::NoRow {
            revision: loaded.id(number).clone(),
            parent: loaded.id(parent).clone(),
        }),
        None => Ok(()),
    }
}

/// `HeadMaintainer.update_to_step` for an upgrade by one revision: its row takes the place of those of
/// what it names.
fn rows_after(loaded: &Loaded<'_>, mut rows: Numbers, number: usize) -> Numbers {
    for &named in loaded.normalized(number) {
        rows.remove(named);
    }
    rows.insert(number);
    rows
}
