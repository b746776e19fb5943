//! Who published a revision, and which tag has it.

use std::collections::HashMap;

use onehead_configuration::PublishedSettings;
use onehead_git::{Connection, FileOrigin, Oid, RefName};
use onehead_model::{Code, Finding, RevisionId, words};
use onehead_scan::Snapshot;

/// Says in findings about single revisions who published each, and in those about removed ones which tag has them, as far
/// as git knows: that nobody can be named is no reason to fail a check.
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
    let files = |finding: &Finding| -> Vec<(RevisionId, String)> {
        let is_told = finding.code == Code::PublishedRemoved || finding.revisions.len() == 1;
        let revisions = finding.revisions.iter().filter(|_| is_told);
        let file = |id: &RevisionId| Some((id.clone(), paths.get(id)?.clone()));
        revisions.filter_map(file).collect()
    };
    let asked = findings.iter().flat_map(|one| files(one));
    let asked: Vec<String> = asked.map(|(_, path)| path).collect();
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
        let files = files(finding);
        let tag = |path: &String| tags.get(&origins.get(path)?.commit);
        let released: Vec<(&RevisionId, &RefName)> = files
            .iter()
            .filter_map(|(id, path)| Some((id, tag(path)?)))
            .collect();
        match (&files[..], &released[..]) {
            ([(_, path)], _) => {
                if let Some(origin) = origins.get(path) {
                    finding.message += &said(origin, tag(path));
                }
            }
            (_, [(first, tag), more @ ..]) => {
                let more = match more.len() {
                    0 => String::new(),
                    more => format!(" (and tags have {more} more)"),
                };
                finding.message += &format!("; tag `{}` has `{first}`{more}", tag.short());
            }
            (_, []) => {}
        }
        if let (Code::PublishedRemoved, Some(hint), false) =
            (finding.code, &mut finding.hint, released.is_empty())
        {
            *hint += "; if this reverts a merge, revert all but these files";
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
