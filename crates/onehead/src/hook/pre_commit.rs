//! Before a commit: what the index holds, and the forecast of its merge into the target. Started by hand or in CI: all
//! of it, or what one commit introduces over another.

use onehead_configuration::{OnCollision, Settings};
use onehead_git::{Change, Connection, Difference, Oid, Unfinished, staged_since_head};
use onehead_model::{CheckReport, Exit, ForecastReport, Severity, collision_words, stdio};
use onehead_scan::SourceSpec;

use super::index::verdict as index_verdict;
use super::pushed::{PushedCommit, examine};
use super::relevant::{matters, may_matter};
use crate::context::Context;
use crate::error::{Answered, words};
use crate::failure::{Failure, Kind};
use crate::hook_env::Asked;
use crate::{objects, worktree};
use onehead_forecast::{Analysis, Assigned, MergeForecast, Proposed, Staged, Target, Targets};
use onehead_radar::{Beside, Other, beside_others};

pub(super) fn run(context: &Context<'_>) -> Answered<Exit> {
    match Asked::read() {
        Asked::Commit => commit(context),
        Asked::Refs { from, to } => introduced(context, &from, &to),
        Asked::Everything => everything(context),
    }
}

/// What git is about to commit.
fn commit(context: &Context<'_>) -> Answered<Exit> {
    let options = context.scan().options();
    // Most commits are waved through by this one question.
    let told = staged_since_head(&options.directory, options.inherit).ok();
    if told.as_ref().is_some_and(|staged| is_idle(staged)) {
        return Ok(Exit::Clean);
    }
    let repository = context.repository()?;
    repository.get_ready();
    let staged = match told {
        Some(staged) => staged,
        None => repository.staged_since(repository.commit("HEAD")?.as_ref())?,
    };
    if is_idle(&staged) {
        return Ok(Exit::Clean);
    }
    let index = Analysis::open(&repository, &context.options(), &SourceSpec::Index)
        .map_err(worktree::no_source_helps)?;
    if !matters(&changes(&staged), &index) {
        return Ok(Exit::Clean);
    }
    let head = repository.commit("HEAD")?;
    let verdict = index_verdict(context, &repository, &index, head.as_ref(), &staged);
    if verdict.ok && verdict.has_lowered() {
        stdio::say(&onehead_report::check::verdict(&verdict));
    }
    let refusal = "commit refused: the index has these findings";
    if let Some(refused) = findings(context, &index, &verdict, refusal) {
        return Ok(refused);
    }
    Ok(merged_into_target(
        context,
        &repository,
        &index,
        head,
        staged,
    ))
}

/// The whole index, whatever is staged: no commit is being made.
fn everything(context: &Context<'_>) -> Answered<Exit> {
    let repository = context.repository()?;
    let head = repository.commit("HEAD")?;
    let staged = repository.staged_since(head.as_ref())?;
    let index = Analysis::open(&repository, &context.options(), &SourceSpec::Index)
        .map_err(worktree::no_source_helps)?;
    let text = "the index has these findings, and a commit of it would have them too";
    if let Some(refused) = findings(context, &index, &index.report(), text) {
        return Ok(refused);
    }
    if let Some(head) = head.as_ref().filter(|_| !is_idle(&staged)) {
        let source = SourceSpec::Commit(head.to_string());
        let committed = Analysis::open(&repository, &context.options(), &source)?;
        if !committed.report().ok {
            stdio::say(
                "note: HEAD has migration errors, and what is staged fixes them\nnext: commit it",
            );
        }
    }
    Ok(merged_into_target(
        context,
        &repository,
        &index,
        head,
        staged,
    ))
}

/// What is wrong with the index itself, with what that means here.
fn findings(
    context: &Context<'_>,
    index: &Analysis,
    verdict: &CheckReport,
    meaning: &str,
) -> Option<Exit> {
    if verdict.ok {
        return None;
    }
    stdio::say(&onehead_report::check::verdict(verdict));
    stdio::say(meaning);
    stdio::say(&next(context, index));
    Some(Exit::Findings)
}

/// What one commit introduces over another, judged like a push of it.
fn introduced(context: &Context<'_>, from: &str, to: &str) -> Answered<Exit> {
    let repository = context.repository()?;
    let named = |name: &str| -> Answered<Oid> {
        repository.commit(name)?.ok_or_else(|| {
            Failure::new(Kind::User, format!("`{name}` names no commit in this clone"))
                .hint("fetch it (`git fetch`; `fetch-depth: 0` for actions/checkout), then run this again")
                .into()
        })
    };
    let (old, new) = (named(from)?, named(to)?);
    // As pre-commit lists the files: what FROM has since is not missing in TO.
    let old = repository.merge_base(&old, &new)?.unwrap_or(old);
    let settings = onehead_scan::settings_in(&repository, &SourceSpec::Commit(new.to_string()))?;
    // In CI, FROM is the branch that TO is merged into.
    let branch = from.strip_prefix("origin/").unwrap_or(from);
    let named = settings.target.lists(branch).then_some(from);
    let proposed = Proposed::of(&repository, &new)?;
    let target = Target::find(&repository, named, &settings.target, Some(&proposed));
    if let Err(error) = &target {
        stdio::say(&format!("note: no forecast of the merge: {}", words(error)));
    }
    let target = target.ok().flatten();
    let pushed = PushedCommit {
        commit: &new,
        old: Some(&old),
        target: target.as_ref(),
        forecast: true,
        published: None,
        in_full: false,
    };
    let mut may_fetch = settings.hooks.may_fetch();
    let Some(verdict) = examine(context, &repository, &pushed, &mut may_fetch)? else {
        return Ok(Exit::Clean);
    };
    if !verdict.ok || verdict.has_lowered() {
        stdio::say(&onehead_report::check::verdict(&verdict));
    }
    if !verdict.ok {
        stdio::say(&format!(
            "{to} has these findings, and it changes migrations since {from}"
        ));
    }
    Ok(verdict.exit())
}

/// The forecast of the merge of what is fine by itself. That it fails is no reason to refuse.
fn merged_into_target(
    context: &Context<'_>,
    repository: &Connection,
    index: &Analysis,
    head: Option<Oid>,
    staged: Vec<Difference>,
) -> Exit {
    let commit = match StagedCommit::of(repository, index, head, staged) {
        Ok(Some(commit)) => commit,
        Ok(None) => return Exit::Clean,
        Err(error) => return not_foretold("the merge into the target", error.as_ref()),
    };
    let settings = index.snapshot.settings();
    if settings.hooks.radar {
        warn_of_others(context, repository, &commit, settings);
    }
    let forecast = objects::ask_with_objects(
        context,
        repository,
        (&commit.parents[0], Some(&commit.target)),
        &mut settings.hooks.may_fetch(),
        ForecastReport::exit,
        |repository| forecast(context, repository, index, &commit),
    );
    match forecast {
        Ok(Some(forecast)) => collision(index, forecast),
        Ok(None) => Exit::Clean,
        Err(error) => not_foretold("the merge into the target", error.as_ref()),
    }
}

/// Whether none of what is staged can change a verdict.
fn is_idle(staged: &[Difference]) -> bool {
    !may_matter(&changes(staged))
}

fn changes(staged: &[Difference]) -> Vec<Change> {
    staged.iter().map(Change::from).collect()
}

/// The commit itself is well; what cannot be foretold is looked at again when it is pushed.
fn not_foretold(what: &str, error: &(dyn std::error::Error + 'static)) -> Exit {
    stdio::say(&format!(
        "note: {what} could not be predicted: {}",
        words(error)
    ));
    Exit::Clean
}

/// Warns of branches that will collide with this work.
fn warn_of_others(
    context: &Context<'_>,
    repository: &Connection,
    staged: &StagedCommit,
    settings: &Settings,
) {
    let (setting, bots) = (&settings.target, &settings.bots);
    let options = context.options();
    let found = staged.commit(repository).and_then(|commit| {
        let assigned = match setting.list() {
            [] => None,
            _ => Some(Assigned::read(
                repository,
                &Targets::listed(repository, setting)?,
            )?),
        };
        let (target, among) = (&staged.target, assigned.as_ref());
        beside_others(&options, repository, target, among, &commit, bots).map_err(Box::from)
    });
    match found {
        Ok(found) if found.is_empty() => {}
        Ok(found) => {
            for one in &found {
                stdio::say(&warning(one));
            }
            let radar = context.command("radar");
            stdio::say(&format!(
                "note: run `{radar}` to see all collisions and a merge order"
            ));
        }
        Err(error) => drop(not_foretold(
            "collisions with other branches",
            error.as_ref(),
        )),
    }
}

/// A collision of the commit with other branches.
fn warning(beside: &Beside) -> String {
    let other = |other: &Other| {
        let branches = other.branches.join(", ");
        match &other.whose {
            Some(whose) => format!("{branches} ({whose})"),
            None => branches,
        }
    };
    let others: Vec<String> = beside.others.iter().map(other).collect();
    let words = collision_words::this_commit(
        beside.environment.as_deref(),
        beside.parent.as_ref(),
        &onehead_report::radar::names(&others),
    );
    format!("warning: {words}")
}

/// What to do about an index that is refused: the working tree may be well already.
fn next(context: &Context<'_>, index: &Analysis) -> String {
    let worktree = Analysis::at(&context.options(), &SourceSpec::Worktree);
    let is_well = worktree.is_ok_and(|worktree| worktree.report().ok);
    let fixable = index
        .graph
        .environments
        .iter()
        .any(|environment| !environment.fixes.is_empty());
    if is_well {
        "next: the working tree has no findings: run `git add` for the missing changes, then commit again".into()
    } else if fixable {
        let fix = context.command("check") + " --fix";
        format!("next: run `{fix}` to write and stage the merge revision, then commit again")
    } else {
        "next: fix the findings above, run `git add`, then commit again".into()
    }
}

/// The commit that is about to be made, and what it will be merged into.
struct StagedCommit {
    parents: Vec<Oid>,
    staged: Vec<Difference>,
    target: Target,
}

impl StagedCommit {
    /// `None` if there is no target, or no commit yet to go on from.
    fn of(
        repository: &Connection,
        index: &Analysis,
        head: Option<Oid>,
        staged: Vec<Difference>,
    ) -> Result<Option<Self>, Box<dyn std::error::Error>> {
        let Some(head) = head else { return Ok(None) };
        let setting = &index.snapshot.settings().target;
        let Some(target) = Target::find(repository, None, setting, None)? else {
            return Ok(None);
        };
        let mut parents = vec![head];
        if let Some(Unfinished::Merge(others)) = repository.unfinished() {
            parents.extend(others);
        }
        Ok(Some(Self {
            parents,
            staged,
            target,
        }))
    }

    /// An object that stands for it.
    fn commit(&self, repository: &Connection) -> Result<Oid, Box<dyn std::error::Error>> {
        Ok(repository.commit_of_tree(&repository.index_tree()?, &self.parents)?)
    }
}

/// Its merge with the target.
fn forecast(
    context: &Context<'_>,
    repository: &Connection,
    index: &Analysis,
    commit: &StagedCommit,
) -> Answered<Option<ForecastReport>> {
    let options = context.options();
    let forecast = MergeForecast {
        repository,
        here: index,
        target: &commit.target,
        options: &options,
        fix: &context.command("fix"),
        request: None,
    };
    let staged = Staged {
        parents: &commit.parents,
        since_head: &commit.staged,
        index: &index.snapshot,
    };
    if let Some(report) = forecast.of_staged(&staged) {
        return Ok(Some(report));
    }
    Ok(Some(forecast.of_commit(&commit.commit(repository)?)))
}

/// A collision is still to come: the settings say how much that weighs here.
fn collision(index: &Analysis, mut forecast: ForecastReport) -> Exit {
    let refuse = index.snapshot.settings().hooks.collision == OnCollision::Error;
    let inner = forecast
        .environments
        .iter_mut()
        .flat_map(|one| &mut one.findings);
    let mut exit = Exit::Clean;
    let mut anything = false;
    for finding in forecast.findings.iter_mut().chain(inner) {
        anything |= finding.severity >= Severity::Warning;
        if finding.is_error() && refuse {
            exit = Exit::Findings;
        } else if finding.is_error() {
            finding.severity = Severity::Warning;
        }
    }
    if anything {
        stdio::say(&onehead_report::check::forecast(&forecast));
    }
    if exit != Exit::Clean {
        stdio::say(
            "commit refused: `hooks.collision` is \"error\" in the settings\nnext: follow the hint, then commit again",
        );
    }
    exit
}
