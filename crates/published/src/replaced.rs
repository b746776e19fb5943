//! Old published revisions that a squash replaces: declared, and then proved.
//!
//! What is replaced is gone, and so is all that came before it; what follows it follows nothing else than before but new
//! revisions that begin the graph anew. So a database that is past what is replaced skips and repeats nothing, and one at a
//! replaced revision cannot be located.

use std::collections::BTreeSet;

use onehead_graph::{Dag, Links};
use onehead_model::{EnvironmentGraph, Field, Finding, Node, RevisionId, Severity};

use crate::change::{Change, Kind};

/// The revisions of one environment that are declared as replaced.
pub(crate) struct Replaced<'a> {
    ids: BTreeSet<&'a RevisionId>,
    /// The new revisions that have nothing but new ones before them.
    instead: BTreeSet<&'a RevisionId>,
    /// The revisions that came after replaced ones.
    later: BTreeSet<&'a RevisionId>,
    /// Why it is not proved.
    not_proved: Option<String>,
}

impl<'a> Replaced<'a> {
    /// None if no revision of the environment is declared.
    pub(crate) fn of(
        declared: &'a [RevisionId],
        before: &'a EnvironmentGraph,
        after: Option<&'a EnvironmentGraph>,
    ) -> Option<Self> {
        let is_declared = |node: &&Node| declared.contains(&node.id);
        let nodes: Vec<&Node> = before.revisions.iter().filter(is_declared).collect();
        let ids: BTreeSet<&RevisionId> = nodes.iter().map(|node| &node.id).collect();
        if ids.is_empty() {
            return None;
        }
        let still_there = after.and_then(|after| {
            let mut left = after.revisions.iter();
            left.find(|node| ids.contains(&node.id))
        });
        let not_proved = match still_there {
            Some(node) => Some(format!("`{}` is still there", node.id)),
            None => nodes.iter().find_map(|node| not_closed(node, &ids)),
        };
        let old = Dag::of(before);
        let later = before.revisions.iter().filter(|node| {
            let number = old.number(node.id.as_str());
            let ancestors = old.ancestors(number, Links::All);
            !ids.contains(&node.id) && ancestors.ones().any(|one| ids.contains(old.id(one)))
        });
        Some(Self {
            later: later.map(|node| &node.id).collect(),
            instead: after.map_or_else(BTreeSet::new, |after| begun_anew(&old, after)),
            ids,
            not_proved,
        })
    }

    /// Whether a change comes of what is replaced alone; if the revision is still there, whether its code does something
    /// else counts.
    pub(crate) fn covers(&self, change: &Change, has_other_body: bool) -> bool {
        if self.not_proved.is_some() {
            return false;
        }
        match &change.kind {
            Kind::Removed | Kind::Renamed(_) => self.ids.contains(&change.revision),
            // It has to do what is replaced, since nothing else is left to do it.
            Kind::Lowered(gone) => has_other_body && gone.iter().all(|id| self.ids.contains(id)),
            Kind::Inserted => {
                self.later.contains(&change.revision)
                    && change.repeated.revisions.is_empty()
                    && change
                        .skipped
                        .revisions
                        .iter()
                        .all(|id| self.instead.contains(id))
            }
            Kind::Swapped(_) | Kind::Joined | Kind::Parted | Kind::Depends => false,
        }
    }

    /// A finding that says that it is declared, and fails nothing.
    pub(crate) fn told(&self, finding: Finding) -> Finding {
        let message = format!(
            "{}; `published.replaced` declares the squash: bring every database past what it replaces before this is merged",
            finding.message
        );
        Finding {
            severity: Severity::Notice,
            message,
            hint: None,
            ..finding
        }
    }

    /// A finding about a change that is not covered, with why the declaration does not hold.
    pub(crate) fn not_proved(&self, change: &Change, finding: Finding) -> Finding {
        let is_named = finding.revisions.iter().any(|id| self.ids.contains(id));
        let is_later = self.later.contains(&change.revision);
        let why = match (&self.not_proved, &change.kind) {
            (Some(why), _) if is_named || is_later => why.clone(),
            (None, Kind::Lowered(_)) if is_later => format!(
                "`{}` does what it did, and nothing does what is replaced",
                change.revision
            ),
            (None, _) if is_later => format!(
                "other revisions than new ones that begin anew came before `{}`, or left it",
                change.revision
            ),
            _ => return finding,
        };
        Finding {
            message: format!(
                "{}; `published.replaced` declares a squash, but {why}",
                finding.message
            ),
            ..finding
        }
    }
}

/// What a revision that is declared as replaced needs and what is not declared.
fn not_closed(node: &Node, ids: &BTreeSet<&RevisionId>) -> Option<String> {
    if node.unknown.contains(&Field::DownRevision) || node.unknown.contains(&Field::DependsOn) {
        return Some(format!("what `{}` follows is not known", node.id));
    }
    let mut needed = node.down_revisions.iter().chain(&node.depends_on);
    let missing = needed.find(|id| !ids.contains(id))?;
    Some(format!(
        "`{}` follows `{missing}`, which it does not name",
        node.id
    ))
}

/// The revisions of a graph that another one lacks, as it lacks all that comes before them.
fn begun_anew<'a>(old: &Dag<'_, Node>, after: &'a EnvironmentGraph) -> BTreeSet<&'a RevisionId> {
    let new = Dag::of(after);
    let is_new = |number: usize| old.number(new.id(number).as_str()).is_none();
    let begun = after.revisions.iter().filter(|node| {
        let number = new.number(node.id.as_str());
        new.ancestors(number, Links::All).ones().all(is_new)
    });
    begun.map(|node| &node.id).collect()
}
