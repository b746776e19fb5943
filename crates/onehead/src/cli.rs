//! The arguments of `onehead`.

use clap::{Args, CommandFactory, Parser, Subcommand};
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
use crate::program::{VERSION, command};
use crate::radar::{self, RadarArgs};
use crate::tool::ToolArgs;
use crate::verbose::Verbose;
use crate::whereabouts::{self, WhereArgs};

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
    command: Called,
}

/// What `onehead` is called for.
#[derive(Debug, Subcommand)]
enum Called {
    #[command(flatten)]
    ByPeople(Command),
    /// Be one of the four tools: what its launcher in a package calls
    #[command(hide = true)]
    Tool(ToolArgs),
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
    /// Say which branches, tags, pull requests and commits have a revision
    Where(WhereArgs),
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
}

impl Cli {
    /// Does what was asked for.
    #[must_use]
    pub fn run(self) -> Exit {
        self.verbose.listen();
        match self.command {
            Called::ByPeople(command) => command.run(self.invoked_as),
            Called::Tool(args) => args.run(),
        }
    }
}

impl Command {
    fn run(self, invoked_as: InvokedAs) -> Exit {
        match self {
            Self::Check(args) => check::run(&args, invoked_as),
            Self::Fix(args) => fix::run(&args, invoked_as),
            Self::AutoMerge(args) => auto_merge::run(&args, invoked_as),
            Self::Ci(args) => ci::run(&args, invoked_as),
            Self::History(args) => history::run(&args, invoked_as),
            Self::Radar(args) => radar::run(&args, invoked_as),
            Self::Where(args) => whereabouts::run(&args, invoked_as),
            Self::Hook(args) => args.run(invoked_as),
            Self::Init(args) => init::run(&args, invoked_as),
            Self::InstallHooks(args) => install::run(&args, invoked_as),
            Self::Doctor(args) => doctor::run(&args, invoked_as),
            Self::Completions { shell } => completions::run(shell, &mut by_people()),
        }
    }
}

/// `onehead` as people call it. What only programs type is not in it: completions would offer it.
fn by_people() -> clap::Command {
    let program = Verbose::augment_args(clap::Command::new("onehead"))
        .version(VERSION)
        .about(Cli::command().get_about().cloned().unwrap_or_default())
        .subcommand_required(true)
        .arg_required_else_help(true);
    Command::augment_subcommands(program)
}

/// `onehead` and the four tools, for manuals and completions.
#[must_use]
pub fn programs() -> [clap::Command; 5] {
    [
        by_people(),
        command::<onehead_scan::program::Cli>(),
        command::<onehead_graph::program::Cli>(),
        command::<onehead_render::program::Cli>(),
        command::<onehead_stage::program::Cli>(),
    ]
}
