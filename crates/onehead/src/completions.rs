//! `onehead completions`: the script with which a shell completes the arguments of `onehead`, for those whose
//! package did not bring it.

use clap::Command;
use clap_complete::Shell;
use onehead_model::{Exit, stdio};

/// Prints the script of a shell for these arguments.
pub(crate) fn run(shell: Shell, arguments: &mut Command) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, arguments, "onehead", &mut script);
    stdio::print(&String::from_utf8_lossy(&script), Exit::Clean)
}
