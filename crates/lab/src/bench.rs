//! `cargo xtask bench`: `onehead check` beside what else people could run over the same files.
//!
//! Whole processes, one after the other in one run, in an order that alternates, so that whatever
//! else the machine does falls on all of them alike.

mod checks;
mod environments;
mod history;
mod measure;
mod radar;
mod requests;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use onehead_model::{Exit, stdio};
use xshell::{Shell, cmd};

use crate::workspace::{self, Fallible};

use environments::{Imports, Repo};
use measure::{Measured, Tool};

/// Beyond this many revisions, `alembic heads` takes minutes.
const MOST_FOR_ALEMBIC: usize = 10_000;

/// The sizes at which the checks are measured.
const SIZES_OF_CHECKS: [usize; 2] = [1_000, 10_000];

/// How many revisions the history of a full run has, with five commits for each.
const MIGRATIONS_OF_A_HISTORY: usize = 2_000;

/// What to measure.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask bench --sizes 100,1000
  cargo xtask bench --python .venv/bin/python --corpus ~/corpus/apache-superset-5.0.0")]
pub(crate) struct BenchArgs {
    /// How often each command is run; the median counts
    #[arg(long, value_name = "N", default_value_t = 15)]
    rounds: usize,

    /// How many revisions the generated environments have
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = [100, 1_000, 10_000, 100_000])]
    sizes: Vec<usize>,

    /// A folder of unpacked packages, of which `superset/migrations` is measured as well
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,

    /// A Python that has Alembic
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,

    /// The program to measure [default: built here, as a release]
    #[arg(long, value_name = "PATH")]
    onehead: Option<PathBuf>,
}

/// Measures, and answers with a table.
pub(crate) fn run(args: &BenchArgs) -> Exit {
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return stdio::could_not_run(&error),
    };
    // The answer comes before the folder goes: removing 100,000 files takes a while.
    match bench(args, folder.path()) {
        Ok(table) => stdio::print(&table, Exit::Clean),
        Err(error) => stdio::could_not_run(error.as_ref()),
    }
}

fn bench(args: &BenchArgs, folder: &Path) -> Fallible<String> {
    let shell = Shell::new()?;
    let root = workspace::root();
    shell.change_dir(root);
    let onehead = match &args.onehead {
        Some(program) => program.canonicalize()?,
        None => build(&shell)?,
    };
    if cmd!(shell, "rg --version")
        .quiet()
        .ignore_stderr()
        .read()
        .is_err()
    {
        return Err(
            "rg is not installed\nhint: apt-get install ripgrep, or cargo install ripgrep".into(),
        );
    }
    let python = &args.python;
    let alembic = cmd!(shell, "{python} -c 'import alembic'")
        .quiet()
        .ignore_stderr()
        .run()
        .is_ok();
    if !alembic {
        stdio::say(&format!(
            "`{}` has no Alembic, so `alembic heads` is left out\n\
             hint: python3 -m venv .venv && .venv/bin/pip install alembic, then --python .venv/bin/python",
            python.display()
        ));
    }
    let mut table = String::from(
        "| environment | revisions | command | median ms | of rg's | peak MiB |\n|---|--:|---|--:|--:|--:|\n",
    );
    if let Some(corpus) = &args.corpus {
        let repo = Repo::superset(folder, corpus)?;
        table.push_str(&rows(args, &onehead, alembic, root, &repo)?);
    }
    for &size in &args.sizes {
        let repo = Repo::generated(folder, size)?;
        table.push_str(&rows(args, &onehead, alembic, root, &repo)?);
    }
    table.push_str("\n| revisions | command | median ms | of git's |\n|--:|---|--:|--:|\n");
    for size in SIZES_OF_CHECKS
        .into_iter()
        .filter(|size| args.sizes.contains(size))
    {
        let checks = folder.join("checks");
        std::fs::create_dir_all(&checks)?;
        let repo = Repo::generated(&checks, size)?;
        stdio::say(&format!("checks, {size} revisions"));
        let onehead = onehead.to_str().ok_or("the path of onehead is not UTF-8")?;
        table.push_str(&checks::rows(onehead, &repo, args.rounds)?);
        let requests = folder.join("requests");
        std::fs::create_dir_all(&requests)?;
        let repo = Repo::generated(&requests, size)?;
        table.push_str(&requests::rows(onehead, &repo, args.rounds)?);
    }
    let histories: Vec<usize> = if args.sizes.contains(&10_000) {
        vec![MIGRATIONS_OF_A_HISTORY]
    } else {
        args.sizes
            .iter()
            .copied()
            .filter(|&size| size <= 100)
            .collect()
    };
    for revisions in histories {
        stdio::say(&format!("history, {revisions} revisions"));
        let onehead = onehead.to_str().ok_or("the path of onehead is not UTF-8")?;
        table.push_str(&history::rows(onehead, folder, revisions, args.rounds)?);
    }
    if args.sizes.contains(&radar::REVISIONS) {
        let onehead = onehead.to_str().ok_or("the path of onehead is not UTF-8")?;
        table.push_str(&radar::rows(onehead, folder, args.rounds)?);
    }
    let floor = measure::once(&Tool::new("nothing", "true", &[], folder))?;
    let _ = writeln!(
        table,
        "\n{} rounds, medians of whole processes. Peak memory is that of the largest process of a \
         command; below {:.0} MiB it is that of this program.",
        args.rounds, floor.peak_mib
    );
    Ok(table)
}

fn build(shell: &Shell) -> Fallible<PathBuf> {
    cmd!(
        shell,
        "cargo build --release --package onehead --bin onehead"
    )
    .run()?;
    Ok(workspace::target()?.join("release").join("onehead"))
}

fn rows(
    args: &BenchArgs,
    onehead: &Path,
    alembic: bool,
    root: &Path,
    repo: &Repo,
) -> Fallible<String> {
    let Repo {
        name,
        folder,
        versions,
        revisions,
        ..
    } = repo;
    let onehead = onehead.to_str().ok_or("the path of onehead is not UTF-8")?;
    let read_all = format!("find {versions} -name '*.py' -exec cat {{}} +");
    let mut tools = vec![
        Tool::new("`onehead check`", onehead, &["check"], folder),
        Tool::new(
            "`onehead check --no-cache`",
            onehead,
            &["check", "--no-cache"],
            folder,
        ),
        Tool::new(
            "`rg '^(down_)?revision'`",
            "rg",
            &["^(down_)?revision", versions],
            folder,
        ),
        Tool::new(
            "reading the bytes (`cat`)",
            "sh",
            &["-c", &read_all],
            folder,
        ),
    ];
    if alembic && *revisions <= MOST_FOR_ALEMBIC {
        let python = args
            .python
            .to_str()
            .ok_or("the path of Python is not UTF-8")?;
        // Found from where this was started, as the shell would.
        let python = match args.python.components().count() {
            1 => PathBuf::from(python),
            _ => std::path::absolute(python)?,
        };
        let (python, script) = (
            python.to_string_lossy(),
            root.join("scripts/oracle/heads.py"),
        );
        let script = script
            .to_str()
            .ok_or("the path of the scripts is not UTF-8")?;
        let args: &[&str] = match repo.imports {
            Imports::Alembic => &["-m", "alembic", "heads"],
            Imports::Project => &[script],
        };
        tools.push(Tool::new("`alembic heads`", &python, args, folder));
    }
    stdio::say(&format!("{name}, {revisions} revisions"));
    let measured = measure::all(&tools, args.rounds)?;
    let rg = measured[2].median_ms;
    let mut rows = String::new();
    for (
        tool,
        Measured {
            median_ms,
            peak_mib,
        },
    ) in std::iter::zip(&tools, &measured)
    {
        let _ = writeln!(
            rows,
            "| {name} | {revisions} | {} | {median_ms:.1} | {:.2} | {peak_mib:.0} |",
            tool.name,
            median_ms / rg
        );
    }
    Ok(rows)
}
