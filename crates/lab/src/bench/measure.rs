//! One process: how long it took and how much memory it had.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

/// Slower commands are run less often.
const SLOW_MS: f64 = 3_000.0;
const ROUNDS_IF_SLOW: usize = 3;

/// A command that is measured.
pub(crate) struct Tool {
    pub(crate) name: String,
    program: String,
    args: Vec<String>,
    folder: PathBuf,
}

/// What it took.
pub(crate) struct Measured {
    pub(crate) median_ms: f64,
    pub(crate) peak_mib: f64,
}

impl Tool {
    pub(crate) fn new(name: &str, program: &str, args: &[&str], folder: &Path) -> Self {
        Self {
            name: name.to_owned(),
            program: program.to_owned(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            folder: folder.to_owned(),
        }
    }
}

/// Runs every tool once to warm up, then `rounds` times in turn, forwards and backwards.
pub(crate) fn all(tools: &[Tool], rounds: usize) -> io::Result<Vec<Measured>> {
    let mut runs: Vec<Vec<Measured>> = tools.iter().map(|_| Vec::new()).collect();
    let warm: Vec<Measured> = tools.iter().map(once).collect::<io::Result<_>>()?;
    for round in 0..rounds {
        let mut order: Vec<usize> = (0..tools.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for at in order {
            if warm[at].median_ms < SLOW_MS || round < ROUNDS_IF_SLOW {
                runs[at].push(once(&tools[at])?);
            }
        }
    }
    Ok(runs.into_iter().map(summed_up).collect())
}

fn summed_up(mut runs: Vec<Measured>) -> Measured {
    runs.sort_by(|a, b| a.median_ms.total_cmp(&b.median_ms));
    Measured {
        median_ms: runs
            .get(runs.len() / 2)
            .map_or(f64::NAN, |run| run.median_ms),
        peak_mib: runs.iter().map(|run| run.peak_mib).fold(0.0, f64::max),
    }
}

/// Runs a tool once. Its output goes nowhere.
#[expect(
    clippy::disallowed_methods,
    reason = "the bench measures time, and xshell does not tell what a process used"
)]
pub(crate) fn once(tool: &Tool) -> io::Result<Measured> {
    let mut command = Command::new(&tool.program);
    command.args(&tool.args).current_dir(&tool.folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let used = command.spawn()?.wait4()?;
    let took = start.elapsed();
    if !used.status.success() {
        let shown = format!(
            "{} {} in {}",
            tool.program,
            tool.args.join(" "),
            tool.folder.display()
        );
        return Err(io::Error::other(format!(
            "`{shown}` ended with {}",
            used.status
        )));
    }
    Ok(Measured {
        median_ms: took.as_secs_f64() * 1000.0,
        peak_mib: used.rusage.maxrss as f64 / f64::from(1 << 20),
    })
}
