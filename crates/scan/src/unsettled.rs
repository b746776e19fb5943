//! Configurations that do not hold in the repository as it lies there: a path inside a container, a placeholder, a file
//! that is a template of one. Each belongs to an environment that is read, or is a finding.

use onehead_configuration::Config;
use onehead_configuration::named_paths::{Roots, is_absolute};
use onehead_model::{Finding, RepoPath};

use crate::files::Files;
use crate::paths::bases;

/// A configuration that does not lead to a folder.
#[derive(Debug)]
pub(crate) struct Unsettled {
    /// The file.
    pub(crate) path: RepoPath,
    /// What it says, if it can be read.
    pub(crate) config: Option<Config>,
    /// The script location, if it is known.
    pub(crate) value: Option<String>,
    /// What is to be said if it belongs to no environment that is read.
    pub(crate) finding: Finding,
}

/// What an unsettled configuration belongs to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Belongs {
    /// The environment in this folder of the repository, which lies at this absolute path elsewhere, if that is known.
    To(RepoPath, Option<(String, RepoPath)>),
    /// One of several that are read, or one that another configuration leads to.
    ToOneThatIsRead,
    /// None.
    Nowhere,
}

impl Unsettled {
    /// Where it belongs. `homes` are the folders that look like an environment and are not left out, `claimed` those of
    /// them to which another configuration leads.
    pub(crate) fn belongs(
        &self,
        files: &Files,
        homes: &[RepoPath],
        claimed: &dyn Fn(&RepoPath) -> bool,
    ) -> Belongs {
        if let Some(found) = self.by_the_end_of_its_path(files, homes) {
            return found;
        }
        let folder = self.path.parent();
        let inside: Vec<&RepoPath> = homes.iter().filter(|home| **home == folder).collect();
        let beside = homes
            .iter()
            .filter(|home| **home != folder && home.parent() == folder);
        let near: Vec<&RepoPath> = match inside.is_empty() {
            true => beside.collect(),
            false => inside,
        };
        match near.as_slice() {
            [] if self.config.is_none() && homes.iter().any(|home| home.is_within(&folder)) => {
                Belongs::ToOneThatIsRead
            }
            [] => Belongs::Nowhere,
            [home] if !claimed(home) => Belongs::To((*home).clone(), None),
            _ => Belongs::ToOneThatIsRead,
        }
    }

    /// `/usr/src/app/migrations` is `migrations` beside the file, or `app/migrations` below a folder above it: one name
    /// alone says too little for a folder that lies further away.
    fn by_the_end_of_its_path(&self, files: &Files, homes: &[RepoPath]) -> Option<Belongs> {
        let value = self.value.as_deref().filter(|value| is_absolute(value))?;
        let config = self.config.as_ref()?;
        let parts: Vec<&str> = value.split('/').filter(|part| !part.is_empty()).collect();
        for start in 0..parts.len() {
            let end = parts[start..].join("/");
            for (distance, base) in bases(config).into_iter().enumerate() {
                let Some(folder) = base.resolve(&end).and_then(|path| files.canonical(&path))
                else {
                    continue;
                };
                let is_near = distance == 0 || folder == config.folder();
                if homes.contains(&folder) && (is_near || parts.len() - start > 1) {
                    let elsewhere = format!("/{}", parts[..start].join("/"));
                    return Some(Belongs::To(folder, Some((elsewhere, base))));
                }
            }
        }
        None
    }

    /// The absolute paths that are known if the configuration belongs to a folder.
    pub(crate) fn roots(known: &Roots, elsewhere: Option<&(String, RepoPath)>) -> Roots {
        match elsewhere {
            Some((absolute, folder)) => known.with(absolute, folder),
            None => known.clone(),
        }
    }
}
