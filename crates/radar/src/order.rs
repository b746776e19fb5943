//! A merge order that needs the fewest fixes.
//!
//! A branch has to be fixed if it collides with the target, or with one that is merged before it. Those that need
//! none are thus a set of branches of which no two collide, and any such set can be merged first; so the fewest fixes are
//! all branches less the largest such set. That is found exactly by taking branches whose neighbours all collide with
//! each other (one of such a crowd is always in a largest set), which settles every environment that asks for one head;
//! what is left is searched exactly as long as a connected part has at most [`SEARCHED`] branches. Beyond that, the
//! branch with the fewest collisions is taken each time, which may not be the best.

use fixedbitset::FixedBitSet;

/// How large a connected part may be to be searched.
const SEARCHED: usize = 32;

/// Which branches collide, by number.
pub(crate) struct Neighbours {
    /// For each branch, the others that it collides with.
    pub(crate) rows: Vec<FixedBitSet>,
    /// Those that collide with the target.
    pub(crate) with_target: FixedBitSet,
}

/// The branches that are merged without a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Free {
    pub(crate) branches: FixedBitSet,
    /// Whether no other order has more of them.
    pub(crate) exact: bool,
}

/// As many branches as can be merged without a fix. Where it makes no difference, a lower number comes first.
pub(crate) fn most_free(graph: &Neighbours) -> Free {
    let count = graph.rows.len();
    let mut left = FixedBitSet::with_capacity(count);
    left.insert_range(..);
    left.difference_with(&graph.with_target);
    let mut free = Free {
        branches: FixedBitSet::with_capacity(count),
        exact: true,
    };
    while !left.is_clear() {
        let taken = match surely(graph, &left) {
            Some(branch) => [branch].into_iter().collect(),
            None => largest(graph, &part(graph, &left), &mut free.exact),
        };
        for branch in taken.ones() {
            free.branches.grow_and_insert(branch);
            left.remove(branch);
            left.difference_with(&graph.rows[branch]);
        }
    }
    free
}

/// A branch that is in some largest set: all that it collides with collide with each other.
fn surely(graph: &Neighbours, left: &FixedBitSet) -> Option<usize> {
    left.ones().find(|&branch| {
        let near: FixedBitSet = graph.rows[branch].intersection(left).collect();
        let mut strangers = near.ones().flat_map(|one| {
            let others = near.difference(&graph.rows[one]);
            others.filter(move |other| *other != one)
        });
        strangers.next().is_none()
    })
}

/// The connected part that the first branch belongs to.
fn part(graph: &Neighbours, left: &FixedBitSet) -> Vec<usize> {
    let mut found = FixedBitSet::with_capacity(graph.rows.len());
    let mut todo: Vec<usize> = left.minimum().into_iter().collect();
    while let Some(branch) = todo.pop() {
        if !found.put(branch) {
            todo.extend(graph.rows[branch].intersection(left));
        }
    }
    found.ones().collect()
}

/// The largest set of a connected part in which no two collide, or the beginning of a large one.
fn largest(graph: &Neighbours, part: &[usize], exact: &mut bool) -> FixedBitSet {
    let within = |branch: usize| {
        let near = part
            .iter()
            .filter(|other| graph.rows[branch].contains(**other));
        near.count()
    };
    if part.len() > SEARCHED {
        *exact = false;
        let fewest = part.iter().copied().min_by_key(|&branch| within(branch));
        return fewest.into_iter().collect();
    }
    let rows: Vec<u32> = part
        .iter()
        .map(|&branch| {
            let bit =
                |(at, other): (usize, &usize)| u32::from(graph.rows[branch].contains(*other)) << at;
            part.iter().enumerate().map(bit).sum()
        })
        .collect();
    let all = u32::MAX >> (32 - part.len());
    let mut best = 0;
    search(&rows, all, 0, &mut best);
    (0..part.len())
        .filter(|at| best >> at & 1 == 1)
        .map(|at| part[at])
        .collect()
}

/// Branch and bound: the first branch is either taken or not.
fn search(rows: &[u32], left: u32, taken: u32, best: &mut u32) {
    if taken.count_ones() > best.count_ones() {
        *best = taken;
    }
    if left == 0 || taken.count_ones() + left.count_ones() <= best.count_ones() {
        return;
    }
    // One with the most neighbours, so that either way leaves little.
    let candidates = (0..rows.len()).filter(|at| left >> at & 1 == 1);
    let Some(at) = candidates.max_by_key(|&at| ((rows[at] & left).count_ones(), usize::MAX - at))
    else {
        return;
    };
    let bit = 1 << at;
    search(rows, left & !bit & !rows[at], taken | bit, best);
    search(rows, left & !bit, taken, best);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A graph of so many branches with these collisions.
    fn graph(count: usize, pairs: &[(usize, usize)], with_target: &[usize]) -> Neighbours {
        let mut rows = vec![FixedBitSet::with_capacity(count); count];
        for &(a, b) in pairs {
            if a % count != b % count {
                rows[a % count].insert(b % count);
                rows[b % count].insert(a % count);
            }
        }
        let mut target = FixedBitSet::with_capacity(count);
        with_target
            .iter()
            .for_each(|one| target.insert(one % count));
        Neighbours {
            rows,
            with_target: target,
        }
    }

    /// How many fixes an order needs, by the definition.
    fn fixes(graph: &Neighbours, order: &[usize]) -> usize {
        let needs = |at: &usize| {
            let branch = order[*at];
            graph.with_target.contains(branch)
                || order[..*at]
                    .iter()
                    .any(|before| graph.rows[branch].contains(*before))
        };
        (0..order.len()).filter(needs).count()
    }

    /// The fewest over every order there is.
    fn fewest(graph: &Neighbours, order: &mut Vec<usize>) -> usize {
        let count = graph.rows.len();
        if order.len() == count {
            return fixes(graph, order);
        }
        let mut best = count;
        for branch in 0..count {
            if !order.contains(&branch) {
                order.push(branch);
                best = best.min(fewest(graph, order));
                order.pop();
            }
        }
        best
    }

    /// The free ones first, then all others.
    fn order(graph: &Neighbours, free: &Free) -> Vec<usize> {
        let rest = (0..graph.rows.len()).filter(|one| !free.branches.contains(*one));
        free.branches.ones().chain(rest).collect()
    }

    #[test]
    fn a_crowd_lets_one_through() {
        let all: Vec<(usize, usize)> = (0..900).map(|at| (at / 30, at % 30)).collect();
        let free = most_free(&graph(30, &all, &[0]));
        assert_eq!(free.branches.ones().collect::<Vec<_>>(), [1]);
        assert!(free.exact);
    }

    #[test]
    fn what_is_too_large_is_said() {
        // A wheel of wheels: of no branch do all neighbours collide.
        let pairs: Vec<(usize, usize)> = (0..40)
            .flat_map(|at| [(at, (at + 1) % 40), (at, (at + 7) % 40)])
            .collect();
        let graph = graph(40, &pairs, &[]);
        let free = most_free(&graph);
        assert!(!free.exact);
        assert_eq!(
            fixes(&graph, &order(&graph, &free)),
            40 - free.branches.count_ones(..)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 200,
            rng_seed: proptest::test_runner::RngSeed::Fixed(6),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn no_order_needs_fewer(
            count in 1_usize..=7,
            pairs in proptest::collection::vec((0_usize..7, 0_usize..7), 0..14),
            with_target in proptest::collection::vec(0_usize..7, 0..3),
        ) {
            let graph = graph(count, &pairs, &with_target);
            let free = most_free(&graph);
            let order = order(&graph, &free);
            prop_assert!(free.exact);
            prop_assert_eq!(fixes(&graph, &order), count - free.branches.count_ones(..));
            prop_assert_eq!(fixes(&graph, &order), fewest(&graph, &mut Vec::new()));
        }

        #[test]
        fn a_search_finds_the_largest_set(
            count in 8_usize..=14,
            pairs in proptest::collection::vec((0_usize..14, 0_usize..14), 10..50),
        ) {
            let graph = graph(count, &pairs, &[]);
            let apart = |set: usize| {
                let chosen = |at: &usize| set >> at & 1 == 1;
                (0..count).filter(chosen).all(|a| {
                    (0..count).filter(chosen).all(|b| !graph.rows[a].contains(b))
                })
            };
            let largest = (0..1_usize << count).filter(|set| apart(*set)).map(usize::count_ones).max();
            let free = most_free(&graph);
            prop_assert_eq!(u32::try_from(free.branches.count_ones(..)).ok(), largest);
        }
    }
}
