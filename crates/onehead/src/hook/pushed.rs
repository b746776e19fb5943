//! One pushed commit: what it holds, and what its merge into the target would hold.

use onehead_git::{Connection, Oid};
use onehead_model::{CheckReport, stdio};
use onehead_scan::SourceSpec;

use super::relevant::{matters, may_matter};
use crate::context::Context;
use crate::error::Answered;
use crate::objects;
use onehead_forecast::{Analysis, Baseline, MergeForecast, Target};
use onehead_published::{Elsewhere, OtherBranches, Published};

/// A commit that is pushed.
pub(super) struct PushedCommit<'a> {
    pub(super) commit: &'a Oid,
    /// What the other side has of it already, if that is known.
    pub(super) old: Option<&'a Oid>,
    /// Where it is merged later. Also tells what is new in a new branch.
    pub(super) target: Option<&'a Target>,
    /// Whether to forecast that merge: not for tags, nor for the target's own branch.
    pub(super) forecast: bool,
    /// What the target's own branch stands at, where this is pushed to it.
    pub(super) published: Option<&'a Oid>,
    /// Whether to look at it even if nothing in it can change a verdict.
    pub(super) in_full: bool,
}

/// What is said about it; `None` if nothing in it can change a verdict. What a partial clone lacks for that is fetched
/// once, if `may_fetch` still allows it.
pub(super) fn examine(
    context: &Context<'_>,
    repository: &Connection,
    pushed: &PushedCommit<'_>,
    may_fetch: &mut bool,
) -> Answered<Option<CheckReport>> {
    objects::ask_with_objects(
        context,
        repository,
        (pushed.commit, pushed.target),
        may_fetch,
        CheckReport::exit,
        |repository| examine_here(context, repository, pushed),
    )
}

/// The same from what is here.
fn examine_here(
    context: &Context<'_>,
    repository: &Connection,
    pushed: &PushedCommit<'_>,
) -> Answered<Option<CheckReport>> {
    let PushedCommit {
        commit,
        old,
        target,
        forecast,
        published,
        in_full,
    } = pushed;
    let common = match target {
        Some(target) => repository.merge_base(commit, &target.oid)?,
        None => None,
    };
    let changes = if *in_full {
        None
    } else {
        let base = old.or(common.as_ref());
        Some(repository.changed_between(base, commit)?)
    };
    if changes.as_ref().is_some_and(|changes| !may_matter(changes)) {
        return Ok(None);
    }
    let options = context.options();
    let looked = Analysis::open(
        repository,
        &options,
        &SourceSpec::Commit(commit.to_string()),
    )?;
    if changes.is_some_and(|changes| !matters(&changes, &looked)) {
        return Ok(None);
    }
    let mut report = looked.report();
    if let (Some(target), true) = (target, forecast) {
        // With the whole history here there is no merge to forecast: git refuses to make it. In a shallow clone
        // nothing is known of it.
        if common.is_none() && !repository.is_shallow()? {
            stdio::say(&format!(
                "note: no forecast of the merge: this commit has no common ancestor with {}, and git refuses to merge unrelated histories",
                target.name
            ));
        } else {
            let forecast = MergeForecast {
                repository,
                here: &looked,
                target,
                options: &options,
                fix: &context.command("fix"),
                request: None,
            };
            forecast.add_to(&mut report, commit);
        }
    }
    if let (Some(target), true) = (target, forecast) {
        let others = OtherBranches {
            repository,
            target: &target.oid,
            replaced: *old,
        };
        for (environment, findings) in others.notices(commit, &looked.snapshot) {
            report.add_findings_of(&environment, findings);
        }
    }
    if let Some(published) = published {
        let published = Published {
            repository,
            commit: published,
            request: None,
            elsewhere: &Elsewhere::default(),
        };
        let changes = published.changes(&options, (commit, &looked.snapshot))?;
        changes.add_to(&mut report);
    }
    // A push of what is there already asks for the target's own state.
    let replaced = published.filter(|published| published != commit);
    if let (Some(target), Some(replaced)) = (target, replaced) {
        let baseline = Baseline {
            repository,
            options: &options,
            name: &target.name,
            commit: replaced,
            or: None,
        };
        baseline.compare_commit(&mut report, &looked, commit)?;
    }
    Ok(Some(report))
}
