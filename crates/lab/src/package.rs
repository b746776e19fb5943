//! `cargo xtask package`: the packages built, and then used as people will, each time from nothing: installed
//! by pip, run by uvx and pipx, built from their sources by pip and cargo, called by pre-commit, prek and
//! pytest, and set up by a newcomer with the migrations of a real project.

mod install;
mod managers;
mod newcomer;
mod proof;
mod pytest;

use std::path::PathBuf;

use clap::Args;
use onehead_model::{Exit, stdio};
use xshell::cmd;

use crate::workspace::{self, Fallible};
use proof::{Proof, said};

/// The Python to build with and to install into.
#[derive(Debug, Args)]
pub(crate) struct PackageArgs {
    /// A Python with scripts/package/requirements.txt installed
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,

    /// Build nothing: try what `cargo xtask dist` left in target/dist
    #[arg(long)]
    built: bool,
}

/// Builds and tries everything.
#[must_use]
pub(crate) fn run(args: &PackageArgs) -> Exit {
    match package(args) {
        Ok(()) => Exit::Clean,
        Err(error) => {
            stdio::say(&format!("error: {error}"));
            Exit::Findings
        }
    }
}

fn package(args: &PackageArgs) -> Fallible<()> {
    let proof = Proof::new(&args.python, args.built)?;
    proof.files()?;
    described(&proof)?;
    install::by_pip(&proof)?;
    install::by_uvx(&proof)?;
    install::by_pipx(&proof)?;
    install::by_action(&proof)?;
    pytest::tests_each_environment(&proof)?;
    managers::every_check_refuses(&proof, "pre-commit")?;
    managers::every_check_refuses(&proof, "prek")?;
    managers::every_way_is_checked(&proof)?;
    newcomer::is_protected_by_one_command(&proof)?;
    install::from_sources_by_pip(&proof)?;
    install::from_sources_by_cargo(&proof)
}

/// The files that other programs read are what these programs say they should be.
fn described(proof: &Proof) -> Fallible<()> {
    said("schemas");
    let shell = proof.shell()?;
    shell.change_dir(workspace::root());
    let workflows = shell.read_dir(".github/workflows")?;
    cmd!(
        shell,
        "check-jsonschema --quiet --builtin-schema vendor.github-workflows {workflows...}"
    )
    .quiet()
    .run()?;
    cmd!(shell, "pre-commit validate-manifest .pre-commit-hooks.yaml")
        .quiet()
        .run()?;
    cmd!(
        shell,
        "prek --quiet validate-manifest .pre-commit-hooks.yaml"
    )
    .quiet()
    .run()?;
    Ok(())
}
