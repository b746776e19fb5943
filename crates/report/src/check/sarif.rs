//! SARIF 2.1.0, which code scanning reads.

use onehead_model::escape::{for_terminal, for_uri};
use onehead_model::{CheckReport, Code, Origin, Severity};
use serde_json::{Value, json};

use super::notes::{Note, notes};
use crate::DOCS;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The one run of this program, with a rule for every code that there is.
pub fn sarif(report: &CheckReport) -> String {
    let compared = notes(report)
        .iter()
        .any(|note| note.finding.origin.is_some());
    let results: Vec<Value> = notes(report)
        .iter()
        .map(|note| result(note, compared))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "onehead",
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": Code::ALL.iter().map(|&code| rule(code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "SRCROOT": { "description": { "text": "The root of the repository" } } },
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: Code) -> Value {
    let anchor = format!("{}-{}", code.code().to_lowercase(), code.name());
    let uri = format!("{DOCS}/findings.md#{anchor}");
    json!({
        "id": code.code(),
        "name": code.name(),
        "shortDescription": { "text": code.summary() },
        "help": { "text": format!("{} What Alembic does, and the fix: {uri}", code.summary()) },
        "helpUri": uri,
        "defaultConfiguration": { "level": level(code.severity()) },
    })
}

/// A result. If any is compared with the state that the change starts from, the format wants all of them to be.
fn result(note: &Note<'_>, compared: bool) -> Value {
    let finding = note.finding;
    let environment = note.environment.map(|name| format!("{name}: "));
    let mut text = format!("{}{}", environment.unwrap_or_default(), finding.message);
    if let Some(hint) = &finding.hint {
        text = format!("{text}\nhint: {hint}");
    }
    let locations: Vec<Value> = note
        .location
        .iter()
        .map(|place| {
            let mut physical = json!({
                "artifactLocation": { "uri": for_uri(place.path.as_str()), "uriBaseId": "SRCROOT" },
            });
            if let Some(line) = place.line {
                physical["region"] = match place.column {
                    Some(column) => json!({ "startLine": line, "startColumn": column }),
                    None => json!({ "startLine": line }),
                };
            }
            json!({ "physicalLocation": physical })
        })
        .collect();
    let rule = Code::ALL.iter().position(|&code| code == finding.code);
    let mut result = json!({
        "ruleId": finding.code.code(),
        "ruleIndex": rule,
        "level": level(finding.severity),
        "message": { "text": message(&text) },
        "locations": locations,
        "partialFingerprints": { "onehead/v1": note.fingerprint },
    });
    if compared {
        result["baselineState"] = json!(match finding.origin {
            None | Some(Origin::Introduced) => "new",
            Some(Origin::Inherited) => "unchanged",
            Some(Origin::Fixed) => "absent",
        });
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "note",
    }
}

/// Square brackets make links in a message, and braces stand for arguments.
fn message(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let line = for_terminal(line).replace('\\', "\\\\");
            let line = line.replace('[', "\\[").replace(']', "\\]");
            line.replace('{', "{{").replace('}', "}}")
        })
        .collect();
    lines.join("\n")
}
