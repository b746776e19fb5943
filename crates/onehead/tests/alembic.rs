//! The documents of every case beside what the real Alembic says (`alembic.json`, made by
//! `scripts/oracle/fixtures.py`): the graph, the errors, and the bytes of the merge revision.
//!
//! A case in which onehead differs on purpose says why in a file `divergence`, and must differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::ExitCode;

use onehead_fixtures::{Case, Suite, Tests};
use serde_json::Value;

fn main() -> ExitCode {
    Tests::default()
        .cases(Suite::Stages, agrees_with_alembic)
        .run()
}

fn agrees_with_alembic(case: &Case) -> Result<(), String> {
    let differences = differences(case)?;
    let reason = fs::read_to_string(case.folder.join("divergence")).ok();
    match (reason, differences.is_empty()) {
        (None, true) => Ok(()),
        (None, false) => Err(differences.join("\n")),
        (Some(reason), _) if reason.trim_end().contains('\n') || reason.trim().is_empty() => {
            Err("`divergence` is not one line".into())
        }
        (Some(_), false) => Ok(()),
        (Some(reason), true) => Err(format!("no difference, yet it says: {reason}")),
    }
}

/// Everything in which the documents of a case and Alembic differ.
fn differences(case: &Case) -> Result<Vec<String>, String> {
    let alembic = read(case, "alembic.json")?;
    let mut found = Vec::new();
    if !case.folder.join("graph.json").exists() {
        // Not an environment was found, so nobody was asked about one.
        return Ok(found);
    }
    let (graph, render) = (read(case, "graph.json")?, read(case, "render.json")?);
    let ours: BTreeMap<&str, &Value> = list(&graph, "environments")
        .iter()
        .map(|one| (text(one, "name"), one))
        .collect();
    let mut asked = BTreeSet::new();
    for theirs in list(&alembic, "environments") {
        let name = text(theirs, "name");
        asked.insert(name);
        let mut said = match ours.get(name) {
            Some(ours) => environment(ours, theirs, &render),
            None => configuration(name, &graph, theirs),
        };
        said.iter_mut()
            .for_each(|one| *one = format!("{name}: {one}"));
        found.append(&mut said);
    }
    let unasked = ours.keys().filter(|name| !asked.contains(**name));
    found.extend(unasked.map(|name| format!("{name}: Alembic was not asked about it")));
    Ok(found)
}

/// A configuration that onehead cannot use is one that Alembic cannot use.
fn configuration(path: &str, graph: &Value, theirs: &Value) -> Vec<String> {
    let at = |finding: &&Value| finding["location"]["path"] == path;
    let said = list(graph, "findings").iter().find(at);
    let expected: &[&str] = match theirs["error"]["kind"].as_str() {
        None => return vec!["Alembic can use it, onehead found nothing".into()],
        Some("CommandError" | "FileNotFoundError") => &["OH041"],
        Some(_) => &["OH040"],
    };
    match said {
        Some(finding) if expected.contains(&text(finding, "code")) => Vec::new(),
        said => vec![format!(
            "Alembic says {}, onehead {said:?}",
            theirs["error"]
        )],
    }
}

fn environment(ours: &Value, theirs: &Value, render: &Value) -> Vec<String> {
    let mut found = errors(ours, theirs);
    let mut same = |what: &str, ours: &Value, theirs: &Value| {
        if ours != theirs {
            found.push(format!("{what}: Alembic says {theirs}, onehead {ours}"));
        }
    };
    if theirs["error"].is_null() {
        same(
            "script location",
            &ours["script_location"],
            &theirs["script_location"],
        );
        same(
            "version locations",
            &ours["version_locations"],
            &theirs["version_locations"],
        );
        for field in [
            "heads",
            "effective_heads",
            "bases",
            "branch_points",
            "merge_points",
        ] {
            same(field, &ours[field], &theirs[field]);
        }
        same("revisions", &our_revisions(ours), &their_revisions(theirs));
    }
    found.extend(merge(ours, theirs, render));
    found
}

/// Where Alembic raises, onehead finds the same; where it does not, onehead finds nothing.
fn errors(ours: &Value, theirs: &Value) -> Vec<String> {
    let mut expected: BTreeSet<&str> = BTreeSet::new();
    let error = &theirs["error"];
    let message = error["message"].as_str().unwrap_or_default();
    let any_of: &[&str] = match error["kind"].as_str() {
        None => &[],
        // Or what another package would bring, which is not there.
        Some("KeyError") => &["OH003", "OH004", "OH049"],
        Some("FileNotFoundError") => &["OH048", "OH049"],
        Some("SyntaxError") if message.contains("codec") || message.contains("encoding") => {
            &["OH021"]
        }
        // Or the conflict in the index whose markers it stumbles over.
        Some("SyntaxError") => &["OH020", "OH027"],
        Some("LoopDetected" | "DependencyLoopDetected") => &["OH005"],
        Some("CycleDetected" | "DependencyCycleDetected") => &["OH006"],
        Some("RevisionError") if message.contains("already used by") => &["OH007"],
        Some("RevisionError") if message.contains("not allowed") => &["OH008"],
        Some("CommandError") if message.contains("determine revision id") => &["OH022"],
        Some("AttributeError") if message.contains("down_revision") => &["OH023"],
        Some("TypeError") => &["OH026"],
        Some("ImportError") if message.contains("bad magic number") => &["OH028"],
        Some("ImportError") => &["OH021"],
        Some("ValueError" | "InterpolationSyntaxError" | "InterpolationMissingOptionError") => {
            &["OH040"]
        }
        Some(_) => &["a finding for this error"],
    };
    for warning in list(theirs, "warnings") {
        match text(warning, "kind") {
            "duplicate" => drop(expected.insert("OH002")),
            "loaded-twice" => drop(expected.insert("OH045")),
            // Followed by an error, or about how the file is written.
            _ => {}
        }
    }
    let mut said = codes(ours);
    let mut found = Vec::new();
    if !any_of.is_empty() && !any_of.iter().any(|code| said.contains(code)) {
        found.push(format!("Alembic says {error}, onehead {said:?}"));
    }
    if any_of.is_empty() {
        let mild = |code: &&str| ["OH002", "OH045"].contains(code) || is_error(ours, code);
        said.retain(mild);
        if said != expected {
            found.push(format!(
                "Alembic expects {expected:?}, onehead says {said:?}"
            ));
        }
    }
    found
}

fn codes(environment: &Value) -> BTreeSet<&str> {
    list(environment, "findings")
        .iter()
        .map(|finding| text(finding, "code"))
        .collect()
}

/// Whether a finding makes the check fail though Alembic loads the environment. That there are
/// several heads is no error to Alembic.
fn is_error(environment: &Value, code: &str) -> bool {
    code != "OH001"
        && list(environment, "findings")
            .iter()
            .any(|finding| finding["code"] == code && finding["severity"] == "error")
}

/// The revisions in one shape, by id; of several with one id, the one that Alembic kept.
fn our_revisions(environment: &Value) -> Value {
    let mut found = serde_json::Map::new();
    for node in list(environment, "revisions") {
        let or_empty = |field: &str| match &node[field] {
            Value::Null => Value::Array(Vec::new()),
            given => given.clone(),
        };
        let shape = serde_json::json!({
            "path": node["path"], "message": node["message"], "parents": sorted(&node["down_revisions"]),
            "next": node["next"], "depends_on": sorted(&or_empty("depends_on")), "labels": or_empty("branch_labels"),
        });
        found.insert(text(node, "id").to_owned(), shape);
    }
    Value::Object(found)
}

fn their_revisions(environment: &Value) -> Value {
    let mut found = serde_json::Map::new();
    for revision in list(environment, "revisions") {
        let shape = serde_json::json!({
            "path": revision["path"], "message": revision["message"], "parents": sorted(&revision["down_revision"]),
            "next": revision["next"], "depends_on": sorted(&revision["resolved_depends_on"]), "labels": revision["branch_labels"],
        });
        found.insert(text(revision, "id").to_owned(), shape);
    }
    Value::Object(found)
}

/// The file of the merge revision is the one that Alembic writes; if Alembic cannot, onehead refuses.
fn merge(ours: &Value, theirs: &Value, render: &Value) -> Option<String> {
    let change = list(render, "changes")
        .iter()
        .find(|change| change["environment"] == ours["name"]);
    let merge = &theirs["merge"];
    let written = merge["error"].is_null() && !merge.is_null();
    match (change, written) {
        (None, false) => None,
        (None, true) => Some(format!("Alembic writes {}, onehead nothing", merge["path"])),
        (Some(change), false) => Some(format!(
            "onehead writes {}, Alembic {}",
            change["path"], merge["error"]
        )),
        (Some(change), true) => {
            let bytes = base64(&merge["bytes_base64"]);
            let content = match change["content"]["text"].as_str() {
                Some(text) => text.as_bytes().to_vec(),
                None => base64(&change["content"]["base64"]),
            };
            let differs = change["path"] != merge["path"] || content != bytes;
            differs.then(|| {
                format!(
                    "Alembic writes {}:\n{}\nonehead {}:\n{}",
                    merge["path"],
                    bytes.escape_ascii(),
                    change["path"],
                    content.escape_ascii()
                )
            })
        }
    }
}

fn base64(value: &Value) -> Vec<u8> {
    use base64::Engine;
    let text = value.as_str().expect("text in base 64");
    base64::prelude::BASE64_STANDARD
        .decode(text)
        .expect("text in base 64")
}

fn sorted(value: &Value) -> Value {
    let mut items = value.as_array().cloned().unwrap_or_default();
    items.sort_by_key(Value::to_string);
    Value::Array(items)
}

fn read(case: &Case, name: &str) -> Result<Value, String> {
    let text =
        fs::read_to_string(case.folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}
