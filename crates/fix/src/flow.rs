//! The flow on what is checked out.

use onehead_forecast::{Analysis, Target};
use onehead_git::{Connection, RefName, Unfinished};
use onehead_model::{Bring, BroughtIn, FixOutcome, FixReport, StageReport};
use onehead_scan::SourceSpec;
use onehead_stage::{StageError, StageOptions, stage};

use crate::choose::StrategyChoice;
use crate::commit_precondition::what_is_missing;
use crate::merge_revisions::commit_message;
use crate::options::{FixOptions, Record};
use crate::plan::{Ask, Plan, plan};
use crate::refusal::{FixError, Refusal};

/// A fix that is planned and can be carried out.
pub struct Proposal<'a> {
    analysis: &'a Analysis,
    options: &'a FixOptions,
    /// What would be done.
    pub plan: Plan,
}

/// How far a fix goes where it is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its files are added to the index.
    Stage,
    /// They are committed.
    Commit {
        /// Whether HEAD is detached, so that no branch moves along.
        detached: bool,
    },
    /// They are added to the merge that is open.
    JoinMerge,
}

/// Chooses, checks what is published, and plans. `target` is the branch that work lands on, which says what is
/// published; none where that does not matter.
///
/// # Errors
/// The settings forbid the strategy, the plan would harm databases, or something could not be read or run.
pub fn propose<'a>(
    analysis: &'a Analysis,
    target: Option<&Target>,
    options: &'a FixOptions,
) -> Result<Proposal<'a>, FixError> {
    Ok(Proposal {
        plan: plan_for(
            analysis,
            analysis,
            target,
            options,
            options.record != Record::Nothing,
        )?,
        analysis,
        options,
    })
}

/// Plans the fix of a state, under the settings of what is checked out.
pub(crate) fn plan_for(
    state: &Analysis,
    checked_out: &Analysis,
    target: Option<&Target>,
    options: &FixOptions,
    may_write: bool,
) -> Result<Plan, FixError> {
    let ask = Ask {
        choice: StrategyChoice::of(options.strategy, &checked_out.snapshot.settings().fix)?,
        scope: options.scope,
        target,
        render: &options.render,
        programs: may_write.then_some(options.programs),
    };
    plan(state, &ask)
}

impl Proposal<'_> {
    /// How far it would go.
    ///
    /// # Errors
    /// It cannot go as far as was asked.
    pub fn step(&self) -> Result<Step, FixError> {
        if matches!(self.options.record, Record::Nothing | Record::Stage) {
            return Ok(Step::Stage);
        }
        let Some(connection) = self.analysis.snapshot.git() else {
            return Err(StageError::NoRepository.into());
        };
        match (connection.unfinished(), self.options.record) {
            (None, _) => {
                let head = SourceSpec::Commit("HEAD".into());
                match self.missing_in(connection, &head)? {
                    Some(missing) => Err(Refusal::NotCommitted(missing).into()),
                    None => Ok(Step::Commit {
                        detached: connection.symbolic_ref(&RefName::head())?.is_none(),
                    }),
                }
            }
            (Some(Unfinished::Merge(_)), Record::CommitOrJoinMerge) => {
                match self.missing_in(connection, &SourceSpec::Index)? {
                    Some(missing) => Err(Refusal::NotInMerge(missing).into()),
                    None => Ok(Step::JoinMerge),
                }
            }
            (Some(Unfinished::Merge(_)), _) => Err(Refusal::OpenMerge.into()),
            (Some(other), _) => Err(Refusal::Open(other).into()),
        }
    }

    fn missing_in(
        &self,
        connection: &Connection,
        base: &SourceSpec,
    ) -> Result<Option<String>, FixError> {
        what_is_missing(self.analysis, &self.options.scan, connection, base)
    }

    /// Carries it out.
    ///
    /// # Errors
    /// Staging failed; what it had done is undone.
    pub fn apply(&self, step: Step) -> Result<StageReport, FixError> {
        let render = &self.plan.render;
        let message = matches!(step, Step::Commit { .. })
            .then(|| commit_message(render, self.options.render.message.as_deref()));
        Ok(stage(
            render,
            &stage_options(self.analysis, self.options, message),
        )?)
    }

    /// The fork that merge revisions fix: applies it unless something is refused, and says what came of it.
    ///
    /// # Errors
    /// It cannot go as far as was asked, or staging failed.
    pub fn outcome(self) -> Result<FixOutcome, FixError> {
        if !self.plan.findings.is_empty() {
            return Ok(FixOutcome::Refused(self.plan.findings));
        }
        if self.plan.is_empty() {
            return Ok(FixOutcome::Nothing);
        }
        if self.options.record == Record::Nothing {
            return Ok(FixOutcome::Shown(self.plan.render));
        }
        let step = self.step()?;
        Ok(FixOutcome::Done(self.apply(step)?))
    }
}

/// Fixes what is checked out, as far as the options ask for it, and says what came of it.
///
/// # Errors
/// It cannot go as far as was asked, or something failed; nothing has changed then.
pub fn fix(
    analysis: &Analysis,
    target: Option<&Target>,
    options: &FixOptions,
) -> Result<FixReport, FixError> {
    let proposal = propose(analysis, target, options)?;
    if options.record == Record::Nothing || proposal.plan.is_empty() {
        return Ok(report(proposal.plan, analysis, None, None));
    }
    let step = proposal.step()?;
    let done = proposal.apply(step)?;
    let now = Analysis::at(&options.scan, &SourceSpec::Worktree)?;
    Ok(report(proposal.plan, &now, Some(done), None))
}

pub(crate) fn stage_options(
    analysis: &Analysis,
    options: &FixOptions,
    commit: Option<String>,
) -> StageOptions {
    StageOptions {
        directory: analysis.snapshot.root().to_owned(),
        inherit: options.scan.inherit,
        add: true,
        commit,
    }
}

/// What came of a plan, with what is there `now`.
pub(crate) fn report(
    plan: Plan,
    now: &Analysis,
    done: Option<StageReport>,
    target: Option<BroughtIn>,
) -> FixReport {
    let has_conflicts = target.as_ref().is_some_and(|one| !one.conflicts.is_empty());
    let plan = if done.is_none() && plan.is_empty() {
        plan.without_changes()
    } else {
        plan
    };
    let still_to_do = done.is_none()
        && (!plan.is_empty() || target.as_ref().is_some_and(|one| one.how != Bring::None));
    FixReport {
        source: plan.source.clone(),
        ok: !now.graph.has_errors() && !has_conflicts && !still_to_do && plan.findings.is_empty(),
        target,
        findings: plan.left(),
        choices: plan.choices,
        sides: plan.sides,
        changes: plan.render.changes,
        done,
        explanations: plan.explanations,
        refused: plan.refused,
    }
}
