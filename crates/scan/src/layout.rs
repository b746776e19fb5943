//! Which environment a path belongs to, in a state that was scanned: the only place that tells.

use std::collections::{BTreeSet, HashSet};

use onehead_model::{Environment, RepoPath, ScanReport};

use crate::file_names::{ENV, is_configuration};
use crate::load_order::{FileKind, kind_of, rank};

/// Who has a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The environment at this place in the report; of several, the one that loads it as a revision.
    Environment(usize, Role),
    /// It is configuration, or where some was looked for.
    Configuration,
    /// A module that the value of a revision was looked for in.
    Import,
    /// No scan reads it, but for whether it is there.
    None,
    /// Only a scan of the whole state tells.
    Unclear,
}

/// What a path is to its environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Alembic loads it as a revision.
    Revision,
    /// Merge revisions are made from it.
    Template,
    /// `env.py`, which is never read.
    Env,
    /// It lies in the script location or below a version location, and is nothing of that.
    Other,
}

/// What discovery looked for, found or not: as long as none of it becomes other, and no file that
/// [leads](crate::file_names::leads) to an environment comes or goes, looking again finds the same.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tried {
    /// Files that were read, or would have been.
    pub(crate) files: HashSet<String>,
    /// Files that must be there.
    pub(crate) named: HashSet<String>,
    /// Files, for whether they are there.
    pub(crate) presence: HashSet<String>,
    /// Folders, for whether anything lies in them.
    pub(crate) folders: HashSet<String>,
    /// Folders, for whether any Python file lies in them.
    pub(crate) python_folders: HashSet<String>,
}

/// What a scan looked for beside the files that its report names, found or not.
#[derive(Debug, Clone, Default)]
pub struct LookedFor {
    pub(crate) tried: Tried,
    /// Whether there are files that look like revisions and that no environment reads.
    pub(crate) has_strays: bool,
    /// What these files are and name: a revision of one of these ids may make them another's.
    pub(crate) stray_names: HashSet<String>,
    /// Modules that values were looked for in. After some changes there may be more of them than a scan of that state
    /// would look for.
    pub modules: BTreeSet<RepoPath>,
}

/// Who has a path, in a state of which a scan reported this and looked for that.
#[must_use]
pub fn owner(report: &ScanReport, looked_for: &LookedFor, path: &RepoPath) -> Owner {
    if looked_for.modules.contains(path) {
        return Owner::Import;
    }
    let mut found = Owner::None;
    for (index, environment) in report.environments.iter().enumerate() {
        match (place(environment, path), found) {
            (Place::Unclear, _)
            | (Place::Is(Role::Revision), Owner::Environment(_, Role::Revision)) => {
                return Owner::Unclear;
            }
            (Place::Is(Role::Revision), _) => found = Owner::Environment(index, Role::Revision),
            (Place::Is(role), Owner::None) => found = Owner::Environment(index, role),
            _ => {}
        }
    }
    let tried = &looked_for.tried;
    let is_configuration = is_configuration(path.name())
        || tried.files.contains(path.as_str())
        || tried.presence.contains(path.as_str());
    match found {
        Owner::Environment(_, Role::Other) | Owner::None if is_configuration => {
            Owner::Configuration
        }
        found => found,
    }
}

/// What a path is to one environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Is(Role),
    Unclear,
    Elsewhere,
}

pub(crate) fn place(environment: &Environment, path: &RepoPath) -> Place {
    let mut listed = 0;
    let name = path.name();
    for location in &environment.version_locations {
        let Some(relative) = relative(location, path.as_str()) else {
            continue;
        };
        let is_compiled = name.ends_with(".pyc") || name.ends_with(".pyo");
        let is_cached = path.parent().name() == "__pycache__";
        if is_compiled || is_cached || path.as_str().contains(char::REPLACEMENT_CHARACTER) {
            return Place::Unclear;
        }
        let is_listed = environment.merge.recursive || !relative.contains('/');
        if is_listed && matches!(kind_of(name, false), FileKind::Revision) {
            listed += 1;
        }
    }
    let template = environment.merge.template.as_ref();
    match listed {
        1 => Place::Is(Role::Revision),
        2.. => Place::Unclear,
        _ if template.is_some_and(|template| template.path == *path) => Place::Is(Role::Template),
        _ if path.parent() == environment.script_location && name == ENV => Place::Is(Role::Env),
        _ if path.is_within(&environment.script_location) => Place::Is(Role::Other),
        _ if is_below_a_location(environment, path) => Place::Is(Role::Other),
        _ => Place::Elsewhere,
    }
}

fn is_below_a_location(environment: &Environment, path: &RepoPath) -> bool {
    let mut locations = environment.version_locations.iter();
    locations.any(|location| path.is_within(location))
}

/// Where a revision file comes among those of its environment: the place of its version location, and its place
/// there. `None` if no version location lists it.
pub(crate) fn order(
    locations: &[RepoPath],
    recursive: bool,
    path: &RepoPath,
) -> Option<(usize, Vec<(bool, String)>)> {
    let (place, relative) = listed_by(locations, recursive, path.as_str())?;
    Some((place, rank(relative)))
}

/// The version location that lists a file, by its place among them, and where the file lies in it.
pub(crate) fn listed_by<'p>(
    locations: &[RepoPath],
    recursive: bool,
    path: &'p str,
) -> Option<(usize, &'p str)> {
    let mut locations = locations.iter().enumerate();
    locations.find_map(|(place, location)| {
        let relative = relative(location, path)?;
        (recursive || !relative.contains('/')).then_some((place, relative))
    })
}

fn relative<'p>(location: &RepoPath, path: &'p str) -> Option<&'p str> {
    match location.as_str() {
        "" => Some(path),
        location => path.strip_prefix(location)?.strip_prefix('/'),
    }
}
