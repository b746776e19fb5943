//! What merging several commits one after the other would record.

use crate::memory::MergedTree;
use crate::{Connection, GitError, Oid};

/// A queue on its way: what the next commit is merged into, and what came of it so far.
struct Progress {
    ours: Oid,
    merged: MergedTree,
}

impl Connection {
    /// Predicts the merges of each queue: its second commit into the first, the third into what comes of that, and so
    /// on. Every path that any of its merges has in conflict is among the conflicts. Answers are in the order of the
    /// queues, of which each succeeds or fails for itself.
    ///
    /// The same step of all queues costs two git processes together, the last one a single one.
    #[must_use]
    pub fn merge_queues(&self, queues: &[Vec<Oid>]) -> Vec<Result<MergedTree, GitError>> {
        let mut all: Vec<Result<Progress, GitError>> =
            queues.iter().map(|queue| self.begun(queue)).collect();
        let longest = queues.iter().map(Vec::len).max().unwrap_or(0);
        for step in 1..longest {
            if step > 1 {
                self.commit_each(queues, &mut all, step);
            }
            self.merge_each(queues, &mut all, step);
        }
        all.into_iter()
            .map(|progress| {
                let mut merged = progress?.merged;
                merged.conflicts.sort();
                merged.conflicts.dedup();
                Ok(merged)
            })
            .collect()
    }

    fn begun(&self, queue: &[Oid]) -> Result<Progress, GitError> {
        let first = queue
            .first()
            .ok_or_else(|| GitError::Unusable("there is nothing to merge".into()))?;
        let (ours, commit) = self.commit_object(first)?;
        Ok(Progress {
            ours,
            merged: MergedTree {
                tree: commit.tree.clone(),
                conflicts: Vec::new(),
            },
        })
    }

    /// Merges the commit at a place of each queue.
    fn merge_each(&self, queues: &[Vec<Oid>], all: &mut [Result<Progress, GitError>], step: usize) {
        let (places, pairs) = at(queues, all, step, |progress, queue| {
            (progress.ours.clone(), queue[step].clone())
        });
        for (place, answer) in std::iter::zip(places, self.merge_trees(&pairs)) {
            match (&mut all[place], answer) {
                (Ok(progress), Ok(merged)) => {
                    progress.merged.tree = merged.tree;
                    progress.merged.conflicts.extend(merged.conflicts);
                }
                (one, Err(error)) => *one = Err(error),
                (Err(_), Ok(_)) => {}
            }
        }
    }

    /// Makes commits of what came of each queue that goes on, to merge into.
    fn commit_each(
        &self,
        queues: &[Vec<Oid>],
        all: &mut [Result<Progress, GitError>],
        step: usize,
    ) {
        let (places, states) = at(queues, all, step, |progress, queue| {
            let parents = vec![progress.ours.clone(), queue[step - 1].clone()];
            (progress.merged.tree.clone(), parents)
        });
        match self.commits_of_trees(&states) {
            Ok(commits) => {
                for (place, commit) in std::iter::zip(places, commits) {
                    if let Ok(progress) = &mut all[place] {
                        progress.ours = commit;
                    }
                }
            }
            Err(error) => {
                for place in places {
                    all[place] = Err(error.clone());
                }
            }
        }
    }
}

/// The queues that are well so far and have a commit at this place, each with what is asked of it.
fn at<T>(
    queues: &[Vec<Oid>],
    all: &[Result<Progress, GitError>],
    step: usize,
    ask: impl Fn(&Progress, &[Oid]) -> T,
) -> (Vec<usize>, Vec<T>) {
    std::iter::zip(queues, all)
        .enumerate()
        .filter_map(|(place, (queue, progress))| {
            let progress = progress.as_ref().ok()?;
            (step < queue.len()).then(|| (place, ask(progress, queue)))
        })
        .unzip()
}
