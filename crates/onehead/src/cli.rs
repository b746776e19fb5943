//! The arguments of `onehead`.

use clap::{Parser, Subcommand};
use clap_complete::Shell;
use onehead_model::Exit;

use crate::auto_merge::{self, AutoMergeArgs};
use crate::check::{self, CheckArgs};
use crate::ci::{self, CiArgs};
use crate::completions;
use crate::doctor::{self, DoctorArgs};
use crate::fix::{self, FixArgs};
use crate::history::{self, HistoryArgs};
use crate::hook::HookArgs;
use crate::init::{self, InitArgs};
use crate::install::{self, InstallArgs};
use crate::invoked_as::InvokedAs;
use crate::program::command;
use crate::radar::{self, RadarArgs};
use crate::tool::ToolArgs;
use crate::verbose::Verbose;

/// Keeps every Alembic migration environment of a git repository at exactly one head.
#[derive(Debug, Parser)]
#[command(name = "onehead", version)]
pub struct Cli {
    #[command(flatten)]
    verbose: Verbose,
    /// The command that hints name, for a program that starts this one
    #[arg(
        long,
        value_name = "COMMAND",
        value_enum,
        default_value = "onehead",
        hide = true
    )]
    invoked_as: InvokedAs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check whether every environment has one head, and fix it if asked
    Check(CheckArgs),
    /// Fix forks: write a merge revision or re-parent an unpublished side, and explain what it means for databases
    Fix(FixArgs),
    /// Merge the heads: show the merge revision, ask, write it and commit it
    AutoMerge(AutoMergeArgs),
    /// Check the merge result, whatever commit CI has checked out
    Ci(CiArgs),
    /// Report what happened to the heads of the target over time
    History(HistoryArgs),
    /// Report which branches will collide, before they are merged
    Radar(RadarArgs),
    /// Run the check of a git hook
    Hook(HookArgs),
    /// Set up settings, hooks and CI for this repository
    Init(InitArgs),
    /// Install the git hooks of a repository, or remove them
    InstallHooks(InstallArgs),
    /// Test whether every check of this clone is installed
    Doctor(DoctorArgs),
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Be one of the four tools: what its launcher in a package calls
    #[command(hide = true)]
    Tool(ToolArgs),
}

impl Cli {
    /// Does what was asked for.
    #[must_use]
    pub fn run(self) -> Exit {
        self.verbose.listen();
        let invoked_as = self.invoked_as;
        match self.command {
            Command::Check(args) => check::run(&args, invoked_as),
            Command::Fix(args) => fix::run(&args, invoked_as),
            Command::AutoMerge(args) => auto_merge::run(&args, invoked_as),
            Command::Ci(args) => ci::run(&args, invoked_as),
            Command::History(args) => history::run(&args, invoked_as),
            Command::Radar(args) => radar::run(&args, invoked_as),
            Command::Hook(args) => args.run(invoked_as),
            Command::Init(args) => init::run(&args, invoked_as),
            Command::InstallHooks(args) => install::run(&args, invoked_as),
            Command::Doctor(args) => doctor::run(&args, invoked_as),
            Command::Completions { shell } => completions::run(shell, &mut command::<Self>()),
            Command::Tool(args) => args.run(),
        }
    }
}

/// `onehead` and the four tools, for manuals and completions.
#[must_use]
pub fn programs() -> [clap::Command; 5] {
    [
        command::<Cli>(),
        command::<onehead_scan::program::Cli>(),
        command::<onehead_graph::program::Cli>(),
        command::<onehead_render::program::Cli>(),
        command::<onehead_stage::program::Cli>(),
    ]
}
