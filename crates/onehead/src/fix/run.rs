//! One run of `onehead fix`: here, or with the target brought in first.

use std::collections::BTreeSet;

use onehead_git::{Connection, Unfinished};
use onehead_model::{Bring, BroughtIn, Finding, FixReport, RepoPath, StageReport};
use onehead_scan::{ScanError, ScanOptions, SourceSpec, Strategy};
use onehead_stage::{Landed, StageOptions, bring_in, stage};

use super::FixArgs;
use super::choose::Wish;
use super::plan::{Ask, Plan, plan};
use crate::auto_merge::in_the_way;
use crate::merge_heads::{Programs, commit_message};
use crate::recorded;
use crate::target::{self, with_hint};
use onehead_forecast::Analysis;
use onehead_forecast::Target;

type Failure = Box<dyn std::error::Error>;

/// What is there, and what is wanted.
pub(crate) struct Run<'a> {
    args: &'a FixArgs,
    options: ScanOptions,
    looked: Analysis,
    strategy: Strategy,
    target: Option<Target>,
}

impl<'a> Run<'a> {
    pub(crate) fn begin(args: &'a FixArgs) -> Result<Self, Failure> {
        let options = ScanOptions {
            // The target may be where the first environment is.
            allow_none: args.target.is_some(),
            ..args.scan.options()
        };
        let looked = Analysis::at(&options)?;
        let settings = &looked.scanned.settings;
        let strategy = args.strategy.unwrap_or(settings.fix.strategy);
        if settings.fix.forbid.contains(&strategy) {
            return Err("the settings forbid that strategy\nhint: `forbid` under [fix] in the settings says which; leave --strategy out".into());
        }
        let setting = settings.target.as_deref();
        let target = match (&args.target, &looked.scanned.repository) {
            (Some(_), None) => {
                let root = looked.scanned.root.display().to_string();
                return Err(Box::new(ScanError::NoRepository(root)));
            }
            (Some(name), Some(repository)) => {
                let named = Some(name.as_str()).filter(|name| !name.is_empty());
                Some(target::wanted(repository, named, setting, args.fetch)?)
            }
            // What is published depends on it, whether it is to be brought in or not.
            (None, Some(repository)) => {
                Target::find(repository, None, setting).map_err(with_hint)?
            }
            (None, None) => None,
        };
        Ok(Self {
            args,
            options,
            looked,
            strategy,
            target,
        })
    }

    /// Does what was asked, and says it.
    pub(crate) fn report(&self) -> Result<FixReport, Failure> {
        match (
            &self.args.target,
            &self.target,
            &self.looked.scanned.repository,
        ) {
            (Some(_), Some(target), Some(repository)) => self.with_target(repository, target),
            _ => self.here(),
        }
    }

    /// Mends what is checked out.
    fn here(&self) -> Result<FixReport, Failure> {
        let plan = self.plan(&self.looked, &self.options, !self.args.dry_run)?;
        if self.args.dry_run || plan.is_empty() {
            return self.told(plan, &self.looked, None, None);
        }
        if let (true, Some(repository)) = (self.args.commit, &self.looked.scanned.repository) {
            self.may_commit(repository)?;
        }
        let message = commit_message(&plan.render, &self.args.render);
        let options = self.stage_options(self.args.commit.then_some(message));
        let done = stage(&plan.render, &options)?;
        let now = Analysis::at(&self.options)?;
        self.told(plan, &now, Some(done), None)
    }

    /// Brings the target in, and mends what that leads to in the same step.
    fn with_target(&self, repository: &Connection, target: &Target) -> Result<FixReport, Failure> {
        if let Some(unfinished) = repository.unfinished() {
            return Err(in_the_way(&unfinished).into());
        }
        let ours = repository
            .commit("HEAD")?
            .ok_or("there is no commit yet, so there is nothing to bring the target into\nhint: `git switch` to a branch that has one, or make the first commit")?;
        let mut brought = BroughtIn {
            target: target.name.clone(),
            oid: target.oid.clone(),
            how: self.way(repository, &ours, target)?,
            conflicts: Vec::new(),
        };
        let source = match brought.how {
            Bring::None => SourceSpec::Commit(ours.clone()),
            Bring::FastForward => SourceSpec::Commit(target.oid.clone()),
            Bring::Merge | Bring::Rebase => {
                brought.conflicts = repository.merge_tree(&target.oid, &ours)?.conflicts;
                SourceSpec::Merge(vec![target.oid.clone(), ours.clone()])
            }
        };
        let options = ScanOptions {
            source,
            ..self.options.clone()
        };
        // What would be refused is refused before anything has moved.
        let predicted = Analysis::at(&options)?;
        let plan = self.plan(&predicted, &options, false)?;
        let goes_on = plan.is_whole() || !brought.conflicts.is_empty();
        let nothing = plan.is_empty() && brought.how == Bring::None;
        if self.args.dry_run || nothing || !goes_on {
            return self.told(plan, &self.looked, None, Some(brought));
        }
        if let Some(path) = self.uncommitted_revision(&ours)? {
            return Err(format!("{path} is in no commit yet, and a commit of the mend could not count on it\nhint: commit it, or move it away, then the same again").into());
        }
        if !repository.is_clean()? {
            return Err("there are changes that are not committed, and bringing the target in could mix with them\nhint: `git commit` or `git stash` them, then the same again".into());
        }
        self.bring(repository, &ours, target, brought)
    }

    /// A revision file that is here and not in HEAD: one that git does not track.
    fn uncommitted_revision(&self, head: &str) -> Result<Option<RepoPath>, Failure> {
        let recorded = Analysis::at(&ScanOptions {
            source: SourceSpec::Commit(head.into()),
            ..self.options.clone()
        })?;
        let paths = |looked: &Analysis| -> BTreeSet<RepoPath> {
            let environments = looked.graph.environments.iter();
            let nodes = environments.flat_map(|environment| &environment.revisions);
            nodes.map(|node| node.path.clone()).collect()
        };
        Ok(paths(&self.looked)
            .difference(&paths(&recorded))
            .next()
            .cloned())
    }

    fn bring(
        &self,
        repository: &Connection,
        ours: &str,
        target: &Target,
        mut brought: BroughtIn,
    ) -> Result<FixReport, Failure> {
        let branch = name_for_git(repository, target)?;
        let mut carried_out = None;
        let options = self.stage_options(None);
        let landed = bring_in::<Failure>(repository, ours, brought.how, &branch, &options, || {
            let now = Analysis::at(&self.options)?;
            let plan = self.plan(&now, &self.options, true)?;
            if !plan.is_whole() {
                return Err(Box::new(NotWhole(plan.left())));
            }
            let render = plan.render.clone();
            let message = commit_message(&render, &self.args.render);
            carried_out = Some(plan);
            Ok((render, message))
        })?;
        let now = Analysis::at(&self.options)?;
        match (landed, carried_out) {
            (Landed::Done(done), Some(plan)) => self.told(plan, &now, Some(done), Some(brought)),
            (Landed::Done(_), None) => Err("nothing was planned".into()),
            (Landed::Conflicts(paths), _) => {
                brought.conflicts = paths;
                let plan = self.plan(&now, &self.options, false)?;
                self.told(plan.without_changes(), &now, None, Some(brought))
            }
        }
    }

    /// How the target comes in.
    fn way(&self, repository: &Connection, ours: &str, target: &Target) -> Result<Bring, Failure> {
        let base = repository.merge_base(ours, &target.oid)?;
        if base.is_none() {
            let hint = if repository.is_shallow()? {
                "this clone is shallow; `git fetch --unshallow` brings the rest of the past"
            } else {
                "name the branch that this one came from with --target"
            };
            return Err(format!(
                "{} and this branch have no past in common\nhint: {hint}",
                target.name
            )
            .into());
        }
        Ok(match base.as_deref() {
            Some(base) if base == target.oid => Bring::None,
            Some(base) if base == ours => Bring::FastForward,
            _ if self.args.rebase => Bring::Rebase,
            _ => Bring::Merge,
        })
    }

    fn plan(
        &self,
        looked: &Analysis,
        options: &ScanOptions,
        may_write: bool,
    ) -> Result<Plan, Failure> {
        let ask = Ask {
            wish: Wish {
                strategy: self.strategy,
                typed: self.args.strategy.is_some(),
                settings: &self.looked.scanned.settings.fix,
            },
            target: self.target.as_ref(),
            render: &self.args.render,
            programs: Programs::of(may_write, self.args.hooks),
        };
        plan(looked, options, &ask)
    }

    /// Whether a commit of the mend alone would hold together.
    fn may_commit(&self, repository: &Connection) -> Result<(), Failure> {
        match repository.unfinished() {
            Some(Unfinished::Merge(_)) => {
                return Err("a merge is open, and git commits no single file then\nhint: leave --commit out; `git commit --no-edit` then finishes the merge with the mend in it".into());
            }
            Some(other) => return Err(in_the_way(&other).into()),
            None => {}
        }
        let head = SourceSpec::Commit("HEAD".into());
        match recorded::what_is_missing(&self.looked, &self.options, repository, &head)? {
            None => Ok(()),
            Some(missing) => Err(format!(
                "{missing} not in HEAD, and a commit of the mend alone would not hold together\nhint: leave --commit out, then commit all of it"
            )
            .into()),
        }
    }

    fn stage_options(&self, commit: Option<String>) -> StageOptions {
        StageOptions {
            directory: self.looked.scanned.root.clone(),
            inherit: self.options.inherit,
            add: true,
            commit,
        }
    }

    fn told(
        &self,
        plan: Plan,
        now: &Analysis,
        done: Option<StageReport>,
        target: Option<BroughtIn>,
    ) -> Result<FixReport, Failure> {
        let has_conflicts = target.as_ref().is_some_and(|one| !one.conflicts.is_empty());
        let plan = if done.is_none() && plan.is_empty() {
            plan.without_changes()
        } else {
            plan
        };
        let still_to_do = done.is_none()
            && (!plan.is_empty() || target.as_ref().is_some_and(|one| one.how != Bring::None));
        Ok(FixReport {
            source: plan.source.clone(),
            ok: !now.graph.has_errors()
                && !has_conflicts
                && !still_to_do
                && plan.findings.is_empty(),
            target,
            findings: plan.left(),
            choices: plan.choices,
            arms: plan.arms,
            changes: plan.render.changes,
            done,
            explanations: plan.explanations,
            refused: plan.refused,
        })
    }
}

/// What git's own message of a merge should call the target: as people do, if that means the same.
fn name_for_git(repository: &Connection, target: &Target) -> Result<String, Failure> {
    let Some(full) = &target.full_name else {
        return Ok(target.oid.clone());
    };
    let known = repository.full_name(&target.name)?;
    Ok(if known.as_ref() == Some(full) {
        target.name.clone()
    } else {
        full.clone()
    })
}

/// What is there is not what was predicted.
#[derive(Debug, thiserror::Error)]
#[error("what is there once the target is in is not what was predicted: {}; everything is as before\nhint: the same again", first(.0))]
struct NotWhole(Vec<Finding>);

fn first(findings: &[Finding]) -> &str {
    findings
        .first()
        .map_or("something else is wrong", |finding| &finding.message)
}
