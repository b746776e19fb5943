//! Every case of `fixtures/cases`: what the front command says and does about it, which is what the stages do one after
//! the other; and of some cases, that the stages' programs say through a pipe what their libraries say.
//!
//! What each stage says is held by its own crate (`crates/scan/tests/cases.rs`, and so on).
//! `UPDATE=1` rewrites the expected documents; read them before you commit them.

use std::process::ExitCode;

use onehead_fixtures::{
    Case, Expected, GitSandbox, Order, Ran, Snapshot, Suite, Tests, binary, same,
};
use onehead_git::Inherit;
use onehead_model::{CheckReport, Document, RenderReport, StageReport};
use onehead_schemas::validate;
use onehead_stage::{StageOptions, stage};

/// The documents of the four stages, as far as they came.
const STAGES: [&str; 4] = ["scan", "graph", "render", "stage"];

/// Files that other tests compare.
const OTHERS: &[&str] = &[
    "alembic.json",
    "divergence",
    "scan.json",
    "scan.err",
    "graph.json",
    "graph.err",
    "render.json",
    "render.err",
    "stage.json",
    "stage.err",
];

/// With and without fixes and arguments, names and bytes of every kind, and a failure of the first and the last stage.
const PIPED: [&str; 14] = [
    "linear",
    "two-bases",
    "story-two-branches-merged",
    "conflict-in-the-index",
    "hostile-text",
    "line-break-in-file-name",
    "undecodable-bytes",
    "linked-revision",
    "merge-with-everything-said",
    "output-encoding-cookie-on-second-line",
    "ini-section-by-name",
    "no-environment",
    "settings-unknown-key",
    "template-refused",
];

fn main() -> ExitCode {
    Tests::default()
        .cases(Suite::Stages, is_as_expected)
        .some("piped", Suite::Stages, &PIPED, programs_say_the_same)
        .run()
}

fn is_as_expected(case: &Case) -> Result<(), String> {
    let mut expected = Expected::of(&case.folder);
    expected.also(fits_its_schemas(case));
    let piped = case.sandbox(Order::Sorted);
    let checked = onehead(&piped, case, &[]);
    expected.is("check.txt", &checked.transcript());
    let report = onehead(&piped, case, &["--format", "json"]);
    if report.code != Some(2) {
        expected.also(validate("check", &report.stdout));
    }
    let plan = case.document::<RenderReport>("render");
    if let Some(plan) = &plan {
        // Whether it fails is held by the crate of the stage; here it matters what it leaves.
        let options = StageOptions {
            inherit: Inherit::No,
            ..StageOptions::in_directory(piped.root())
        };
        drop(stage(plan, &options));
    }
    fixing_is_the_pipeline(case, plan, &checked, &piped, &mut expected);
    let kept = [Case::INPUTS, OTHERS].concat();
    expected.finish(&kept)
}

/// What the stages say, as it is kept.
fn fits_its_schemas(case: &Case) -> Result<(), String> {
    for name in STAGES {
        if let Ok(text) = std::fs::read_to_string(case.folder.join(format!("{name}.json"))) {
            validate(name, &text)?;
        }
    }
    Ok(())
}

/// `check --fix` leaves what the pipeline left, says the same, and is content afterwards.
fn fixing_is_the_pipeline(
    case: &Case,
    plan: Option<RenderReport>,
    checked: &Ran,
    piped: &GitSandbox,
    expected: &mut Expected,
) {
    let fixed = case.sandbox(Order::Reversed);
    let fixing = onehead(&fixed, case, &with_render_args(case, &["--fix"]));
    if plan.is_some_and(|plan| !plan.changes.is_empty() || !plan.findings.is_empty()) {
        expected.is("fix.txt", &fixing.transcript());
    }
    let left = [Snapshot::of(piped), Snapshot::of(&fixed)].map(|left| format!("{left:?}"));
    expected.also(same(
        "what check --fix leaves, beside what the pipeline leaves",
        &left[0],
        &left[1],
    ));
    let Some(staged) = case.document::<StageReport>("stage") else {
        return;
    };
    // Where nothing was written, the check has been asked about this state already.
    let again = match staged.written.is_empty() {
        true => checked,
        false => &onehead(&fixed, case, &[]),
    };
    if fixing.code == Some(0) && again.code != Some(0) {
        let said = again.transcript();
        expected.also(Err(format!("check after check --fix:\n{said}")));
    }
    let third = case.sandbox(Order::Sorted);
    let args = with_render_args(case, &["--fix", "--format", "json"]);
    let report = onehead(&third, case, &args);
    expected.also(validate("check", &report.stdout));
    let report = CheckReport::from_json(&report.stdout);
    let fix = report.ok().and_then(|report| report.fix);
    let staged = Some(staged).filter(|staged| !staged.written.is_empty());
    let text = |report: Option<StageReport>| report.map_or_else(String::new, |one| one.to_json());
    expected.also(same("what check --fix wrote", &text(staged), &text(fix)));
}

/// Runs the stages as programs, each on what the last one said, which is what their libraries say.
fn programs_say_the_same(case: &Case) -> Result<(), String> {
    let mut expected = Expected::of(&case.folder);
    let sandbox = case.sandbox(Order::Sorted);
    let mut document = String::new();
    for name in STAGES {
        let args: &[String] = match name {
            "scan" => &case.args,
            "render" => &case.render_args,
            _ => &[],
        };
        let ran = sandbox.run(binary(&format!("onehead-{name}")), args, &document);
        expected.stage(name, &ran);
        if ran.code != Some(0) {
            // A stage that fails leaves nothing for the next one.
            break;
        }
        expected.also(same(&format!("stderr of {name}"), "", &ran.stderr));
        document = ran.stdout;
    }
    expected.finish_among(&[])
}

fn with_render_args<'a>(case: &'a Case, first: &[&'a str]) -> Vec<&'a str> {
    let more = case.render_args.iter().map(String::as_str);
    first.iter().copied().chain(more).collect()
}

fn onehead(sandbox: &GitSandbox, case: &Case, more: &[&str]) -> Ran {
    let args = case.args.iter().map(String::as_str);
    let args: Vec<&str> = ["check"]
        .into_iter()
        .chain(args)
        .chain(more.iter().copied())
        .collect();
    sandbox.run(binary("onehead"), &args, "")
}
