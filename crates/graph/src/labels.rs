//! Which branch labels hold where (`RevisionMap._add_branches`).

use crate::map::Map;

/// Spreads every label to the descendants of the revision that defines it, and, where nothing
/// branches or merges above it, down to the next branch point or merge point.
pub(crate) fn spread(map: &mut Map<'_>) {
    for node in map.living().collect::<Vec<_>>() {
        if map.revision(node).branch_labels.is_empty() {
            continue;
        }
        let labels = &map.revision(node).branch_labels;
        for reached in reached_by(map, node) {
            map.labels_mut(reached)
                .extend(labels.iter().map(String::as_str));
        }
    }
}

fn reached_by(map: &Map<'_>, from: usize) -> Vec<usize> {
    let mut reached = vec![from];
    let mut seen = vec![false; map.len()];
    seen[from] = true;
    let mut at = 0;
    while let Some(&node) = reached.get(at) {
        for &child in map.next(node) {
            if !std::mem::replace(&mut seen[child], true) {
                reached.push(child);
            }
        }
        at += 1;
    }
    // Alembic walks down from the last descendant that it happened to see, and stops at the first
    // branch point or merge point. Only if there is none on the way does it come below `from`.
    if reached.iter().all(|&node| is_plain(map, node)) {
        let mut node = from;
        while let [parent] = map.parents(node) {
            if !is_plain(map, *parent) || std::mem::replace(&mut seen[*parent], true) {
                break;
            }
            reached.push(*parent);
            node = *parent;
        }
    }
    reached
}

/// Neither a branch point, dependencies counted, nor a merge point.
fn is_plain(map: &Map<'_>, node: usize) -> bool {
    map.all_next(node) <= 1 && map.revision(node).down_revisions.len() <= 1
}
