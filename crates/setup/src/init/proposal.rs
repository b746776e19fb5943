//! All that would be set up.

use std::fs;
use std::path::Path;

use onehead_model::{FileDiff, InitProposal, PlannedFile};

use super::error::InitError;
use super::look::Here;
use super::options::{HooksChoice, InitOptions};
use super::part::PartPlan;
use super::{authoring, ci, settings};
use crate::hooks::{Installation, Step, Wanted};

/// What would be set up here: settings, a job of the CI, a post-write hook of Alembic, hooks.
pub struct Proposal<'a> {
    here: &'a Here,
    settings: PartPlan,
    ci: PartPlan,
    authoring: Vec<PlannedFile>,
    authoring_steps: Vec<Step>,
    hooks: Option<Installation<'a>>,
}

impl<'a> Proposal<'a> {
    /// Plans it all.
    ///
    /// # Errors
    /// A part cannot be written; nothing of the others is then.
    pub fn of(here: &'a Here, options: &InitOptions) -> Result<Self, InitError> {
        let wanted = |caller| Wanted {
            caller,
            post_checkout: options.post_checkout,
            ..Wanted::default()
        };
        let wanted = match options.hooks {
            HooksChoice::None => None,
            HooksChoice::Found => Some(wanted(None)),
            HooksChoice::Named(caller) => Some(wanted(Some(caller))),
        };
        let mut settings = settings::plan(here)?;
        let (authoring, authoring_steps) = match options.authoring {
            true => authoring::plan(here, &mut settings.steps)?,
            false => Default::default(),
        };
        Ok(Self {
            here,
            settings,
            ci: ci::plan(here, options.ci)?,
            authoring,
            authoring_steps,
            hooks: wanted
                .map(|wanted| Installation::plan(&here.repository, &wanted))
                .transpose()?,
        })
    }

    /// What has to be done for it; empty if all of it is there.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let files = self.settings.steps.iter().chain(&self.ci.steps);
        let files = files.chain(&self.authoring_steps);
        let hooks = self.hooks.as_ref().map(Installation::steps);
        files.cloned().chain(hooks.into_iter().flatten()).collect()
    }

    /// The proposal for people to read.
    #[must_use]
    pub fn document(&self) -> InitProposal {
        let here = self.here;
        InitProposal {
            environments: here.verdict.environments.clone(),
            target: here.target.as_ref().map(|target| target.name.clone()),
            settings: self.settings.says.clone(),
            guessed: here.guessed,
            leading_nowhere: here.leading_nowhere.clone(),
            ci: self.ci.says.clone(),
            authoring: self.authoring.clone(),
            hooks: self.hooks.as_ref().map(Installation::document),
        }
    }

    /// The files of the working tree that the steps write, as they are before the steps are made.
    #[must_use]
    pub fn diffs(&self) -> Vec<FileDiff> {
        let steps = self.steps();
        let files = steps.iter().filter_map(|step| match step {
            Step::Write {
                path,
                bytes,
                executable,
            } => Some(FileDiff {
                name: in_worktree(self.here.root(), path)?,
                old: fs::read_to_string(path).ok(),
                new: String::from_utf8_lossy(bytes).into_owned(),
                executable: *executable,
            }),
            _ => None,
        });
        files.collect()
    }
}

/// The path of a file of the working tree, with `/`.
fn in_worktree(root: &Path, path: &Path) -> Option<String> {
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let path = path.strip_prefix(root).ok()?;
    let parts = path.iter().map(|part| part.to_string_lossy());
    let name = parts.collect::<Vec<_>>().join("/");
    (!name.starts_with(".git/")).then_some(name)
}
