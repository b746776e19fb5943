//! What people call an environment. No two have one name.

use std::collections::{BTreeMap, BTreeSet};

use onehead_model::{Environment, RepoPath};

/// Tells environments apart that have the same script location: by their section, by their configuration file, or by
/// their version locations, whichever is enough for all of them.
pub(crate) fn tell_apart<'e>(environments: impl Iterator<Item = &'e mut Environment>) {
    let mut sharing: BTreeMap<String, Vec<&mut Environment>> = BTreeMap::new();
    for one in environments {
        sharing.entry(one.name.clone()).or_default().push(one);
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (name, of_name) in sharing {
        let names = match of_name.len() {
            1 => vec![name],
            _ => apart(&of_name),
        };
        for (one, name) in std::iter::zip(of_name, names) {
            one.name = free(name, &mut taken);
        }
    }
}

/// What may tell an environment from another one.
type Way = fn(&Environment) -> Option<String>;

fn apart(environments: &[&mut Environment]) -> Vec<String> {
    let ways: [Way; 5] = [section, file, path, path_and_section, locations];
    let named = |way: Way| -> Option<Vec<String>> {
        let names: Option<Vec<String>> = environments.iter().map(|one| way(one)).collect();
        let names = names?;
        let distinct: BTreeSet<&String> = names.iter().collect();
        (distinct.len() == names.len()).then_some(names)
    };
    let by_locations = || {
        environments
            .iter()
            .map(|one| locations(one).unwrap_or_default())
    };
    let apart = ways
        .into_iter()
        .find_map(named)
        .unwrap_or_else(|| by_locations().collect());
    std::iter::zip(environments, apart)
        .map(|(one, apart)| format!("{} [{apart}]", one.name))
        .collect()
}

fn section(environment: &Environment) -> Option<String> {
    environment.config.as_ref()?.section.clone()
}

fn file(environment: &Environment) -> Option<String> {
    Some(config(environment)?.name().to_owned())
}

fn path(environment: &Environment) -> Option<String> {
    config(environment).map(ToString::to_string)
}

fn path_and_section(environment: &Environment) -> Option<String> {
    Some(format!("{}:{}", path(environment)?, section(environment)?))
}

fn config(environment: &Environment) -> Option<&RepoPath> {
    Some(&environment.config.as_ref()?.path)
}

fn locations(environment: &Environment) -> Option<String> {
    let locations = environment.version_locations.iter();
    let locations: Vec<String> = locations.map(ToString::to_string).collect();
    Some(locations.join(", "))
}

/// The name, or the first one behind it that is not taken: a folder may be called what another environment is called.
fn free(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut free = name.clone();
    let mut number = 1;
    while !taken.insert(free.clone()) {
        number += 1;
        free = format!("{name} ({number})");
    }
    free
}
