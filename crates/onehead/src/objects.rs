//! Objects that a partial clone lacks: fetched in one go where that was asked for, and briefly by hooks.

use std::time::{Duration, Instant};

use onehead_forecast::{Analysis, Target, missing_objects};
use onehead_git::{Connection, GitError, Oid};
use onehead_model::{Exit, RepoPath};
use onehead_scan::{ScanError, ScanOptions, SourceSpec};

use crate::context::Context;
use crate::error::Answered;

/// How long a person waits in a hook for what it fetches.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often a scan may find that it lacks files elsewhere.
const ROUNDS: usize = 4;

/// Whether objects of git will be read whatever is scanned, so that git can get ready meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Objects {
    /// Only where the scan needs them.
    MayBeRead,
    /// By a forecast.
    ReadLater,
}

/// Scans and judges. With `fetch`, a partial clone gets the files that the scan lacks first.
pub(crate) fn analysis(
    options: &ScanOptions,
    source: &SourceSpec,
    use_of_objects: Objects,
    fetch: bool,
) -> Result<Analysis, ScanError> {
    let mut beside = Vec::new();
    for _ in 0..ROUNDS {
        match at(options, source, use_of_objects) {
            Err(error) if fetch && lacks(&error) => {
                if let ScanError::NotFetched { path, .. } = &error {
                    beside.extend(RepoPath::new(path.as_str()));
                }
                let Some(repository) = Connection::discover(&options.directory, options.inherit)?
                else {
                    return Err(error);
                };
                let (Some(remote), Some(commit)) =
                    (repository.promisor(None)?, scanned(&repository, source)?)
                else {
                    return Err(error);
                };
                fetch_objects(&repository, &remote, &[commit], None, &beside)?;
            }
            found => return found,
        }
    }
    at(options, source, use_of_objects)
}

fn at(
    options: &ScanOptions,
    source: &SourceSpec,
    use_of_objects: Objects,
) -> Result<Analysis, ScanError> {
    if use_of_objects == Objects::ReadLater
        && let Ok(Some(repository)) = Connection::discover(&options.folder()?, options.inherit)
    {
        repository.get_ready();
        return Analysis::open(&repository, options, source);
    }
    Analysis::at(options, source)
}

/// Whether an object is missing.
fn lacks(error: &ScanError) -> bool {
    matches!(
        error,
        ScanError::NotFetched { .. } | ScanError::Git(GitError::MissingObject { .. })
    )
}

/// The commit that a source stands on.
fn scanned(repository: &Connection, source: &SourceSpec) -> Result<Option<Oid>, GitError> {
    repository.commit(match source {
        SourceSpec::Commit(name) => name,
        _ => "HEAD",
    })
}

/// The repository once a partial clone has what a forecast reads of the target and of the commit where the two part; and
/// whatever else a merge takes when git asks for it. A complete clone is given back as it is.
pub(crate) fn for_forecast(
    repository: &Connection,
    ours: &Oid,
    target: &Target,
    here: &Analysis,
) -> Result<Connection, GitError> {
    let Some(remote) = repository.promisor(remote(target))? else {
        return Ok(repository.clone());
    };
    let commits = sides(repository, ours, target)?;
    fetch_objects(repository, &remote, &commits, Some(here), &[])?;
    Ok(repository.fetching())
}

/// What a hook says of a commit and its merge. Where that is unknown, a partial clone gets what it lacks: for two seconds
/// at most, without a question, and once, as long as `may_fetch` still allows it.
pub(crate) fn ask_with_objects<T>(
    context: &Context<'_>,
    repository: &Connection,
    (ours, target): (&Oid, Option<&Target>),
    may_fetch: &mut bool,
    exit: fn(&T) -> Exit,
    ask: impl Fn(&Connection) -> Answered<Option<T>>,
) -> Answered<Option<T>> {
    let answer = ask(repository);
    let is_known = match &answer {
        Ok(report) => report
            .as_ref()
            .is_none_or(|report| exit(report) != Exit::CouldNotRun),
        Err(_) => false,
    };
    if is_known || !std::mem::take(may_fetch) || !fetched_briefly(repository, ours, target) {
        return answer;
    }
    // What git said before no longer holds.
    ask(&context.repository()?)
}

/// Whether anything came that may change the answer.
fn fetched_briefly(repository: &Connection, ours: &Oid, target: Option<&Target>) -> bool {
    let began = now();
    let left = || PATIENCE.saturating_sub(now() - began);
    let fetch = || -> Result<bool, GitError> {
        let Some(remote) = repository.promisor(target.and_then(remote))? else {
            return Ok(false);
        };
        let commits = match target {
            Some(target) => sides(repository, ours, target)?,
            None => vec![ours.clone()],
        };
        let trees = repository.incomplete_trees(&commits)?;
        if !repository.fetch_objects_within(&remote, &trees, left()) {
            return Ok(false);
        }
        let mut files = missing_objects(repository, &commits, None, &[])?;
        // What no side of the merge has, such as a file of a release.
        files.extend(repository.lacking());
        Ok(repository.fetch_objects_within(&remote, &files, left())
            && !(trees.is_empty() && files.is_empty()))
    };
    fetch().unwrap_or(false)
}

fn now() -> Instant {
    #[expect(
        clippy::disallowed_methods,
        reason = "a person waits, and what comes too late is said to be unknown"
    )]
    Instant::now()
}

fn remote(target: &Target) -> Option<&str> {
    target.remote_branch().map(|(remote, _)| remote)
}

/// What is merged, and where the two part.
fn sides(repository: &Connection, ours: &Oid, target: &Target) -> Result<Vec<Oid>, GitError> {
    let mut commits = vec![ours.clone(), target.oid.clone()];
    commits.extend(repository.merge_base(ours, &target.oid)?);
    Ok(commits)
}

/// One request for the folders that are missing, one for the files.
fn fetch_objects(
    repository: &Connection,
    remote: &str,
    commits: &[Oid],
    here: Option<&Analysis>,
    beside: &[RepoPath],
) -> Result<(), GitError> {
    repository.fetch_objects(remote, &repository.incomplete_trees(commits)?)?;
    let files = missing_objects(repository, commits, here, beside)?;
    repository.fetch_objects(remote, &files)
}
