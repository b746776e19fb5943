//! A command of onehead, the same command of the program before, and what both are held against, in one run.

use std::path::{Path, PathBuf};

use onehead_model::stdio;

use super::cache::{Cache, Past};
use super::measure::{self, Measured, Tool};
use crate::workspace::Fallible;

/// The programs that are measured, and how often.
pub(super) struct Bench {
    pub(super) now: PathBuf,
    pub(super) before: Option<PathBuf>,
    pub(super) rounds: usize,
}

/// A command of onehead in a repository.
pub(super) struct Case<'a> {
    /// As the page calls it.
    pub(super) what: String,
    pub(super) folder: &'a Path,
    pub(super) args: &'a [&'a str],
    pub(super) past: Past,
    pub(super) kind: Kind<'a>,
    /// What it is held against, if anything.
    pub(super) beside: Option<Beside>,
    pub(super) goals: Vec<Goal>,
}

/// How the command is started.
#[derive(Clone, Copy)]
pub(super) enum Kind<'a> {
    /// As it is.
    Plain,
    /// It finds something.
    Finding,
    /// As git starts it for a commit.
    PreCommit,
    /// As git starts it for a push, with this on stdin.
    PrePush(&'a str),
    /// It may take so long that it is ended.
    Limited,
}

/// Another program over the same files.
pub(super) struct Beside {
    pub(super) name: &'static str,
    pub(super) tool: Tool,
}

/// What a command must keep to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Goal {
    /// So many times what it is held against.
    Times(f64),
    /// So many seconds.
    Seconds(f64),
    /// So many MiB of memory.
    Mib(f64),
}

/// What came out.
pub(super) struct Row {
    pub(super) what: String,
    pub(super) now: Measured,
    pub(super) before: Option<Measured>,
    pub(super) beside: Option<(&'static str, Measured)>,
    pub(super) goals: Vec<Goal>,
}

impl Bench {
    /// Measures a command beside the others.
    pub(super) fn row(&self, case: Case<'_>) -> Fallible<Row> {
        stdio::say(&case.what);
        let mut tools = vec![started(&case, &self.now, "now")?];
        if let Some(before) = &self.before {
            tools.push(started(&case, before, "before")?);
        }
        let beside = case.beside.map(|Beside { name, tool }| {
            tools.push(tool);
            name
        });
        let mut measured = measure::all(&tools, self.rounds)?.into_iter();
        let now = measured.next().ok_or("nothing was measured")?;
        let before = self.before.as_ref().and_then(|_| measured.next());
        Ok(Row {
            what: case.what,
            now,
            before,
            beside: beside.zip(measured.next()),
            goals: case.goals,
        })
    }
}

fn started(case: &Case<'_>, program: &Path, name: &str) -> Fallible<Tool> {
    let program = program.to_str().ok_or("the path of onehead is not UTF-8")?;
    let Case { folder, args, .. } = case;
    let tool = match case.kind {
        Kind::Plain => Tool::new(program, args, folder),
        Kind::Finding => Tool::new(program, args, folder).that_finds(),
        Kind::Limited => Tool::new(program, args, folder).that_finds().with_a_limit(),
        Kind::PreCommit => {
            let args = [&["GIT_INDEX_FILE=.git/index", program], *args].concat();
            Tool::new("env", &args, folder)
        }
        Kind::PrePush(input) => Tool::new(program, args, folder).with_input(input),
    };
    Ok(tool.with_cache(Cache::of(name, folder, case.past)))
}

impl Row {
    /// How many times what it is held against the command takes.
    pub(super) fn times(&self) -> Option<f64> {
        self.times_of(&self.now)
    }

    /// The same of the program before.
    pub(super) fn times_before(&self) -> Option<f64> {
        self.times_of(self.before.as_ref()?)
    }

    fn times_of(&self, measured: &Measured) -> Option<f64> {
        let (_, beside) = self.beside.as_ref()?;
        Some(measured.median_ms / beside.median_ms)
    }

    pub(super) fn keeps_to(&self, goal: Goal) -> bool {
        let now = &self.now;
        // To the digits that are shown.
        let within = |value: f64, most: f64| !now.is_cut && value <= most * 1.005;
        match goal {
            Goal::Times(most) => self.times().is_some_and(|times| within(times, most)),
            Goal::Seconds(most) => within(now.median_ms / 1000.0, most),
            Goal::Mib(most) => within(now.peak_mib, most),
        }
    }
}
