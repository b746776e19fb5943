//! Every case of `fixtures/cases`: what is written, given what was rendered.
//!
//! `UPDATE=1` rewrites `stage.json` and `stage.err`; read them before you commit them.

use std::process::ExitCode;

use onehead_fixtures::{Case, Expected, Order, Ran, Suite, Tests};
use onehead_git::Inherit;
use onehead_stage::{StageOptions, hints, stage};

fn main() -> ExitCode {
    Tests::default().cases(Suite::Stages, is_as_expected).run()
}

fn is_as_expected(case: &Case) -> Result<(), String> {
    let mut expected = Expected::of(&case.folder);
    if let Some(plan) = case.document("render") {
        let sandbox = case.sandbox(Order::Sorted);
        let options = StageOptions {
            inherit: Inherit::No,
            ..StageOptions::in_directory(sandbox.root())
        };
        let said = Ran::of_stage(stage(&plan, &options), hints::hint);
        expected.stage("stage", &sandbox.without_root(said));
    }
    expected.finish_among(&["stage.json", "stage.err"])
}
