//! Paths that make no difference to a scan.

use std::collections::BTreeSet;

use onehead_model::RepoPath;

use crate::Snapshot;
use crate::file_names::leads;
use crate::layout::{Place, place};
use crate::strays::Nearby;

impl Snapshot {
    /// Those of some paths that count for what a scan of the state says: what lies there was read or looked for, or its
    /// name may lead to an environment. Whatever file lies at any other one, a scan says the same.
    pub fn counting<'p, P: AsRef<str>>(
        &self,
        paths: impl IntoIterator<Item = &'p P>,
    ) -> Vec<&'p P> {
        let nearby = Nearby::of(&self.report.environments);
        let paths = paths.into_iter();
        paths
            .filter(|path| self.counts(path.as_ref(), &nearby))
            .collect()
    }

    fn counts(&self, path: &str, nearby: &Nearby) -> bool {
        let Ok(repo_path) = RepoPath::new(path) else {
            return true;
        };
        let tried = &self.looked_for.tried;
        let mut looked_for = [&tried.files, &tried.named, &tried.presence].into_iter();
        let mut environments = self.report.environments.iter();
        path.contains(char::REPLACEMENT_CHARACTER)
            || leads(repo_path.name())
            || looked_for.any(|known| known.contains(path))
            || self.looked_for.modules.contains(&repo_path)
            || environments.any(|one| place(one, &repo_path) != Place::Elsewhere)
            || nearby.may_be_one(path)
    }

    /// Whether a folder that was looked for may hold nothing but these paths.
    #[must_use]
    pub fn looked_for_what_only_they_fill(&self, paths: &BTreeSet<String>) -> bool {
        let tried = &self.looked_for.tried;
        let is_filled = |folder: &str, counts: &dyn Fn(&str) -> bool| {
            let mut entries = self.files.listing.entries_below(folder);
            entries.any(|file| file.is_file() && counts(&file.path) && !paths.contains(&file.path))
        };
        let folders = paths.iter().flat_map(|path| {
            let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
            folders.chain([""])
        });
        let folders: BTreeSet<&str> = folders.collect();
        folders.into_iter().any(|folder| {
            tried.folders.contains(folder) && !is_filled(folder, &|_| true)
                || tried.python_folders.contains(folder)
                    && !is_filled(folder, &|path| path.ends_with(".py"))
        })
    }
}
