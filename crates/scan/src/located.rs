//! An environment whose folders are known, and which of several configurations of it counts.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use onehead_configuration::sections::USUAL;
use onehead_configuration::{Config, EnvironmentSettings};
use onehead_model::{Finding, RepoPath};

use crate::file_names::{ALEMBIC_INI, PYPROJECT};

/// An environment whose folders are known.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) config: Config,
    pub(crate) script_location: RepoPath,
    /// In the order of the configuration or of the settings; none if all lie outside of the repository.
    pub(crate) version_locations: Vec<RepoPath>,
    /// Version locations outside of the repository of which the settings do not say so.
    pub(crate) outside: Vec<String>,
    /// Folders from which modules are imported, in order.
    pub(crate) import_roots: Vec<RepoPath>,
    /// What the settings say about it.
    pub(crate) own: Option<EnvironmentSettings>,
    pub(crate) findings: Vec<Finding>,
}

/// What decides which files are revisions. Configurations with the same places lead to one environment.
type Places = (RepoPath, BTreeSet<RepoPath>, bool, bool);

impl Located {
    fn places(&self) -> Places {
        let own = self.own.as_ref();
        (
            self.script_location.clone(),
            self.version_locations.iter().cloned().collect(),
            own.and_then(|own| own.recursive).unwrap_or_else(|| {
                self.config
                    .recursive_version_locations()
                    .unwrap_or_default()
            }),
            self.config.sourceless().unwrap_or_default(),
        )
    }

    /// The configurations of one environment may differ in how a revision file is written. The least one by this order
    /// counts, wherever a command runs, so that two people write the same file: what the settings name; what Alembic
    /// reads without being told, before what has to be named; what lies further up; what comes first in its file.
    fn rank(&self) -> impl Ord + use<> {
        let is_named = self
            .own
            .as_ref()
            .is_some_and(EnvironmentSettings::names_a_configuration);
        let origin = self.config.origin();
        let path = origin.as_ref().map(|origin| origin.path.clone());
        let kind = match path.as_ref().map(RepoPath::name) {
            Some(ALEMBIC_INI) => 0,
            Some(PYPROJECT) => 1,
            Some(_) => 2,
            None => 3,
        };
        let depth = path.as_ref().map_or(0, |path| path.parts().count());
        let section = origin.and_then(|origin| origin.section);
        let is_usual = section.is_none_or(|section| section == USUAL);
        (Reverse(is_named), kind, depth, path, Reverse(is_usual))
    }
}

/// Puts the configurations that count more first.
pub(crate) fn sort(located: &mut [Located]) {
    located.sort_by_cached_key(Located::rank);
}

/// Of several that lead to the same places, leaves the first.
pub(crate) fn unify(located: &mut Vec<Located>) {
    let mut seen = BTreeSet::new();
    located.retain(|one| seen.insert(one.places()));
}
