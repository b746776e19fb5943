//! What is there before anything is set up, and what of it the defaults do not cover.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use onehead_forecast::{Analysis, Target, TargetError};
use onehead_git::{Connection, GitError, RefName};
use onehead_model::{CheckReport, Code, RepoPath};
use onehead_scan::{Delta, Entry, ScanError, ScanOptions, SourceSpec};

use super::error::InitError;
use super::options::{InitOptions, Policy};
use super::settings_text::Extension;
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
    /// What the settings that are there get.
    pub(super) extension: Option<Extension>,
    /// Whether a policy among them was made up from what the environments look like.
    pub(super) guessed: bool,
    /// Configurations that the settings leave out because they lead nowhere in this repository.
    pub(super) leading_nowhere: Vec<RepoPath>,
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
            None => Target::find(&repository, None, &settings.target, None)?,
        };
        let mut values = Values::asked(options, target.as_ref());
        let mut policies = BTreeMap::new();
        let mut nowhere = Vec::new();
        if path.is_none() {
            values.leave_out_defaults();
            nowhere = leading_nowhere(&analysis, &values)?;
            values.exclude_files(&nowhere);
            let wanted = with_settings(&analysis, &values)?;
            values.add_suggested(&wanted.snapshot.report().suggested);
            let read = with_settings(&analysis, &values)?;
            if options.policy.is_none() {
                policies = fitting(&read);
            }
            values.add_policies(&read.graph.environments, &policies);
            values.add_sequences(&read.graph.environments);
            values.target = match &target {
                Some(target) if !target.is_found_by_every_clone(&repository)? => {
                    Some(target.name.clone())
                }
                _ => None,
            };
        }
        let mut extension = None;
        if let Some(path) = &path {
            let suggested = &analysis.snapshot.report().suggested;
            extension = Extension::of(repository.root(), path, suggested);
        }
        let verdict = match (&path, &extension) {
            (None, _) => with_settings(&analysis, &values)?.report(),
            (Some(path), Some(more)) => {
                let mut delta = Delta::default();
                delta.insert(path.as_str(), Entry::Bytes(more.text.as_bytes().into()));
                analysis.apply(&delta)?.report()
            }
            (Some(_), None) => analysis.report(),
        };
        Ok(Self {
            remote: remote(&repository)?,
            verdict,
            target,
            settings: path,
            values,
            extension,
            guessed: !policies.is_empty(),
            leading_nowhere: nowhere,
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

/// What would be found with these settings, where there are none.
fn with_settings(looked: &Analysis, values: &Values) -> Result<Analysis, InitError> {
    let mut delta = Delta::default();
    delta.insert(values::OWN, Entry::Bytes(values.text().as_bytes().into()));
    match looked.apply(&delta) {
        Err(ScanError::NoEnvironment { .. }) => Err(InitError::AllLeftOut),
        Ok(read) if read.graph.environments.is_empty() && !looked.graph.environments.is_empty() => {
            Err(InitError::AllLeftOut)
        }
        other => Ok(other?),
    }
}

/// The configurations that lead to no folder of this repository, such as one for a container, where leaving them out
/// changes nothing of what is read.
fn leading_nowhere(analysis: &Analysis, values: &Values) -> Result<Vec<RepoPath>, InitError> {
    let report = analysis.report();
    let nowhere = report
        .findings
        .iter()
        .filter(|finding| finding.code == Code::MissingScriptLocation)
        .filter_map(|finding| Some(finding.location.as_ref()?.path.clone()));
    let nowhere: BTreeSet<RepoPath> = nowhere.collect();
    let nowhere: Vec<RepoPath> = nowhere.into_iter().collect();
    if nowhere.is_empty() || report.environments.is_empty() {
        return Ok(Vec::new());
    }
    let mut without = values.clone();
    without.exclude_files(&nowhere);
    let read = |analysis: &Analysis| -> Vec<RepoPath> {
        let environments = analysis.snapshot.report().environments.iter();
        let revisions = environments.flat_map(|one| &one.revisions);
        revisions.map(|revision| revision.path.clone()).collect()
    };
    let rest = with_settings(analysis, &without)?;
    Ok(match read(&rest) == read(analysis) {
        true => nowhere,
        false => Vec::new(),
    })
}

/// For each environment with several heads that look as if they were intended, the policy that says so. Where it takes
/// labels that are computed, it would leave the fork as it is.
fn fitting(analysis: &Analysis) -> BTreeMap<String, Policy> {
    let environments = analysis.graph.environments.iter();
    environments
        .filter(|one| one.labels_to_declare.is_empty())
        .filter_map(|one| {
            let policy = Policy::of(one.fitting_policy.as_ref()?)?;
            Some((one.name.clone(), policy))
        })
        .collect()
}
