//! Every case of `fixtures/cases`: what the graph says, given what the scan said.
//!
//! `UPDATE=1` rewrites `graph.json`; read it before you commit it.

use std::convert::Infallible;
use std::process::ExitCode;

use onehead_fixtures::{Case, Expected, Ran, Suite, Tests};
use onehead_graph::graph;

fn main() -> ExitCode {
    Tests::default().cases(Suite::Stages, is_as_expected).run()
}

fn is_as_expected(case: &Case) -> Result<(), String> {
    let mut expected = Expected::of(&case.folder);
    if let Some(scan) = case.document("scan") {
        let said = Ran::of_stage(Ok::<_, Infallible>(graph(&scan)), |_| None);
        expected.stage("graph", &said);
    }
    expected.finish_among(&["graph.json", "graph.err"])
}
