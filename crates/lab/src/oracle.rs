//! `cargo xtask oracle`: what the expected documents say of Alembic and Mako, asked of them again, and
//! real upgrades before and after a fix.

use std::path::{Path, PathBuf};

use clap::Args;
use onehead_model::{Exit, stdio};
use xshell::{Shell, cmd};

use crate::sides;
use crate::workspace::{self, Fallible};

/// The Python to ask.
#[derive(Debug, Args)]
pub(crate) struct OracleArgs {
    /// A Python with scripts/oracle/requirements.txt installed
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,

    /// Rewrite what the real packages say instead of comparing it
    #[arg(long)]
    update: bool,
}

/// Asks the real packages about every fixture, and about pairs of revisions made up here.
#[must_use]
pub(crate) fn run(args: &OracleArgs) -> Exit {
    match oracle(args).and_then(|()| sides::ask(&args.python, args.update)) {
        Ok(()) => Exit::Clean,
        Err(error) => {
            stdio::say(&error.to_string());
            Exit::Findings
        }
    }
}

fn oracle(args: &OracleArgs) -> Fallible<()> {
    let shell = Shell::new()?;
    shell.change_dir(workspace::root());
    let python = &args.python;
    // A creation date without offset is local time to Alembic; sets are iterated by the seed.
    shell.set_var("TZ", "UTC");
    shell.set_var("PYTHONHASHSEED", "0");
    cmd!(
        shell,
        "{python} -m unittest discover --quiet -s scripts/oracle"
    )
    .run()?;
    let mode = if args.update { "--update" } else { "--check" };
    cmd!(shell, "{python} scripts/oracle/fixtures.py {mode}").run()?;
    let templates = if args.update { None } else { Some("--check") };
    cmd!(
        shell,
        "{python} scripts/oracle/render_templates.py {templates...}"
    )
    .run()?;
    if args.update {
        return Ok(());
    }
    workspace::build(&shell)?;
    let onehead = workspace::program("onehead")?;
    cmd!(shell, "{python} scripts/oracle/hooks.py {onehead}").run()?;
    cmd!(shell, "{python} scripts/oracle/history.py {onehead}").run()?;
    cmd!(shell, "cargo test --quiet --workspace --test upgrades")
        .env("ONEHEAD_PYTHON", from_anywhere(&shell, python))
        .run()?;
    Ok(())
}

/// The program as tests find it, which run in other folders: a bare name stays one.
pub(crate) fn from_anywhere(shell: &Shell, program: &Path) -> PathBuf {
    match program.parent() {
        Some(folder) if folder != Path::new("") => shell.current_dir().join(program),
        _ => program.to_owned(),
    }
}
