//! Which branch labels hold where (`RevisionMap._add_branches`).

use std::collections::BTreeSet;

use onehead_model::Revision;

use crate::dag::{Dag, Links};

/// The labels that hold for each revision of a [`Dag`].
pub(crate) struct Labels<'a>(Vec<BTreeSet<&'a str>>);

impl<'a> Labels<'a> {
    /// Spreads every label to the descendants of the revision that defines it, and, where nothing
    /// branches or merges above it, down to the next branch point or merge point.
    pub(crate) fn spread(dag: &Dag<'a, Revision>) -> Self {
        let mut labels = vec![BTreeSet::new(); dag.len()];
        for number in 0..dag.len() {
            let own = &dag.revision(number).branch_labels;
            if !own.is_empty() {
                for reached in reached_by(dag, number) {
                    labels[reached].extend(own.iter().map(String::as_str));
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
