//! What a fix means for every database: which states would skip a revision, and that no other does.
//!
//! A *state* is a set of applied revisions that holds the parents and dependencies of each. After the
//! fix Alembic takes for applied what the rows of the state name and everything before these in the
//! *new* graph ([`mod@crate::upgrade`]). Hence
//!
//! **The criterion.** *A fix skips or repeats a revision in some state if and only if some revision
//! that was there before has other ancestors afterwards* (or another id, or no file).
//! If none has, the rows of any state have the same ancestors as before, so what Alembic takes for
//! applied is what is applied. If `r` gained the ancestor `g`, take the smallest state that holds
//! `r`: `r` and what came before it. It lacks `g`, its only row is `r`, and Alembic takes `g` for
//! applied: skipped. If `r` only lost one, the same state runs that one again. A merge revision is
//! nobody's ancestor, so merging heads changes nothing for anybody.
//!
//! **Why it is enough to look at the sides.** Let `R` be the sides of the forked groups, the changed
//! revisions and what these gained or lost, and everything that comes after any of them. What lies
//! outside of `R` (the *trunk*) has all its ancestors in the trunk, the same before and after. Two
//! states that agree on `R` are then treated alike there: a skipped revision is a gained one, a
//! repeated one is a lost one, an overlap is between a changed revision and a gained one, so all of
//! them lie in `R`, and what causes them (the applied revisions of `R`) is the same. And a revision of
//! the trunk is taken for applied exactly if it is, since the only revisions that could wrongly count
//! it in have gained it, which would put it into `R`. So one state stands for all that agree with it
//! on `R`, the smallest one; and "nothing of `R`" is one class, however much of the trunk is applied.
//! (Where several files have one id, `R` is the same for each choice between them: what comes after it
//! in any of them.)
//!
//! **More classes than anybody reads** are not listed. The verdict is exact all the same: by the
//! criterion, some state goes wrong if and only if the smallest state of a changed revision does,
//! and if a state of published revisions goes wrong, so does the smallest one inside it.
//!
//! A pure function, like everything in this crate; what is published is for the caller to say.

mod classes;
mod migrations;
mod reading;

use onehead_model::{
    Code, Databases, EnvironmentGraph, Explanation, Finding, FixVerdict, Node, Outcome, StateClass,
};

use crate::loaded::Loaded;
use classes::Classes;
pub use classes::MOST_CLASSES;
use reading::Reading;

/// Says what upgrading does after a fix, for every state that the graph before it allows.
///
/// `published` tells whether other databases than those of one developer may have run a file of the
/// graph before the fix. Where several files have one id, a state for each of them is looked at.
#[must_use]
pub fn explain(
    before: &EnvironmentGraph,
    after: &EnvironmentGraph,
    published: &dyn Fn(&Node) -> bool,
) -> Explanation {
    let unsound = unsound(after);
    let new = Loaded::new(after, 0);
    let readings: Vec<Reading<'_>> = (0..most_files_of_one_id(before))
        .map(|choice| Reading::new(before, choice, published, &new))
        .collect();
    let sides = classes::sides(before, &readings);
    let mut changed = Vec::new();
    let mut states: Vec<StateClass> = Vec::new();
    let mut complete = true;
    for reading in &readings {
        let classes = Classes::new(reading, &sides);
        let (ideals, all) = classes.states();
        complete &= all;
        for applied in &ideals {
            let class = classes.tell(applied, published, unsound);
            if !states.contains(&class) {
                states.push(class);
            }
        }
        for one in reading.fixed.changes(&reading.old, published) {
            if !changed.contains(&one) {
                changed.push(one);
            }
        }
    }
    changed.sort_by(|a, b| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
    states.sort_by(|a, b| {
        (a.applied.len(), &a.applied, &a.files).cmp(&(b.applied.len(), &b.applied, &b.files))
    });
    Explanation {
        environment: before.name.clone(),
        command: format!(
            "alembic upgrade {}",
            if after.heads.len() > 1 {
                "heads"
            } else {
                "head"
            }
        ),
        verdict: verdict(&states),
        changed,
        complete,
        states,
    }
}

/// Why Alembic cannot upgrade with this graph at all.
fn unsound(graph: &EnvironmentGraph) -> Option<&str> {
    let is_wrong = |finding: &&Finding| finding.is_error() && finding.code != Code::MultipleHeads;
    let found = graph.findings.iter().find(is_wrong);
    found.map(|finding| finding.message.as_str())
}

fn most_files_of_one_id(graph: &EnvironmentGraph) -> usize {
    let files = graph.revisions.chunk_by(|a, b| a.id == b.id);
    files.map(<[Node]>::len).max().unwrap_or(1)
}

fn verdict(states: &[StateClass]) -> FixVerdict {
    let of = |class: &StateClass| match (&class.outcome, class.databases) {
        (Outcome::Exact { .. }, _) => FixVerdict::Exact,
        (_, Databases::Local) => FixVerdict::LocalOnly,
        (_, Databases::Shared) => FixVerdict::Unsafe,
    };
    states.iter().map(of).max().unwrap_or(FixVerdict::Exact)
}
