//! Who published a revision, and which tag has it.

use std::collections::HashMap;

use onehead_configuration::PublishedSettings;
use onehead_git::{Connection, FileOrigin, Oid, RefName};
use onehead_model::{Finding, RevisionId, words};
use onehead_scan::Snapshot;

/// Says in findings about single revisions who published each, as far as git knows: that nobody can be named is no reason
/// to fail a check.
pub(crate) fn tell(
    repository: &Connection,
    published: &Oid,
    before: &Snapshot,
    settings: &PublishedSettings,
    findings: Vec<&mut Finding>,
) {
    let environments = &before.report().environments;
    let revisions = environments.iter().flat_map(|one| &one.revisions);
    let paths: HashMap<&RevisionId, String> = revisions
        .map(|one| (&one.id, one.path.to_string()))
        .collect();
    let path = |finding: &Finding| match &finding.revisions[..] {
        [only] => paths.get(only).cloned(),
        _ => None,
    };
    let asked: Vec<String> = findings.iter().filter_map(|one| path(one)).collect();
    if asked.is_empty() {
        return;
    }
    let origins = repository.origins(&[published.to_string()], &asked);
    let origins = origins.unwrap_or_default();
    let commits: Vec<Oid> = origins
        .values()
        .map(|origin| origin.commit.clone())
        .collect();
    let tags = repository.tags_with(&commits).unwrap_or_default();
    let tags: HashMap<Oid, RefName> = std::iter::zip(commits, tags)
        .filter_map(|(commit, tag)| Some((commit, tag?)))
        .filter(|(_, tag)| settings.publishes(tag))
        .collect();
    for finding in findings {
        if let Some(origin) = path(finding).and_then(|path| origins.get(&path)) {
            finding.message += &said(origin, tags.get(&origin.commit));
        }
    }
}

fn said(origin: &FileOrigin, tag: Option<&RefName>) -> String {
    let through = match origin.pull_request {
        Some(number) => format!("#{number}"),
        None => format!("commit {}", words::short_id(origin.commit.as_str())),
    };
    let tag = tag.map(|tag| format!(", in tag `{}`", tag.short()));
    format!(
        "; published by {} in {through}{}",
        origin.author.name,
        tag.unwrap_or_default()
    )
}
