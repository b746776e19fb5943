//! Which branch labels hold where (`RevisionMap._add_branches`).

use std::collections::BTreeSet;

use onehead_model::{Field, Revision};

use crate::dag::{Dag, Links};

/// The labels that hold for each revision of a [`Dag`].
pub(crate) struct Labels<'a>(Vec<BTreeSet<&'a str>>);

impl<'a> Labels<'a> {
    /// Spreads every label to the descendants of the revision that defines it, and, where nothing
    /// branches or merges above it, down to the next branch point or merge point.
    pub(crate) fn spread(dag: &Dag<'a, Revision>) -> Self {
        Self::of_each(dag, |revision| {
            revision.branch_labels.iter().map(String::as_str).collect()
        })
    }

    /// The same, where the id of a revision whose labels are computed stands for them: Alembic refuses one label on two
    /// revisions, and a label that is also an id.
    pub(crate) fn spread_with_computed(dag: &Dag<'a, Revision>) -> Self {
        Self::of_each(dag, |revision| {
            let labels = revision.branch_labels.iter().map(String::as_str);
            let computed = are_computed(revision).then_some(revision.id.as_str());
            labels.chain(computed).collect()
        })
    }

    fn of_each(dag: &Dag<'a, Revision>, own: impl Fn(&'a Revision) -> Vec<&'a str>) -> Self {
        let mut labels = vec![BTreeSet::new(); dag.len()];
        for number in 0..dag.len() {
            let own = own(dag.revision(number));
            if !own.is_empty() {
                for reached in reached_by(dag, number) {
                    labels[reached].extend(&own);
                }
            }
        }
        Self(labels)
    }

    /// Those of one revision, sorted.
    pub(crate) fn of(&self, number: usize) -> Vec<String> {
        let labels = self.0[number].iter();
        labels.map(|label| (*label).to_owned()).collect()
    }

    /// Whether one of them holds for a revision.
    pub(crate) fn hold(&self, label: &str, number: usize) -> bool {
        self.0[number].contains(label)
    }
}

/// Whether a revision has branch labels that only its execution would show.
pub(crate) fn are_computed(revision: &Revision) -> bool {
    revision.unknown.contains(&Field::BranchLabels)
}

fn reached_by(dag: &Dag<'_, Revision>, from: usize) -> Vec<usize> {
    let descendants = dag.descendants([from], Links::Parents);
    let mut reached: Vec<usize> = descendants.ones().collect();
    // Alembic walks down from the last descendant that it happened to see, and stops at the first
    // branch point or merge point. Only if there is none on the way does it come below `from`.
    if reached.iter().all(|&number| is_plain(dag, number)) {
        let mut seen = descendants;
        let mut at = from;
        while let [parent] = dag.parents(at) {
            if !is_plain(dag, *parent) || seen.put(*parent) {
                break;
            }
            reached.push(*parent);
            at = *parent;
        }
    }
    reached
}

/// Neither a branch point, dependencies counted, nor a merge point.
fn is_plain(dag: &Dag<'_, Revision>, number: usize) -> bool {
    dag.above(number, Links::All).len() <= 1 && dag.revision(number).down_revisions.len() <= 1
}
