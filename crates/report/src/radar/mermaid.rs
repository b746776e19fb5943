//! Where branches part, as a drawing.

use std::fmt::Write;

use onehead_model::escape::for_mermaid;
use onehead_model::{ByProgram, RadarLine, RadarReport, collision_words, words};

use super::text::{SHOWN, ids, on};

/// A Mermaid flowchart: a box for each place, an arrow to each line that goes on from there. Of several targets, each has a
/// part of its own.
pub fn mermaid(report: &RadarReport) -> String {
    let mut out = String::from("flowchart LR\n");
    if report.others.is_empty() {
        places(&mut out, report, "");
        return out;
    }
    for (at, one) in std::iter::once(report).chain(&report.others).enumerate() {
        let _ = writeln!(out, "  subgraph t{at}[\"{}\"]", for_mermaid(&one.target));
        places(&mut out, one, &format!("t{at}"));
        out.push_str("  end\n");
    }
    out
}

/// The places of one target; `part` begins their names.
fn places(out: &mut String, report: &RadarReport, part: &str) {
    if report.collisions.is_empty() {
        let _ = writeln!(
            out,
            "  {part}p0[\"{}\"]",
            for_mermaid(&collision_words::none_with(&report.target))
        );
    }
    for (place, collision) in report.collisions.iter().enumerate() {
        let heading = for_mermaid(&collision_words::heading(collision, &report.target));
        let _ = writeln!(out, "  {part}p{place}[\"{heading}\"]");
        for (at, line) in collision.lines.iter().take(SHOWN).enumerate() {
            let text = label(line, &report.target);
            let _ = writeln!(
                out,
                "  {part}p{place} --> {part}a{place}x{at}([\"{text}\"])"
            );
        }
        if collision.lines.len() > SHOWN {
            let more = collision.lines.len() - SHOWN;
            let _ = writeln!(
                out,
                "  {part}p{place} --> {part}a{place}more([\"and {more} more\"])"
            );
        }
    }
}

fn label(line: &RadarLine, target: &str) -> String {
    let who = line.attribution.as_ref().map(|one| {
        let whose = ByProgram::whose(line.by_program.as_ref(), &one.author);
        format!("{whose}, {}", words::day(&one.date))
    });
    let lines = [Some(ids(line)), Some(on(line, target)), who];
    let lines: Vec<String> = lines
        .iter()
        .flatten()
        .filter(|line| !line.is_empty())
        .map(|line| for_mermaid(line))
        .collect();
    lines.join("<br/>")
}
