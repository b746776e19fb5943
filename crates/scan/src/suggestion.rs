//! The setting with which an environment would read what it does not.

use std::collections::BTreeSet;

use onehead_configuration::Settings;
use onehead_model::{Environment, RepoPath, SuggestedEnvironment};

use crate::files::Files;
use crate::load_order::{FileKind, kind_of};
use crate::strays::Stray;

/// How many folders a hint names.
const MOST: usize = 6;

/// The version locations with which an environment would read these as well: its own with their sub-folders, if nothing
/// else is there, else all folders by name.
pub(crate) fn joined(
    files: &Files,
    environment: &Environment,
    strays: &[&Stray],
) -> SuggestedEnvironment {
    let (locations, recursive) = (&environment.version_locations, environment.merge.recursive);
    let is_below = |path: &RepoPath| {
        let mut locations = locations.iter();
        locations.any(|location| path.is_within(location))
    };
    let known: BTreeSet<&str> = strays.iter().map(|stray| stray.path.as_str()).collect();
    let is_known = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        !matches!(kind_of(name, false), FileKind::Revision)
            || known.contains(path)
            || locations.iter().any(|location| location.as_str() == folder)
    };
    let fits = !recursive
        && strays.iter().all(|stray| is_below(&stray.path))
        && locations.iter().all(|location| {
            let mut below = files.below(location);
            below.all(|file| is_known(&file.path))
        });
    let script_location = environment.script_location.clone();
    if fits {
        return SuggestedEnvironment {
            script_location,
            version_locations: Vec::new(),
            recursive: true,
            elsewhere: Vec::new(),
        };
    }
    let holds_one = |location: &&RepoPath| {
        let mut revisions = environment.revisions.iter();
        revisions.any(|one| match recursive {
            true => one.path.is_within(location),
            false => one.path.parent() == **location,
        })
    };
    let mut all: Vec<RepoPath> = locations.iter().filter(holds_one).cloned().collect();
    let more: BTreeSet<RepoPath> = strays.iter().map(|stray| stray.path.parent()).collect();
    all.extend(more);
    SuggestedEnvironment {
        script_location,
        version_locations: all,
        recursive: false,
        elsewhere: Vec::new(),
    }
}

/// An environment of folders that no configuration leads to.
pub(crate) fn alone(folders: &BTreeSet<RepoPath>) -> SuggestedEnvironment {
    let first = folders.first().cloned().unwrap_or_default();
    let common = folders.iter().fold(first.clone(), |common, folder| {
        let mut above = common;
        while !folder.is_within(&above) {
            above = above.parent();
        }
        above
    });
    let is_usual =
        folders.len() == 1 && first.name() == "versions" && first.parent() != RepoPath::root();
    let script_location = match (is_usual, common == RepoPath::root()) {
        (true, _) => first.parent(),
        (false, true) => first,
        (false, false) => common,
    };
    SuggestedEnvironment {
        script_location,
        version_locations: match is_usual {
            true => Vec::new(),
            false => folders.iter().cloned().collect(),
        },
        recursive: false,
        elsewhere: Vec::new(),
    }
}

/// Adds to suggestions that some locations of environments lie outside of the repository.
pub(crate) fn add_elsewhere<'a>(
    suggested: &mut Vec<SuggestedEnvironment>,
    outside: impl Iterator<Item = (&'a Environment, &'a [String])>,
) {
    for (environment, names) in outside {
        let is_it =
            |one: &&mut SuggestedEnvironment| one.script_location == environment.script_location;
        match suggested.iter_mut().find(is_it) {
            Some(one) => one.elsewhere = names.to_vec(),
            None => suggested.push(SuggestedEnvironment {
                elsewhere: names.to_vec(),
                ..unchanged(environment)
            }),
        }
    }
    suggested.sort();
}

/// An entry that changes nothing.
pub(crate) fn unchanged(environment: &Environment) -> SuggestedEnvironment {
    SuggestedEnvironment {
        script_location: environment.script_location.clone(),
        version_locations: Vec::new(),
        recursive: false,
        elsewhere: Vec::new(),
    }
}

/// An environment beside another one, in its script location.
pub(crate) fn apart(
    environment: &Environment,
    folders: &BTreeSet<RepoPath>,
) -> SuggestedEnvironment {
    SuggestedEnvironment {
        version_locations: folders.iter().cloned().collect(),
        ..unchanged(environment)
    }
}

/// Whether the settings can get the entry beside those that they have: what they say already is for people to change.
pub(crate) fn can_be_added(settings: &Settings, suggested: &SuggestedEnvironment) -> bool {
    let locations = &suggested.version_locations;
    let is_apart = |there: &Vec<RepoPath>| {
        !locations.is_empty() && locations.iter().all(|one| !there.contains(one))
    };
    let mut entries = settings.environments.iter();
    entries.all(|one| {
        one.script_location.as_ref() != Some(&suggested.script_location)
            || one.version_locations.as_ref().is_some_and(is_apart)
    })
}

/// The entry, for people.
pub(crate) fn shown(suggested: &SuggestedEnvironment) -> String {
    let script_location = format!("`script-location = \"{}\"`", suggested.script_location);
    let keys = [vec![script_location], keys(suggested)].concat();
    format!(
        "add an `[[environment]]` with {} to `onehead.toml`",
        keys.join(" and ")
    )
}

/// What an entry that is there lacks, for people.
pub(crate) fn lacking(suggested: &SuggestedEnvironment) -> String {
    let keys = keys(suggested).join(" and ");
    format!("put {keys} into its `[[environment]]` in the settings")
}

fn keys(suggested: &SuggestedEnvironment) -> Vec<String> {
    let locations = &suggested.version_locations;
    let mut keys = Vec::new();
    if !locations.is_empty() {
        keys.push(format!("`version-locations = {}`", list(locations)));
    }
    if suggested.recursive {
        keys.push("`recursive = true`".to_owned());
    }
    keys
}

/// Folders as TOML, the first of many.
pub(crate) fn list<'p>(folders: impl IntoIterator<Item = &'p RepoPath>) -> String {
    let folders: Vec<String> = folders
        .into_iter()
        .map(|one| format!("\"{one}\""))
        .collect();
    match folders.len() > MOST {
        true => format!("[{}, …]", folders[..MOST].join(", ")),
        false => format!("[{}]", folders.join(", ")),
    }
}
