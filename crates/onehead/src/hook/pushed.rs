//! One pushed commit: what it holds, and what its landing would bring.

use onehead_git::Connection;
use onehead_model::{CheckReport, stdio};
use onehead_scan::SourceSpec;

use super::relevant::{matters, may_matter};
use crate::context::Context;
use onehead_forecast::Analysis;
use onehead_forecast::Target;
use onehead_forecast::landing;

/// What is asked about a commit.
pub(super) struct Question<'a> {
    pub(super) commit: &'a str,
    /// What the other side has of it already, if that is known.
    pub(super) old: Option<&'a str>,
    /// Where it lands. Also tells what is new in a new branch.
    pub(super) target: Option<&'a Target>,
    /// Whether to predict the landing: not for tags, nor for the target's own branch.
    pub(super) predict: bool,
}

/// What is said about it; `None` if nothing in it can change a verdict.
pub(super) fn examine(
    context: &Context<'_>,
    repository: &Connection,
    question: &Question<'_>,
) -> Result<Option<CheckReport>, Box<dyn std::error::Error>> {
    let Question {
        commit,
        old,
        target,
        predict,
    } = question;
    let common = match target {
        Some(target) => repository.merge_base(commit, &target.oid)?,
        None => None,
    };
    let base = old.map(str::to_owned).or_else(|| common.clone());
    let changes = repository.changed_between(base.as_deref(), commit)?;
    if !may_matter(&changes) {
        return Ok(None);
    }
    let options = context.options(SourceSpec::Commit((*commit).to_owned()));
    let looked = Analysis::open(repository, &options)?;
    if !matters(&changes, &looked) {
        return Ok(None);
    }
    let mut report = looked.report();
    if let (Some(target), true) = (target, predict) {
        if common.is_none() {
            stdio::say(&format!(
                "note: no forecast of the merge: no common ancestor with {} in this repository",
                target.name
            ));
        } else {
            let landing = landing(
                repository,
                &looked,
                commit,
                target,
                &options,
                &context.command("fix"),
            );
            report.add_landing(landing);
        }
    }
    Ok(Some(report))
}

/// An object id that stands for no object.
pub(super) fn is_zero(oid: &str) -> bool {
    oid.bytes().all(|byte| byte == b'0')
}
