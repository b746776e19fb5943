//! What is there before anything is set up, and what of it the defaults do not cover.

use std::collections::BTreeMap;
use std::path::Path;

use onehead_forecast::{Analysis, Target, TargetError};
use onehead_git::{Connection, GitError, RefName};
use onehead_model::{CheckReport, RepoPath};
use onehead_scan::{ScanError, ScanOptions, SourceSpec};

use super::error::InitError;
use super::options::{InitOptions, Policy};
use super::values::{self, Values};

/// A repository that is about to be set up.
pub struct Here {
    pub(super) repository: Connection,
    scan: ScanOptions,
    /// The verdict on the working tree, under the settings that would be written.
    pub(super) verdict: CheckReport,
    /// The target branch, if anything tells.
    pub(super) target: Option<Target>,
    /// Where the remote is, in git's words.
    pub(super) remote: Option<String>,
    /// The file with settings that is there.
    pub(super) settings: Option<RepoPath>,
    /// What the settings have to say, or, where there are some, what they are asked to say.
    pub(super) values: Values,
    /// Whether a policy among them was made up from what the environments look like.
    pub(super) guessed: bool,
}

impl Here {
    /// Looks at the working tree of a repository, as `scan` does it.
    ///
    /// # Errors
    /// There is nothing to set up here, or it cannot be read.
    pub fn look(
        repository: Connection,
        scan: &ScanOptions,
        options: &InitOptions,
    ) -> Result<Self, InitError> {
        if repository.is_bare() {
            return Err(InitError::Bare(repository.root().display().to_string()));
        }
        // No environment at all is an error, as onehead is of no use without one.
        let scan = ScanOptions {
            allow_none: false,
            ..scan.clone()
        };
        let analysis = Analysis::at(&scan, &SourceSpec::Worktree)?;
        let settings = analysis.snapshot.settings();
        let path = settings.path.clone();
        let target = match &options.target {
            Some(name) => Some(named(&repository, name)?),
            None => Target::find(&repository, None, settings.target.as_deref())?,
        };
        let mut values = Values::asked(options, target.as_ref());
        let policies = match (&path, options.policy) {
            (None, None) => fitting(&analysis),
            _ => BTreeMap::new(),
        };
        if path.is_none() {
            values.leave_out_defaults();
            values.add_policies(&analysis.graph.environments, &policies);
            values.target = match &target {
                Some(target) if !target.is_found_by_every_clone(&repository)? => {
                    Some(target.name.clone())
                }
                _ => None,
            };
        }
        let verdict = with_settings(&scan, &values)?.report();
        if verdict.environments.is_empty() && !analysis.graph.environments.is_empty() {
            return Err(InitError::AllLeftOut);
        }
        Ok(Self {
            remote: remote(&repository)?,
            verdict,
            target,
            settings: path,
            values,
            guessed: !policies.is_empty(),
            repository,
            scan,
        })
    }

    /// The verdict on the working tree, under the settings that would be written.
    #[must_use]
    pub fn verdict(&self) -> &CheckReport {
        &self.verdict
    }

    /// The root of the working tree.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.repository.root()
    }

    /// Whether HEAD names a commit and no branch.
    ///
    /// # Errors
    /// git fails.
    pub fn is_detached(&self) -> Result<bool, GitError> {
        Ok(self.repository.symbolic_ref(&RefName::head())?.is_none())
    }

    /// The verdict on what is there now.
    ///
    /// # Errors
    /// It cannot be scanned.
    pub fn again(&self) -> Result<CheckReport, ScanError> {
        Ok(Analysis::at(&self.scan, &SourceSpec::Worktree)?.report())
    }
}

/// The target of that name. A branch that a remote has is looked for there, since settings are for
/// everybody and a branch of one's own is not.
fn named(repository: &Connection, name: &str) -> Result<Target, TargetError> {
    let remote = repository
        .upstream_remote()?
        .unwrap_or_else(|| "origin".to_owned());
    for name in [&format!("refs/remotes/{remote}/{name}"), name] {
        if let Some(target) = Target::named(repository, name)? {
            return Ok(target);
        }
    }
    Err(TargetError::Unknown(name.to_owned()))
}

/// The address of the remote.
fn remote(repository: &Connection) -> Result<Option<String>, onehead_git::GitError> {
    if let Some(url) = repository.config("remote.origin.url")? {
        return Ok(Some(url));
    }
    match repository.upstream_remote()? {
        Some(remote) => repository.config(&format!("remote.{remote}.url")),
        None => Ok(None),
    }
}

/// What would be found with these settings.
fn with_settings(options: &ScanOptions, values: &Values) -> Result<Analysis, ScanError> {
    let settings = values::read(values)?;
    Ok(
        Analysis::at(options, &SourceSpec::Worktree)?.with_changes(|scan| {
            scan.environments
                .retain(|one| settings.wants(&one.script_location));
            for one in &mut scan.environments {
                if let Some(policy) = values.policy_of(&one.script_location) {
                    one.policy = policy.into();
                }
            }
        }),
    )
}

/// For each environment with several heads that look as if they were intended, the policy that says so.
fn fitting(analysis: &Analysis) -> BTreeMap<String, Policy> {
    let environments = analysis.graph.environments.iter();
    environments
        .filter_map(|one| {
            let policy = Policy::of(one.fitting_policy.as_ref()?)?;
            Some((one.name.clone(), policy))
        })
        .collect()
}
