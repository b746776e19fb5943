//! `cargo xtask reference`: docs/commands.md, from the arguments as the programs know them.

use std::fmt::Write as _;
use std::fs;

use clap::{Args, Command};
use onehead_model::{Exit, stdio};

use crate::workspace;

/// Whether to write.
#[derive(Debug, Args)]
pub(crate) struct ReferenceArgs {
    /// Write nothing: say whether the page is as it would be
    #[arg(long)]
    check: bool,
}

const PAGE: &str = "docs/commands.md";

/// Writes the page, or compares it.
#[must_use]
pub(crate) fn run(args: &ReferenceArgs) -> Exit {
    match reference(args.check) {
        Ok(()) => Exit::Clean,
        Err(error) => {
            stdio::say(&format!("error: {error}"));
            Exit::Findings
        }
    }
}

fn reference(check: bool) -> Result<(), String> {
    let path = workspace::root().join(PAGE);
    let page = page();
    if check {
        let there = fs::read_to_string(&path).unwrap_or_default();
        return if there == page {
            Ok(())
        } else {
            Err(format!(
                "{PAGE} is not what the programs say of themselves\nhint: cargo xtask reference"
            ))
        };
    }
    fs::write(&path, page).map_err(|error| format!("cannot write {PAGE}: {error}"))
}

fn page() -> String {
    let mut out = String::from(
        "# Commands\n\n\
         What every program says with `--help`; `cargo xtask reference` writes this page, and `cargo xtask lint` compares it.\n\
         [Settings](settings.md), [findings](findings.md), [documents and exit codes](contract.md) have pages of their own.\n",
    );
    for mut program in onehead::cli::programs() {
        program = program.term_width(100);
        program.build();
        describe(&mut program, 2, &mut out);
    }
    out
}

/// A section for a command, and one for each of its own.
fn describe(command: &mut Command, level: usize, out: &mut String) {
    let name = command
        .get_bin_name()
        .unwrap_or(command.get_name())
        .to_owned();
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(
        out,
        "\n{} {name}\n\n```text\n{}\n```\n",
        "#".repeat(level),
        help.join("\n").trim_end()
    );
    let own = command.get_subcommands_mut();
    for one in own.filter(|one| one.get_name() != "help" && !one.is_hide_set()) {
        describe(one, level + 1, out);
    }
}
