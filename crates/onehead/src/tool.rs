//! `onehead tool`: one of the four tools, as the launchers of a package call it, so that a package holds one program and not
//! five. From a checkout each tool is a program of its own crate.

use std::ffi::OsString;

use clap::{Args, ValueEnum};
use onehead_model::Exit;

use crate::program::parse;

/// Which tool, and its arguments.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct ToolArgs {
    tool: Tool,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tool {
    Scan,
    Graph,
    Render,
    Stage,
}

impl ToolArgs {
    /// Does what the tool does.
    #[must_use]
    pub fn run(self) -> Exit {
        let words = |name: &str| [OsString::from(name)].into_iter().chain(self.arguments);
        match self.tool {
            Tool::Scan => parse::<onehead_scan::program::Cli>(words("onehead-scan")).run(),
            Tool::Graph => parse::<onehead_graph::program::Cli>(words("onehead-graph")).run(),
            Tool::Render => parse::<onehead_render::program::Cli>(words("onehead-render")).run(),
            Tool::Stage => parse::<onehead_stage::program::Cli>(words("onehead-stage")).run(),
        }
    }
}
