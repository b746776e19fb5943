//! Every case of `fixtures/cases`: what the stages say one after the other, and what the front
//! command says and does, which must be the same.
//!
//! `UPDATE=1` rewrites the expected documents; read them before you commit them.

use clap::{Args, Parser};
use onehead_fixtures::{
    Case, Expected, GitSandbox, Order, Ran, Snapshot, Suite, binary, for_each_case, same, validate,
};
use onehead_model::Document;
use onehead_render::{RenderArgs, RenderOptions};
use onehead_scan::ScanArgs;

/// Files that another test or nobody compares.
const OTHERS: &[&str] = &["alembic.json", "divergence"];

/// The documents of the four stages, as far as they came.
const STAGES: [&str; 4] = ["scan", "graph", "render", "stage"];

#[test]
fn every_case_is_as_expected() {
    for_each_case(Suite::Stages, |case| {
        let mut expected = Expected::of(&case.folder);
        let forwards = case.sandbox(Order::Sorted);
        let checked = onehead(&forwards, case, &[]);
        expected.is("check.txt", &checked.transcript());
        let report = onehead(&forwards, case, &["--format", "json"]);
        if report.code != Some(2) {
            expected.also(validate("check", &report.stdout));
        }
        let documents = pipeline(&forwards, case, &mut expected);
        let backwards = case.sandbox(Order::Reversed);
        expected.also(in_process(&backwards, case, &documents));
        fixing_is_the_pipeline(case, &forwards, &backwards, &documents, &mut expected);
        let kept = [Case::INPUTS, OTHERS].concat();
        expected.finish(&kept)
    });
}

/// Runs the stages as programs, each on what the last one said, and gives their documents.
fn pipeline(sandbox: &GitSandbox, case: &Case, expected: &mut Expected) -> Vec<String> {
    let mut documents: Vec<String> = Vec::new();
    for stage in STAGES {
        let args: &[String] = match stage {
            "scan" => &case.args,
            "render" => &case.render_args,
            _ => &[],
        };
        let input = documents.last().map_or("", String::as_str);
        let ran = sandbox.run(binary(&format!("onehead-{stage}")), args, input);
        if ran.code != Some(0) {
            // A stage that fails leaves nothing for the next one.
            expected.is(&format!("{stage}.err"), &ran.transcript());
            break;
        }
        expected.is(&format!("{stage}.json"), &ran.stdout);
        expected.also(same(&format!("stderr of {stage}"), "", &ran.stderr));
        expected.also(validate(stage, &ran.stdout));
        documents.push(ran.stdout);
    }
    documents
}

/// The libraries, on files that were created in another order, give the same documents.
fn in_process(sandbox: &GitSandbox, case: &Case, documents: &[String]) -> Result<(), String> {
    let Some(expected) = documents.first() else {
        return Ok(());
    };
    let scanned =
        onehead_scan::scan(&scan_options(sandbox, case)).map_err(|error| error.to_string())?;
    same("scan in process", expected, &scanned.report.to_json())?;
    let graph = onehead_graph::graph(&scanned.report);
    same("graph in process", &documents[1], &graph.to_json())?;
    let rendered =
        onehead_render::render(&graph, &render_options(case)).map_err(|error| error.to_string())?;
    same("render in process", &documents[2], &rendered.to_json())
}

/// `check --fix` leaves what the pipeline left, says the same, and is content afterwards.
fn fixing_is_the_pipeline(
    case: &Case,
    piped: &GitSandbox,
    fixed: &GitSandbox,
    documents: &[String],
    expected: &mut Expected,
) {
    let fixing = onehead(fixed, case, &with_render_args(case, &["--fix"]));
    let render = documents
        .get(2)
        .map(|text| onehead_model::RenderReport::from_json(text));
    let plan = render.and_then(Result::ok);
    if plan.is_some_and(|plan| !plan.changes.is_empty() || !plan.findings.is_empty()) {
        expected.is("fix.txt", &fixing.transcript());
    }
    let (piped, left) = (Snapshot::of(piped), Snapshot::of(fixed));
    expected.also(same(
        "what check --fix leaves, beside what the pipeline leaves",
        &format!("{piped:?}"),
        &format!("{left:?}"),
    ));
    if documents.len() < STAGES.len() {
        return;
    }
    let again = onehead(fixed, case, &[]);
    if fixing.code == Some(0) && again.code != Some(0) {
        expected.also(Err(format!(
            "check after check --fix:\n{}",
            again.transcript()
        )));
    }
    let third = case.sandbox(Order::Sorted);
    let report = onehead(
        &third,
        case,
        &with_render_args(case, &["--fix", "--format", "json"]),
    );
    expected.also(validate("check", &report.stdout));
    let report = onehead_model::CheckReport::from_json(&report.stdout);
    let fix = report.ok().and_then(|report| report.fix);
    let staged = onehead_model::StageReport::from_json(&documents[3]).ok();
    expected.also(same(
        "stage in process",
        &staged
            .filter(|staged| !staged.written.is_empty())
            .map_or_else(String::new, |staged| staged.to_json()),
        &fix.map_or_else(String::new, |fix| fix.to_json()),
    ));
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

/// The case's arguments as the libraries take them, with paths inside the sandbox.
fn scan_options(sandbox: &GitSandbox, case: &Case) -> onehead_scan::ScanOptions {
    let args = Arguments::<ScanArgs>::parse_from(std::iter::once("scan").chain(words(&case.args)));
    let mut options = args.inner.options();
    let inside = |path: std::path::PathBuf| sandbox.root().join(path);
    options.directory = sandbox.root().to_owned();
    options.inherit = onehead_git::Inherit::No;
    options.configs = options.configs.into_iter().map(inside).collect();
    options.script_location = options.script_location.map(inside);
    options
}

fn render_options(case: &Case) -> RenderOptions {
    let words = std::iter::once("render").chain(words(&case.render_args));
    Arguments::<RenderArgs>::parse_from(words).inner.options()
}

fn words(args: &[String]) -> impl Iterator<Item = &str> {
    args.iter().map(String::as_str)
}

/// Arguments that several commands share, on their own.
#[derive(Parser)]
struct Arguments<T: Args> {
    #[command(flatten)]
    inner: T,
}
