//! One process: how long it took and how much memory it had.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::{ResUse, Wait4};

use super::cache::Cache;

/// Slower commands are run less often.
const SLOW_MS: f64 = 3_000.0;
const ROUNDS_IF_SLOW: usize = 3;
/// The first run of a command that takes longer is the only one.
const ONCE_MS: f64 = 20_000.0;

/// After so many seconds a command is ended, if it has a limit.
pub(super) const LIMIT_SECONDS: usize = 240;
/// What `timeout` ends with then.
const ENDED_EARLY: i32 = 124;

/// A command that is measured.
pub(super) struct Tool {
    program: String,
    args: Vec<String>,
    folder: PathBuf,
    input: String,
    cache: Cache,
    may_find: bool,
}

/// What it took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub(super) median_ms: f64,
    pub(super) peak_mib: f64,
    /// Whether it was ended before it was done.
    pub(super) is_cut: bool,
}

impl Tool {
    pub(super) fn new(program: &str, args: &[&str], folder: &Path) -> Self {
        Self {
            program: program.to_owned(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            folder: folder.to_owned(),
            input: String::new(),
            cache: Cache::default(),
            may_find: false,
        }
    }

    /// With this text on stdin.
    pub(super) fn with_input(self, input: &str) -> Self {
        let input = input.to_owned();
        Self { input, ..self }
    }

    pub(super) fn with_cache(self, cache: Cache) -> Self {
        Self { cache, ..self }
    }

    /// It may end with 1, which says that there are findings.
    pub(super) fn that_finds(self) -> Self {
        Self {
            may_find: true,
            ..self
        }
    }

    /// It is ended after a while. Another process watches over it, which takes a millisecond.
    pub(super) fn with_a_limit(mut self) -> Self {
        self.args.insert(0, std::mem::take(&mut self.program));
        self.args.insert(0, LIMIT_SECONDS.to_string());
        "timeout".clone_into(&mut self.program);
        self
    }

    fn shown(&self) -> String {
        let words = self.args.join(" ");
        format!("`{} {words}` in {}", self.program, self.folder.display())
    }
}

/// Runs every tool once to warm up, then `rounds` times in turn, forwards and backwards.
pub(super) fn all(tools: &[Tool], rounds: usize) -> io::Result<Vec<Measured>> {
    let warm: Vec<Measured> = tools.iter().map(once).collect::<io::Result<_>>()?;
    let mut runs: Vec<Vec<Measured>> = tools.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        let mut order: Vec<usize> = (0..tools.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for at in order {
            let took = warm[at].median_ms;
            if took < SLOW_MS || (took < ONCE_MS && round < ROUNDS_IF_SLOW) {
                runs[at].push(once(&tools[at])?);
            }
        }
    }
    let summed_up = std::iter::zip(runs, warm).map(|(runs, warm)| match runs.is_empty() {
        true => warm,
        false => summed_up(runs),
    });
    Ok(summed_up.collect())
}

fn summed_up(mut runs: Vec<Measured>) -> Measured {
    runs.sort_by(|a, b| a.median_ms.total_cmp(&b.median_ms));
    Measured {
        median_ms: runs[runs.len() / 2].median_ms,
        peak_mib: runs.iter().map(|run| run.peak_mib).fold(0.0, f64::max),
        is_cut: runs.iter().any(|run| run.is_cut),
    }
}

/// Runs a tool once. Its output goes nowhere.
#[expect(clippy::disallowed_methods, reason = "the bench measures time")]
pub(super) fn once(tool: &Tool) -> io::Result<Measured> {
    tool.cache.take_out()?;
    let stdin = stdin(&tool.input)?;
    let start = Instant::now();
    let used = run(tool, stdin)?;
    let took = start.elapsed();
    tool.cache.put_away()?;
    let code = used.status.code();
    let is_cut = code == Some(ENDED_EARLY);
    if !(used.status.success() || is_cut || (tool.may_find && code == Some(1))) {
        return Err(ended_with(tool, &used));
    }
    Ok(Measured {
        median_ms: took.as_secs_f64() * 1000.0,
        peak_mib: used.rusage.maxrss as f64 / f64::from(1 << 20),
        is_cut,
    })
}

/// The minutes of processors that a tool and all that it starts use.
pub(super) fn processor_minutes(tool: &Tool) -> io::Result<f64> {
    let used = run(tool, Stdio::null())?;
    if !used.status.success() {
        return Err(ended_with(tool, &used));
    }
    Ok((used.rusage.utime + used.rusage.stime).as_secs_f64() / 60.0)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the bench measures time, and xshell does not tell what a process used"
)]
fn run(tool: &Tool, stdin: Stdio) -> io::Result<ResUse> {
    let mut command = Command::new(&tool.program);
    command.args(&tool.args).current_dir(&tool.folder);
    command
        .stdin(stdin)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn()?.wait4()
}

fn ended_with(tool: &Tool, used: &ResUse) -> io::Error {
    io::Error::other(format!("{} ended with {}", tool.shown(), used.status))
}

/// A file, so that no pipe is filled while time is taken.
fn stdin(input: &str) -> io::Result<Stdio> {
    if input.is_empty() {
        return Ok(Stdio::null());
    }
    let mut file: File = tempfile::tempfile()?;
    file.write_all(input.as_bytes())?;
    file.rewind()?;
    Ok(Stdio::from(file))
}
