//! Every case of `fixtures/cases`: what is rendered, given what the graph said.
//!
//! `UPDATE=1` rewrites `render.json` and `render.err`; read them before you commit them.

use std::process::ExitCode;

use clap::Parser;
use onehead_fixtures::{Case, Expected, Ran, Suite, Tests};
use onehead_render::{RenderArgs, hints, render};

fn main() -> ExitCode {
    Tests::default().cases(Suite::Stages, is_as_expected).run()
}

fn is_as_expected(case: &Case) -> Result<(), String> {
    let mut expected = Expected::of(&case.folder);
    if let Some(graph) = case.document("graph") {
        let words = case.render_args.iter().map(String::as_str);
        let arguments = Arguments::parse_from(["render"].into_iter().chain(words));
        let said = Ran::of_stage(render(&graph, &arguments.render.options()), hints::hint);
        expected.stage("render", &said);
    }
    expected.finish_among(&["render.json", "render.err"])
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    render: RenderArgs,
}
