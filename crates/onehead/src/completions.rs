//! `onehead completions`: the script with which a shell completes the arguments of `onehead`, for those whose
//! package did not bring it.

use clap_complete::Shell;
use onehead_model::{Exit, stdio};

use crate::cli::Cli;
use crate::program::command;

/// Prints the script of a shell.
pub(crate) fn run(shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command::<Cli>(), "onehead", &mut script);
    stdio::print(&String::from_utf8_lossy(&script), Exit::Clean)
}
