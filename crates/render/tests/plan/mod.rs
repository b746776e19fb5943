//! One rewrite, as a graph document asks for it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use onehead_model::{
    Change, Content, EnvironmentGraph, Field, Finding, GraphReport, HeadPolicy, MergeSettings,
    Node, Replacement, RepoPath, RevisionId, Rewrite, Source,
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
        let graph = graph(rewrite, self.taken.iter().map(node).collect());
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
        name: "m".into(),
        config: None,
        script_location: RepoPath::new("m").unwrap(),
        version_locations: vec![RepoPath::new("m/versions").unwrap()],
        policy: HeadPolicy::Single,
        heads: vec![],
        effective_heads: vec![],
        bases: vec![],
        branch_points: vec![],
        merge_points: vec![],
        groups: vec![],
        fitting_policy: None,
        labels_to_declare: Vec::new(),
        sequence: None,
        findings: vec![],
        fixes: vec![],
        rewrites: vec![rewrite],
        merge: MergeSettings {
            recursive: false,
            template: None,
            file_template: "%(rev)s".into(),
            truncate_slug_length: 40,
            revision_id: None,
            timezone: None,
            output_encoding: "utf-8".into(),
            post_write_hooks: vec![],
            options: BTreeMap::new(),
        },
        revisions,
    };
    GraphReport {
        source: Source::Worktree,
        environments: vec![environment],
        findings: vec![],
    }
}

fn node((id, path): (&RevisionId, &RepoPath)) -> Node {
    Node {
        id: id.clone(),
        path: path.clone(),
        message: String::new(),
        down_revisions: vec![],
        next: vec![],
        depends_on: vec![],
        branch_labels: vec![],
        unknown: vec![],
        down_revision_at: None,
    }
}
