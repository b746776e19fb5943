//! The flow with the target integrated first: a merge or a rebase that holds the fix as well.

use std::collections::{BTreeSet, HashSet};

use onehead_forecast::{Analysis, Target};
use onehead_git::{Connection, Oid};
use onehead_model::{Bring, BroughtIn, EnvironmentGraph, FixReport, RepoPath};
use onehead_scan::SourceSpec;
use onehead_stage::Integration as Outcome;

use crate::flow::{plan_for, report, stage_options};
use crate::merge_revisions::commit_message;
use crate::options::{FixOptions, Record};
use crate::plan::Plan;
use crate::refusal::{FixError, Refusal};

/// Integrates the target into what is checked out, and fixes what that leads to in the same step. `rebase` puts the
/// branch on top of the target; else the target is merged, or the branch moves forward to it.
///
/// With [`Record::Nothing`] it is only predicted; anything else commits.
///
/// # Errors
/// Why nothing was done: everything is as before. Conflicts of git's are no error; the merge or rebase is then open.
pub fn integrate(
    analysis: &Analysis,
    target: &Target,
    rebase: bool,
    options: &FixOptions,
) -> Result<FixReport, FixError> {
    let snapshot = &analysis.snapshot;
    let Some(connection) = snapshot.git() else {
        let root = snapshot.root().display().to_string();
        return Err(onehead_scan::ScanError::NoRepository(root).into());
    };
    let integration = Integration {
        analysis,
        connection,
        target,
        options,
    };
    integration.run(rebase)
}

struct Integration<'a> {
    /// What is checked out.
    analysis: &'a Analysis,
    connection: &'a Connection,
    target: &'a Target,
    options: &'a FixOptions,
}

impl Integration<'_> {
    fn run(&self, rebase: bool) -> Result<FixReport, FixError> {
        let (connection, target) = (self.connection, self.target);
        if let Some(unfinished) = connection.unfinished() {
            return Err(Refusal::Open(unfinished).into());
        }
        let ours = connection.commit("HEAD")?.ok_or(Refusal::NoCommit)?;
        let mut integrated = BroughtIn {
            target: target.name.clone(),
            oid: target.oid.to_string(),
            how: self.way(&ours, rebase)?,
            conflicts: Vec::new(),
        };
        let source = match integrated.how {
            Bring::None => SourceSpec::Commit(ours.to_string()),
            Bring::FastForward => SourceSpec::Commit(target.oid.to_string()),
            Bring::Merge | Bring::Rebase => {
                integrated.conflicts = connection.merge_tree(&target.oid, &ours)?.conflicts;
                SourceSpec::Merge(vec![target.oid.to_string(), ours.to_string()])
            }
        };
        // What would be refused is refused before anything has moved.
        let predicted = Analysis::open(connection, &self.options.scan, &source)?;
        let plan = self.plan(&predicted, false)?;
        let goes_on = plan.is_whole() || !integrated.conflicts.is_empty();
        let nothing = plan.is_empty() && integrated.how == Bring::None;
        if self.options.record == Record::Nothing || nothing || !goes_on {
            return Ok(report(plan, self.analysis, None, Some(integrated)));
        }
        if let Some(path) = self.uncommitted_revision(&ours)? {
            return Err(Refusal::UncommittedRevision(path).into());
        }
        if !connection.is_clean()? {
            return Err(Refusal::UncommittedChanges.into());
        }
        self.carry_out(&ours, integrated)
    }

    fn carry_out(&self, ours: &Oid, mut integrated: BroughtIn) -> Result<FixReport, FixError> {
        let branch = self.name_for_git()?;
        let mut carried_out = None;
        let options = stage_options(self.analysis, self.options, None);
        let plan = || {
            let plan = self.plan(
                &Analysis::at(&self.options.scan, &SourceSpec::Worktree)?,
                true,
            )?;
            if !plan.is_whole() {
                return Err(Refusal::NotAsPredicted(plan.left()).into());
            }
            let render = plan.render.clone();
            let message = commit_message(&render, self.options.render.message.as_deref());
            carried_out = Some(plan);
            Ok((render, message))
        };
        let how = integrated.how;
        let outcome = onehead_stage::integrate::<FixError>(
            self.connection,
            ours,
            how,
            &branch,
            &options,
            plan,
        )?;
        let now = Analysis::at(&self.options.scan, &SourceSpec::Worktree)?;
        let plan = match carried_out {
            Some(plan) => plan,
            None => self.plan(&now, false)?,
        };
        Ok(match outcome {
            Outcome::Done(done) => report(plan, &now, Some(done), Some(integrated)),
            Outcome::Conflicts(paths) => {
                integrated.conflicts = paths;
                report(plan.without_changes(), &now, None, Some(integrated))
            }
        })
    }

    fn plan(&self, state: &Analysis, may_write: bool) -> Result<Plan, FixError> {
        plan_for(
            state,
            self.analysis,
            Some(self.target),
            self.options,
            may_write,
        )
    }

    /// How the target comes in.
    fn way(&self, ours: &Oid, rebase: bool) -> Result<Bring, FixError> {
        let target = self.target;
        Ok(match self.connection.merge_base(ours, &target.oid)? {
            None => {
                return Err(Refusal::Unrelated {
                    target: target.name.clone(),
                    shallow: self.connection.is_shallow()?,
                }
                .into());
            }
            Some(base) if base == target.oid => Bring::None,
            Some(base) if base == *ours => Bring::FastForward,
            Some(_) if rebase => Bring::Rebase,
            Some(_) => Bring::Merge,
        })
    }

    /// A revision file that is here and not in HEAD: one that git does not track.
    fn uncommitted_revision(&self, head: &Oid) -> Result<Option<RepoPath>, FixError> {
        let environments = self.analysis.graph.environments.iter();
        let nodes = environments.flat_map(|environment: &EnvironmentGraph| &environment.revisions);
        let paths: BTreeSet<&RepoPath> = nodes.map(|node| &node.path).collect();
        let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
        let recorded = self.connection.oids_in_tree(head, &names)?;
        let recorded: HashSet<&str> = recorded.iter().map(|(name, _)| name.as_str()).collect();
        let mut missing = paths
            .into_iter()
            .filter(|path| !recorded.contains(path.as_str()));
        Ok(missing.next().cloned())
    }

    /// What git's own message of a merge should call the target: as people do, if that means the same.
    fn name_for_git(&self) -> Result<String, FixError> {
        let target = self.target;
        let Some(full) = &target.full_name else {
            return Ok(target.oid.to_string());
        };
        let known = self.connection.full_name(&target.name)?;
        Ok(if known.as_ref() == Some(full) {
            target.name.clone()
        } else {
            full.to_string()
        })
    }
}
