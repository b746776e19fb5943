//! The sources of the package: what git tracks here as it lies in the working tree, and beside it, in `crates/onehead`, what
//! only packages have.

use std::path::Path;

use clap_complete::Shell as CompletedShell;
use onehead::program::VERSION;
use xshell::{Shell, cmd};

use super::Fallible;
use crate::workspace;

/// The tools that get a launcher; `onehead` itself is the program of its crate.
const TOOLS: &[&str] = &[
    "onehead-scan",
    "onehead-graph",
    "onehead-render",
    "onehead-stage",
];

/// Where shells look for the completions of a program, below the folder that things are installed into.
const COMPLETIONS: &[(CompletedShell, &str)] = &[
    (CompletedShell::Bash, "bash-completion/completions"),
    (CompletedShell::Fish, "fish/vendor_completions.d"),
    (CompletedShell::Zsh, "zsh/site-functions"),
];

/// Writes all of it into an empty folder.
pub(super) fn write(shell: &Shell, sources: &Path) -> Fallible<()> {
    copy_tracked(shell, sources)?;
    let package = sources.join("crates/onehead");
    let (_, commit) = VERSION
        .trim_end_matches(')')
        .split_once(" (")
        .ok_or("git does not tell which commit is checked out here")?;
    shell.write_file(package.join("commit.txt"), format!("{commit}\n"))?;
    shell.copy_file(workspace::root().join("LICENSE"), package.join("LICENSE"))?;
    for tool in TOOLS {
        shell.write_file(
            package.join(format!("src/bin/{tool}.rs")),
            include_str!("../../examples/launcher.rs"),
        )?;
    }
    // maturin puts `onehead.data/data` where pip puts data files: at the root of the environment.
    describe(shell, &package.join("onehead.data/data/share"))
}

/// Files that are deleted here but still tracked are left out.
fn copy_tracked(shell: &Shell, sources: &Path) -> Fallible<()> {
    let tracked = cmd!(shell, "git ls-files -z").quiet().read()?;
    for file in tracked.split_terminator('\0') {
        let from = workspace::root().join(file);
        if from.is_file() {
            let to = sources.join(file);
            shell.create_dir(to.parent().ok_or("a tracked file lies in a folder")?)?;
            shell.copy_file(from, to)?;
        }
    }
    Ok(())
}

/// The manual pages and completions of every program.
fn describe(shell: &Shell, share: &Path) -> Fallible<()> {
    let manuals = shell.create_dir(share.join("man/man1"))?;
    for program in onehead::cli::programs() {
        clap_mangen::generate_to(program.clone(), &manuals)?;
        for &(kind, folder) in COMPLETIONS {
            let folder = shell.create_dir(share.join(folder))?;
            let name = program.get_name().to_owned();
            clap_complete::generate_to(kind, &mut program.clone(), name, folder)?;
        }
    }
    Ok(())
}
