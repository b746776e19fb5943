//! A post-write hook of Alembic that says, right after `alembic revision`, who else goes on from the same parent.
//!
//! It goes into the file that Alembic reads its post-write hooks from, of which no other byte changes. Before anything is
//! written, the new text is read again and has to say what the old one said, and the hook.

mod hook;
mod ini_text;
mod toml_text;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use onehead_model::{PlannedFile, RepoPath};

use super::error::{InitError, Part};
use super::look::Here;
use crate::hooks::Step;
use crate::hooks::hooks_dir::real;
use hook::{Added, ByHand};

/// What is to be written, for the configuration of each environment: what is said, and the steps. A file that an earlier
/// step writes gets the hook in that step.
pub(super) fn plan(
    here: &Here,
    earlier: &mut [Step],
) -> Result<(Vec<PlannedFile>, Vec<Step>), InitError> {
    let environments = here.verdict.environments.iter();
    let configured: BTreeSet<Option<RepoPath>> = environments
        .map(|one| one.config.as_ref().map(|config| config.path.clone()))
        .collect();
    let mut files = BTreeSet::new();
    let mut says = Vec::new();
    for path in configured {
        match path {
            Some(path) => drop(files.insert(read_from(here.root(), &path))),
            None => says.push(PlannedFile::NotKnown),
        }
    }
    let mut steps = Vec::new();
    for path in files {
        says.push(add_to(here.root(), &path, earlier, &mut steps)?);
    }
    Ok((says, steps))
}

/// The file from which Alembic reads post-write hooks: an ini file without the section leaves them to `[tool.alembic]` of
/// the `pyproject.toml` beside it.
fn read_from(root: &Path, config: &RepoPath) -> RepoPath {
    let beside = config.parent().join("pyproject.toml");
    let text = |path: &RepoPath| fs::read_to_string(root.join(path.as_str())).unwrap_or_default();
    let is_left_to_it =
        !ini_text::has_section(&text(config)) && toml_text::is_alembic(&text(&beside));
    match is_left_to_it {
        true => beside,
        false => config.clone(),
    }
}

fn add_to(
    root: &Path,
    path: &RepoPath,
    earlier: &mut [Step],
    steps: &mut Vec<Step>,
) -> Result<PlannedFile, InitError> {
    let file = real(&root.join(path.as_str()));
    if !file.starts_with(real(root)) {
        return Err(InitError::Linked(path.to_string(), Part::Authoring));
    }
    let written = step_that_writes(earlier, &file);
    let added = text(&file, written.as_ref().map(|bytes| bytes.as_slice())).and_then(|old| {
        match file_is_toml(path) {
            true => toml_text::with_hook(&old),
            false => ini_text::with_hook(&old),
        }
    });
    let added = added.map_err(|ByHand { why, text }| InitError::ByHand {
        path: path.to_string(),
        why,
        part: Part::Authoring,
        text,
    })?;
    let Added::Text(text, lines) = added else {
        return Ok(PlannedFile::Present(path.to_string()));
    };
    let bytes = text.into_bytes();
    match written {
        Some(written) => *written = bytes,
        None => steps.push(Step::Write {
            path: file,
            bytes,
            executable: false,
        }),
    }
    let lines = lines.lines().map(str::to_owned).collect();
    Ok(PlannedFile::Extended(path.to_string(), lines))
}

fn file_is_toml(path: &RepoPath) -> bool {
    path.name().ends_with(".toml")
}

/// What is in a file, or will be.
fn text(file: &Path, written: Option<&[u8]>) -> Result<String, ByHand> {
    let read = match written {
        Some(bytes) => Ok(bytes.to_vec()),
        None => fs::read(file),
    };
    let text = read.map_err(|error| error.to_string());
    let text =
        text.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()));
    text.map_err(|why| ByHand {
        why,
        text: ini_text::section("\n"),
    })
}

/// The bytes that one of the steps writes into a file.
fn step_that_writes<'a>(steps: &'a mut [Step], file: &Path) -> Option<&'a mut Vec<u8>> {
    steps.iter_mut().find_map(|step| match step {
        Step::Write { path, bytes, .. } if path == file => Some(bytes),
        _ => None,
    })
}
