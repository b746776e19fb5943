//! Where an environment lies: which changes concern it.

use onehead_model::{Environment, RepoPath};

/// The folders and files of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places {
    folders: Vec<RepoPath>,
    files: Vec<RepoPath>,
}

impl Places {
    pub(crate) fn of(environment: &Environment) -> Self {
        let folders = environment.version_locations.iter();
        let config = environment
            .config
            .as_ref()
            .map(|config| config.path.clone());
        let template = environment.merge.template.as_ref();
        Self {
            folders: folders
                .chain([&environment.script_location])
                .cloned()
                .collect(),
            files: config
                .into_iter()
                .chain(template.map(|template| template.path.clone()))
                .collect(),
        }
    }

    /// Whether a path belongs to it, its configuration left out.
    pub(crate) fn hold(&self, path: &RepoPath) -> bool {
        self.folders.iter().any(|folder| path.is_within(folder))
    }

    /// Whether a change of a path may be a change of it: of a revision, of its configuration or of its template.
    pub(crate) fn concern(&self, path: &RepoPath) -> bool {
        self.hold(path) || self.files.contains(path)
    }
}
