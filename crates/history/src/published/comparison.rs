//! What each commit of the line makes of revisions that the line had before: databases may have applied them.
//!
//! Only a commit that changes a file that was there can do that, so most commits cost nothing here.

use std::collections::{HashMap, HashSet};

use onehead_git::{ChangedCommit, EntryKind};
use onehead_model::{Finding, RepoPath, RevisionId};
use onehead_published::{Became, changes_by_environment};
use onehead_scan::file_names::{is_configuration, may_matter, name_of};
use onehead_scan::{ScanError, Snapshot};

use super::change::Change;
use crate::track::Track;

/// How many revisions of a change lead to a file whose authors are asked for.
const FILES: usize = 4;

/// The comparison of each state with the one before.
#[derive(Default)]
pub(crate) struct Comparison {
    /// The last state that could be scanned and the place of the first that could not, while that lasts.
    kept: Option<(Snapshot, usize)>,
    /// The places of commits of which it is not known what they make of some revision.
    pub(crate) unknown: Vec<usize>,
}

/// What came of the comparison at one commit: of each environment, with its place in the report before.
pub(crate) type Compared = Vec<(usize, Option<String>, Vec<Change>)>;

impl Comparison {
    /// The state that the next commit is compared with, if it can make a difference.
    pub(crate) fn base(
        &mut self,
        at: usize,
        state: &Snapshot,
        arrived: &ChangedCommit,
    ) -> Option<Snapshot> {
        if touches_what_was_not_read(state, arrived) {
            self.unknown.push(at);
        }
        if let Some((kept, _)) = &self.kept {
            return Some(kept.clone());
        }
        let concerns = arrived.changes.iter().any(|one| {
            let mut both = one.before.iter().chain(&one.after);
            let is_new = one.before.is_none();
            let name = name_of(&one.path);
            both.any(|object| object.kind == EntryKind::Symlink)
                || is_configuration(name)
                || !is_new && may_matter(name) && is_read(state, &one.path)
        });
        (concerns && !state.report().environments.is_empty()).then(|| state.clone())
    }

    /// The commit cannot be scanned: what it changes is seen at the next one that can.
    pub(crate) fn keep(&mut self, at: usize, base: Snapshot) {
        self.kept.get_or_insert((base, at));
    }

    /// Compares two states. `tracks` are those of the environments of the first.
    pub(crate) fn compare(
        &mut self,
        at: usize,
        (base, state): (&Snapshot, &Snapshot),
        tracks: &[&Track],
    ) -> Result<Compared, ScanError> {
        let unseen_since = self.kept.take().map(|(_, since)| since);
        let became = match changes_by_environment(base, state) {
            Ok(became) => became,
            Err(error @ ScanError::Git(_)) => return Err(error),
            Err(_) => {
                self.unknown.push(at);
                return Ok(Vec::new());
            }
        };
        let environments = &base.report().environments;
        let mut compared = Vec::new();
        for Became {
            published,
            left,
            findings,
        } in became
        {
            let Some(index) = environments.iter().position(|one| one.name == published) else {
                continue;
            };
            let revisions = environments[index].revisions.iter();
            let files: HashMap<&RevisionId, &RepoPath> =
                revisions.map(|one| (&one.id, &one.path)).collect();
            let (told, unread): (Vec<Finding>, Vec<Finding>) = findings
                .into_iter()
                .partition(|one| one.code.is_about_published());
            if !unread.is_empty() {
                self.unknown.push(at);
            }
            let change = |finding: Finding| {
                let ids = finding.revisions.iter().take(FILES);
                let before = ids.filter_map(|id| files.get(id).map(|&path| path.clone()));
                let after = finding.location.iter().map(|place| place.path.clone());
                Change {
                    at,
                    unseen_since,
                    arrived: tracks[index].arrived(&finding.revisions),
                    paths: before.chain(after).collect(),
                    finding: Finding {
                        hint: None,
                        ..finding
                    },
                }
            };
            compared.push((index, left, told.into_iter().map(change).collect()));
        }
        self.unknown.dedup();
        Ok(compared)
    }
}

/// Whether a path may be one of those that say what a revision is: in the folders of an environment, or a module that a
/// value comes from. Asked of every file that a commit changes.
fn is_read(state: &Snapshot, path: &str) -> bool {
    let is_below = |folder: &RepoPath| {
        let folder = folder.as_str();
        let rest = path.strip_prefix(folder);
        folder.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let modules = &state.looked_for().modules;
    let mut environments = state.report().environments.iter();
    environments
        .any(|one| is_below(&one.script_location) || one.version_locations.iter().any(is_below))
        || modules.iter().any(|module| module.as_str() == path)
}

/// Whether a commit changes a Python file of which the state does not know what it says, or one beside it: of many, a
/// finding names the first.
fn touches_what_was_not_read(state: &Snapshot, arrived: &ChangedCommit) -> bool {
    let environments = state.report().environments.iter();
    let findings = environments.flat_map(|one| &one.findings);
    let unknown = findings.filter(|finding| finding.code.is_unknown());
    let folders: HashSet<String> = unknown
        .filter_map(|finding| finding.location.as_ref())
        .map(|place| place.path.parent().to_string())
        .collect();
    let mut changes = arrived.changes.iter().filter(|one| one.before.is_some());
    !folders.is_empty()
        && changes.any(|one| {
            let folder = one.path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            one.path.ends_with(".py") && folders.contains(folder)
        })
}
