//! `cargo xtask hide`: real packages, with one thing removed, broken or hidden that the verdict depends on, are never green with
//! the same words. What `onehead/tests/hide.rs` does with fixtures.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

use clap::Args;
use onehead_fixtures::hide::{Green, Place};
use onehead_fixtures::{GitSandbox, Lot, Order, binary};
use onehead_model::{Exit, stdio};
use xshell::Shell;

use crate::corpus_packages::{PackagesArgs, Work};
use crate::workspace::{self, Fallible};

/// Which packages, and what is drawn.
#[derive(Debug, Args)]
pub(crate) struct HideArgs {
    #[command(flatten)]
    packages: PackagesArgs,

    /// The number that the changes follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// How many changes are made, of all packages together
    #[arg(long, value_name = "N", default_value_t = 2000)]
    changes: usize,
}

/// What changes led to.
#[derive(Default)]
struct Outcome {
    changes: usize,
    /// After how many of them the verdict was green with fewer revisions or other words.
    less: usize,
    faults: Vec<String>,
}

impl Outcome {
    fn and(mut self, other: Self) -> Self {
        self.changes += other.changes;
        self.less += other.less;
        self.faults.extend(other.faults);
        self
    }
}

/// Draws changes and judges them.
#[must_use]
pub(crate) fn run(args: &HideArgs) -> Exit {
    match hide(args) {
        Ok((text, exit)) => stdio::print(&text, exit),
        Err(error) => stdio::could_not_run(error.as_ref()),
    }
}

fn hide(args: &HideArgs) -> Fallible<(String, Exit)> {
    let shell = Shell::new()?;
    workspace::build(&shell)?;
    let packages = args.packages.fetch(&shell)?;
    let works = packages.copies(|one| packages.holds(one))?;
    let mut greens = Vec::new();
    let mut not_green = Vec::new();
    for (work, listed) in &works {
        let package = listed.first().map_or("", |one| one.package.as_str());
        let found = everywhere(work)?;
        if found.is_empty() {
            not_green.push(package);
        }
        greens.extend(found.into_iter().map(|green| (package, green)));
    }
    let outcome = judge_all(&greens, args);
    let text = said(&outcome, works.len(), &not_green);
    let is_enough = outcome.changes >= args.changes;
    match outcome.faults.is_empty() && not_green.is_empty() && is_enough {
        true => Ok((text, Exit::Clean)),
        false => Ok((text, Exit::Findings)),
    }
}

fn said(outcome: &Outcome, packages: usize, not_green: &[&str]) -> String {
    let mut text = String::new();
    for package in not_green {
        let _ = writeln!(text, "NOT GREEN after `onehead init --yes`  {package}");
    }
    for fault in &outcome.faults {
        let _ = writeln!(text, "FAULT  {fault}");
    }
    let _ = writeln!(
        text,
        "{packages} packages, {} changes, {} green for less, {} faults",
        outcome.changes,
        outcome.less,
        outcome.faults.len()
    );
    text
}

/// The repository of a package as every place sees it that is green there.
fn everywhere(work: &Work) -> Fallible<Vec<Green>> {
    let kept = repository(work)?
        .keep()
        .ok_or("a package cannot be copied")?;
    let green = |place| Green::of(&GitSandbox::again(&kept, Order::Sorted), place, &[]);
    Ok(Place::ALL.into_iter().filter_map(green).collect())
}

/// What a check reads of a package, committed, with the settings that `onehead init` writes where it is not green without.
fn repository(work: &Work) -> Fallible<GitSandbox> {
    let sandbox = GitSandbox::new();
    for path in read_by_a_check(work)? {
        if let Ok(bytes) = fs::read(work.root().join(&path)) {
            sandbox.write(&path, bytes);
        }
    }
    sandbox.commit_all("Ann Bee", "Add migrations");
    if sandbox.run(binary("onehead"), &["check"], "").code != Some(0) {
        let init = ["init", "--yes", "--hooks", "none", "--ci", "none"];
        sandbox.run(binary("onehead"), &init, "");
        sandbox.commit_all("Ann Bee", "Keep migrations at one head");
    }
    Ok(sandbox)
}

/// Configuration, the files of every environment, and the modules from which their revisions take values.
fn read_by_a_check(work: &Work) -> Fallible<BTreeSet<String>> {
    let snapshot = work.snapshot()?;
    let modules = &snapshot.looked_for().modules;
    let mut paths: BTreeSet<String> = modules.iter().map(ToString::to_string).collect();
    for one in &snapshot.report().environments {
        let location = &one.script_location;
        paths.extend(["env.py", "script.py.mako"].map(|name| location.join(name).to_string()));
        paths.extend(one.config.iter().map(|config| config.path.to_string()));
        paths.extend(one.revisions.iter().map(|one| one.path.to_string()));
    }
    Ok(paths)
}

/// As many threads as there are processors take one repository after another.
fn judge_all(greens: &[(&str, Green)], args: &HideArgs) -> Outcome {
    let share = args.changes.div_ceil(greens.len().max(1));
    let todo = Mutex::new(greens.iter());
    let next = || todo.lock().ok()?.next();
    let work = || {
        let outcome = |(package, green): &(&str, Green)| judge(package, green, args.seed, share);
        std::iter::from_fn(next).map(outcome).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = started.into_iter().map(thread::ScopedJoinHandle::join);
        let outcomes = ended.flat_map(|ended| ended.expect("a thread that ends"));
        let mut all = outcomes.fold(Outcome::default(), Outcome::and);
        all.faults.sort();
        all
    })
}

fn judge(package: &str, green: &Green, seed: u64, changes: usize) -> Outcome {
    let place = green.place.name();
    let mut lot = Lot::of_name(seed, &format!("{package} {place}"));
    let mut outcome = Outcome::default();
    for _ in 0..changes {
        outcome.changes += 1;
        match green.judge(green.draw(&mut lot)) {
            Ok(says_less) => outcome.less += usize::from(says_less),
            Err(fault) => outcome
                .faults
                .push(format!("{package} (seed {seed}): {fault}")),
        }
    }
    outcome
}
