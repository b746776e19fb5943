//! Every case of `fixtures/cases`: what the scan says of it, whatever the order in which its files were created.
//!
//! `UPDATE=1` rewrites `scan.json` and `scan.err`; read them before you commit them.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use onehead_fixtures::{Case, Expected, GitSandbox, Order, Ran, Suite, Tests, same};
use onehead_git::Inherit;
use onehead_scan::{ScanArgs, ScanOptions, Snapshot, hints};

fn main() -> ExitCode {
    Tests::default().cases(Suite::Stages, is_as_expected).run()
}

fn is_as_expected(case: &Case) -> Result<(), String> {
    let mut expected = Expected::of(&case.folder);
    let said = says(case, &case.sandbox(Order::Sorted));
    expected.stage("scan", &said);
    let other = says(case, &case.sandbox(Order::Reversed));
    expected.also(same(
        "created in another order",
        &said.transcript(),
        &other.transcript(),
    ));
    expected.finish_among(&["scan.json", "scan.err"])
}

fn says(case: &Case, sandbox: &GitSandbox) -> Ran {
    let words = ["scan"]
        .into_iter()
        .chain(case.args.iter().map(String::as_str));
    let arguments = Arguments::parse_from(words).scan;
    let snapshot = Snapshot::find(&options(&arguments, sandbox), &arguments.source());
    sandbox.without_root(Ran::of_stage(
        snapshot.map(|snapshot| snapshot.report().clone()),
        hints::hint,
    ))
}

/// The arguments of a case, with paths inside the sandbox.
fn options(arguments: &ScanArgs, sandbox: &GitSandbox) -> ScanOptions {
    let mut options = arguments.options();
    let inside = |path: PathBuf| sandbox.root().join(path);
    options.directory = sandbox.root().to_owned();
    options.inherit = Inherit::No;
    options.configs = options.configs.into_iter().map(inside).collect();
    options.script_location = options.script_location.map(inside);
    options
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    scan: ScanArgs,
}
