//! Merges of which memory knows all but the content of files that both sides changed: git merges these files alone.

use onehead_git::{FileVersions, MergedFiles};
use onehead_scan::{Entry, ScanError};

use crate::forecast::{Forecast, Outcome};
use crate::laid_over::LaidOver;

impl Forecast {
    /// What heads make of the target, all files asked for together. Gives those of which only a merge of everything tells.
    /// A single head is one of these: its merge is one question.
    pub(crate) fn merge_contents(&mut self, asked: Vec<(usize, LaidOver)>) -> Vec<usize> {
        if asked.is_empty() || self.heads.len() < 2 {
            return asked.into_iter().map(|(head, _)| head).collect();
        }
        let files: Vec<Vec<FileVersions>> = asked
            .iter()
            .map(|(head, laid_over)| self.versions(*head, laid_over))
            .collect();
        let merged = self.repository.merge_files(&files);
        let mut left = Vec::new();
        for ((head, laid_over), merged) in std::iter::zip(asked, merged) {
            let outcome = merged
                .map_err(ScanError::from)
                .and_then(|merged| self.with_contents(head, laid_over, &merged));
            match outcome {
                Ok(Some(outcome)) => self.heads[head].outcome = outcome,
                // Whatever failed is said of the merge of everything.
                Ok(None) | Err(_) => left.push(head),
            }
        }
        left
    }

    /// The files that both sides changed and that count on the target.
    fn versions(&self, head: usize, laid_over: &LaidOver) -> Vec<FileVersions> {
        let changes = self.changes(head).into_iter();
        let both = changes
            .flat_map(|changes| &changes.paths)
            .filter(|change| laid_over.delta.get(&change.path) == Some(&Entry::Unknown))
            .filter(|change| !laid_over.doubts.contains(&change.path));
        let versions = both.filter_map(|change| {
            Some(FileVersions {
                path: change.path.clone(),
                base: change.before.as_ref().map(|object| object.oid.clone()),
                ours: self.base.object(&change.path)?.oid,
                theirs: change.after.as_ref()?.oid.clone(),
            })
        });
        let versions: Vec<FileVersions> = versions.collect();
        let paths: Vec<&str> = versions.iter().map(|one| one.path.as_str()).collect();
        let counting = self.base.counting(&paths);
        let is_counting = |one: &&FileVersions| counting.binary_search(&&one.path.as_str()).is_ok();
        versions.iter().filter(is_counting).cloned().collect()
    }

    /// What comes of a head with these contents; `None` if that does not suffice. Revision files in conflict are marked,
    /// whatever else is in conflict is read as the target has it.
    fn with_contents(
        &mut self,
        head: usize,
        mut laid_over: LaidOver,
        merged: &MergedFiles,
    ) -> Result<Option<Outcome>, ScanError> {
        for (path, object) in &merged.files {
            let is_clean = merged.conflicts.binary_search(path).is_err();
            let entry = match (is_clean, self.base.object(path)) {
                (true, _) => Entry::Object(object.clone()),
                (false, Some(before)) if !path.ends_with(".py") => Entry::Object(before),
                (false, _) => Entry::Unmerged(object.clone()),
            };
            laid_over.delta.insert(path.as_str(), entry);
        }
        let Some(state) = self.with(&laid_over.delta)? else {
            return Ok(None);
        };
        self.heads[head].by_git = true;
        self.merged_in_memory(head, laid_over, state, merged.conflicts.is_empty())
    }
}
