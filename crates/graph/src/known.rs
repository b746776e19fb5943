//! Which heads are known while not everything could be read, or cannot be as it says.
//!
//! A revision whose parents are not known may have any other as parent, and a file that could not be read may be
//! the child of any of them. What a revision says of its parents is not known either where it names itself or is in a
//! cycle: Alembic loads none of that. So a head counts only if it stays one whatever they say; Alembic refuses a revision that
//! follows itself, so no revision is the parent of its own ancestor.

use onehead_model::{Code, Environment, Field, Finding, Revision};

use crate::dag::{Dag, Links, Numbers};

/// What keeps the heads from being known.
pub(crate) struct Unread {
    /// Whether a revision may be missing of which nothing is known, not even its id.
    pub(crate) any_revision: bool,
}

impl Unread {
    /// What could not be read of an environment; `beside` is what concerns no single one.
    pub(crate) fn of(environment: &Environment, beside: &[Finding]) -> Self {
        let is_read = |finding: &Finding| {
            let file = finding.location.as_ref().map(|place| &place.path);
            let mut revisions = environment.revisions.iter();
            file.is_some_and(|file| revisions.any(|revision| revision.path == *file))
        };
        let hides_revisions = |finding: &Finding| {
            let no_id = matches!(finding.code, Code::MissingRevision | Code::WrongType);
            finding.is_error() && (finding.code.is_unknown() || no_id) && !is_read(finding)
        };
        let mut findings = environment.findings.iter();
        Self {
            any_revision: findings.any(hides_revisions)
                || beside
                    .iter()
                    .any(|finding| may_configure(finding, environment)),
        }
    }

    /// The heads that stay heads whatever was not read and however cycles are corrected, in Alembic's order.
    pub(crate) fn certain_heads(&self, dag: &Dag<'_, Revision>, in_cycles: &Numbers) -> Vec<usize> {
        if self.any_revision {
            return Vec::new();
        }
        let mut heads: Vec<usize> = dag.heads().collect();
        let is_loose = |&number: &usize| in_cycles.contains(number) || is_loose(dag, number);
        for loose in (0..dag.len()).filter(is_loose) {
            let line = dag.descendants([loose], Links::Parents);
            heads.retain(|&head| line.contains(head));
        }
        heads
    }
}

/// Whether a configuration that cannot be read may be that of an environment: of one that no other configuration
/// leads to, or one in the same folder.
pub(crate) fn may_configure(finding: &Finding, environment: &Environment) -> bool {
    if finding.code != Code::BadConfiguration || !finding.is_error() {
        return false;
    }
    match (&environment.config, &finding.location) {
        (Some(known), Some(unread)) => known.path.parent() == unread.path.parent(),
        (None, _) | (_, None) => true,
    }
}

/// Whether a revision has a parent of which nothing is known.
fn is_loose(dag: &Dag<'_, Revision>, number: usize) -> bool {
    let revision = dag.revision(number);
    let mut parents = revision.down_revisions.iter();
    revision.unknown.contains(&Field::DownRevision)
        || parents.any(|parent| {
            dag.number(parent.as_str())
                .is_none_or(|parent| parent == number)
        })
}
