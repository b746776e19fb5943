use crate::{CheckedEnvironment, HookManager, RepoPath};

/// What installing or removing hooks does to a clone. Held in memory: it is about a machine and has no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksPlan {
    /// The manager whose configuration gets entries; none: git's own hooks.
    pub manager: Option<HookManager>,
    /// That configuration, or git's hooks folder; relative to the root where it lies inside.
    pub path: String,
    /// What happens to each hook or file.
    pub hooks: Vec<PlannedHook>,
    /// What people should know about the hooks once they are there, and do about them.
    pub notes: Vec<HooksNote>,
    /// Whether the hooks are those of this clone alone.
    pub this_clone_only: bool,
}

/// One hook or file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedHook {
    /// What git or people call it.
    pub name: String,
    /// What happens to it: `is installed`.
    pub says: String,
}

/// Something to know about installed hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HooksNote {
    /// The hooks folder is part of what people commit.
    InWorktree,
    /// The entries call whatever `onehead` is on `PATH`.
    CallsPath,
    /// git's own hooks call onehead as well.
    GitHooksToo,
    /// Another manager is configured as well.
    OtherManager(HookManager),
    /// The manager is not in git's hooks folder yet.
    NotActive {
        /// The manager.
        manager: HookManager,
        /// Whether it has to call post-checkout as well.
        post_checkout: bool,
    },
}

/// What `onehead init` would set up. Held in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitProposal {
    /// The environments, as they would be checked.
    pub environments: Vec<CheckedEnvironment>,
    /// The target branch, if anything tells.
    pub target: Option<String>,
    /// The settings.
    pub settings: PlannedFile,
    /// Whether a policy in them was concluded from what the environments look like.
    pub guessed: bool,
    /// Configurations that the settings leave out because they lead to no folder of the repository.
    pub leading_nowhere: Vec<RepoPath>,
    /// The job of the CI.
    pub ci: PlannedFile,
    /// The post-write hook of Alembic, for each configuration; empty if none is wanted.
    pub authoring: Vec<PlannedFile>,
    /// The hooks; none if none is wanted.
    pub hooks: Option<HooksPlan>,
}

/// What happens to the file of one part of a setup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedFile {
    /// Nothing, as asked.
    NotWanted,
    /// Nothing, since nothing tells which file it would be.
    NotKnown,
    /// Nothing, since the defaults fit.
    NotNeeded,
    /// Nothing: this file has it already.
    Present(String),
    /// This file is created; the lines that are worth showing.
    Created(String, Vec<String>),
    /// This file gets more at its end; the lines that are worth showing.
    Extended(String, Vec<String>),
}

/// A file of the working tree, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// Its path from the root, with `/`.
    pub name: String,
    /// What is in it; none if it is missing.
    pub old: Option<String>,
    /// What will be in it.
    pub new: String,
    /// Whether it becomes a program.
    pub executable: bool,
}
