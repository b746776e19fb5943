//! `cargo xtask bench`: commands of onehead beside what else people could run over the same files.
//!
//! Whole processes, one after the other in one run, in an order that alternates, so that whatever
//! else the machine does falls on all of them alike.

mod cache;
mod checks;
mod compare;
mod environment;
mod environments;
mod growth;
mod history;
mod machine;
mod measure;
mod page;
mod programs;
mod public;
mod radar;
mod requests;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use onehead_model::{Exit, stdio};
use xshell::{Shell, cmd};

use crate::workspace::{self, Fallible};

use compare::{Bench, Row};
use environment::Checks;
use environments::Repo;
use page::{Line, Table};

/// The sizes at which the checks of a branch are measured.
const SIZES_OF_CHECKS: [usize; 2] = [1_000, 10_000];

/// How many revisions histories have, with five commits for each: in a short run, and in one up to the last size.
const HISTORIES: [&[usize]; 2] = [&[20], &[200, 2_000]];

/// How many branches there are.
const BRANCHES: [usize; 2] = [100, 1_000];

/// What to measure.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask bench --sizes 100,1000
  cargo xtask bench --python .venv/bin/python --corpus ~/corpus/apache-superset-5.0.0
  cargo xtask bench --docs --before ~/old/onehead --public ~/clones/middleware.git")]
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

    /// An older program, which is measured in the same run
    #[arg(long, value_name = "PATH")]
    before: Option<PathBuf>,

    /// A bare clone with all branches, whose `radar` and `history` are measured as well; can be repeated
    #[arg(long, value_name = "DIR")]
    public: Vec<PathBuf>,

    /// A wheel that `cargo xtask dist` built, whose size is told as well
    #[arg(long, value_name = "PATH")]
    wheel: Option<PathBuf>,

    /// Build the program from nothing as well, and tell how many processor minutes that takes
    #[arg(long)]
    build: bool,

    /// Write the tables into docs/benchmarks.md
    #[arg(long)]
    docs: bool,
}

/// Measures, and answers with tables.
pub(crate) fn run(args: &BenchArgs) -> Exit {
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return stdio::could_not_run(&error),
    };
    // The answer comes before the folder goes: removing 100,000 files takes a while.
    match answer(args, folder.path()) {
        Ok(text) => stdio::print(&text, Exit::Clean),
        Err(error) => stdio::could_not_run(error.as_ref()),
    }
}

fn answer(args: &BenchArgs, folder: &Path) -> Fallible<String> {
    let shell = Shell::new()?;
    shell.change_dir(workspace::root());
    has_rg(&shell)?;
    let bench = Bench {
        now: match &args.onehead {
            Some(program) => program.canonicalize()?,
            None => build(&shell)?,
        },
        before: match &args.before {
            Some(program) => Some(program.canonicalize()?),
            None => None,
        },
        rounds: args.rounds,
    };
    let python = with_alembic(&shell, &args.python);
    let introduction = machine::sentences(&bench, python)? + &repeated(args);
    let tables = measured(args, &bench, python, folder)?;
    let text = page::text(&introduction, &tables);
    match args.docs {
        true => page::write(&text, &tables),
        false => Ok(text),
    }
}

/// All tables, in the order of the page.
fn measured(
    args: &BenchArgs,
    bench: &Bench,
    python: Option<&Path>,
    folder: &Path,
) -> Fallible<Vec<Table>> {
    let checks = plain_checks(args, bench, python, folder)?;
    let branches = of_branches(args, bench, folder)?;
    let mut radars = Vec::new();
    let mut histories = Vec::new();
    if args.sizes.contains(&SIZES_OF_CHECKS[0]) {
        for branches in BRANCHES {
            radars.push(radar::row(bench, folder, branches)?);
        }
    }
    for &revisions in HISTORIES[usize::from(args.sizes.contains(&SIZES_OF_CHECKS[1]))] {
        histories.push(history::rows(bench, folder, revisions)?);
    }
    let mut public = Vec::new();
    for clone in &args.public {
        public.extend(public::rows(bench, folder, clone)?);
    }
    Ok(vec![
        table("Checks of a working tree", &of_checks(&checks)),
        table(
            "Branches and requests",
            &branches.iter().chain(&radars).collect::<Vec<_>>(),
        ),
        table("History", &histories.iter().flatten().collect::<Vec<_>>()),
        table("Public repositories", &public.iter().collect::<Vec<_>>()),
        Table {
            title: "Growth",
            lines: grown(&checks, &radars, &histories),
        },
        Table {
            title: "Programs",
            lines: programs(args, bench, folder)?,
        },
    ])
}

fn plain_checks(
    args: &BenchArgs,
    bench: &Bench,
    python: Option<&Path>,
    folder: &Path,
) -> Fallible<Vec<Checks>> {
    let mut checks = Vec::new();
    if let Some(corpus) = &args.corpus {
        let repo = Repo::superset(folder, corpus)?;
        checks.push(environment::rows(bench, python, &repo)?);
    }
    for &size in &args.sizes {
        let repo = Repo::generated(folder, size)?;
        checks.push(environment::rows(bench, python, &repo)?);
    }
    Ok(checks)
}

fn of_branches(args: &BenchArgs, bench: &Bench, folder: &Path) -> Fallible<Vec<Row>> {
    let mut rows = Vec::new();
    for size in SIZES_OF_CHECKS
        .into_iter()
        .filter(|size| args.sizes.contains(size))
    {
        let place = |name: &str| -> Fallible<PathBuf> {
            let place = folder.join(format!("{name}-{size}"));
            fs::create_dir_all(&place)?;
            Ok(place)
        };
        rows.extend(checks::rows(
            bench,
            &Repo::generated(&place("checks")?, size)?,
        )?);
        rows.push(requests::row(
            bench,
            &Repo::generated(&place("requests")?, size)?,
        )?);
    }
    Ok(rows)
}

fn of_checks(checks: &[Checks]) -> Vec<&Row> {
    let rows = checks.iter().flat_map(|one| {
        [
            Some(&one.again),
            Some(&one.first),
            one.beside_alembic.as_ref(),
        ]
    });
    rows.flatten().collect()
}

fn table(title: &'static str, rows: &[&Row]) -> Table {
    let lines = rows.iter().flat_map(|row| Line::of(row)).collect();
    Table { title, lines }
}

/// Where both sizes were measured.
fn grown(checks: &[Checks], radars: &[Row], histories: &[[Row; 2]]) -> Vec<Line> {
    let mut lines = Vec::new();
    for pair in checks.windows(2) {
        let [small, large] = pair else { continue };
        if large.revisions == 10 * small.revisions {
            let what = |row: &Row| format!("revisions: {}", row.what);
            lines.push(growth::line(
                &what(&small.again),
                &small.again,
                &large.again,
            ));
            lines.push(growth::line(
                &what(&small.first),
                &small.first,
                &large.first,
            ));
        }
    }
    if let [small, large] = radars {
        lines.push(growth::line(
            &format!("branches: {}", small.what),
            small,
            large,
        ));
    }
    if let [small, large] = histories {
        for (small, large) in std::iter::zip(small, large) {
            lines.push(growth::line(
                &format!("commits: {}", small.what),
                small,
                large,
            ));
        }
    }
    lines
}

fn programs(args: &BenchArgs, bench: &Bench, folder: &Path) -> Fallible<Vec<Line>> {
    let mut lines = vec![programs::program(&bench.now, bench.before.as_deref())?];
    if let Some(wheel) = &args.wheel {
        lines.push(programs::wheel(wheel)?);
    }
    if args.build {
        lines.push(programs::build(folder)?);
    }
    Ok(lines)
}

/// The command that measures this again, with the names of what it was given.
fn repeated(args: &BenchArgs) -> String {
    let name = |path: &PathBuf| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    };
    let sizes: Vec<String> = args.sizes.iter().map(usize::to_string).collect();
    let mut command = format!(
        "cargo xtask bench --docs --rounds {} --sizes {}",
        args.rounds,
        sizes.join(",")
    );
    let paths = [
        ("corpus", args.corpus.as_slice()),
        ("before", args.before.as_slice()),
        ("wheel", args.wheel.as_slice()),
        ("public", &args.public),
    ];
    for (option, paths) in paths {
        for path in paths {
            command += &format!(" --{option} {}", name(path));
        }
    }
    if args.build {
        command += " --build";
    }
    format!("\n```sh\n{command}\n```\n")
}

fn has_rg(shell: &Shell) -> Fallible<()> {
    let version = cmd!(shell, "rg --version").quiet().ignore_stderr().read();
    version.map(drop).map_err(|_| {
        "rg is not installed\nhint: apt-get install ripgrep, or cargo install ripgrep".into()
    })
}

/// Python, if it has Alembic.
fn with_alembic<'a>(shell: &Shell, python: &'a Path) -> Option<&'a Path> {
    let imported = cmd!(shell, "{python} -c 'import alembic'");
    if imported.quiet().ignore_stderr().run().is_ok() {
        return Some(python);
    }
    stdio::say(&format!(
        "`{}` has no Alembic, so `alembic heads` is left out\n\
         hint: python3 -m venv .venv && .venv/bin/pip install alembic, then --python .venv/bin/python",
        python.display()
    ));
    None
}

fn build(shell: &Shell) -> Fallible<PathBuf> {
    cmd!(
        shell,
        "cargo build --release --package onehead --bin onehead"
    )
    .run()?;
    Ok(workspace::target()?.join("release").join("onehead"))
}
