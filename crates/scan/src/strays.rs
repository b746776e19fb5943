//! Files that look like revisions and that no environment loads.

use std::collections::HashSet;

use onehead_configuration::bytes::contains;
use onehead_model::{Environment, Field, RepoPath, RevisionId};
use onehead_python::revision::{Reading, RevisionFacts, Term, read};

use crate::ScanError;
use crate::file_names::ENV;
use crate::files::Files;
use crate::foreign::is_foreign;
use crate::listing::{Content, File};
use crate::load_order::{FileKind, kind_of};
use crate::parse_cache::ParseCache;

/// A file that looks like a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stray {
    pub(crate) path: RepoPath,
    /// The id that it gives, if the file itself tells.
    pub(crate) id: Option<RevisionId>,
    /// What it names as parents and dependencies, as far as the file itself tells.
    pub(crate) names: Vec<String>,
}

/// Every such file among those that no environment loads, sorted by path.
pub(crate) fn find(
    files: &Files,
    cache: &ParseCache,
    nearby: &Nearby,
    loaded: &HashSet<&str>,
) -> Result<Vec<Stray>, ScanError> {
    let candidates: Vec<&File> = files
        .below(&RepoPath::root())
        .filter(|file| !loaded.contains(file.path.as_str()) && nearby.may_be_one(&file.path))
        .collect();
    let strays = look(files, cache, &candidates)?;
    Ok(strays.into_iter().flatten().collect())
}

/// Where files are looked at although neither their folder nor their name suggests a revision.
#[derive(Debug, Clone, Default)]
pub struct Nearby {
    /// Anywhere below these folders: script locations and version locations.
    homes: Vec<RepoPath>,
    /// In folders beside a version location: the folders that hold both.
    above: Vec<RepoPath>,
}

/// Words in the names of folders that hold revisions.
const WORDS: &[&str] = &["alembic", "migrat", "revision", "version"];

/// How many digits the ids have that Alembic makes.
const DIGITS: usize = 12;

impl Nearby {
    /// Around these environments. The root is no place of its own: all of the project lies below it.
    #[must_use]
    pub fn of<'e>(environments: impl IntoIterator<Item = &'e Environment>) -> Self {
        let mut nearby = Self::default();
        for one in environments {
            let folders = one.version_locations.iter().chain([&one.script_location]);
            nearby.homes.extend(folders.cloned());
            let above = one.version_locations.iter().map(RepoPath::parent);
            nearby.above.extend(above);
        }
        nearby.homes.retain(|folder| *folder != RepoPath::root());
        for folders in [&mut nearby.homes, &mut nearby.above] {
            folders.sort();
            folders.dedup();
        }
        nearby
    }

    /// Whether a file is one if it looks like a revision. Told by the path alone, since a repository has many more
    /// Python files than each check could read.
    #[must_use]
    pub fn may_be_one(&self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        name.ends_with(".py")
            && name != ENV
            && matches!(kind_of(name, false), FileKind::Revision)
            && (has_word(folder)
                || has_generated_id(name)
                || begins_with_number(name)
                || self.is_near(folder))
            && !is_foreign(folder)
    }

    fn is_near(&self, folder: &str) -> bool {
        let is_below = |home: &RepoPath| {
            let rest = folder.strip_prefix(home.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        self.homes.iter().any(is_below)
            || !folder.is_empty() && self.above.iter().any(|one| one.as_str() == above)
    }
}

fn has_word(folder: &str) -> bool {
    let folder = folder.to_ascii_lowercase();
    WORDS.iter().any(|word| folder.contains(word))
}

/// Whether a part of the name is an id that Alembic made.
fn has_generated_id(name: &str) -> bool {
    let mut parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    let is_hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    parts.any(|part| part.len() == DIGITS && part.bytes().all(is_hex))
}

/// Whether a name begins like that of a revision whose id is a number, or a date: `0041_users.py`, `2026-03-01_users.py`.
fn begins_with_number(name: &str) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    digits > 1 && name[digits..].starts_with(['_', '-'])
}

/// What files are as strays; none that cannot be read is one.
pub(crate) fn look(
    files: &Files,
    cache: &ParseCache,
    candidates: &[&File],
) -> Result<Vec<Option<Stray>>, ScanError> {
    let known = |file: &&File| match &file.content {
        Content::Object(oid) => cache.get(&cache.key_of_oid(oid)?),
        _ => None,
    };
    let known: Vec<Option<Reading>> = candidates.iter().map(known).collect();
    let wanted: Vec<&File> = std::iter::zip(candidates, &known)
        .filter(|(_, known)| known.is_none())
        .map(|(file, _)| *file)
        .collect();
    let fresh = files.map(&wanted, |file, bytes| {
        // Most files do not, and parsing is dear. Python takes some letters for others, all of them beyond ASCII.
        let bytes = bytes
            .ok()
            .filter(|bytes| contains(bytes, b"down_revision") || !bytes.is_ascii())?;
        let reading = read(bytes);
        if let Content::Object(oid) = &file.content
            && let Some(key) = cache.key_of_oid(oid)
        {
            cache.learn(key, bytes.len(), &reading);
        }
        Some(reading)
    })?;
    let mut fresh = fresh.into_iter();
    Ok(std::iter::zip(candidates, known)
        .map(|(file, known)| stray(file, &known.or_else(|| fresh.next().flatten())?))
        .collect())
}

/// The file as a stray, if it sets what every revision sets.
fn stray(file: &File, reading: &Reading) -> Option<Stray> {
    let Reading::Module(facts) = reading else {
        return None;
    };
    let is_set = |field| facts.field(field).is_some_and(|fact| !fact.is_unassigned);
    if !is_set(Field::Revision) || !is_set(Field::DownRevision) {
        return None;
    }
    let mut names = strings(facts, Field::DownRevision);
    names.extend(strings(facts, Field::DependsOn));
    Some(Stray {
        path: RepoPath::new(&file.path).ok()?,
        id: strings(facts, Field::Revision).pop().map(RevisionId::new),
        names,
    })
}

/// The strings that a name is bound to, as far as the file itself tells.
fn strings(facts: &RevisionFacts, field: Field) -> Vec<String> {
    fn collect(term: &Term, found: &mut Vec<String>) {
        match term {
            Term::Str(text) => found.push(text.clone()),
            Term::Sequence(items) | Term::Set(items) => {
                items.iter().for_each(|item| collect(item, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Some(fact) = facts.field(field) {
        collect(&fact.term, &mut found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_suggests_a_revision() {
        let nearby = Nearby {
            homes: vec![RepoPath::root().join("db")],
            above: vec![RepoPath::root().join("app")],
        };
        for path in [
            "a/versions/x.py",
            "Migrations/x.py",
            "x/alembic_tenants/x.py",
            "docs/2024_ab12cd34ef56_x.py",
            "schema/0041_users.py",
            "schema/2026-03-01_users.py",
            "db/deep/er/x.py",
            "app/other/x.py",
        ] {
            assert!(nearby.may_be_one(path), "{path}");
        }
        for path in [
            "app/x.py",
            "app/1_x.py",
            "app/41.py",
            "dbs/x.py",
            "src/x.py",
            "versions/env.py",
            "versions/__init__.py",
            "versions/x.txt",
            "lib/site-packages/alembic/versions/x.py",
        ] {
            assert!(!nearby.may_be_one(path), "{path}");
        }
    }
}
