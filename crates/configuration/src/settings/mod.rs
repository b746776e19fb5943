//! onehead's own settings: what each key means. How the file is read, and the names of its keys, are in
//! `file.rs`.

mod declaration;
mod error;
mod file;
mod globs;
mod nearest;
mod published;
mod targets;
mod toml_text;

use clap::ValueEnum;
use globset::GlobSet;
use onehead_model::{Bots, ConfigOrigin, HeadPolicy, LeftOutBy, RepoPath, RevisionIds};
use serde::Deserialize;

pub use declaration::Declaration;
pub use error::SettingsError;
pub use file::SETTINGS_FILES;
pub use published::{AcceptedChange, OnBodyChange, PublishedSettings};
pub use targets::{TargetEntry, TargetSetting};

/// What the settings say. Without a file, what `Settings::default()` says.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub(crate) include: Option<GlobSet>,
    pub(crate) exclude: Option<GlobSet>,
    /// Whether a repository without any environment is as it should be.
    pub allow_none: bool,
    /// The command that runs the project's own Alembic.
    pub alembic: Option<String>,
    /// The branches that work is merged into.
    pub target: TargetSetting,
    /// Which authors are programs.
    pub bots: Bots,
    /// What hooks do.
    pub hooks: HookSettings,
    /// What to do about sides of a fork that collide in what they do to the schema.
    pub conflicting_sides: OnCollision,
    /// What makes the check of a change fail.
    pub fail_on: FailOn,
    /// How forks are fixed.
    pub fix: FixSettings,
    /// What is published, and what may change of it.
    pub published: PublishedSettings,
    /// The policy of environments that have none of their own.
    pub policy: HeadPolicy,
    /// Where ids come from in environments of which nothing else is said.
    pub revision_id: Option<RevisionIds>,
    /// What is said about single environments.
    pub environments: Vec<EnvironmentSettings>,
    /// What is said of single revision files.
    pub declarations: Vec<Declaration>,
    /// The file that says so.
    pub path: Option<RepoPath>,
}

/// What the settings say about hooks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a table")]
pub struct HookSettings {
    /// The command that pre-push runs once everything else is well.
    pub test: Option<String>,
    /// Whether pre-merge-commit adds the merge revision to the open merge without asking.
    #[serde(default)]
    pub fix: bool,
    /// What pre-commit does about a collision with the target.
    #[serde(default)]
    pub collision: OnCollision,
    /// Whether pre-commit looks at the other branches as well.
    #[serde(default)]
    pub radar: bool,
    /// Whether hooks may fetch what a partial clone lacks; said only where it is not so.
    pub fetch: Option<bool>,
}

impl HookSettings {
    /// Whether hooks may fetch what a partial clone lacks.
    #[must_use]
    pub fn may_fetch(&self) -> bool {
        self.fetch.unwrap_or(true)
    }
}

/// What to do about a collision that is still to come, or that a merge revision would hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnCollision {
    /// Say it, and go on.
    #[default]
    Warn,
    /// Refuse.
    Error,
}

/// What makes the check of a change fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// What the change introduces.
    #[default]
    Introduced,
    /// Also what the target has already.
    Any,
}

/// What the settings say about fixing.
#[derive(Debug, Clone)]
pub struct FixSettings {
    /// The strategy unless another one is asked for.
    pub strategy: Strategy,
    /// What is never done here.
    pub forbid: Vec<Strategy>,
    /// Whether the post-write hooks of the project are run on merge revisions.
    pub post_write_hooks: bool,
    /// The command that runs the project's Python.
    pub python: String,
}

/// How to fix a fork.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// One merge revision over all heads
    #[default]
    Merge,
    /// Re-parent the unpublished side to the target's head
    Reparent,
    /// Re-parent if no one else has the side, else merge
    Auto,
}

impl Default for FixSettings {
    fn default() -> Self {
        Self {
            strategy: Strategy::default(),
            forbid: Vec::new(),
            post_write_hooks: false,
            python: "python3".into(),
        }
    }
}

/// What the settings say about one environment.
#[derive(Debug, Clone)]
pub struct EnvironmentSettings {
    /// The folder with `env.py`, where it is said; else `config` leads to it.
    pub script_location: Option<RepoPath>,
    /// The configuration that leads to it.
    pub config: Option<RepoPath>,
    /// The section of the ini file that leads to it.
    pub section: Option<String>,
    /// Its version locations, where the project sets them only in code.
    pub version_locations: Option<Vec<RepoPath>>,
    /// Whether the sub-folders of its version locations are read, whatever the configuration says.
    pub recursive: Option<bool>,
    /// What lies outside of the repository: version locations, revision ids, labels, or globs.
    pub elsewhere: Vec<String>,
    /// Its template, where it is not `script.py.mako` in the script location.
    pub template: Option<RepoPath>,
    /// Its policy.
    pub policy: Option<HeadPolicy>,
    /// Where its ids come from.
    pub revision_id: Option<RevisionIds>,
}

impl Settings {
    /// Whether the settings want an environment in this folder to be looked at.
    #[must_use]
    pub fn wants(&self, folder: &RepoPath) -> bool {
        self.leaves_out(folder).is_none()
    }

    /// The setting that leaves out what lies in this folder.
    #[must_use]
    pub fn leaves_out(&self, folder: &RepoPath) -> Option<LeftOutBy> {
        let name = folder.to_string();
        let matches = |set: &GlobSet| set.is_match(&name);
        if self.exclude.as_ref().is_some_and(matches) {
            return Some(LeftOutBy::Exclude);
        }
        (!self.include.as_ref().is_none_or(matches)).then_some(LeftOutBy::Include)
    }

    /// What is declared of a file.
    #[must_use]
    pub fn declaration_of(&self, file: &RepoPath) -> Option<&Declaration> {
        self.declarations.iter().find(|one| one.file == *file)
    }

    /// Whether the settings leave out this very file, rather than all that lies in its folder.
    #[must_use]
    pub fn excludes_file(&self, path: &RepoPath) -> bool {
        let matches = |path: &RepoPath| {
            let exclude = self.exclude.as_ref();
            exclude.is_some_and(|set| set.is_match(path.to_string()))
        };
        matches(path) && !matches(&path.parent())
    }

    /// What is said about the environments in this folder to which this configuration leads: several may share it, each
    /// with version locations of its own. What is said about the configuration counts more than what is said about the
    /// folder.
    #[must_use]
    pub fn of(
        &self,
        script_location: &RepoPath,
        origin: Option<&ConfigOrigin>,
    ) -> Vec<EnvironmentSettings> {
        let fits = |one: &&EnvironmentSettings| one.fits(script_location, origin);
        let fitting: Vec<&EnvironmentSettings> = self.environments.iter().filter(fits).collect();
        let is_exact = fitting.iter().any(|one| one.names_a_configuration());
        fitting
            .into_iter()
            .filter(|one| one.names_a_configuration() == is_exact)
            .cloned()
            .collect()
    }
}

impl EnvironmentSettings {
    /// Whether it is about one configuration, and not about whatever leads to a folder.
    #[must_use]
    pub fn names_a_configuration(&self) -> bool {
        self.config.is_some() || self.section.is_some()
    }

    /// Whether it is about the environment in this folder to which this configuration leads.
    #[must_use]
    pub fn fits(&self, script_location: &RepoPath, origin: Option<&ConfigOrigin>) -> bool {
        let folder = self.script_location.as_ref();
        let config = self.config.as_ref();
        let section = self.section.as_ref();
        let of_origin = origin.and_then(|origin| origin.section.as_ref());
        folder.is_none_or(|folder| folder == script_location)
            && config.is_none_or(|config| origin.is_some_and(|origin| origin.path == *config))
            && section.is_none_or(|section| of_origin == Some(section))
    }
}
