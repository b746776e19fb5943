//! Where a branch parts from each of several targets.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use onehead_git::{Connection, GitError, Oid};

/// For each commit, which of these targets lacks the fewest of the commits that it reaches; of several such, the first.
/// Two git processes for all of them.
pub(crate) fn nearest(
    repository: &Connection,
    targets: &[Oid],
    commits: &[Oid],
) -> Result<Vec<usize>, GitError> {
    let mut tips: Vec<Oid> = targets.iter().chain(commits).cloned().collect();
    tips.sort();
    tips.dedup();
    let between = Between::new(repository.between(&tips)?);
    let there: Vec<FixedBitSet> = targets.iter().map(|oid| between.reached(oid)).collect();
    let of = |commit: &Oid| {
        let own = between.reached(commit);
        let lacks = |target: &FixedBitSet| own.difference_count(target);
        // Of equal ones, the first.
        (0..there.len())
            .min_by_key(|&at| lacks(&there[at]))
            .unwrap_or(0)
    };
    Ok(commits.iter().map(of).collect())
}

/// Commits above what all of them have in common, by number.
struct Between {
    numbers: HashMap<Oid, usize>,
    /// For each, its parents among them.
    parents: Vec<Vec<usize>>,
}

impl Between {
    fn new(commits: HashMap<Oid, Vec<Oid>>) -> Self {
        let numbers: HashMap<Oid, usize> = commits.keys().cloned().zip(0..).collect();
        let mut parents = vec![Vec::new(); commits.len()];
        for (oid, above) in &commits {
            parents[numbers[oid]] = above
                .iter()
                .filter_map(|oid| numbers.get(oid).copied())
                .collect();
        }
        Self { numbers, parents }
    }

    fn reached(&self, from: &Oid) -> FixedBitSet {
        let mut reached = FixedBitSet::with_capacity(self.parents.len());
        let mut todo: Vec<usize> = self.numbers.get(from).copied().into_iter().collect();
        while let Some(commit) = todo.pop() {
            if !reached.put(commit) {
                todo.extend(&self.parents[commit]);
            }
        }
        reached
    }
}
