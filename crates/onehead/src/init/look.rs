//! What is there before anything is set up, and what of it the defaults do not cover.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use onehead_git::Connection;
use onehead_model::{CheckReport, Code, EnvironmentGraph, Finding, HeadPolicy, RepoPath};
use onehead_scan::{ScanError, ScanOptions, SourceSpec};

use super::error::InitError;
use super::settings::{self, EnvironmentValues, Values};
use super::{InitArgs, Policy};
use crate::door::Door;
use crate::target::with_hint;
use onehead_forecast::Analysis;
use onehead_forecast::{Target, TargetError};

/// A repository that is about to be set up.
pub(super) struct Here {
    pub(super) repository: Connection,
    /// The verdict on the working tree, under the settings that would be written.
    pub(super) verdict: CheckReport,
    /// The branch that work lands on, if anything tells.
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
    pub(super) fn look(door: &Door<'_>, args: &InitArgs) -> Result<Self, Box<dyn Error>> {
        let repository = door.repository().map_err(in_words_of_init)?;
        if repository.is_bare() {
            return Err(InitError::Bare(repository.root().display().to_string()).into());
        }
        let options = options(door);
        let looked = Analysis::at(&options).map_err(in_words_of_init)?;
        let settings = &looked.scanned.settings;
        let path = settings.path.clone();
        let target = match &args.target {
            Some(name) => Some(named(&repository, name).map_err(with_hint)?),
            None => {
                Target::find(&repository, None, settings.target.as_deref()).map_err(with_hint)?
            }
        };
        let mut values = Values::asked(args, target.as_ref());
        let policies = match (&path, args.policy) {
            (None, None) => fitting(&looked, &options)?,
            _ => BTreeMap::new(),
        };
        if path.is_none() {
            values.leave_out_defaults();
            values.add_policies(&looked.graph.environments, &policies);
            values.target = match &target {
                Some(target) if !target.is_found_by_everybody(&repository)? => {
                    Some(target.name.clone())
                }
                _ => None,
            };
        }
        let verdict = imagined(&options, &values)?.report();
        if verdict.environments.is_empty() && !looked.graph.environments.is_empty() {
            return Err(InitError::AllLeftOut.into());
        }
        Ok(Self {
            remote: remote(&repository)?,
            verdict,
            target,
            settings: path,
            values,
            guessed: !policies.is_empty(),
            repository,
        })
    }

    pub(super) fn root(&self) -> &Path {
        self.repository.root()
    }

    /// The verdict on what is there now.
    pub(super) fn again(&self, door: &Door<'_>) -> Result<CheckReport, ScanError> {
        Ok(Analysis::at(&options(door))?.report())
    }
}

/// The whole working tree; no environment at all is an error, as nobody sets onehead up for none.
fn options(door: &Door<'_>) -> ScanOptions {
    ScanOptions {
        allow_none: false,
        ..door.options(SourceSpec::Worktree)
    }
}

/// The hints of a scan name options that this command does not have.
fn in_words_of_init(error: ScanError) -> Box<dyn Error> {
    match error {
        ScanError::NoRepository(folder) => InitError::NoRepository(folder).into(),
        ScanError::NoEnvironment { root, left_out } => {
            InitError::NoEnvironment(format!("{root}{left_out}")).into()
        }
        other => other.into(),
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
fn imagined(options: &ScanOptions, values: &Values) -> Result<Analysis, Box<dyn Error>> {
    let settings = settings::read(values)?;
    Ok(Analysis::at(options)?.with_changes(|scan| {
        scan.environments
            .retain(|one| settings.wants(&one.script_location));
        for one in &mut scan.environments {
            if let Some(policy) = values.policy_of(&one.script_location) {
                one.policy = policy.into();
            }
        }
    }))
}

/// For each environment with several heads that look as if they were meant, the policy that says so: people
/// write branch labels and version locations to have several lines. A fork on one of them stays a fork.
fn fitting(
    looked: &Analysis,
    options: &ScanOptions,
) -> Result<BTreeMap<String, Policy>, Box<dyn Error>> {
    let mut found = BTreeMap::new();
    let forked = looked.graph.environments.iter().filter(|one| {
        one.policy == HeadPolicy::Single
            && has_error(one, |code| code == Code::MultipleHeads)
            && !has_error(one, |code| code != Code::MultipleHeads)
    });
    for one in forked {
        for policy in [Policy::PerLabel, Policy::PerLocation] {
            let values = Values::for_one(&one.script_location, policy);
            let looked = imagined(options, &values)?;
            if looked.environment(&one.name).is_some_and(is_meant) {
                found.insert(one.name.clone(), policy);
                break;
            }
        }
    }
    Ok(found)
}

/// Every head stands on a line with a name, and there are several lines.
fn is_meant(environment: &EnvironmentGraph) -> bool {
    let groups = &environment.groups;
    !has_error(environment, |code| code != Code::MultipleHeads)
        && groups.len() > 1
        && groups.iter().all(|group| !group.name.is_empty())
}

fn has_error(environment: &EnvironmentGraph, code: impl Fn(Code) -> bool) -> bool {
    let errors = environment
        .findings
        .iter()
        .filter(|one| Finding::is_error(one));
    errors.into_iter().any(|finding| code(finding.code))
}

impl Values {
    /// What the command line asks for.
    fn asked(args: &InitArgs, target: Option<&Target>) -> Self {
        Self {
            exclude: args.exclude.clone(),
            policy: args.policy,
            target: target
                .filter(|_| args.target.is_some())
                .map(|target| target.name.clone()),
            environment: Vec::new(),
        }
    }

    fn for_one(script_location: &RepoPath, policy: Policy) -> Self {
        Self {
            environment: vec![EnvironmentValues {
                script_location: script_location.clone(),
                policy,
            }],
            ..Self::default()
        }
    }

    fn leave_out_defaults(&mut self) {
        self.policy = self.policy.filter(|&policy| policy != Policy::Single);
    }

    /// One line where all environments agree, else an entry for each that needs one.
    fn add_policies(
        &mut self,
        environments: &[EnvironmentGraph],
        policies: &BTreeMap<String, Policy>,
    ) {
        let each = environments.iter().map(|one| policies.get(&one.name));
        let mut each: Vec<Option<&Policy>> = each.collect();
        each.dedup();
        if let [Some(policy)] = each[..] {
            self.policy = Some(*policy);
            return;
        }
        for one in environments {
            if let Some(&policy) = policies.get(&one.name) {
                let entry = Self::for_one(&one.script_location, policy);
                self.environment.extend(entry.environment);
            }
        }
    }

    fn policy_of(&self, script_location: &RepoPath) -> Option<Policy> {
        let entry = self
            .environment
            .iter()
            .find(|one| one.script_location == *script_location);
        entry.map(|one| one.policy).or(self.policy)
    }
}
