//! `cargo xtask fuzz`: the fuzz targets of `crates/fuzz`, one after the other.

use std::fs;

use clap::Args;
use clap::builder::PossibleValuesParser;
use onehead_model::{Exit, stdio};
use xshell::{Shell, cmd};

use crate::workspace::{self, Fallible};

/// Every target, with what it starts from besides its own seeds and what it found before.
const TARGETS: &[(&str, &[&str])] = &[
    ("reader", &["fixtures"]),
    ("operations", &["fixtures/sides"]),
    ("ini", &[]),
    ("settings", &[]),
    ("template", &["fixtures/templates"]),
    ("documents", &[]),
];

/// What to run, and for how long.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask fuzz                          every target, a minute each
  cargo xtask fuzz --seconds 600 reader     one target, ten minutes

A crash is written to crates/fuzz/artifacts, and `cargo fuzz run` with that file shows it again.")]
pub(crate) struct FuzzArgs {
    /// How long each target runs
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u32,

    /// Which targets [default: all]
    #[arg(value_name = "TARGET", value_parser = PossibleValuesParser::new(TARGETS.iter().map(|(name, _)| *name)))]
    targets: Vec<String>,
}

/// Runs the targets; the first crash ends it.
pub(crate) fn run(args: &FuzzArgs) -> Exit {
    match fuzz(args) {
        Ok(()) => Exit::Clean,
        Err(error) => stdio::could_not_run(error.as_ref()),
    }
}

fn fuzz(args: &FuzzArgs) -> Fallible<()> {
    let shell = Shell::new()?;
    shell.change_dir(workspace::root());
    if cmd!(shell, "cargo fuzz --version")
        .quiet()
        .ignore_stderr()
        .read()
        .is_err()
    {
        return Err("cargo-fuzz is not installed\nhint: cargo install cargo-fuzz --locked".into());
    }
    let wanted = |name: &str| args.targets.is_empty() || args.targets.iter().any(|one| one == name);
    for (target, more) in TARGETS.iter().filter(|(name, _)| wanted(name)) {
        let folder = shell.current_dir().join("crates/fuzz");
        // The first folder is where new inputs are kept.
        let corpus = folder.join("corpus").join(target);
        fs::create_dir_all(&corpus)?;
        let seeds = folder.join("seeds").join(target);
        let more = more.iter().filter(|folder| shell.path_exists(folder));
        let words = folder.join("dictionaries").join(format!("{target}.dict"));
        let words = format!("-dict={}", words.display());
        let seconds = format!("-max_total_time={}", args.seconds);
        // No sanitizer: the code is safe Rust, and a stable compiler has none.
        cmd!(
            shell,
            "cargo fuzz run --fuzz-dir crates/fuzz --sanitizer none {target} {corpus} {seeds} {more...}
             -- {seconds} {words} -timeout=10 -rss_limit_mb=2048 -print_final_stats=1"
        )
        .run()?;
    }
    Ok(())
}
