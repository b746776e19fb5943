//! What may lead to an environment: configuration files, and folders that look like one.

use std::collections::{BTreeMap, BTreeSet};

use onehead_configuration::config_file::may_lead;
use onehead_model::RepoPath;

use crate::ScanError;
use crate::file_names::{ENV, PYPROJECT, SETTINGS, TEMPLATE, VIRTUAL_ENVIRONMENT, leads, name_of};
use crate::files::{Files, ReadError};
use crate::foreign::is_foreign;
use crate::listing::File;

/// Everything that may lead to an environment.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// The configuration files of each folder.
    pub(crate) folders: BTreeMap<RepoPath, Configurations>,
    /// Folders with what makes a folder an environment.
    pub(crate) homes: BTreeSet<RepoPath>,
}

/// The configuration files of one folder, with their bytes.
#[derive(Debug, Default)]
pub(crate) struct Configurations {
    pub(crate) inis: BTreeMap<RepoPath, Vec<u8>>,
    pub(crate) toml: Option<(RepoPath, Vec<u8>)>,
}

impl Candidates {
    /// One walk over all files, and one question for the bytes of those whose content tells.
    ///
    /// # Errors
    /// A file cannot be read, or git failed.
    pub(crate) fn of(files: &Files) -> Result<Self, ScanError> {
        let places = Places::of(files);
        let mut candidates = Self {
            homes: places.homes,
            ..Self::default()
        };
        for (path, bytes) in read(files, &places.configurations)? {
            let of_folder = candidates.folders.entry(path.parent()).or_default();
            match is_toml(&path) {
                true => of_folder.toml = Some((path, bytes)),
                false => drop(of_folder.inis.insert(path, bytes)),
            }
        }
        Ok(candidates)
    }

    /// The files whose content was read and may lead to an environment.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.folders.values().flat_map(|one| {
            let toml = one.toml.iter().map(|(path, _)| path);
            one.inis.keys().chain(toml)
        })
    }
}

fn is_toml(path: &RepoPath) -> bool {
    path.name() == PYPROJECT
}

#[derive(Debug, Default)]
struct Places<'a> {
    configurations: Vec<(RepoPath, &'a File)>,
    homes: BTreeSet<RepoPath>,
}

impl<'a> Places<'a> {
    fn of(files: &'a Files) -> Self {
        let mut places = Self::default();
        let mut environments: BTreeSet<RepoPath> = BTreeSet::new();
        for file in files.below(&RepoPath::root()) {
            let name = name_of(&file.path);
            if !leads(name) {
                continue;
            }
            let Ok(path) = RepoPath::new(&file.path) else {
                continue;
            };
            if is_foreign(path.as_str()) {
                continue;
            }
            match name {
                VIRTUAL_ENVIRONMENT => drop(environments.insert(path.parent())),
                SETTINGS => {}
                ENV | TEMPLATE => drop(places.homes.insert(path.parent())),
                _ => places.configurations.push((path, file)),
            }
        }
        let is_foreign = |path: &RepoPath| environments.iter().any(|folder| path.is_within(folder));
        places.configurations.retain(|(path, _)| !is_foreign(path));
        places.homes.retain(|path| !is_foreign(path));
        places
    }
}

/// The bytes of those that may lead to an environment.
fn read(
    files: &Files,
    configurations: &[(RepoPath, &File)],
) -> Result<Vec<(RepoPath, Vec<u8>)>, ScanError> {
    let wanted: Vec<&File> = configurations.iter().map(|(_, file)| *file).collect();
    let contents = files.map(&wanted, |file, bytes| {
        let name = name_of(&file.path);
        bytes.map(|bytes| may_lead(name, bytes).then(|| bytes.to_vec()))
    })?;
    let mut read = Vec::new();
    for ((path, _), bytes) in std::iter::zip(configurations, contents) {
        match bytes {
            Ok(bytes) => read.extend(bytes.map(|bytes| (path.clone(), bytes))),
            Err(ReadError::Gone) => {}
            Err(error) => {
                return Err(ScanError::Read {
                    path: path.to_string(),
                    reason: error.to_string(),
                });
            }
        }
    }
    Ok(read)
}
