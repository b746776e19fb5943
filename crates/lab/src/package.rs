//! `cargo xtask package`: the packages built, and then used as people will, each time from nothing: installed
//! by pip, run by uvx and pipx, built from their sources by pip and cargo, called by pre-commit and prek, and set up
//! by a newcomer with the migrations of a real project.

mod install;
mod managers;
mod newcomer;

use std::error::Error;
use std::path::PathBuf;

use clap::Args;
use onehead_model::{Exit, stdio};
use tempfile::TempDir;
use xshell::{Shell, cmd};

use crate::dist::{self, Dist};
use crate::workspace;

type Fallible<T> = Result<T, Box<dyn Error>>;

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
    let proof = Proof::new(args)?;
    proof.files()?;
    described(&proof)?;
    install::by_pip(&proof)?;
    install::by_uvx(&proof)?;
    install::by_pipx(&proof)?;
    install::by_action(&proof)?;
    managers::every_check_refuses(&proof, "pre-commit")?;
    managers::every_check_refuses(&proof, "prek")?;
    managers::every_way_is_checked(&proof)?;
    newcomer::is_protected_by_one_command(&proof)?;
    install::from_sources_by_pip(&proof)?;
    install::from_sources_by_cargo(&proof)
}

/// The packages, and a folder for what is done with them.
struct Proof {
    dist: Dist,
    scratch: TempDir,
    /// The folder of the Python that was named, with its programs.
    tools: PathBuf,
}

impl Proof {
    fn new(args: &PackageArgs) -> Fallible<Self> {
        let python = std::path::absolute(&args.python)?;
        let dest = workspace::target()?.join("dist");
        let dist = if args.built {
            dist::built(&dest)?
        } else {
            said("the source distribution, and the wheel from it");
            dist::build(&python, &dest, &[])?
        };
        Ok(Self {
            dist,
            scratch: TempDir::new()?,
            tools: python
                .parent()
                .ok_or("a Python lies in a folder")?
                .to_owned(),
        })
    }

    /// A path in the folder of this run.
    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// A shell that the settings, caches and packages of this machine do not reach: everything that is to
    /// be installed comes from the folder `links`.
    fn shell(&self) -> Fallible<Shell> {
        let shell = Shell::new()?;
        let home = shell.create_dir(self.path("home"))?;
        shell.change_dir(&home);
        let path = shell.var_os("PATH").unwrap_or_default();
        let folders = [self.tools.clone()]
            .into_iter()
            .chain(std::env::split_paths(&path));
        shell.set_var("PATH", std::env::join_paths(folders)?);
        for folder in [
            "HOME",
            "PRE_COMMIT_HOME",
            "PREK_HOME",
            "PIPX_HOME",
            "UV_CACHE_DIR",
            "UV_TOOL_DIR",
        ] {
            shell.set_var(
                folder,
                if folder == "HOME" {
                    home.clone()
                } else {
                    home.join(folder)
                },
            );
        }
        for tool in ["PIP", "UV"] {
            shell.set_var(format!("{tool}_NO_INDEX"), "1");
            shell.set_var(format!("{tool}_FIND_LINKS"), self.path("links"));
        }
        shell.set_var("UV_PYTHON_DOWNLOADS", "never");
        shell.set_var("GIT_CONFIG_GLOBAL", home.join(".gitconfig"));
        shell.set_var("GIT_CONFIG_NOSYSTEM", "1");
        Ok(shell)
    }

    /// Puts what may be installed into `links`: the wheel, and what the hook repository and the sources are
    /// built with.
    fn files(&self) -> Fallible<()> {
        let shell = Shell::new()?;
        let links = shell.create_dir(self.path("links"))?;
        shell.copy_file(&self.dist.wheel, &links)?;
        let python = self.tools.join("python");
        cmd!(
            shell,
            "{python} -m pip download --quiet --dest {links} setuptools maturin"
        )
        .quiet()
        .run()?;
        Ok(())
    }
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

/// What is tried next.
fn said(what: &str) {
    stdio::say(&format!("package: {what}"));
}
