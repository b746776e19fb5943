//! `cargo xtask forge`: the Action, the comments, the statuses and the merging by itself, with real git and the real
//! clients of GitHub and GitLab, against a forge on this machine (scripts/forge).

use std::path::PathBuf;

use clap::Args;
use onehead_model::{Exit, stdio};
use xshell::{Shell, cmd};

use crate::workspace::{self, Fallible};

/// What to run with.
#[derive(Debug, Args)]
pub(crate) struct ForgeArgs {
    /// A Python with scripts/forge/requirements.txt installed
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,

    /// GitHub's client
    #[arg(long, value_name = "PATH", default_value = "gh")]
    gh: PathBuf,

    /// GitLab's client
    #[arg(long, value_name = "PATH", default_value = "glab")]
    glab: PathBuf,

    /// Only tests with this in their name
    filter: Option<String>,
}

/// Runs all of it.
#[must_use]
pub(crate) fn run(args: &ForgeArgs) -> Exit {
    match forge(args) {
        Ok(()) => Exit::Clean,
        Err(error) => {
            stdio::say(&format!("error: {error}"));
            Exit::Findings
        }
    }
}

fn forge(args: &ForgeArgs) -> Fallible<()> {
    let shell = Shell::new()?;
    shell.change_dir(workspace::root());
    let ForgeArgs {
        python, gh, glab, ..
    } = args;
    let needed = [
        (
            cmd!(shell, "{gh} --version"),
            "apt-get install gh, or name it with --gh",
        ),
        (
            cmd!(shell, "{glab} --version"),
            "scripts/forge/get_glab.sh target/glab prints where one is; name it with --glab",
        ),
        (cmd!(shell, "jq --version"), "apt-get install jq"),
        (
            cmd!(shell, "{python} -c 'import check_jsonschema, ruamel.yaml'"),
            "python3 -m venv target/venv && target/venv/bin/pip install -r scripts/forge/requirements.txt, then --python target/venv/bin/python",
        ),
    ];
    for (program, hint) in needed {
        let name = program.to_string();
        program
            .quiet()
            .ignore_stdout()
            .ignore_stderr()
            .run()
            .map_err(|_| format!("`{name}` does not run\nhint: {hint}"))?;
    }
    workspace::build(&shell)?;
    let filter = args.filter.as_ref().map(|filter| ["-k", filter]);
    let filter = filter.into_iter().flatten();
    cmd!(
        shell,
        "{python} -m unittest discover --start-directory scripts/forge {filter...}"
    )
    .env("ONEHEAD", workspace::program("onehead")?)
    .env("GH", gh)
    .env("GLAB", glab)
    .run()?;
    Ok(())
}
