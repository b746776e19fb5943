//! The state of a commit, told from another state of the same repository: what both have in common is read once.

use std::sync::Arc;

use onehead_git::{Connection, Oid};
use onehead_model::Source;

use crate::delta::Delta;
use crate::files::Files;
use crate::scope::Scope;
use crate::snapshot::Snapshot;
use crate::{ScanError, ScanOptions, SourceSpec};

/// So many paths may differ; with more, listing the commit costs less.
const MOST_CHANGES: usize = 1_000;

impl Snapshot {
    /// The state of a commit that differs in `delta` from this one, which is the index or a commit: what
    /// [`Snapshot::open`] would say of it. `None` where only that can tell.
    #[must_use]
    pub fn of_commit(
        &self,
        repository: &Connection,
        options: &ScanOptions,
        commit: &Oid,
        delta: &Delta,
    ) -> Option<Self> {
        let is_unclear = |path: &str| path.contains(char::REPLACEMENT_CHARACTER);
        let may_be_told = !self.is_stale
            && self.files.disk.is_none()
            && self.looks_for_the_same(repository, options)
            && delta.len() <= MOST_CHANGES
            // Two such paths may be taken for one.
            && !delta.entries().any(|(path, _)| is_unclear(path))
            // What is said of a conflict is no state of a commit.
            && !self.files.listing.entries_below("").any(|file| file.unmerged);
        may_be_told
            .then(|| self.told(repository, options, commit, delta).ok())
            .flatten()
    }

    /// As [`Snapshot::open`], with what this state knows of files by their content.
    ///
    /// # Errors
    /// As [`Snapshot::open`].
    pub fn open_beside(
        &self,
        repository: &Connection,
        options: &ScanOptions,
        source: &SourceSpec,
    ) -> Result<Self, ScanError> {
        if !self.cache.is_of(repository) || self.scope.options.remember != options.remember {
            return Self::open(repository, options, source);
        }
        let learned = self.cache.learned_count();
        let files = Files::open(repository, source)?;
        let scope = Scope::new(options, repository.root())?;
        let opened = Self::scanned(scope, files, Arc::clone(&self.cache))?;
        if self.cache.learned_count() > learned {
            opened.save_parse_cache();
        }
        Ok(opened)
    }

    fn told(
        &self,
        repository: &Connection,
        options: &ScanOptions,
        commit: &Oid,
        delta: &Delta,
    ) -> Result<Self, ScanError> {
        let source = Source::Commit {
            oid: commit.to_string(),
        };
        let mut told = self.clone();
        told.scope = Arc::new(Scope::new(options, repository.root())?);
        told.files.git = Some(repository.clone());
        told.files.source.clone_from(&source);
        Arc::make_mut(&mut told.report).source = source;
        let learned = self.cache.learned_count();
        told.advance(delta)?;
        if self.cache.learned_count() > learned {
            told.save_parse_cache();
        }
        Ok(told)
    }

    /// Whether a scan with these options looks for what this one looked for, and at the same place.
    fn looks_for_the_same(&self, repository: &Connection, options: &ScanOptions) -> bool {
        let own = &self.scope.options;
        self.scope.root == repository.root()
            && own.configs == options.configs
            && own.section == options.section
            && own.script_location == options.script_location
            && own.remember == options.remember
    }
}
