//! Reading what many changes will ask for with one question to git.

use std::collections::{BTreeSet, HashMap, HashSet};

use onehead_git::{Blob, Difference, EntryKind, Oid};
use onehead_python::revision::read;
use rayon::prelude::*;

use crate::file_names::{ENV, TEMPLATE};
use crate::{ScanError, Snapshot, file_names};

impl Snapshot {
    /// Reads ahead what these changes, each to be applied in its turn, will ask for: the revision files that they
    /// bring, as far as their paths tell, and configuration. Everything else is read when it is asked for.
    ///
    /// # Errors
    /// git failed.
    pub fn read_ahead<'a>(
        &self,
        changes: impl Iterator<Item = &'a Difference> + Clone,
    ) -> Result<(), ScanError> {
        let Some(git) = self.git() else {
            return Ok(());
        };
        let brought = |change: &'a Difference| {
            let after = change.after.as_ref()?;
            let (folder, name) = change.path.rsplit_once('/').unwrap_or(("", &change.path));
            (after.kind == EntryKind::File).then_some((folder, name, &after.oid))
        };
        let homes: HashSet<&str> = changes
            .clone()
            .filter_map(brought)
            .filter(|(_, name, _)| matches!(*name, ENV | TEMPLATE))
            .map(|(folder, _, _)| folder)
            .collect();
        let mut known: HashMap<&str, bool> = HashMap::new();
        let mut revisions: BTreeSet<Oid> = BTreeSet::new();
        let mut others: BTreeSet<Oid> = BTreeSet::new();
        for (folder, name, oid) in changes.filter_map(brought) {
            if name == ENV || name == TEMPLATE {
                continue;
            } else if file_names::leads(name) {
                others.insert(oid.clone());
            } else if name.ends_with(".py")
                && *known
                    .entry(folder)
                    .or_insert_with(|| self.is_likely(folder, &homes))
            {
                revisions.insert(oid.clone());
            }
        }
        git.blobs(&others.into_iter().collect::<Vec<_>>())?;
        let is_new = |oid: &Oid| {
            let key = self.cache.key_of_oid(oid);
            key.is_some_and(|key| !self.cache.has(&key))
        };
        let revisions: Vec<Oid> = revisions.into_iter().filter(is_new).collect();
        // What is read once needs not be kept.
        let blobs = git.forgetting_blobs().blobs(&revisions)?;
        std::iter::zip(revisions, blobs)
            .collect::<Vec<_>>()
            .into_par_iter()
            .for_each(|(oid, blob)| {
                // What is missing is said where the file is read.
                if let (Some(key), Blob::Content(bytes)) = (self.cache.key_of_oid(&oid), blob) {
                    self.cache.learn(key, bytes.len(), &read(&bytes));
                }
            });
        Ok(())
    }

    /// Whether the Python files of a folder are likely to be revisions.
    fn is_likely(&self, folder: &str, homes: &HashSet<&str>) -> bool {
        let mut above = std::iter::successors(Some(folder), |at| {
            at.rsplit_once('/').map(|(above, _)| above)
        });
        let environments = || self.report().environments.iter();
        let mut locations = environments().flat_map(|one| &one.version_locations);
        folder == "versions"
            || folder.ends_with("/versions")
            || locations.any(|location| location.as_str() == folder)
            || above.any(|at| homes.contains(at))
    }
}
