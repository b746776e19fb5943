//! The line, commit by commit: which environments there are, and what each commit does to them.

use std::collections::{HashMap, HashSet};

use onehead_configuration::PublishedSettings;
use onehead_git::{ChangedCommit, Connection};
use onehead_model::{Code, Environment, Finding, RepoPath, RevisionId, ScanReport};
use onehead_scan::{Change, Delta, RevisionChange, ScanError, ScanOptions, Snapshot};

use crate::hooks::{Arrivals, hooks};
use crate::published::comparison::{Compared, Comparison};
use crate::track::Track;
use crate::{HistoryError, HistoryOptions, Progress};

/// What replaying the line found.
pub(crate) struct Replayed {
    pub(crate) tracks: Vec<Track>,
    /// The places on the line of the commits that did something to an environment.
    pub(crate) touched: Vec<usize>,
    /// Commits at which environments could not be looked for, and why.
    pub(crate) unreadable: Vec<(usize, String)>,
    /// The first commit at which content was needed that is not in this clone.
    pub(crate) missing: Option<usize>,
    pub(crate) hooks: Arrivals,
    /// The places of commits of which it is not known what they make of some published revision.
    pub(crate) uncompared: Vec<usize>,
    /// What the settings of the last commit that could be scanned say of it.
    pub(crate) published: PublishedSettings,
}

/// How many commits pass between two words about it.
const STRIDE: usize = 64;

pub(crate) fn replay(
    repository: &Connection,
    options: &HistoryOptions,
    line: &[ChangedCommit],
    progress: &mut impl FnMut(Progress),
) -> Result<Replayed, HistoryError> {
    let scan = ScanOptions {
        allow_none: true,
        ..options.scan.clone()
    };
    let mut state = Snapshot::empty(&repository.keeping_blobs(), &scan)?;
    state.read_ahead(line.iter().flat_map(|arrived| &arrived.changes))?;
    let mut found = Replayed {
        tracks: Vec::new(),
        touched: Vec::new(),
        unreadable: Vec::new(),
        missing: None,
        hooks: hooks(repository, line)?,
        uncompared: Vec::new(),
        published: PublishedSettings::default(),
    };
    let mut comparison = Comparison::default();
    // For each environment that is there now, its track.
    let mut current: Vec<usize> = Vec::new();
    for (at, arrived) in line.iter().enumerate() {
        if at.is_multiple_of(STRIDE) {
            progress(Progress::Replaying(at, line.len()));
        }
        let base = comparison.base(at, &state, arrived);
        let change = state.advance(&arrived.changes.iter().collect::<Delta>());
        if let Ok(Change::Nothing) = change {
            continue;
        }
        let before = current.clone();
        let mut compared = Compared::new();
        match (&change, base) {
            // What only adds revisions leaves the others as they are.
            (Ok(Change::Revisions(changes)), _)
                if changes.iter().all(|one| one.before.is_none()) => {}
            (Ok(_), Some(base)) => {
                let tracks: Vec<&Track> = current.iter().map(|&one| &found.tracks[one]).collect();
                compared = comparison.compare(at, (&base, &state), &tracks)?;
            }
            (Err(_), Some(base)) => comparison.keep(at, base),
            (_, None) => {}
        }
        match change {
            Ok(Change::Nothing) => {}
            Ok(Change::Revisions(changes)) => {
                revise(at, &mut found.tracks, &current, state.report(), &changes);
            }
            Ok(Change::Whole { before: report }) => {
                let known = found.tracks.len();
                current = follow(at, &mut found.tracks, &current, &report, state.report());
                let environments = &state.report().environments;
                for (&track, environment) in std::iter::zip(&current, environments) {
                    if track >= known {
                        found.tracks[track].was_unseen = adds_none(arrived, environment);
                    }
                }
            }
            Err(ScanError::Git(error)) => return Err(error.into()),
            Err(error @ ScanError::NotFetched { .. }) => {
                found.missing.get_or_insert(at);
                lose_sight(at, &mut found.tracks, &current, &error);
            }
            Err(error) => {
                lose_sight(at, &mut found.tracks, &current, &error);
                let said = error.to_string();
                let is_news = found
                    .unreadable
                    .last()
                    .is_none_or(|(_, last)| *last != said);
                if is_news {
                    found.unreadable.push((at, said));
                }
            }
        }
        for (index, left, changes) in compared {
            let now = left.and_then(|name| place_of(&name, state.report()));
            let track = now.map_or(before[index], |now| current[now]);
            found.tracks[track].published.extend(changes);
        }
        found.touched.push(at);
    }
    progress(Progress::Replaying(line.len(), line.len()));
    state.save_parse_cache();
    found.uncompared = comparison.unknown;
    found.published = state.settings().published.clone();
    Ok(found)
}

fn place_of(name: &str, report: &ScanReport) -> Option<usize> {
    report.environments.iter().position(|one| one.name == name)
}

/// Whether an environment has revisions, and a commit touches none of them.
fn adds_none(arrived: &ChangedCommit, environment: &Environment) -> bool {
    let touched: HashSet<&str> = arrived
        .changes
        .iter()
        .map(|change| change.path.as_str())
        .collect();
    let mut revisions = environment.revisions.iter();
    !environment.revisions.is_empty()
        && !revisions.any(|revision| touched.contains(revision.path.as_str()))
}

/// Says of every environment that is there that a commit cannot be scanned.
fn lose_sight(at: usize, tracks: &mut [Track], current: &[usize], error: &ScanError) {
    let (code, path) = match error {
        ScanError::NotFetched { path, .. } => (Code::MissingObject, Some(path)),
        ScanError::Read { path, .. } => (Code::UnreadableFile, Some(path)),
        ScanError::Settings(error) => (Code::BadConfiguration, Some(&error.path)),
        _ => (Code::BadConfiguration, None),
    };
    let message = error.to_string();
    let message = message.lines().next().unwrap_or_default();
    let place = path.map(|path| format!("{path}: ")).unwrap_or_default();
    let mut why = Finding::new(code, message.strip_prefix(&place).unwrap_or(message));
    if let Some(path) = path.and_then(|path| RepoPath::new(path).ok()) {
        why = why.at(path);
    }
    for &track in current {
        tracks[track].lose_sight(at, &why);
    }
}

fn revise(
    at: usize,
    tracks: &mut [Track],
    current: &[usize],
    report: &ScanReport,
    changes: &[RevisionChange],
) {
    for (index, environment) in report.environments.iter().enumerate() {
        let own: Vec<&RevisionChange> = changes
            .iter()
            .filter(|change| change.environment == index)
            .collect();
        if !own.is_empty() {
            tracks[current[index]].revise(at, environment, &own, &report.findings);
        }
    }
}

/// Finds each environment's track again, wherever it went. Gives the track of each.
fn follow(
    at: usize,
    tracks: &mut Vec<Track>,
    current: &[usize],
    before: &ScanReport,
    after: &ScanReport,
) -> Vec<usize> {
    let is_beside_unchanged = before.findings == after.findings;
    let beside = &after.findings;
    let (before, after) = (&before.environments, &after.environments);
    let mut old_of: Vec<Option<usize>> = after
        .iter()
        .map(|new| before.iter().position(|old| is_at_the_same_place(old, new)))
        .collect();
    find_moved(before, after, &mut old_of);
    let mut next = Vec::with_capacity(after.len());
    for (new, old) in std::iter::zip(after, &old_of) {
        let track = match old {
            Some(old) => {
                let track = current[*old];
                let is_unchanged = is_beside_unchanged && is_unchanged(&before[*old], new);
                if !is_unchanged || tracks[track].is_out_of_sight() {
                    tracks[track].look(at, new, beside);
                }
                track
            }
            None => match gone_from_there(tracks, new) {
                Some(track) => {
                    tracks[track].look(at, new, beside);
                    track
                }
                None => {
                    tracks.push(Track::new(at, new, beside));
                    tracks.len() - 1
                }
            },
        };
        next.push(track);
    }
    for &track in current {
        if !next.contains(&track) {
            tracks[track].leave(at);
        }
    }
    next
}

fn is_at_the_same_place(old: &Environment, new: &Environment) -> bool {
    old.name == new.name && old.script_location == new.script_location
}

/// Whether nothing is other that the graph could tell.
fn is_unchanged(old: &Environment, new: &Environment) -> bool {
    is_at_the_same_place(old, new)
        && old.revisions == new.revisions
        && old.policy == new.policy
        && old.version_locations == new.version_locations
        && old.findings == new.findings
}

/// An environment that is where none was took the revisions of one that is no longer where it was: the one
/// with which it has most in common, if that is half of what there was.
fn find_moved(before: &[Environment], after: &[Environment], old_of: &mut [Option<usize>]) {
    let ids = |environment: &'_ Environment| -> HashSet<RevisionId> {
        environment
            .revisions
            .iter()
            .map(|revision| revision.id.clone())
            .collect()
    };
    let taken: HashSet<usize> = old_of.iter().flatten().copied().collect();
    let mut left: HashMap<usize, HashSet<RevisionId>> = (0..before.len())
        .filter(|old| !taken.contains(old))
        .map(|old| (old, ids(&before[old])))
        .collect();
    for (new, old) in old_of.iter_mut().enumerate() {
        if old.is_some() || left.is_empty() {
            continue;
        }
        let here = ids(&after[new]);
        let common = |old: &usize| left[old].intersection(&here).count();
        let best = left
            .keys()
            .copied()
            .max_by_key(|old| (common(old), std::cmp::Reverse(*old)));
        if let Some(best) = best
            && common(&best) > 0
            && common(&best) * 2 >= left[&best].len()
        {
            left.remove(&best);
            *old = Some(best);
        }
    }
}

/// The track of an environment that was at this place and went away.
fn gone_from_there(tracks: &[Track], new: &Environment) -> Option<usize> {
    tracks
        .iter()
        .position(|track| track.gone.is_some() && track.script_location == new.script_location)
}
