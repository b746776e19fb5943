//! The verdict on the merge result, whatever the CI checked out.

use clap::Args;
use onehead_git::{Connection, GitError, Oid, RefName};
use onehead_model::{CheckReport, stdio};
use onehead_scan::{ScanArgs, ScanError, ScanOptions, SourceSpec};

use crate::context::{Context, Place};
use crate::error::words;
use crate::failure::{Failure, Kind};
use crate::invoked_as::InvokedAs;
use crate::{objects, releases, target};
use onehead_forecast::{Analysis, Baseline, MergeForecast, Proposed, Target, TargetError};
use onehead_published::Published;

/// Where to look, and where it lands.
#[derive(Debug, Clone, Args)]
pub(super) struct LookArgs {
    #[command(flatten)]
    place: Place,

    /// The target branch [default: that of the pull request, else of the settings or the remote]
    #[arg(long, visible_alias = "base", value_name = "REF")]
    target: Option<String>,

    /// Fetch what this clone lacks: the target, history up to the merge base, files of a partial clone
    #[arg(long)]
    fetch: bool,
}

impl LookArgs {
    /// The arguments of a scan here.
    pub(super) fn scan(&self, invoked_as: InvokedAs) -> ScanArgs {
        let place = &self.place;
        Context { place, invoked_as }.scan()
    }
}

/// What the CI says about itself.
pub(super) struct Surroundings {
    /// Findings are wanted as workflow commands.
    pub(super) github: bool,
    /// The branch that the pull request lands on.
    base: Option<String>,
    /// The branch that was pushed; of a merge queue, the one that it merges into.
    branch: Option<RefName>,
    /// HEAD is the merge that GitHub made of a pull request and its target.
    merged: bool,
    /// The text of the request.
    request: Option<String>,
}

impl Surroundings {
    #[expect(
        clippy::disallowed_methods,
        reason = "what the CI says in the environment is an argument of this command"
    )]
    pub(super) fn read() -> Self {
        let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let git_ref = value("GITHUB_REF").unwrap_or_default();
        let base = BASES.iter().find_map(|name| value(name));
        Self {
            github: value("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
            base: base.map(|base| base.strip_prefix("refs/heads/").unwrap_or(&base).to_owned()),
            branch: pushed(&git_ref).or_else(|| {
                let name = BRANCHES.iter().find_map(|name| value(name))?;
                RefName::of_branch(&name)
            }),
            request: value("ONEHEAD_REQUEST_TEXT").or(value("CI_MERGE_REQUEST_DESCRIPTION")),
            merged: git_ref.starts_with("refs/pull/") && git_ref.ends_with("/merge"),
        }
    }
}

/// Where forges and CI systems name the branch that a request is merged into.
const BASES: [&str; 6] = [
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "CHANGE_TARGET",
];

/// Where they name the branch that was pushed, besides `GITHUB_REF`.
const BRANCHES: [&str; 3] = ["CI_COMMIT_BRANCH", "BITBUCKET_BRANCH", "BUILDKITE_BRANCH"];

/// The branch of `GITHUB_REF`; of `refs/heads/gh-readonly-queue/main/pr-1-…`, `main`.
fn pushed(git_ref: &str) -> Option<RefName> {
    let branch = git_ref.strip_prefix("refs/heads/")?;
    let queued = branch.strip_prefix("gh-readonly-queue/");
    let base = queued.and_then(|rest| Some(rest.rsplit_once("/pr-")?.0));
    RefName::of_branch(base.unwrap_or(branch))
}

/// A verdict and what it is about.
pub(super) struct Seen {
    pub(super) report: CheckReport,
    /// How to scan the same place again.
    pub(super) scan: ScanArgs,
    /// The target branch, by the name that people know.
    pub(super) target: Option<String>,
}

/// Looks at the merge result.
pub(super) fn look(
    args: &LookArgs,
    around: &Surroundings,
    invoked_as: InvokedAs,
) -> Result<Seen, Box<dyn std::error::Error>> {
    let context = Context {
        place: &args.place,
        invoked_as,
    };
    let repository = context.repository()?;
    let head = repository.commit("HEAD")?.ok_or_else(Failure::no_commit)?;
    let mut options = context.options();
    options.allow_none = false;
    let source = SourceSpec::Commit(head.to_string());
    let analysis = objects::analysis(&options, &source, args.fetch).map_err(without_options)?;
    let setting = &analysis.snapshot.settings().target;
    let base = around
        .base
        .as_ref()
        .map(|branch| format!("origin/{branch}"));
    let named = args.target.as_deref().or(base.as_deref());
    let mut seen = Seen {
        report: analysis.report(),
        scan: context.scan(),
        target: named.or(setting.single()).map(str::to_owned),
    };
    // A shallow clone forgets the parents, the commit itself does not.
    let parents = repository.recorded_parents(&head)?;
    let merge_of_request = around.merged && parents.len() == 2;
    let result = MergeResult {
        repository: &repository,
        options: &options,
        here: &analysis,
        head: &head,
        fetch: args.fetch,
        request: around.request.as_deref(),
    };
    let releases = releases::Place {
        repository: &repository,
        options: &options,
        setting,
        fetch: args.fetch,
    };
    if merge_of_request && args.target.is_none() {
        if !has(&repository, args.fetch, &parents[0])? {
            let text =
                "this clone is shallow, and the target's commit of the merge at HEAD is not in it";
            return Err(Failure::new(Kind::Repository, text).hint(DEEPEN).into());
        }
        let target = Target {
            name: seen.target.clone().unwrap_or("the target".to_owned()),
            oid: parents[0].clone(),
            full_name: None,
            chosen: None,
        };
        result.compare(&mut seen.report, &target)?;
        releases.add_of_target(&mut seen.report, &analysis, &head, &target);
        return Ok(seen);
    }
    let listed = named.is_none() && !setting.list().is_empty();
    if listed && args.fetch {
        target::fetch_listed(&repository, setting)?;
    }
    let asked = match named.or(setting.single()) {
        None if listed => None,
        None if args.fetch => target::default_name(&repository)?,
        name => name.map(str::to_owned),
    };
    if let Some(name) = asked.as_deref().filter(|_| args.fetch) {
        target::fetch(&repository, name)?;
    }
    let named = named.or(asked.as_deref());
    let mut proposed = Proposed::of(&repository, &head)?;
    proposed.branch = proposed.branch.or_else(|| around.branch.clone());
    let target = match Target::find(&repository, named, setting, Some(&proposed)) {
        Ok(Some(target)) => target,
        Ok(None) => {
            stdio::say(&format!(
                "note: only HEAD is checked: {}",
                words(&TargetError::NoneFound)
            ));
            return Ok(seen);
        }
        Err(error) if !args.fetch => {
            return Err(Failure::new(Kind::User, error.to_string())
                .hint("add `--fetch` to fetch it")
                .into());
        }
        Err(error) => return Err(error.into()),
    };
    seen.target = (head != target.oid).then(|| target.name.clone());
    let is_result = head == target.oid || parents.len() > 1 && parents[0] == target.oid;
    if is_result {
        // Where the target's own state is asked for, everything counts.
        if head != target.oid {
            result.compare(&mut seen.report, &target)?;
        }
        releases.add_of_target(&mut seen.report, &analysis, &head, &target);
        return Ok(seen);
    }
    if !reaches(&repository, args.fetch, &head, &target)? {
        let text = format!(
            "this clone is shallow, and the merge base of HEAD and `{}` is not in it",
            target.name
        );
        let failure = Failure::new(Kind::Repository, text);
        return Err(failure.hint(DEEPEN).into());
    }
    let with_objects = match args.fetch {
        true => objects::for_forecast(&repository, &head, &target, &analysis)?,
        false => repository.clone(),
    };
    let forecast = MergeForecast {
        repository: &with_objects,
        here: &analysis,
        target: &target,
        options: &options,
        fix: &context.command("fix"),
        request: around.request.as_deref(),
    };
    forecast.add_to(&mut seen.report, &head);
    releases.add_of_target(&mut seen.report, &analysis, &head, &target);
    Ok(seen)
}

const DEEPEN: &str = "add `--fetch`, or clone the whole history (`fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab)";

/// Whether a parent of HEAD is here, fetching it if that is allowed.
fn has(repository: &Connection, fetch: bool, parent: &Oid) -> Result<bool, GitError> {
    if fetch && repository.commit(parent)?.is_none() {
        repository.fetch(&["--depth=1", "--no-tags", "origin", parent.as_str()])?;
    }
    Ok(repository.commit(parent)?.is_some())
}

/// A merge that HEAD is the result of.
struct MergeResult<'a> {
    repository: &'a Connection,
    options: &'a ScanOptions,
    here: &'a Analysis,
    head: &'a Oid,
    fetch: bool,
    /// The text of the request.
    request: Option<&'a str>,
}

impl MergeResult<'_> {
    /// Tells what the target has already from what the merge introduces, and what becomes of what the target has.
    fn compare(
        &self,
        report: &mut CheckReport,
        target: &Target,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let repository = match self.fetch {
            true => objects::for_forecast(self.repository, self.head, target, self.here)?,
            false => self.repository.clone(),
        };
        let (here, options) = (self.here, self.options);
        let published = Published {
            repository: &repository,
            commit: &target.oid,
            request: self.request,
        };
        published
            .changes(options, (self.head, &here.snapshot))?
            .add_to(report);
        let baseline = Baseline {
            repository: &repository,
            options,
            name: &target.name,
            commit: &target.oid,
            or: None,
        };
        Ok(baseline.compare_commit(report, here, self.head)?)
    }
}

/// No option of this command names an environment, only the settings do.
fn without_options(error: ScanError) -> Box<dyn std::error::Error> {
    match error {
        ScanError::NoEnvironment { .. } => Failure::new(Kind::User, error.to_string())
            .hint("name one as `[[environment]]`, or set `allow-none = true`, in `onehead.toml`")
            .into(),
        error => error.into(),
    }
}

/// How much more history is asked for, step by step; then all of it.
const STEPS: [&str; 4] = [
    "--deepen=50",
    "--deepen=200",
    "--deepen=1000",
    "--unshallow",
];

/// Whether both sides reach a common commit here, fetching as much of history as that takes.
fn reaches(
    repository: &Connection,
    fetch: bool,
    head: &Oid,
    target: &Target,
) -> Result<bool, Box<dyn std::error::Error>> {
    let there = || repository.merge_base(head, &target.oid);
    if there()?.is_some() || !repository.is_shallow()? {
        return Ok(true);
    }
    let Some((remote, branch)) = target.remote_branch().filter(|_| fetch) else {
        return Ok(false);
    };
    for step in STEPS {
        // A server may refuse to hand out a commit that no branch of it names.
        repository
            .fetch(&[step, "--no-tags", remote, branch, head.as_str()])
            .or_else(|_| repository.fetch(&[step, "--no-tags", remote]))?;
        if there()?.is_some() || !repository.is_shallow()? {
            return Ok(true);
        }
    }
    Ok(false)
}
