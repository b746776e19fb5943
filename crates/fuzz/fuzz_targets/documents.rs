//! A document is taken or refused; what is taken is written as it was, and every stage behind it
//! gives an answer, twice the same.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use onehead_graph::{draw, graph};
use onehead_model::{CheckReport, Document, GraphReport, RenderReport, ScanReport, StageReport};
use onehead_render::{RenderOptions, render};

fuzz_target!(|text: &str| {
    if let Some(scan) = taken::<ScanReport>(text) {
        let answer = graph(&scan);
        assert_eq!(answer.to_json(), graph(&scan).to_json());
        behind(&answer);
    }
    if let Some(graph) = taken::<GraphReport>(text) {
        behind(&graph);
    }
    taken::<RenderReport>(text);
    taken::<StageReport>(text);
    taken::<CheckReport>(text);
});

fn taken<D: Document + PartialEq + Debug>(text: &str) -> Option<D> {
    let document = D::from_json(text).ok()?;
    let again = D::from_json(&document.to_json()).expect("what is written can be read");
    assert_eq!(document, again);
    Some(document)
}

fn behind(graph: &GraphReport) {
    let _ = (draw::text(graph), draw::mermaid(graph), draw::dot(graph));
    let options = RenderOptions::default();
    let report = render(graph, &options).expect("without options there is nothing to refuse");
    assert_eq!(
        report.to_json(),
        render(graph, &options).expect("as before").to_json()
    );
}
