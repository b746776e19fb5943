//! A graph as Alembic has it in memory when it upgrades a database: one revision for each id, linked
//! by parents and dependencies alike.

use std::collections::HashSet;

use onehead_model::{EnvironmentGraph, Node, RevisionId};

use crate::dag::{Dag, Links, Numbers};

/// The revisions of one environment, numbered in the order of their ids.
pub(crate) struct Loaded<'a> {
    dag: Dag<'a, Node>,
    /// Those whose id other files have as well.
    ambiguous: HashSet<&'a RevisionId>,
    /// Those of them that are not published, while another file with the id is.
    stand_ins: HashSet<&'a RevisionId>,
    /// Parents, then those dependencies that no ancestor by parents has already
    /// (`Revision._normalized_down_revisions`).
    normalized: Vec<Vec<usize>>,
}

impl<'a> Loaded<'a> {
    /// Takes, of several files with one id, the one with the number `choice`, in the order of paths,
    /// or the last. Alembic takes the one that it loads last; which file a database has run, only
    /// the database knows. A parent that is not there is left out.
    pub(crate) fn new(graph: &'a EnvironmentGraph, choice: usize) -> Self {
        Self::published_first(graph, choice, &|_| true)
    }

    /// The same in the order of what is published, then of paths: the first choice is what the database of others has
    /// run, whatever the files are called.
    pub(crate) fn published_first(
        graph: &'a EnvironmentGraph,
        choice: usize,
        published: &dyn Fn(&Node) -> bool,
    ) -> Self {
        let files = || graph.revisions.chunk_by(|a, b| a.id == b.id);
        let mut stand_ins = HashSet::new();
        let chosen = files().filter_map(|files| {
            let (first, [_, ..]) = files.split_first()? else {
                return files.first();
            };
            let mut files: Vec<&Node> = files.iter().collect();
            files.sort_by_key(|node| !published(node));
            let chosen = files.get(choice).or(files.last()).copied()?;
            if !published(chosen) && published(files[0]) {
                stand_ins.insert(&first.id);
            }
            Some(chosen)
        });
        let dag = Dag::of_nodes(chosen);
        let normalized = (0..dag.len()).map(|number| normalized(&dag, number));
        Self {
            normalized: normalized.collect(),
            ambiguous: files()
                .filter(|files| files.len() > 1)
                .map(|files| &files[0].id)
                .collect(),
            stand_ins,
            dag,
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.dag.len()
    }

    pub(crate) fn node(&self, number: usize) -> &'a Node {
        self.dag.revision(number)
    }

    pub(crate) fn id(&self, number: usize) -> &'a RevisionId {
        self.dag.id(number)
    }

    /// The ids of a set, sorted.
    pub(crate) fn ids(&self, of: &Numbers) -> Vec<RevisionId> {
        of.ones().map(|number| self.id(number).clone()).collect()
    }

    /// The revision that an id names.
    pub(crate) fn number(&self, id: &str) -> Option<usize> {
        self.dag.number(id)
    }

    /// Those that these ids name.
    pub(crate) fn numbers<'i>(&self, ids: impl IntoIterator<Item = &'i RevisionId>) -> Numbers {
        self.dag.numbers(ids)
    }

    /// No revision.
    pub(crate) fn none(&self) -> Numbers {
        self.dag.none()
    }

    /// Whether several files have its id.
    pub(crate) fn is_ambiguous(&self, number: usize) -> bool {
        self.ambiguous.contains(self.id(number))
    }

    /// Whether others have run another file with its id than this one.
    pub(crate) fn is_stand_in(&self, number: usize) -> bool {
        self.stand_ins.contains(self.id(number))
    }

    /// Parents and dependencies.
    pub(crate) fn down(&self, number: usize) -> &[usize] {
        self.dag.below(number, Links::All)
    }

    /// Parents and those dependencies that change what `alembic_version` holds.
    pub(crate) fn normalized(&self, number: usize) -> &[usize] {
        &self.normalized[number]
    }

    /// These revisions and everything that comes before them.
    pub(crate) fn ancestors(&self, of: impl IntoIterator<Item = usize>) -> Numbers {
        self.dag.ancestors(of, Links::All)
    }

    /// These revisions and everything that comes after them.
    pub(crate) fn descendants(&self, of: impl IntoIterator<Item = usize>) -> Numbers {
        self.dag.descendants(of, Links::All)
    }

    /// Those of a set that nothing in it follows. For a set that holds all parents and dependencies,
    /// that is what `alembic_version` holds.
    pub(crate) fn youngest(&self, of: &Numbers) -> Numbers {
        self.dag.youngest(of, Links::All)
    }

    /// Every revision behind all that it names.
    pub(crate) fn parents_first(&self) -> Vec<usize> {
        self.dag.parents_first()
    }
}

fn normalized(dag: &Dag<'_, Node>, number: usize) -> Vec<usize> {
    let parents = dag.parents(number);
    if dag.dependencies(number).is_empty() {
        return parents.to_vec();
    }
    let mut before = dag.ancestors([number], Links::Parents);
    before.remove(number);
    let mut implied = dag.none();
    for other in before.ones() {
        implied.extend(dag.dependencies(other).iter().copied());
    }
    let own = dag.dependencies(number).iter();
    let more = own.filter(|&&other| !implied.contains(other) && !parents.contains(&other));
    parents.iter().chain(more).copied().collect()
}
