//! Real merges: what git would record. Each pair of commits is asked once.

use std::collections::HashMap;

use onehead_git::{Connection, GitError, MergedTree};

/// The merges that were asked for so far.
#[derive(Default)]
pub(crate) struct Merges {
    trees: HashMap<(String, String), MergedTree>,
    /// Commits of merged trees, by both sides.
    commits: HashMap<(String, String), String>,
}

impl Merges {
    /// Merging these heads into the target, one after the other. Every path that any of the merges has in conflict is
    /// among the conflicts.
    pub(crate) fn of(
        &mut self,
        repository: &Connection,
        target: &str,
        heads: &[String],
    ) -> Result<MergedTree, GitError> {
        let mut ours = target.to_owned();
        let mut merged = MergedTree {
            tree: target.to_owned(),
            conflicts: Vec::new(),
        };
        for (at, head) in heads.iter().enumerate() {
            let pair = (ours.clone(), head.clone());
            let step = match self.trees.get(&pair) {
                Some(known) => known.clone(),
                None => {
                    let fresh = repository.merge_tree(&ours, head)?;
                    self.trees.insert(pair.clone(), fresh.clone());
                    fresh
                }
            };
            merged.tree = step.tree;
            merged.conflicts.extend(step.conflicts);
            if at + 1 < heads.len() {
                ours = match self.commits.get(&pair) {
                    Some(known) => known.clone(),
                    None => {
                        let parents = [pair.0.clone(), pair.1.clone()];
                        let fresh = repository.commit_of_tree(&merged.tree, &parents)?;
                        self.commits.insert(pair, fresh.clone());
                        fresh
                    }
                };
            }
        }
        Ok(merged)
    }
}
