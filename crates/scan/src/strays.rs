//! Files below a script location that look like revisions and that Alembic would not load.

use std::collections::BTreeSet;

use onehead_model::{Code, Field, Finding, RepoPath, words};
use onehead_python::revision::{Reading, read};

use crate::ScanError;
use crate::files::Files;
use crate::listing::{Content, File};
use crate::load_order::{FileKind, kind_of};
use crate::parse_cache::ParseCache;
use crate::settings::contains;

/// Every such file.
pub(crate) fn find(
    files: &Files,
    cache: &ParseCache,
    script_location: &RepoPath,
    locations: &[RepoPath],
    recursive: bool,
    listed: &[&File],
) -> Result<BTreeSet<RepoPath>, ScanError> {
    // A file that is loaded through a symbolic link lies elsewhere.
    let loaded: BTreeSet<&str> = listed.iter().map(|file| file.path.as_str()).collect();
    let candidates: Vec<&File> = files
        .below(script_location)
        .filter(|file| {
            may_be_one(&file.path, script_location, locations, recursive)
                && !loaded.contains(file.path.as_str())
        })
        .collect();
    Ok(
        std::iter::zip(&candidates, look(files, cache, &candidates)?)
            .filter(|(_, is_one)| *is_one)
            .filter_map(|(file, _)| RepoPath::new(&file.path).ok())
            .collect(),
    )
}

/// Whether a file is one if it looks like a revision.
pub(crate) fn may_be_one(
    path: &str,
    script_location: &RepoPath,
    locations: &[RepoPath],
    recursive: bool,
) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    // A script location at the root has the whole project below it.
    *script_location != RepoPath::root()
        && name != "env.py"
        && matches!(kind_of(name, false), FileKind::Revision)
        && !is_loaded(folder, locations, recursive)
}

/// Whether files look like revisions. One that cannot be read does not.
pub(crate) fn look(
    files: &Files,
    cache: &ParseCache,
    candidates: &[&File],
) -> Result<Vec<bool>, ScanError> {
    let known = |file: &&File| match &file.content {
        Content::Object(oid) => cache.get(&cache.key_of_oid(oid)?),
        _ => None,
    };
    let known: Vec<Option<bool>> = candidates
        .iter()
        .map(|file| known(file).as_ref().map(looks_like_one))
        .collect();
    let wanted: Vec<&File> = std::iter::zip(candidates, &known)
        .filter(|(_, known)| known.is_none())
        .map(|(file, _)| *file)
        .collect();
    let fresh = files.map(&wanted, |_, bytes| {
        // Most files do not, and parsing is dear. Python takes some letters for others, all of them beyond ASCII.
        let bytes = bytes
            .ok()
            .filter(|bytes| contains(bytes, b"down_revision") || !bytes.is_ascii());
        bytes.is_some_and(|bytes| looks_like_one(&read(bytes)))
    })?;
    let mut fresh = fresh.into_iter();
    Ok(known
        .into_iter()
        .map(|known| known.or_else(|| fresh.next()).unwrap_or(false))
        .collect())
}

fn looks_like_one(reading: &Reading) -> bool {
    match reading {
        Reading::Module(facts) => {
            facts.field(Field::Revision).is_some() && facts.field(Field::DownRevision).is_some()
        }
        Reading::Broken { .. } => false,
    }
}

/// What is said of them.
pub(crate) fn finding(strays: &BTreeSet<RepoPath>) -> Option<Finding> {
    let first = strays.first()?;
    let message = match strays.len() {
        1 => "the file looks like a revision but is in no version location".to_owned(),
        count => {
            let folders: BTreeSet<RepoPath> = strays.iter().map(RepoPath::parent).collect();
            let folders = words::counted(folders.len(), "folder");
            format!(
                "this and {} more files in {folders} look like revisions but are in no version location",
                count - 1
            )
        }
    };
    Some(
        Finding::new(Code::StrayRevision, message)
            .at(first.clone())
            .hint("if the project sets `version_locations` in code, name them under `[[environment]]` in `onehead.toml`"),
    )
}

/// Whether a version location lists the files of a folder.
fn is_loaded(folder: &str, locations: &[RepoPath], recursive: bool) -> bool {
    locations.iter().any(|location| {
        let location = location.as_str();
        let below = || match folder.strip_prefix(location) {
            Some(rest) => location.is_empty() || rest.starts_with('/'),
            None => false,
        };
        folder == location || recursive && below()
    })
}
