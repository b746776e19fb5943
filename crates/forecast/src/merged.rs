//! Real merges: what git would record of heads merged into the target, one after the other.

use onehead_git::{Difference, GitError, MergedTree, Oid};
use onehead_scan::{Delta, Entry, ScanError, Snapshot, SourceSpec};

use crate::forecast::Forecast;

impl Forecast {
    /// The trees of merging each of these queues of heads into the target. All of them are asked together, and the
    /// connection keeps every answer, so that no two commits are merged twice.
    pub(crate) fn merged(&self, queues: &[Vec<usize>]) -> Vec<Result<MergedTree, GitError>> {
        let commits = |queue: &Vec<usize>| {
            let heads = queue.iter().map(|&head| self.commit(head).cloned());
            [Ok(self.target.clone())].into_iter().chain(heads).collect()
        };
        let asked: Result<Vec<Vec<Oid>>, GitError> = queues.iter().map(commits).collect();
        match asked {
            Ok(asked) => self.repository.merge_queues(&asked),
            Err(error) => vec![Err(error); queues.len()],
        }
    }

    /// The commit of a head.
    pub(crate) fn commit(&self, head: usize) -> Result<&Oid, GitError> {
        let commit = self.heads[head].commit.as_ref();
        commit.ok_or_else(|| GitError::Unusable("what is staged has no commit yet".into()))
    }

    /// What is there after a merge of these heads; and what it changes of the target, if git had no conflict.
    pub(crate) fn after_merge(
        &self,
        heads: &[usize],
        merged: &MergedTree,
    ) -> Result<(Snapshot, Option<Delta>), ScanError> {
        let changes = self.repository.difference(&self.target, &merged.tree)?;
        let is_text = |change: &Difference| !change.path.contains(char::REPLACEMENT_CHARACTER);
        if changes.paths.iter().all(is_text) {
            let delta: Delta = changes.paths.iter().collect();
            let state = self.base.apply(&self.marked(&delta, &merged.conflicts))?;
            let clean = merged.conflicts.is_empty().then_some(delta);
            return Ok((state, clean));
        }
        // Two paths that are not UTF-8 may be taken for one, so the merge is listed as it is.
        let mut sides = vec![self.target.to_string()];
        for &head in heads {
            sides.push(self.commit(head)?.to_string());
        }
        let source = SourceSpec::Merge(sides);
        let state = Snapshot::open(&self.repository, &self.options, &source)?;
        Ok((state, None))
    }

    /// A change where git had conflicts. Revision files in conflict are marked; whatever else is in conflict, such as a
    /// `pyproject.toml`, is read as the target has it, so that it does not hide what the migrations say.
    fn marked(&self, delta: &Delta, conflicts: &[String]) -> Delta {
        let mut marked = delta.clone();
        for path in conflicts {
            let there = match delta.get(path) {
                Some(Entry::Object(object)) => Some(object.clone()),
                Some(_) => None,
                None => self.base.object(path),
            };
            let Some(object) = there else { continue };
            if path.ends_with(".py") {
                marked.insert(path.as_str(), Entry::Unmerged(object));
            } else if let Some(before) = self.base.object(path) {
                marked.insert(path.as_str(), Entry::Object(before));
            }
        }
        marked
    }
}
