//! One rewrite, as a graph document asks for it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use onehead_fixtures::documents::{environment_graph, node};
use onehead_model::{
    Change, Content, EnvironmentGraph, Field, Finding, GraphReport, Node, Replacement, RepoPath,
    RevisionId, Rewrite, Source,
};
use onehead_render::{RenderOptions, render};
use serde::Deserialize;

/// What is replaced in which file, and which ids and paths others have.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Plan {
    path: RepoPath,
    replacements: Vec<Replacement>,
    #[serde(default)]
    taken: BTreeMap<RevisionId, RepoPath>,
}

impl Plan {
    /// Other ids in a file that nobody else knows.
    pub(crate) fn new(replacements: Vec<Replacement>) -> Self {
        Self {
            path: RepoPath::new("m/versions/a1.py").unwrap(),
            replacements,
            taken: BTreeMap::new(),
        }
    }

    /// Another parent.
    pub(crate) fn parent(from: &str, to: &str) -> Self {
        Self::new(vec![Replacement {
            field: Field::DownRevision,
            from: Some(from.into()),
            to: to.into(),
        }])
    }

    /// What becomes of a file with these bytes.
    pub(crate) fn render(&self, before: &[u8]) -> Result<Change, Finding> {
        let content = match String::from_utf8(before.to_vec()) {
            Ok(text) => Content::Text(text),
            Err(_) => Content::Base64(BASE64_STANDARD.encode(before)),
        };
        let rewrite = Rewrite {
            path: self.path.clone(),
            content,
            replacements: self.replacements.clone(),
        };
        let taken = self.taken.iter().map(|(id, path)| node(id, path));
        let graph = graph(rewrite, taken.collect());
        let mut report = render(&graph, &RenderOptions::default()).unwrap();
        assert_eq!(report.changes.len() + report.findings.len(), 1);
        report
            .changes
            .pop()
            .ok_or_else(|| report.findings.remove(0))
    }
}

/// The bytes of a change.
pub(crate) fn bytes(content: &Content) -> Vec<u8> {
    match content {
        Content::Text(text) => text.clone().into_bytes(),
        Content::Base64(text) => BASE64_STANDARD.decode(text).unwrap(),
    }
}

fn graph(rewrite: Rewrite, revisions: Vec<Node>) -> GraphReport {
    let environment = EnvironmentGraph {
        rewrites: vec![rewrite],
        revisions,
        ..environment_graph()
    };
    GraphReport {
        source: Source::Worktree,
        environments: vec![environment],
        findings: vec![],
    }
}
