//! What can be said of the next state without reading all of it.
//!
//! Most changes touch nothing that a scan tells, and most others add a revision file. For those, the report is that of
//! the state before with the revision in its place. There is one set of rules, and every rule errs towards a scan of
//! the whole state: whatever a scan reads or looks for is named in the report or in [`LookedFor`](crate::LookedFor),
//! and a change of anything else than plain revision files among that is for a scan to judge.

use std::collections::HashSet;
use std::sync::Arc;

use onehead_configuration::Settings;
use onehead_configuration::bytes::contains;
use onehead_configuration::config_file::may_lead;
use onehead_model::{Environment, RepoPath, Revision, ScanReport};

use crate::change::{Changed, RevisionChange};
use crate::declared::{Outcome, revision};
use crate::environment::{Aside, read_all};
use crate::file_names::{PYPROJECT, leads, leads_by_content, name_of};
use crate::files::Files;
use crate::imports::Imports;
use crate::layout::{self, LookedFor, Role, order, place};
use crate::listing::File;
use crate::parse_cache::ParseCache;

use crate::ScanError;
use crate::strays::{self, Nearby};

/// A state before some changes, and what was said of it.
pub(crate) struct State<'a> {
    pub(crate) files: &'a Files,
    pub(crate) cache: &'a ParseCache,
    pub(crate) report: &'a ScanReport,
    pub(crate) asides: &'a [Aside],
    pub(crate) looked_for: &'a LookedFor,
    pub(crate) settings: &'a Settings,
}

/// What can be said without a scan.
pub(crate) enum Shortcut {
    /// The report stays.
    Nothing,
    /// These revision files are other than before.
    Revisions(Vec<RevisionChange>),
    /// It takes a scan.
    None,
}

/// What the changes touch that counts, and that may need no scan.
#[derive(Default)]
struct Touched<'c> {
    /// Revision files, with the places of their environments.
    revisions: Vec<(usize, RepoPath, &'c Changed)>,
    /// Files that may look like revisions and that no environment loads.
    strays: Vec<(RepoPath, &'c Changed)>,
    /// What makes or breaks a folder that was looked for.
    folders: HashSet<&'c str>,
}

impl Shortcut {
    /// Finds out what changes of a state lead to. `state` is the state before.
    pub(crate) fn find(state: &State<'_>, changed: &[Changed]) -> Result<Self, ScanError> {
        let Some(touched) = touched(state, changed)? else {
            return Ok(Self::None);
        };
        if makes_or_breaks_a_folder(state, changed, &touched.folders)
            || touches_a_stray(state, &touched.strays)?
        {
            return Ok(Self::None);
        }
        if touched.revisions.is_empty() {
            return Ok(Self::Nothing);
        }
        Ok(match revisions(state, &touched.revisions)? {
            Some(changes) if !concerns_a_stray(state, &changes) => Self::Revisions(changes),
            _ => Self::None,
        })
    }
}

/// What the changes touch; `None` if any of them is for a scan to judge.
fn touched<'c>(
    state: &State<'_>,
    changed: &'c [Changed],
) -> Result<Option<Touched<'c>>, ScanError> {
    let tried = &state.looked_for.tried;
    let nearby = Nearby::of(&state.report.environments);
    let mut touched = Touched::default();
    for change in changed {
        if change.is_about_a_link() || change.makes_or_breaks_a_submodule() {
            return Ok(None);
        }
        let (before, after) = (change.file_before(), change.file_after());
        if before.is_none() && after.is_none() {
            continue;
        }
        let comes_or_goes = before.is_none() != after.is_none();
        let path = change.path.as_str();
        let Ok(repo_path) = RepoPath::new(path) else {
            return Ok(None);
        };
        if comes_or_goes {
            let looked_for = |folder: &&str| {
                tried.folders.contains(*folder) || tried.python_folders.contains(*folder)
            };
            touched.folders.extend(folders_of(path).filter(looked_for));
        }
        if comes_or_goes && tried.presence.contains(path) {
            return Ok(None);
        }
        if leads_by_content(repo_path.name()) {
            let says = |file| says(state.files, file);
            let is_named = comes_or_goes && tried.named.contains(path)
                || repo_path.name() != PYPROJECT && tried.files.contains(path);
            if is_named || says(before)? != says(after)? {
                return Ok(None);
            }
        } else if comes_or_goes && leads(repo_path.name())
            || tried.files.contains(path)
            || state.looked_for.modules.contains(&repo_path)
        {
            return Ok(None);
        }
        let mut is_loaded = false;
        for (index, environment) in state.report.environments.iter().enumerate() {
            match place(environment, &repo_path) {
                layout::Place::Is(Role::Revision) => {
                    is_loaded = true;
                    touched.revisions.push((index, repo_path.clone(), change));
                }
                layout::Place::Unclear | layout::Place::Is(Role::Template) => return Ok(None),
                layout::Place::Is(Role::Other | Role::Env) | layout::Place::Elsewhere => {}
            }
        }
        if !is_loaded && nearby.may_be_one(path) {
            touched.strays.push((repo_path, change));
        }
    }
    Ok(Some(touched))
}

/// The folders that hold a path, the root last.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    let folders = path.rmatch_indices('/').map(|(at, _)| &path[..at]);
    folders.chain([""])
}

/// Whether one of these folders has something in it only before or only after.
fn makes_or_breaks_a_folder(
    state: &State<'_>,
    changed: &[Changed],
    folders: &HashSet<&str>,
) -> bool {
    if folders.is_empty() {
        return false;
    }
    let (mut coming, mut going): (Vec<&str>, HashSet<&str>) = Default::default();
    for change in changed {
        match (change.file_before(), change.file_after()) {
            (None, Some(_)) => coming.push(&change.path),
            (Some(_), None) => drop(going.insert(&change.path)),
            _ => {}
        }
    }
    let tried = &state.looked_for.tried;
    let differs = |folder: &str, counts: &dyn Fn(&str) -> bool| {
        let entries = || {
            let files = state.files.listing.entries_below(folder);
            files.filter(|file| file.is_file() && counts(&file.path) && state.files.is_there(file))
        };
        let before = entries().next().is_some();
        let stays = entries().any(|file| !going.contains(file.path.as_str()));
        let comes = || {
            let mut paths = coming.iter();
            paths.any(|path| is_below(path, folder) && counts(path))
        };
        before != (stays || comes())
    };
    folders.iter().any(|folder| {
        tried.folders.contains(*folder) && differs(folder, &|_| true)
            || tried.python_folders.contains(*folder)
                && differs(folder, &|path| path.ends_with(".py"))
    })
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a file that no version location has looks like a revision, before or after, or lies near one that does.
fn touches_a_stray(
    state: &State<'_>,
    candidates: &[(RepoPath, &Changed)],
) -> Result<bool, ScanError> {
    // What is suggested for those that there are depends on what else lies in their folders.
    if !candidates.is_empty() && state.looked_for.has_strays {
        return Ok(true);
    }
    let there: Vec<&File> = candidates
        .iter()
        .filter_map(|(_, change)| change.file_after())
        .collect();
    let looks = strays::look(state.files, state.cache, &there)?;
    Ok(looks.iter().any(Option::is_some))
}

/// Whether changed revisions may be what a file names that no environment reads, or the other way round.
fn concerns_a_stray(state: &State<'_>, changes: &[RevisionChange]) -> bool {
    let names = &state.looked_for.stray_names;
    let mut revisions = changes
        .iter()
        .flat_map(|change| change.before.iter().chain(&change.after));
    !names.is_empty()
        && revisions.any(|revision| {
            let ids = revision.down_revisions.iter().chain([&revision.id]);
            let ids = ids.map(|id| id.as_str());
            let mut all = ids.chain(revision.depends_on.iter().map(String::as_str));
            all.any(|name| names.contains(name))
        })
}

/// The revisions that changed files declare. `None` if that takes a scan: something is wrong with one or was, it
/// needs another file, or it does not simply stand in its place.
fn revisions(
    state: &State<'_>,
    touched: &[(usize, RepoPath, &Changed)],
) -> Result<Option<Vec<RevisionChange>>, ScanError> {
    let mut left: Vec<usize> = state
        .report
        .environments
        .iter()
        .map(|environment| environment.revisions.len())
        .collect();
    for (index, path, change) in touched {
        let environment = &state.report.environments[*index];
        let is_there = find(environment, path).is_ok();
        let has_trouble = environment.findings.iter().any(|finding| {
            let location = finding.location.as_ref();
            location.is_some_and(|location| location.path == *path)
        });
        let stands_plainly = state.asides[*index].is_plain
            && !environment.revisions.is_empty()
            && is_there == change.file_before().is_some()
            && !has_trouble
            && state.settings.declaration_of(path).is_none();
        if !stands_plainly {
            return Ok(None);
        }
        match (is_there, change.file_after()) {
            (true, None) => left[*index] -= 1,
            (false, Some(_)) => left[*index] += 1,
            _ => {}
        }
    }
    if touched.iter().any(|(index, _, _)| left[*index] == 0) {
        return Ok(None);
    }
    let there: Vec<&File> = touched
        .iter()
        .filter_map(|(_, _, change)| change.file_after())
        .collect();
    let mut outcomes = read_all(state.files, state.cache, &there)?.into_iter();
    let mut changes = Vec::with_capacity(touched.len());
    for (index, path, change) in touched {
        let environment = &state.report.environments[*index];
        let before = find(environment, path).ok();
        let after = match change.file_after().and_then(|_| outcomes.next()) {
            None => None,
            Some(outcome) => match outcome.and_then(|outcome| declared(path, &outcome)) {
                Some(revision) => Some(Arc::new(revision)),
                None => return Ok(None),
            },
        };
        changes.push(RevisionChange {
            environment: *index,
            before: before.map(|at| Arc::clone(&environment.revisions[at])),
            after,
        });
    }
    Ok(Some(changes))
}

/// What a file declares, if nothing is wrong with it and no other file is needed to know.
fn declared(path: &RepoPath, outcome: &Outcome) -> Option<Revision> {
    let nowhere = Files::empty(None);
    let imports = Imports::new(&nowhere, Vec::new());
    let mut findings = Vec::new();
    let revision = revision(path, outcome, &imports, None, &mut findings)?;
    findings.is_empty().then_some(revision)
}

/// Puts changed revisions in their places.
pub(crate) fn revise(report: &mut ScanReport, changes: &[RevisionChange]) {
    for change in changes {
        let environment = &mut report.environments[change.environment];
        let revision = change.after.as_ref().or(change.before.as_ref());
        let Some(place) = revision.map(|revision| find(environment, &revision.path)) else {
            continue;
        };
        let revisions = &mut environment.revisions;
        match (place, &change.after) {
            (Ok(at), Some(after)) => revisions[at] = Arc::clone(after),
            (Ok(at), None) => drop(revisions.remove(at)),
            (Err(at), Some(after)) => revisions.insert(at, Arc::clone(after)),
            (Err(_), None) => {}
        }
    }
}

/// Where a revision file stands among the others, or would.
fn find(environment: &Environment, path: &RepoPath) -> Result<usize, usize> {
    let order = |path: &RepoPath| {
        order(
            &environment.version_locations,
            environment.merge.recursive,
            path,
        )
    };
    let wanted = order(path);
    environment
        .revisions
        .binary_search_by(|revision| order(&revision.path).cmp(&wanted))
}

/// What a configuration file says about Alembic and onehead.
#[derive(Debug, PartialEq)]
enum Says {
    Nothing,
    Tables(Option<toml::Value>, Option<toml::Value>),
    /// In these bytes, whatever it is.
    Something(Vec<u8>),
}

fn says(files: &Files, file: Option<&File>) -> Result<Says, ScanError> {
    let Some(file) = file else {
        return Ok(Says::Nothing);
    };
    let name = name_of(&file.path);
    let is_toml = name == PYPROJECT;
    let bytes = files
        .map(&[file], |_, bytes| bytes.map(<[u8]>::to_vec).ok())?
        .into_iter()
        .next()
        .flatten()
        .unwrap_or_default();
    let may_be_settings = is_toml && contains(&bytes, b"onehead");
    if !may_be_settings && !may_lead(name, &bytes) {
        return Ok(Says::Nothing);
    }
    let table = match is_toml {
        true => std::str::from_utf8(&bytes)
            .ok()
            .and_then(|text| text.parse::<toml::Table>().ok()),
        false => None,
    };
    let Some(table) = table.filter(|_| !bytes.starts_with(b"\xef\xbb\xbf")) else {
        return Ok(Says::Something(bytes));
    };
    let of = |name: &str| table.get("tool")?.get(name).cloned();
    Ok(match (of("alembic"), of("onehead")) {
        (None, None) => Says::Nothing,
        (alembic, onehead) => Says::Tables(alembic, onehead),
    })
}
