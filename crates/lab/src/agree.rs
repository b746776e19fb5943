//! Where a graph of onehead and an answer of the real Alembic differ.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use onehead_model::{Content, EnvironmentGraph, GraphReport, Node, RevisionId, Source};
use onehead_render::{RenderOptions, render};
use serde::Deserialize;

/// What the oracle was asked.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    pub(crate) environments: Vec<Request>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    pub(crate) name: String,
    pub(crate) synthetic_head: Option<SyntheticHead>,
    pub(crate) merge: Option<MergeRequest>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SyntheticHead {
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) location: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct MergeRequest {
    rev_id: String,
    create_date: String,
    message: Option<String>,
}

/// What it said.
#[derive(Debug, Deserialize)]
pub(crate) struct Answered {
    pub(crate) environments: Vec<Answer>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    pub(crate) name: String,
    error: Option<Raised>,
    pub(crate) version_locations: Vec<String>,
    heads: Vec<String>,
    effective_heads: Vec<String>,
    bases: Vec<String>,
    branch_points: Vec<String>,
    merge_points: Vec<String>,
    revisions: Vec<AlembicRevision>,
    merge: Option<Merged>,
}

impl Answer {
    /// Whether there is a merge file to compare with.
    pub(crate) fn wrote_merge(&self) -> bool {
        self.merge
            .as_ref()
            .is_some_and(|merge| merge.error.is_none() && merge.bytes_base64.is_some())
    }
}

#[derive(Debug, Deserialize)]
struct Raised {
    kind: String,
    message: String,
}

#[derive(Debug, Deserialize)]
struct AlembicRevision {
    id: String,
    path: String,
    down_revision: Vec<String>,
    resolved_depends_on: Vec<String>,
    branch_labels: Vec<String>,
    message: String,
    next: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Merged {
    path: Option<String>,
    bytes_base64: Option<String>,
    down_revision: Option<Vec<String>>,
    error: Option<Raised>,
}

/// Every difference, in words. None is what both sides want.
pub(crate) fn differences(
    graph: &EnvironmentGraph,
    request: &Request,
    answer: &Answer,
) -> Vec<String> {
    if let Some(error) = &answer.error {
        return vec![format!("Alembic raised {}: {}", error.kind, error.message)];
    }
    let mut said = Vec::new();
    let mut compare = |what: &str, ours: &[RevisionId], theirs: &[String]| {
        let ours: Vec<&str> = ours.iter().map(RevisionId::as_str).collect();
        if ours != theirs {
            said.push(format!("{what}: {ours:?}, Alembic has {theirs:?}"));
        }
    };
    compare("heads", &graph.heads, &answer.heads);
    compare(
        "effective heads",
        &graph.effective_heads,
        &answer.effective_heads,
    );
    compare("bases", &graph.bases, &answer.bases);
    compare("branch points", &graph.branch_points, &answer.branch_points);
    compare("merge points", &graph.merge_points, &answer.merge_points);
    let errors = graph
        .findings
        .iter()
        .filter(|finding| finding.is_error() && finding.name != "multiple-heads");
    said.extend(errors.map(|finding| format!("finding {}: {}", finding.code, finding.message)));
    said.extend(revisions(graph, answer));
    if let (Some(request), Some(merged)) = (&request.merge, &answer.merge) {
        said.extend(merge(graph, request, merged));
    }
    said
}

fn revisions(graph: &EnvironmentGraph, answer: &Answer) -> Vec<String> {
    let ours: BTreeMap<&str, &Node> = graph
        .revisions
        .iter()
        .map(|node| (node.id.as_str(), node))
        .collect();
    let mut said = Vec::new();
    for theirs in &answer.revisions {
        let Some(ours) = ours.get(theirs.id.as_str()) else {
            said.push(format!("revision {} is missing", theirs.id));
            continue;
        };
        let ids = |ids: &[RevisionId]| {
            ids.iter()
                .map(|id| id.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        let mut compare = |what: &str, ours: Vec<String>, theirs: &[String]| {
            if ours != theirs {
                said.push(format!("{what}: {ours:?}, Alembic has {theirs:?}"));
            }
        };
        let id = &theirs.id;
        compare(
            &format!("{id} path"),
            vec![ours.path.to_string()],
            std::slice::from_ref(&theirs.path),
        );
        compare(
            &format!("{id} message"),
            vec![ours.message.clone()],
            std::slice::from_ref(&theirs.message),
        );
        compare(
            &format!("{id} parents"),
            ids(&ours.down_revisions),
            &theirs.down_revision,
        );
        compare(
            &format!("{id} dependencies"),
            ids(&ours.depends_on),
            &theirs.resolved_depends_on,
        );
        compare(
            &format!("{id} labels"),
            ours.branch_labels.clone(),
            &theirs.branch_labels,
        );
        compare(&format!("{id} next"), ids(&ours.next), &theirs.next);
    }
    if ours.len() != answer.revisions.len() {
        said.push(format!(
            "{} revisions, Alembic has {}",
            ours.len(),
            answer.revisions.len()
        ));
    }
    said
}

fn merge(graph: &EnvironmentGraph, request: &MergeRequest, merged: &Merged) -> Vec<String> {
    let alone = GraphReport {
        source: Source::Worktree,
        environments: vec![graph.clone()],
        findings: Vec::new(),
    };
    let options = RenderOptions {
        message: request.message.clone(),
        rev_id: Some(request.rev_id.clone()),
        date: Some(request.create_date.clone()),
        branch_labels: Vec::new(),
    };
    let report = match render(&alone, &options) {
        Ok(report) => report,
        Err(error) => return vec![format!("merge: {error}")],
    };
    match (
        report.changes.first(),
        report.findings.first(),
        &merged.error,
    ) {
        // Alembic fails, or breaks the graph with what it has written: we refuse before.
        (None, Some(_), Some(_)) => Vec::new(),
        (Some(_), _, Some(error)) => vec![format!(
            "merge is written, Alembic raised {}: {}",
            error.kind, error.message
        )],
        (None, Some(finding), None) => vec![format!(
            "merge is refused, Alembic wrote it: {}",
            finding.message
        )],
        (None, None, _) => vec!["no merge is planned".into()],
        (Some(change), _, None) => {
            let mut said = Vec::new();
            let bytes = match &change.content {
                Content::Text(text) => text.clone().into_bytes(),
                Content::Base64(text) => BASE64_STANDARD.decode(text).unwrap_or_default(),
            };
            let theirs = merged
                .bytes_base64
                .as_deref()
                .and_then(|text| BASE64_STANDARD.decode(text).ok());
            if Some(&bytes) != theirs.as_ref() {
                said.push(format!(
                    "merge bytes differ:\n{}\n--- Alembic:\n{}",
                    String::from_utf8_lossy(&bytes),
                    String::from_utf8_lossy(&theirs.unwrap_or_default())
                ));
            }
            if Some(change.path.as_str()) != merged.path.as_deref() {
                said.push(format!(
                    "merge path: {}, Alembic has {:?}",
                    change.path, merged.path
                ));
            }
            let parents: Vec<&str> = change
                .down_revisions
                .iter()
                .map(RevisionId::as_str)
                .collect();
            if merged
                .down_revision
                .as_ref()
                .is_none_or(|theirs| parents != *theirs)
            {
                said.push(format!(
                    "merge parents: {parents:?}, Alembic has {:?}",
                    merged.down_revision
                ));
            }
            said
        }
    }
}
