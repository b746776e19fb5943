//! Where heads and the target part.

use std::collections::{BTreeSet, HashMap};

use fixedbitset::FixedBitSet;
use onehead_git::{Connection, GitError, Oid};

/// What each head has that the target has not.
pub(crate) struct Ancestry {
    /// The commits that any head has and the target has not; not listed for a single head.
    numbers: HashMap<Oid, usize>,
    /// For each head, its commits that the target has not, by their numbers.
    own: Vec<FixedBitSet>,
    bases: Vec<Base>,
}

/// Where two sides part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Base {
    /// They have nothing in common, or it is not here.
    None,
    /// Only here.
    One(Oid),
    /// At several commits, none of which has the others.
    Several,
}

impl Ancestry {
    /// Asks git for all heads together, which are all here: one process, and two more where the target was merged
    /// into any of them.
    pub(crate) fn read(
        repository: &Connection,
        target: &Oid,
        heads: &[Oid],
    ) -> Result<Self, GitError> {
        if let [head] = heads {
            return Self::of_one(repository, target, head);
        }
        let parents = repository.own_commits(heads, target)?;
        let numbers: HashMap<Oid, usize> = parents.keys().cloned().zip(0..).collect();
        let mut own = Vec::with_capacity(heads.len());
        let mut edges = Vec::with_capacity(heads.len());
        for head in heads {
            let (reached, edge) = reach(&parents, &numbers, head);
            own.push(reached);
            edges.push(edge);
        }
        let mut bases = bases(repository, &edges)?;
        // Where clocks went wrong, git may list commits that the target has, and then there seems to be no edge.
        for (base, head) in std::iter::zip(&mut bases, heads) {
            if *base == Base::None {
                *base = Base::of(repository.merge_bases(head, std::slice::from_ref(target))?);
            }
        }
        Ok(Self {
            numbers,
            own,
            bases,
        })
    }

    /// Of a single head only the base counts, and whether there is anything of its own.
    fn of_one(repository: &Connection, target: &Oid, head: &Oid) -> Result<Self, GitError> {
        let base = Base::of(repository.merge_bases(head, std::slice::from_ref(target))?);
        let has_own = base != Base::One(head.clone());
        Ok(Self::alone(base, has_own))
    }

    /// Of a single head that parts from the target there.
    pub(crate) fn alone(base: Base, has_own: bool) -> Self {
        let mut own = FixedBitSet::with_capacity(1);
        own.set(0, has_own);
        Self {
            numbers: HashMap::new(),
            own: vec![own],
            bases: vec![base],
        }
    }

    /// Whether the target has a head already.
    pub(crate) fn is_merged(&self, head: usize) -> bool {
        self.own[head].is_clear()
    }

    /// Whether two heads have commits in common that the target has not: one is stacked on the other, or both on
    /// a third.
    pub(crate) fn share(&self, a: usize, b: usize) -> bool {
        !self.own[a].is_disjoint(&self.own[b])
    }

    /// Whether a commit that any of the heads has, and the target has not, is one of a head.
    pub(crate) fn is_of(&self, commit: &Oid, head: usize) -> bool {
        let number = self.numbers.get(commit);
        self.own.len() == 1 || number.is_some_and(|&number| self.own[head].contains(number))
    }

    /// Whether one head has everything that the other has.
    pub(crate) fn holds(&self, head: usize, other: usize) -> bool {
        self.own[other].is_subset(&self.own[head])
    }

    /// Where a head and the target part.
    pub(crate) fn base(&self, head: usize) -> &Base {
        &self.bases[head]
    }
}

impl Base {
    pub(crate) fn of(commits: Vec<Oid>) -> Self {
        match <[Oid; 1]>::try_from(commits) {
            Ok([only]) => Self::One(only),
            Err(commits) if commits.is_empty() => Self::None,
            Err(_) => Self::Several,
        }
    }
}

/// The commits of a head that the target has not, and the target's that come right before them.
fn reach<'a>(
    parents: &'a HashMap<Oid, Vec<Oid>>,
    numbers: &HashMap<Oid, usize>,
    head: &'a Oid,
) -> (FixedBitSet, BTreeSet<&'a Oid>) {
    let mut reached = FixedBitSet::with_capacity(parents.len());
    let mut edge = BTreeSet::new();
    let mut todo = vec![head];
    while let Some(commit) = todo.pop() {
        match numbers.get(commit) {
            Some(&number) if !reached.put(number) => {
                todo.extend(&parents[commit]);
            }
            Some(_) => {}
            None => drop(edge.insert(commit)),
        }
    }
    (reached, edge)
}

/// The youngest commits of each edge: those that no other one reaches.
fn bases(repository: &Connection, edges: &[BTreeSet<&Oid>]) -> Result<Vec<Base>, GitError> {
    let unclear = edges.iter().filter(|edge| edge.len() > 1).flatten();
    let unclear: BTreeSet<Oid> = unclear.map(|commit| (*commit).clone()).collect();
    let unclear: Vec<Oid> = unclear.into_iter().collect();
    let between = repository.between(&unclear)?;
    let youngest = |edge: &BTreeSet<&Oid>| {
        let others = |commit: &&&Oid| {
            let mut others = edge.iter().filter(|other| other != commit);
            !others.any(|other| reaches(&between, other, commit))
        };
        edge.iter()
            .filter(others)
            .map(|commit| (*commit).clone())
            .collect()
    };
    Ok(edges.iter().map(|edge| Base::of(youngest(edge))).collect())
}

fn reaches(parents: &HashMap<Oid, Vec<Oid>>, from: &Oid, to: &Oid) -> bool {
    let mut seen = BTreeSet::new();
    let mut todo = vec![from];
    while let Some(commit) = todo.pop() {
        if commit == to {
            return true;
        }
        if seen.insert(commit) {
            todo.extend(parents.get(commit).into_iter().flatten());
        }
    }
    false
}
