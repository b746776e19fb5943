//! onehead's own settings in a state, and nothing else.

use std::collections::HashMap;

use onehead_configuration::{SETTINGS_FILES, Settings};
use onehead_git::{Connection, EntryKind};
use onehead_model::Source;

use crate::files::Files;
use crate::listing::{Content, File, Listing};
use crate::snapshot::discover;
use crate::{ScanError, ScanOptions, SourceSpec};

/// Reads onehead's own settings in a state, and nothing else.
///
/// # Errors
/// The folder, git or the settings do not allow it.
pub fn settings(options: &ScanOptions, source: &SourceSpec) -> Result<Settings, ScanError> {
    let directory = options.folder()?;
    match discover(&directory, options)? {
        Some(git) => settings_in(&git, source),
        None => Files::walk(&directory)?.settings(),
    }
}

/// The same of a repository that is known already.
///
/// # Errors
/// As [`settings`].
pub fn settings_in(git: &Connection, source: &SourceSpec) -> Result<Settings, ScanError> {
    if let SourceSpec::Commit(name) = source
        && let Some(files) = at_the_top(git, name)?
    {
        return files.settings();
    }
    Files::open(git, source)?.settings()
}

/// Those files at the top of a commit that may hold settings. `None` if one of them is no plain file: a link may lead
/// anywhere.
fn at_the_top(git: &Connection, name: &str) -> Result<Option<Files>, ScanError> {
    let unknown = || ScanError::UnknownRevision(name.to_owned());
    let oid = git.resolve(name)?.ok_or_else(unknown)?;
    let mut files = Vec::new();
    for (name, object) in std::iter::zip(SETTINGS_FILES, git.top_of(&oid, &SETTINGS_FILES)?) {
        match object {
            None => {}
            Some(Some(object)) if object.kind == EntryKind::File => files.push(File {
                path: name.to_owned(),
                utf8: true,
                unmerged: false,
                theirs: None,
                kind: EntryKind::File,
                content: Content::Object(object.oid),
            }),
            Some(_) => return Ok(None),
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Some(Files {
        source: Source::Commit { oid: oid.into() },
        disk: None,
        git: Some(git.clone()),
        listing: Listing::new(files, HashMap::new()),
        index: None,
    }))
}
