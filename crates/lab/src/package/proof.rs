//! The packages that are tried, and where.

use std::path::{Path, PathBuf};

use onehead_model::stdio;
use tempfile::TempDir;
use xshell::{Shell, cmd};

use crate::dist::{self, Dist};
use crate::workspace::{self, Fallible};

/// The packages, and a folder for what is done with them.
pub(super) struct Proof {
    pub(super) dist: Dist,
    scratch: TempDir,
    /// The folder of the Python that was named, with its programs.
    pub(super) tools: PathBuf,
}

impl Proof {
    pub(super) fn new(python: &Path, is_built: bool) -> Fallible<Self> {
        let python = std::path::absolute(python)?;
        let dest = workspace::target()?.join("dist");
        let dist = if is_built {
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
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// A shell that the settings, caches and packages of this machine do not reach: everything that is to
    /// be installed comes from the folder `links`.
    pub(super) fn shell(&self) -> Fallible<Shell> {
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

    /// Puts what may be installed into `links`: the wheel, what the hook repository and the sources are built
    /// with, and pytest.
    pub(super) fn files(&self) -> Fallible<()> {
        let shell = Shell::new()?;
        let links = shell.create_dir(self.path("links"))?;
        shell.copy_file(&self.dist.wheel, &links)?;
        let python = self.tools.join("python");
        cmd!(
            shell,
            "{python} -m pip download --quiet --dest {links} setuptools maturin pytest"
        )
        .quiet()
        .run()?;
        Ok(())
    }
}

/// What is tried next.
pub(super) fn said(what: &str) {
    stdio::say(&format!("package: {what}"));
}
