//! Where a revision is: which branches, tags, pull requests and commits have it, who brought it, and where it was removed.
//!
//! Every version of every Python file that this clone knows is looked through for the revision (`versions`), so that a
//! file that was moved, removed or squashed is found as well. What each commit did to it is then read off the same list
//! (`commits`), and what each ref has of its tree (`places`).

mod asked;
mod commits;
mod hint;
mod places;
mod states;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use onehead_forecast::attribution::of_origin;
use onehead_git::{ChangedCommit, Connection, FileOrigin, From, GitError, Oid, RefName};
use onehead_model::{
    Attribution, Limit, LimitKind, RepoPath, RevisionId, WhereAnswer, WhereCandidate, WhereReport,
    Whereabouts,
};
use onehead_scan::ScanOptions;

use crate::HistoryError;
use asked::Asked;
use commits::Commits;
use places::Places;
use states::States;
use versions::{Known, Versions, Wanted};

/// Looks for a revision by its id, the beginning of one, a branch label or its number.
///
/// # Errors
/// git failed. What is not in this clone, and what cannot be read, is a limit of the report instead.
pub fn whereabouts(
    repository: &Connection,
    options: &ScanOptions,
    asked: &str,
) -> Result<WhereReport, HistoryError> {
    let states = States::read(repository, options);
    let wanted = Asked::new(asked);
    let mut past = repository.python_changes(From::Everything)?;
    let mut versions = Versions::read(repository, &past, &states, &wanted)?;
    let mut found = wanted.fitting(versions.found.iter().map(|known| &known.revision));
    let mut lost_are_known = true;
    if found.is_empty() {
        let lost = repository.lost_commits()?;
        lost_are_known = lost.complete;
        past = match repository.python_changes(From::Commits(&lost.found)) {
            Err(GitError::MissingObject { .. }) => {
                lost_are_known = false;
                Vec::new()
            }
            changes => changes?,
        };
        versions.add(Versions::read(repository, &past, &states, &wanted)?);
        found = wanted.fitting(versions.found.iter().map(|known| &known.revision));
    }
    let mut limits = states.limits.clone();
    limits.extend(shallow(repository)?);
    limits.extend(versions.limits());
    limits.extend((!lost_are_known).then(unread_objects));
    let head = repository.commit("HEAD")?;
    let mut report = WhereReport {
        asked: asked.to_owned(),
        answer: match (found.len(), limits.is_empty()) {
            (0, true) => WhereAnswer::Absent,
            (0, false) => WhereAnswer::Unknown,
            (1, _) => WhereAnswer::Found,
            _ => WhereAnswer::Ambiguous,
        },
        branch: repository
            .symbolic_ref(&RefName::head())?
            .map(|name| name.short().to_owned()),
        head: head.as_ref().map(Oid::to_string),
        limits,
        revisions: Vec::new(),
        candidates: Vec::new(),
    };
    match report.answer {
        WhereAnswer::Found => {
            let look = Look {
                repository,
                states: &states,
                past: &past,
                head: head.as_ref(),
            };
            for (environment, known) in by_environment(&states, &versions.of(&found[0].id)) {
                let one = look.at(&found[0].id, environment, &known)?;
                report.revisions.push(one);
            }
        }
        _ => {
            report.candidates = found
                .into_iter()
                .map(|revision| WhereCandidate {
                    id: revision.id.clone(),
                    message: revision.message.clone(),
                })
                .collect();
        }
    }
    Ok(report)
}

fn shallow(repository: &Connection) -> Result<Option<Limit>, GitError> {
    Ok(repository.is_shallow()?.then(|| Limit {
        kind: LimitKind::ShallowClone,
        message: "the clone is shallow: what was before its oldest commits is not known".into(),
        hint: Some("git fetch --unshallow".into()),
        commit: None,
    }))
}

fn unread_objects() -> Limit {
    Limit {
        kind: LimitKind::MissingContent,
        message: "objects of this clone are missing or damaged: which commits there are that nothing names any longer is not known".into(),
        hint: Some("git fsck".into()),
        commit: None,
    }
}

/// The versions by the environment that they belong to. Those in a folder that none reads belong to the only one that has
/// the revision, since folders are moved.
fn by_environment<'a>(
    states: &States,
    known: &[&'a Known],
) -> BTreeMap<Option<String>, Vec<&'a Known>> {
    let mut groups: BTreeMap<Option<String>, Vec<&Known>> = BTreeMap::new();
    for &one in known {
        let environment = states.environment_of(&one.wanted.path);
        groups
            .entry(environment.map(str::to_owned))
            .or_default()
            .push(one);
    }
    if groups.len() == 2
        && let Some(elsewhere) = groups.remove(&None)
    {
        for group in groups.values_mut() {
            group.extend(&elsewhere);
        }
    }
    groups
}

/// What is known of this clone, for a closer look at one revision.
struct Look<'a> {
    repository: &'a Connection,
    states: &'a States,
    past: &'a [ChangedCommit],
    head: Option<&'a Oid>,
}

impl Look<'_> {
    /// Where the revision of one environment is.
    fn at(
        &self,
        id: &RevisionId,
        environment: Option<String>,
        known: &[&Known],
    ) -> Result<Whereabouts, GitError> {
        let wanted: BTreeSet<&Wanted> = known.iter().map(|one| &one.wanted).collect();
        let commits = Commits::of(self.repository, self.past, &wanted, self.head)?;
        let places = Places::of(self.repository, &wanted, &commits, self.head)?;
        let in_head = match self.head {
            Some(head) => places.is_held_by(head),
            None => false,
        };
        let mut one = Whereabouts {
            id: id.clone(),
            message: known
                .first()
                .map_or_else(String::new, |one| one.revision.message.clone()),
            in_worktree: self.states.worktree_has(environment.as_deref(), id),
            environment,
            paths: paths(&commits, known),
            in_head,
            attribution: self.attribution(&places, &commits, known)?,
            at: None,
            checkout: None,
            hint: None,
            branches: places.branches.clone(),
            remote_branches: places.remote_branches.clone(),
            tags: places.tags.clone(),
            pull_requests: places.pull_requests.clone(),
            had: places.had.clone(),
            commits: commits.into_report(&places.lacking),
        };
        one.at = match &places.first {
            Some(commit) => Some(commit.to_string()),
            None => hint::past(&one),
        };
        one.checkout = hint::checkout(&one, &places);
        one.hint = hint::of(&one, &places);
        Ok(one)
    }

    /// Who brought it: to HEAD if it has it, else to any ref, else to what no ref leads to.
    fn attribution(
        &self,
        places: &Places,
        commits: &Commits,
        known: &[&Known],
    ) -> Result<Option<Attribution>, GitError> {
        let tips: Vec<String> = match self.head.filter(|head| places.is_held_by(head)) {
            Some(head) => vec![head.to_string()],
            None if places.are_known() => vec!["--all".into()],
            None => commits.adding().iter().map(Oid::to_string).collect(),
        };
        let paths: BTreeSet<String> = known.iter().map(|one| one.wanted.path.clone()).collect();
        let paths: Vec<String> = paths.into_iter().collect();
        let origins = self.repository.origins(&tips, &paths)?;
        let oldest = |origin: &FileOrigin| (origin.date.clone(), origin.commit.clone());
        Ok(origins.into_values().min_by_key(oldest).map(of_origin))
    }
}

/// The files, the youngest first.
fn paths(commits: &Commits, known: &[&Known]) -> Vec<RepoPath> {
    let by_age = commits.paths();
    let others: BTreeSet<&str> = known.iter().map(|one| one.wanted.path.as_str()).collect();
    let mut paths: Vec<RepoPath> = Vec::new();
    for path in by_age.into_iter().chain(others) {
        let path = RepoPath::new(path).ok();
        paths.extend(path.filter(|path| !paths.contains(path)));
    }
    paths
}
