//! `cargo xtask`: the commands of onehead for people with a checkout, and the chores of this workspace.
//!
//! It knows no crate of ours. A command of onehead is built and handed on ([`hand_on`]); a laboratory is compiled and started
//! by its name (`crates/lab`); only what consists of calls of cargo is done here ([`chores`]).

mod chores;
mod hand_on;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

fn main() -> ExitCode {
    let matches = command().get_matches();
    let verbose = matches.get_flag("verbose");
    let Some((name, rest)) = matches.subcommand() else {
        return ExitCode::from(2);
    };
    let arguments = handed_over(rest);
    match name {
        "test" => chores::test(&arguments),
        "lint" => chores::lint(),
        name => match hand_on::onehead(name) {
            Some(words) => hand_on::to_onehead(words, verbose, &arguments),
            None => hand_on::to_lab(name, &arguments),
        },
    }
}

/// What stands behind the name of a command. Some take nothing.
fn handed_over(rest: &ArgMatches) -> Vec<OsString> {
    let arguments = rest.try_get_many::<OsString>("arguments").ok().flatten();
    arguments.into_iter().flatten().cloned().collect()
}

fn command() -> Command {
    let handed = hand_on::COMMANDS
        .iter()
        .map(|(name, _, about)| handed_on(name, about));
    let chores = [
        Command::new("test")
            .about("Run every test that needs nothing but git and Rust")
            .arg(arguments().help("Handed to the test programs")),
        Command::new("lint").about("Check format, lints and documentation"),
    ];
    let laboratories = hand_on::LABORATORIES
        .iter()
        .map(|(name, about)| handed_on(name, about));
    Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .about("The commands of onehead, and the chores of this workspace")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .arg(
            Arg::new("verbose")
                .short('v')
                .long("verbose")
                .action(ArgAction::SetTrue)
                .help("Show git commands and their times on stderr"),
        )
        .subcommands(handed)
        .subcommands(chores)
        .subcommands(laboratories)
}

/// A command whose arguments are somebody else's, `--help` as well.
fn handed_on(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .disable_help_flag(true)
        .arg(arguments().allow_hyphen_values(true))
}

fn arguments() -> Arg {
    Arg::new("arguments")
        .num_args(0..)
        .trailing_var_arg(true)
        .value_parser(value_parser!(OsString))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handed(words: &[&str]) -> Vec<OsString> {
        let matches = command().get_matches_from([&["cargo xtask"], words].concat());
        let (_, rest) = matches.subcommand().expect("a command");
        handed_over(rest)
    }

    #[test]
    fn the_arguments_are_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn whatever_stands_behind_a_command_is_handed_on() {
        assert_eq!(
            handed(&["check-heads", "--fix", "-m", "merge", "--", "-x", "--help"]),
            ["--fix", "-m", "merge", "--", "-x", "--help"]
        );
        assert_eq!(handed(&["check-heads", "--help"]), ["--help"]);
        assert_eq!(handed(&["oracle", "-h"]), ["-h"]);
        assert_eq!(handed(&["pre-push", "origin", "-v"]), ["origin", "-v"]);
        for name in ["fix", "test", "lint"] {
            assert_eq!(handed(&[name]), [""; 0]);
        }
    }
}
