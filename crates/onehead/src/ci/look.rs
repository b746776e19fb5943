//! The verdict on the merge result, whatever the CI checked out.

use clap::Args;
use onehead_configuration::TargetSetting;
use onehead_git::{Connection, GitError, Oid, RefName};
use onehead_model::{CheckReport, OwnTarget, stdio};
use onehead_scan::{ScanArgs, ScanError, ScanOptions, SourceSpec};

use crate::context::{Context, Place};
use crate::error::words;
use crate::failure::{Failure, Kind};
use crate::invoked_as::InvokedAs;
use crate::objects::{self, Objects};
use crate::{releases, target};
use onehead_forecast::{Analysis, Baseline, MergeForecast, Proposed, Target, TargetError};
use onehead_published::{Elsewhere, OtherBranches, Published};

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
    let analysis = objects::analysis(&options, &source, Objects::ReadLater, args.fetch)
        .map_err(without_options)?;
    let base = around.base.as_ref();
    let base = base.map(|branch| format!("origin/{branch}"));
    let look = Look {
        repository: &repository,
        options: &options,
        here: &analysis,
        head: &head,
        named: args.target.as_deref().or(base.as_deref()),
        around,
        fetch: args.fetch,
    };
    let mut seen = Seen {
        report: analysis.report(),
        scan: context.scan(),
        target: look.asked().map(str::to_owned),
    };
    // A shallow clone forgets the parents, the commit itself does not.
    let parents = repository.recorded_parents(&head)?;
    if around.merged && parents.len() == 2 && args.target.is_none() {
        let name = seen.target.clone().unwrap_or("the target".to_owned());
        let target = look.merged_into(&parents[0], name)?;
        look.compare(&mut seen.report, &target)?;
        look.say_of_others(&mut seen.report, &target);
        look.go_on(&mut seen.report, &target);
        return Ok(seen);
    }
    let Some(target) = look.target()? else {
        let why = words(&TargetError::NoneFound);
        stdio::say(&format!("note: only HEAD is checked: {why}"));
        return Ok(seen);
    };
    seen.target = (head != target.oid).then(|| target.name.clone());
    match parents.as_slice() {
        // Where the target's own state is asked for, everything counts.
        _ if head == target.oid => {}
        [first, _, ..] if *first == target.oid => look.compare(&mut seen.report, &target)?,
        _ => look.forecast(&mut seen.report, &target, &context.command("fix"))?,
    }
    if seen.report.forecast.is_none() {
        let name = target.name.clone();
        let chosen = target.chosen.clone();
        seen.report.own_target = chosen.map(|chosen| OwnTarget {
            target: name,
            chosen,
        });
    }
    look.say_of_others(&mut seen.report, &target);
    look.go_on(&mut seen.report, &target);
    Ok(seen)
}

const DEEPEN: &str = "add `--fetch`, or clone the whole history (`fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab)";

/// HEAD, and what is known of where it is merged into.
struct Look<'a> {
    repository: &'a Connection,
    options: &'a ScanOptions,
    here: &'a Analysis,
    head: &'a Oid,
    /// The target that the command line or the CI names.
    named: Option<&'a str>,
    around: &'a Surroundings,
    fetch: bool,
}

impl Look<'_> {
    fn setting(&self) -> &TargetSetting {
        &self.here.snapshot.settings().target
    }

    /// The only target that anybody names.
    fn asked(&self) -> Option<&str> {
        self.named.or(self.setting().single())
    }

    /// The target that HEAD is a merge into: its commit, fetched if that is allowed.
    fn merged_into(
        &self,
        parent: &Oid,
        name: String,
    ) -> Result<Target, Box<dyn std::error::Error>> {
        let repository = self.repository;
        if self.fetch && repository.commit(parent)?.is_none() {
            repository.fetch(&["--depth=1", "--no-tags", "origin", parent.as_str()])?;
        }
        if repository.commit(parent)?.is_none() {
            let text =
                "this clone is shallow, and the target's commit of the merge at HEAD is not in it";
            return Err(Failure::new(Kind::Repository, text).hint(DEEPEN).into());
        }
        Ok(Target {
            name,
            oid: parent.clone(),
            full_name: None,
            chosen: None,
        })
    }

    /// The target, as far as anything tells, fetched if that is allowed.
    fn target(&self) -> Result<Option<Target>, Box<dyn std::error::Error>> {
        let (repository, setting) = (self.repository, self.setting());
        let is_listed = self.named.is_none() && !setting.list().is_empty();
        if is_listed && self.fetch {
            target::fetch_listed(repository, setting)?;
        }
        let asked = match self.asked() {
            None if is_listed => None,
            None if self.fetch => target::default_name(repository)?,
            name => name.map(str::to_owned),
        };
        if let Some(name) = asked.as_deref().filter(|_| self.fetch) {
            target::fetch(repository, name)?;
        }
        let mut proposed = Proposed::of(repository, self.head)?;
        proposed.branch = proposed.branch.or_else(|| self.around.branch.clone());
        match Target::find(repository, asked.as_deref(), setting, Some(&proposed)) {
            Ok(target) => Ok(target),
            Err(error) if !self.fetch => Err(Failure::new(Kind::User, error.to_string())
                .hint("add `--fetch` to fetch it")
                .into()),
            Err(error) => Err(error.into()),
        }
    }

    /// The repository with the objects that a comparison with the target takes, fetched if that is allowed.
    fn with_objects(&self, target: &Target) -> Result<Connection, GitError> {
        match self.fetch {
            true => objects::for_forecast(self.repository, self.head, target, self.here),
            false => Ok(self.repository.clone()),
        }
    }

    /// Adds which of the new revisions other branches have elsewhere.
    fn say_of_others(&self, report: &mut CheckReport, target: &Target) {
        let others = OtherBranches {
            repository: self.repository,
            target: &target.oid,
            replaced: None,
        };
        for (environment, findings) in others.notices(self.head, &self.here.snapshot) {
            report.add_findings_of(&environment, findings);
        }
    }

    /// Adds whether databases of the target can go on to the first one, where several are listed.
    fn go_on(&self, report: &mut CheckReport, target: &Target) {
        let releases = releases::Place {
            repository: self.repository,
            options: self.options,
            setting: self.setting(),
            fetch: self.fetch,
            request: self.around.request.as_deref(),
        };
        releases.add_of_target(report, self.here, self.head, target);
    }

    /// HEAD is a merge into the target: tells what the target has already from what the merge introduces, and what
    /// becomes of what the target has.
    fn compare(
        &self,
        report: &mut CheckReport,
        target: &Target,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let repository = self.with_objects(target)?;
        let published = Published {
            repository: &repository,
            commit: &target.oid,
            request: self.around.request.as_deref(),
            elsewhere: &Elsewhere::default(),
        };
        published
            .changes(self.options, (self.head, &self.here.snapshot))?
            .add_to(report);
        let baseline = Baseline {
            repository: &repository,
            options: self.options,
            name: &target.name,
            commit: &target.oid,
            or: None,
        };
        Ok(baseline.compare_commit(report, self.here, self.head)?)
    }

    /// HEAD is still to be merged: adds what comes of that. `fix` is the command that fixes it.
    fn forecast(
        &self,
        report: &mut CheckReport,
        target: &Target,
        fix: &str,
    ) -> Result<(), Box<dyn std::error::Error>> {
        if !reaches(self.repository, self.fetch, self.head, target)? {
            let text = format!(
                "this clone is shallow, and the merge base of HEAD and `{}` is not in it",
                target.name
            );
            let failure = Failure::new(Kind::Repository, text);
            return Err(failure.hint(DEEPEN).into());
        }
        let forecast = MergeForecast {
            repository: &self.with_objects(target)?,
            here: self.here,
            target,
            options: self.options,
            fix,
            request: self.around.request.as_deref(),
        };
        forecast.add_to(report, self.head);
        Ok(())
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
