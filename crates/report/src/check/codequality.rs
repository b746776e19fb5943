//! GitLab's Code Quality report, which it shows in the merge request.

use onehead_model::escape::for_log;
use onehead_model::{CheckReport, Origin, RepoPath, Severity};
use serde_json::{Value, json};

use super::notes::{Note, notes};

/// A list with one issue for each finding and place.
pub fn codequality(report: &CheckReport) -> String {
    let issues: Vec<Value> = notes(report)
        .iter()
        .filter(|note| note.finding.origin != Some(Origin::Fixed))
        .map(|note| issue(note, report))
        .collect();
    format!("{:#}\n", Value::from(issues))
}

fn issue(note: &Note<'_>, report: &CheckReport) -> Value {
    let finding = note.finding;
    let environment = note.environment.map(|name| format!("{name}: "));
    let text = format!(
        "{} {}: {}{}",
        finding.code,
        finding.name,
        environment.unwrap_or_default(),
        finding.message
    );
    let (path, line) = match &note.location {
        Some(place) => (place.path.clone(), place.line),
        None => (somewhere(note, report), None),
    };
    json!({
        "description": for_log(&text),
        "check_name": format!("onehead/{}", finding.code),
        "fingerprint": note.fingerprint,
        "severity": match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Notice => "info",
        },
        "location": { "path": for_log(&path.to_string()), "lines": { "begin": line.unwrap_or(1) } },
    })
}

/// GitLab wants every issue to have a place: the folder of the environment, or the root.
fn somewhere(note: &Note<'_>, report: &CheckReport) -> RepoPath {
    report
        .environments
        .iter()
        .find(|environment| note.environment == Some(&environment.name))
        .map(|environment| environment.script_location.clone())
        .unwrap_or_default()
}
