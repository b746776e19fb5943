//! Every answer of a [`Dag`], held to what brute force says of the same links.

use onehead_model::{Node, RepoPath, RevisionId};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{Dag, Links, Numbers};

/// The links of so many revisions, in the order in which they were drawn: circles, repetitions and loops included.
#[derive(Debug, Clone)]
struct Drawn {
    count: usize,
    /// Child and parent.
    parents: Vec<(usize, usize)>,
    /// Dependent and dependency.
    dependencies: Vec<(usize, usize)>,
}

fn drawn(acyclic: bool) -> impl Strategy<Value = Drawn> {
    let links = move |count: usize, most: usize| {
        let link = (0..count, 0..count).prop_map(move |(one, two)| match acyclic {
            true => (one.max(two), one.min(two)),
            false => (one, two),
        });
        vec(link, 0..most)
    };
    (1_usize..24).prop_flat_map(move |count| {
        (Just(count), links(count, 40), links(count, 12)).prop_map(
            |(count, parents, dependencies)| Drawn {
                count,
                parents,
                dependencies,
            },
        )
    })
}

impl Drawn {
    fn nodes(&self) -> Vec<Node> {
        let named = |links: &[(usize, usize)], by: usize| {
            let own = links.iter().filter(|(from, _)| *from == by);
            own.map(|(_, to)| id(*to)).collect()
        };
        (0..self.count)
            .map(|number| Node {
                id: id(number),
                path: RepoPath::default(),
                message: String::new(),
                down_revisions: named(&self.parents, number),
                next: vec![],
                depends_on: named(&self.dependencies, number),
                branch_labels: vec![],
                unknown: vec![],
                down_revision_at: None,
            })
            .collect()
    }

    /// Whether one names another that is not itself.
    fn names(&self, one: usize, other: usize, links: Links) -> bool {
        let is_it = |link: &(usize, usize)| *link == (one, other) && one != other;
        self.parents.iter().any(is_it)
            || (links == Links::All && self.dependencies.iter().any(is_it))
    }

    /// For each two whether the first is the second or comes behind it (Warshall).
    fn reaches(&self, links: Links) -> Vec<Vec<bool>> {
        let mut reaches: Vec<Vec<bool>> = (0..self.count)
            .map(|one| {
                let one_names = |other| one == other || self.names(one, other, links);
                (0..self.count).map(one_names).collect()
            })
            .collect();
        for by in 0..self.count {
            let from_there = reaches[by].clone();
            for reached in reaches.iter_mut().filter(|reached| reached[by]) {
                let both = std::iter::zip(reached, &from_there);
                both.for_each(|(reached, more)| *reached |= more);
            }
        }
        reaches
    }
}

fn id(number: usize) -> RevisionId {
    RevisionId::new(format!("{number:02}"))
}

fn list(numbers: &Numbers) -> Vec<usize> {
    numbers.ones().collect()
}

fn sorted(numbers: &[usize]) -> Vec<usize> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers
}

const BOTH: [Links; 2] = [Links::Parents, Links::All];

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn links_and_what_they_reach_are_those_that_were_drawn(drawn in drawn(false), set in vec(0_usize..24, 0..6)) {
        let nodes = drawn.nodes();
        let dag = Dag::of_nodes(&nodes);
        assert_eq!(dag.len(), drawn.count);
        let all = || 0..drawn.count;
        let set: Vec<usize> = set.into_iter().filter(|&one| one < drawn.count).collect();
        let of = |wanted: &dyn Fn(usize) -> bool| all().filter(|&one| wanted(one)).collect::<Vec<_>>();
        for links in BOTH {
            let reaches = drawn.reaches(links);
            for one in all() {
                assert_eq!(dag.number(id(one).as_str()), Some(one));
                assert_eq!(sorted(dag.below(one, links)), of(&|other| drawn.names(one, other, links)));
                assert_eq!(sorted(dag.above(one, links)), of(&|other| drawn.names(other, one, links)));
            }
            let before = dag.ancestors(set.iter().copied(), links);
            let after = dag.descendants(set.iter().copied(), links);
            assert_eq!(list(&before), of(&|other| set.iter().any(|&one| reaches[one][other])));
            assert_eq!(list(&after), of(&|other| set.iter().any(|&one| reaches[other][one])));
            let youngest = dag.youngest(&before, links);
            let is_youngest = |one| before.contains(one) && !list(&before).iter().any(|&other| drawn.names(other, one, links));
            assert_eq!(list(&youngest), of(&is_youngest));
        }
        let only_dependencies = Drawn { parents: drawn.dependencies.clone(), ..drawn.clone() };
        for one in all() {
            assert_eq!(sorted(dag.dependencies(one)), of(&|other| only_dependencies.names(one, other, Links::Parents)));
            assert_eq!(sorted(dag.dependents(one)), of(&|other| only_dependencies.names(other, one, Links::Parents)));
            assert!(dag.below(one, Links::All).starts_with(dag.parents(one)));
            assert!(dag.above(one, Links::All).starts_with(dag.children(one)));
        }
        assert_eq!(dag.heads().collect::<Vec<_>>(), of(&|one| !all().any(|other| drawn.names(other, one, Links::Parents))));
        assert_eq!(sorted(&dag.parents_first()), of(&|_| true));
        assert_eq!(sorted(&dag.level_by_level(&dag.numbers(nodes.iter().map(|node| &node.id)))), of(&|_| true));
    }

    #[test]
    fn orders_put_everything_behind_what_it_names(drawn in drawn(true)) {
        let nodes = drawn.nodes();
        let dag = Dag::of_nodes(&nodes);
        let is_behind = |order: &[usize], links| {
            let place = |wanted: usize| order.iter().position(|&one| one == wanted).unwrap();
            for one in 0..drawn.count {
                for &below in dag.below(one, links) {
                    assert!(place(below) < place(one), "{one} before {below} in {order:?}");
                }
            }
        };
        is_behind(&dag.parents_first(), Links::All);
        is_behind(&dag.level_by_level(&dag.ancestors(0..drawn.count, Links::All)), Links::Parents);
    }

    #[test]
    fn the_order_in_which_links_are_made_decides_nothing_but_orders(drawn in drawn(false), first in any::<bool>()) {
        let nodes = drawn.nodes();
        let expected = Dag::of_nodes(&nodes);
        let mut dag = Dag::unlinked(&nodes);
        for parents in [first, !first] {
            match parents {
                true => drawn.parents.iter().for_each(|&(child, parent)| dag.link_parent(child, parent)),
                false => drawn.dependencies.iter().for_each(|&(one, other)| dag.link_dependency(one, other)),
            }
        }
        for one in 0..drawn.count {
            for links in BOTH {
                assert_eq!(sorted(dag.below(one, links)), sorted(expected.below(one, links)));
                assert_eq!(sorted(dag.above(one, links)), sorted(expected.above(one, links)));
            }
        }
    }
}

#[test]
fn of_several_files_with_one_id_the_last_stays_in_its_place() {
    let drawn = Drawn {
        count: 3,
        parents: vec![(1, 0), (2, 0)],
        dependencies: vec![],
    };
    let mut nodes = drawn.nodes();
    nodes.insert(0, nodes[1].clone());
    nodes[0].message = "the first".into();
    let dag = Dag::of_nodes(&nodes);
    assert_eq!(dag.len(), 3);
    assert_eq!(dag.number("01"), Some(1));
    assert_eq!(dag.revision(1).message, "");
    assert_eq!(dag.children(0), [1, 2]);
}
