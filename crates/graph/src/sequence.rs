//! Ids that follow one another: the pattern of the last ones, and those that stand out of the order of the graph.

use onehead_model::{Code, Coverage, Finding, IdPattern, Revision, RevisionIds};

use crate::dag::Dag;
use crate::link::down_revision_of;

/// Fewer ids show no habit.
const ENOUGH: usize = 3;
/// Older ids do not count: projects change their habits.
const LAST: usize = 20;
/// More than these are only counted.
const SHOWN: usize = 3;

/// The pattern that ids follow, if the settings ask for one, or, where they say nothing, if all of the last ids do.
pub(crate) fn pattern(dag: &Dag<'_, Revision>, setting: Option<RevisionIds>) -> Option<IdPattern> {
    let coverage = match setting {
        Some(RevisionIds::Alembic) => return None,
        Some(RevisionIds::Sequence) => Coverage::Most,
        None => Coverage::All,
    };
    let last = last(dag);
    if coverage == Coverage::All && last.len() < ENOUGH {
        return None;
    }
    IdPattern::of(&last, coverage)
}

/// The ids that are nearest to the heads, the heads first. The order of the files decides nothing.
fn last<'a>(dag: &Dag<'a, Revision>) -> Vec<&'a str> {
    let mut found = dag.none();
    let mut ids = Vec::with_capacity(LAST);
    let mut level: Vec<usize> = dag.heads().collect();
    while !level.is_empty() && ids.len() < LAST {
        level.sort_unstable_by_key(|&number| std::cmp::Reverse(dag.id(number)));
        level.retain(|&number| !found.put(number));
        ids.extend(level.iter().map(|&number| dag.id(number).as_str()));
        let below = level.iter().flat_map(|&number| dag.parents(number));
        level = below.copied().collect();
    }
    ids.truncate(LAST);
    ids
}

/// Says which revisions have a smaller number, or an earlier date, than a parent of theirs.
pub(crate) fn find_out_of_order(
    dag: &Dag<'_, Revision>,
    pattern: &IdPattern,
    findings: &mut Vec<Finding>,
) {
    let place = |number: usize| pattern.place(dag.id(number).as_str());
    let parent_behind = |&number: &usize| {
        let own = place(number)?;
        let mut parents = dag.parents(number).iter();
        let parent = parents.find(|&&parent| place(parent).is_some_and(|parent| parent > own))?;
        Some((number, *parent))
    };
    let pairs: Vec<(usize, usize)> = (0..dag.len())
        .filter_map(|number| parent_behind(&number))
        .collect();
    let Some(&(first, _)) = pairs.first() else {
        return;
    };
    let shown = pairs
        .iter()
        .take(SHOWN)
        .map(|&(number, parent)| format!("`{}` follows `{}`", dag.id(number), dag.id(parent)));
    let mut shown = shown.collect::<Vec<_>>().join(", ");
    if pairs.len() > SHOWN {
        shown.push_str(&format!(", and {} more", pairs.len() - SHOWN));
    }
    let of_pairs = pairs.iter().flat_map(|&(number, parent)| [number, parent]);
    findings.push(
        Finding::new(
            Code::OutOfOrder,
            format!("the order of the ids is not the order of the graph: {shown}"),
        )
        .at(down_revision_of(dag.revision(first)))
        .hint("Alembic follows `down_revision` and runs them in that order; give a revision that is not published a later id, or leave it")
        .about(of_pairs.map(|number| dag.id(number).clone())),
    );
}
