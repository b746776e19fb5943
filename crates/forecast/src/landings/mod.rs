//! Many heads against one target, and against each other: what each of them would make of every environment, and
//! which two of them do not go together. From objects alone, in one process.
//!
//! The target is listed and read once. What a head changes comes from one question for all of them, is laid over
//! the target in memory ([`tree`]) and scanned there; where it only adds revision files, only those are read. Two heads
//! together ([`pairs`], [`meetings`]) are told from what is known of each where that is certain, else scanned in the same way. Wherever memory does not suffice (both sides changed a file
//! that counts, something was renamed, histories cross), git makes the real merge: for that head or pair alone.
//!
//! It knows commits, not pull requests or branches.

mod meetings;
mod pairs;
mod past;
mod tree;
mod view;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use onehead_git::{Connection, Differences, EntryKind, GitError};
use onehead_model::{RepoPath, ScanReport};
use onehead_scan::{Ground, Overlay, ScanError, ScanOptions, SourceSpec, scan};

pub(crate) use meetings::Meetings;
pub(crate) use pairs::{Collision, Pair};
use past::{Base, Past};
pub(crate) use view::{EnvironmentView, View};

/// What comes of landing a head.
pub(crate) enum Landed {
    /// The target has it already.
    Already,
    /// What is there then.
    As(View),
    /// Its commit is not here.
    Missing,
    /// It has no commit in common with the target, or none that is here.
    Unrelated,
    /// Why nothing can be said.
    Unreadable(String),
}

/// A target and the heads that may land on it.
pub(crate) struct Landings {
    ground: Ground,
    options: ScanOptions,
    target: String,
    /// What the target says, unread and read.
    report: ScanReport,
    view: View,
    past: Past,
    heads: Vec<Head>,
}

/// A head, and what is known of it.
struct Head {
    commit: String,
    /// Its place in [`Past`]; none if its commit is not here.
    past: Option<usize>,
    /// What it changes since it and the target parted, if they did so once.
    changes: Option<Differences>,
    /// What it makes of the target; none while it is in conflict.
    overlay: Option<Overlay>,
    /// Whether git had to make the merge.
    by_git: bool,
    landed: Landed,
}

impl Landings {
    /// Looks at every head. `options` say where; both `target` and the heads are object ids.
    ///
    /// # Errors
    /// git failed, or the target cannot be scanned. What is wrong with a head is said of it alone.
    pub(crate) fn predict(
        options: &ScanOptions,
        repository: &Connection,
        target: &str,
        heads: &[String],
    ) -> Result<Self, ScanError> {
        let mut ground = Ground::open(options, repository, target)?;
        let scanned = ground
            .scan(&Overlay::default())?
            .ok_or_else(|| ScanError::UnknownRevision(target.to_owned()))?;
        let report = scanned.report.clone();
        let view = View::of_scan(scanned, &report);
        let trees = repository.trees(heads)?;
        let here: Vec<String> = std::iter::zip(heads, &trees)
            .filter(|(_, tree)| tree.is_some())
            .map(|(head, _)| head.clone())
            .collect();
        let past = Past::read(repository, target, &here)?;
        let mut landings = Self {
            ground,
            options: options.clone(),
            target: target.to_owned(),
            report,
            view,
            past,
            heads: Vec::with_capacity(heads.len()),
        };
        let mut at = 0;
        for (head, tree) in std::iter::zip(heads, trees) {
            let is_here = tree.is_some();
            landings.heads.push(Head {
                commit: head.clone(),
                past: is_here.then_some(at),
                changes: None,
                overlay: None,
                by_git: false,
                landed: Landed::Missing,
            });
            at += usize::from(is_here);
        }
        landings.look(&here)?;
        Ok(landings)
    }

    /// What the target itself says.
    pub(crate) fn target(&self) -> &View {
        &self.view
    }

    /// What the scan of the target reports.
    pub(crate) fn report(&self) -> &ScanReport {
        &self.report
    }

    /// What comes of each head, in the order given.
    pub(crate) fn landed(&self) -> impl Iterator<Item = &Landed> {
        self.heads.iter().map(|head| &head.landed)
    }

    /// What comes of one of them.
    pub(crate) fn at(&self, head: usize) -> &Landed {
        &self.heads[head].landed
    }

    fn look(&mut self, here: &[String]) -> Result<(), ScanError> {
        let bases: Vec<Base> = (0..here.len())
            .map(|head| self.past.base(head).clone())
            .collect();
        let changes = self.changes_since(here, &bases)?;
        self.read_ahead(&changes)?;
        let mut bases = std::iter::zip(bases, changes);
        for index in 0..self.heads.len() {
            let Some(past) = self.heads[index].past else {
                continue;
            };
            let Some((base, changes)) = bases.next() else {
                continue;
            };
            let landed = match base {
                _ if self.past.has_landed(past) => Landed::Already,
                Base::None => Landed::Unrelated,
                Base::One(_) | Base::Several => {
                    self.heads[index].changes = changes;
                    self.land(index)
                        .unwrap_or_else(|error| Landed::Unreadable(error.to_string()))
                }
            };
            self.heads[index].landed = landed;
        }
        Ok(())
    }

    /// What each head changed since its only base.
    fn changes_since(
        &self,
        here: &[String],
        bases: &[Base],
    ) -> Result<Vec<Option<Differences>>, GitError> {
        let pairs: Vec<Option<(String, String)>> = std::iter::zip(bases, here)
            .map(|(base, head)| match base {
                Base::One(base) => Some((base.clone(), head.clone())),
                Base::None | Base::Several => None,
            })
            .collect();
        let asked: Vec<(String, String)> = pairs.iter().flatten().cloned().collect();
        let mut answers = differences(self.ground.repository(), &asked)?.into_iter();
        Ok(pairs
            .iter()
            .map(|pair| pair.as_ref().and_then(|_| answers.next()))
            .collect())
    }

    /// Fetches the new revision files of all heads with one question.
    fn read_ahead(&self, changes: &[Option<Differences>]) -> Result<(), GitError> {
        let locations: Vec<&RepoPath> = self
            .report
            .environments
            .iter()
            .flat_map(|environment| &environment.version_locations)
            .collect();
        let oids: BTreeSet<String> = changes
            .iter()
            .flatten()
            .flat_map(|changes| &changes.paths)
            .filter(|change| {
                RepoPath::new(&change.path)
                    .is_ok_and(|path| locations.iter().any(|folder| path.is_within(folder)))
            })
            .filter_map(|change| change.after.as_ref())
            .filter(|object| object.kind == EntryKind::File)
            .map(|object| object.oid.clone())
            .collect();
        let oids: Vec<String> = oids.into_iter().collect();
        self.ground.repository().blobs(&oids).map(drop)
    }

    /// What a head makes of the target: in memory if that suffices, else by git's merge.
    fn land(&mut self, index: usize) -> Result<Landed, ScanError> {
        let nothing = Overlay::default();
        let changes = self.heads[index].changes.as_ref();
        let merged = changes.and_then(|changes| tree::merged(&self.ground, &nothing, changes));
        if let (Some(overlay), Some(changes)) = (&merged, changes)
            && let Some(added) = self.only_added(changes)
            && let Some(view) = self.with_added(&added)?
        {
            self.heads[index].overlay = Some(overlay.clone());
            return Ok(Landed::As(view));
        }
        if let Some(overlay) = merged
            && let Some(scanned) = self.ground.scan(&overlay)?
        {
            self.heads[index].overlay = Some(overlay);
            return Ok(Landed::As(View::of_scan(scanned, &self.report)));
        }
        self.heads[index].by_git = true;
        let repository = self.ground.repository();
        let merged = repository.merge_tree(&self.target, &self.heads[index].commit)?;
        if merged.conflicts.is_empty()
            && let Some(overlay) = self.overlay_of(&merged.tree)?
            && let Some(scanned) = self.ground.scan(&overlay)?
        {
            self.heads[index].overlay = Some(overlay);
            return Ok(Landed::As(View::of_scan(scanned, &self.report)));
        }
        Ok(Landed::As(self.by_git(&[index])?))
    }

    /// A tree that git made, as what it has other than the target.
    fn overlay_of(&self, tree: &str) -> Result<Option<Overlay>, GitError> {
        let pair = [(self.target.clone(), tree.to_owned())];
        let changes = differences(self.ground.repository(), &pair)?;
        let paths = changes.into_iter().flat_map(|changes| changes.paths);
        let entries = paths.map(|change| (change.path, change.after)).collect();
        let overlay = Overlay {
            entries,
            ..Overlay::default()
        };
        let legible = |path: &String| !path.contains(char::REPLACEMENT_CHARACTER);
        Ok(overlay.entries.keys().all(legible).then_some(overlay))
    }

    /// The real merge of the target and some heads, one after the other.
    fn by_git(&self, heads: &[usize]) -> Result<View, ScanError> {
        let mut sides = vec![self.target.clone()];
        sides.extend(heads.iter().map(|&head| self.heads[head].commit.clone()));
        let scanned = scan(&ScanOptions {
            source: SourceSpec::Merge(sides),
            allow_none: true,
            ..self.options.clone()
        })?;
        Ok(View::of_scan(scanned, &self.report))
    }

    /// The new files among some changes that a scan might tell, if it could tell nothing else of them.
    fn only_added(&self, changes: &Differences) -> Option<Overlay> {
        let imported = |path: &RepoPath| self.view.imported.contains(path);
        let may_matter = |path: &str| {
            RepoPath::new(path).is_ok_and(|path| {
                self.is_inside(&path)
                    || path.parts().any(|part| part == "versions")
                    || imported(&path)
            })
        };
        if !changes.new_folders.is_empty() || !changes.gone_folders.is_empty() {
            return None;
        }
        let mut added = Overlay::default();
        for change in &changes.paths {
            if !is_plain(change) {
                return None;
            }
            if !may_matter(&change.path) {
                continue;
            }
            let is_new = change.before.is_none() && change.after.is_some();
            if !is_new || RepoPath::new(&change.path).is_ok_and(|path| imported(&path)) {
                return None;
            }
            added
                .entries
                .insert(change.path.clone(), change.after.clone());
        }
        Some(added)
    }

    /// The target with new revision files, if no scan is needed to tell what that is.
    fn with_added(&mut self, added: &Overlay) -> Result<Option<View>, ScanError> {
        if added.entries.is_empty() {
            return Ok(Some(self.view.clone()));
        }
        let report = self.ground.with_added(&self.report, added)?;
        Ok(report.map(|report| View::of(report, self.view.imported.clone(), &self.report)))
    }

    /// Whether a path belongs to an environment of the target.
    fn is_inside(&self, path: &RepoPath) -> bool {
        self.report.environments.iter().any(|environment| {
            let mut folders = environment.version_locations.iter();
            let template = environment.merge.template.as_ref();
            path.is_within(&environment.script_location)
                || folders.any(|folder| path.is_within(folder))
                || template.is_some_and(|template| template.path == *path)
        })
    }
}

/// Files that lead to an environment, or away from one.
const LEADING: &[&str] = &[
    "alembic.ini",
    "pyproject.toml",
    "onehead.toml",
    "env.py",
    "script.py.mako",
    "pyvenv.cfg",
];

/// A change of a file that leads nowhere else.
fn is_plain(change: &onehead_git::Difference) -> bool {
    let name = change.path.rsplit('/').next().unwrap_or(&change.path);
    let objects = change.before.iter().chain(&change.after);
    !LEADING.contains(&name)
        && objects
            .into_iter()
            .all(|object| object.kind != EntryKind::Symlink)
}

/// How the trees of pairs of commits differ.
fn differences(
    repository: &Connection,
    pairs: &[(String, String)],
) -> Result<Vec<Differences>, GitError> {
    let mut commits: Vec<String> = pairs
        .iter()
        .flat_map(|(from, to)| [from.clone(), to.clone()])
        .collect();
    commits.sort();
    commits.dedup();
    let trees = repository.trees(&commits)?;
    let trees: HashMap<&String, String> = std::iter::zip(&commits, trees)
        .filter_map(|(commit, tree)| Some((commit, tree?)))
        .collect();
    let tree = |commit: &String| {
        trees.get(commit).cloned().ok_or_else(|| {
            GitError::Unusable(format!("commit {commit} is named, but it is not here"))
        })
    };
    let pairs = pairs
        .iter()
        .map(|(from, to)| Ok((tree(from)?, tree(to)?)))
        .collect::<Result<Vec<_>, GitError>>()?;
    repository.differences(&pairs)
}
