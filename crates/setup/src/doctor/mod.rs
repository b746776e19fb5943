//! Whether onehead is called at every hook of a clone, and is there.

mod hook;

use std::time::{Duration, Instant};

use onehead_forecast::{Analysis, Target, TargetError};
use onehead_git::{Connection, GitError};
use onehead_model::DoctorReport;
use onehead_scan::{ScanError, ScanOptions, SourceSpec};

use crate::hooks::git_hook::GitHook;
use crate::hooks::hooks_dir::HooksDir;
use crate::hooks::manager::Managed;
use hook::Look;

/// What was found in a clone.
#[derive(Debug)]
pub struct Examined {
    /// Every hook, the target, the environments; its `problem` and `hint` are left to the caller, which finds words for
    /// [`Problem`].
    pub report: DoctorReport,
    /// How long one check took.
    pub took: Duration,
    /// Why a check could not run.
    pub problem: Option<Problem>,
}

/// Why a check could not run.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// What the next commit would record cannot be scanned.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// The target cannot be found.
    #[error(transparent)]
    Target(#[from] TargetError),
}

/// Reads every hook, and makes one check as `scan` says. No hook is run: what it would call is told by its text. `install`
/// is the command that installs hooks.
///
/// # Errors
/// git does not tell where hooks are.
pub fn examine(
    repository: &Connection,
    scan: &ScanOptions,
    install: &str,
) -> Result<Examined, GitError> {
    let hooks = HooksDir::of(repository)?;
    let managers = Managed::all(repository.root());
    let look = Look {
        root: repository.root(),
        hooks: &hooks.path,
        managers: &managers,
        install,
    };
    let mut all = GitHook::of(repository.is_bare()).to_vec();
    if look.is_installed(GitHook::PostCheckout) {
        all.push(GitHook::PostCheckout);
    }
    let checks: Vec<_> = all.into_iter().map(|hook| look.at(hook)).collect();
    let (checked, took) = check(repository, scan);
    let mut problem = None;
    let mut environments = Vec::new();
    let mut setting = None;
    match checked {
        Ok(analysis) => {
            let found = analysis.graph.environments.iter();
            environments = found.map(|one| one.name.clone()).collect();
            setting = Some(analysis.snapshot.settings().target.clone());
        }
        Err(error) => problem = Some(Problem::from(error)),
    }
    let mut target = None;
    match Target::find(repository, None, &setting.unwrap_or_default(), None) {
        Ok(found) => target = found,
        Err(error) => problem = problem.or(Some(Problem::from(error))),
    }
    let covered = checks.iter().all(|check| check.covered || !check.refuses);
    let report = DoctorReport {
        ok: covered && problem.is_none(),
        hooks_folder: hooks.path.display().to_string(),
        checks,
        chosen: target.as_ref().and_then(|target| target.chosen.clone()),
        target: target.map(|target| target.name),
        environments,
        problem: None,
        hint: None,
    };
    Ok(Examined {
        report,
        took,
        problem,
    })
}

/// One check of what the next commit would record, as pre-commit makes it.
fn check(repository: &Connection, scan: &ScanOptions) -> (Result<Analysis, ScanError>, Duration) {
    let source = if repository.is_bare() {
        SourceSpec::Commit("HEAD".into())
    } else {
        SourceSpec::Index
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "how fast a check is, is said to people and never decided on"
    )]
    let start = Instant::now();
    let checked = Analysis::at(scan, &source);
    (checked, start.elapsed())
}
