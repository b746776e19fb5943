//! Every revision file of the corpus gets another id, and everybody who names it follows: for Alembic the graph
//! must then be the same under other names.

use crate::workspace::Fallible;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use onehead_git::Inherit;
use onehead_graph::graph;
use onehead_model::{
    Content, EnvironmentGraph, Field, Finding, GraphReport, RenderReport, Replacement, RepoPath,
    Revision, RevisionId, Rewrite, ScanReport, Source,
};
use onehead_render::{RenderOptions, render};
use onehead_stage::{StageOptions, stage};

use crate::agree;
use crate::corpus_packages::{Listed, Work};

/// Rewrites every package and asks Alembic about the outcome. Gives what is to be said, and the number of
/// differences.
pub(crate) fn judge(
    works: &[(Work, Vec<&Listed>)],
    mut request: serde_json::Value,
    ask: impl Fn(&serde_json::Value) -> Fallible<agree::Answered>,
) -> Fallible<(String, usize)> {
    let (mut files, mut bases, mut differences) = (0, 0, 0);
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    let mut text = String::new();
    for (work, listed) in works {
        let before = work.scan()?;
        bases += bases_with_parents(work, &before)?;
        let (plan, findings) = other_ids(work, &before)?;
        files += plan.changes.len();
        for finding in findings {
            *refused.entry(finding.message).or_default() += 1;
        }
        let options = StageOptions {
            inherit: Inherit::No,
            add: false,
            ..StageOptions::in_directory(work.root())
        };
        stage(&plan, &options)?;
        if !is_renamed(&graph(&before), &work.graph()?, &plan) {
            differences += 1;
            let _ = writeln!(text, "DIFFERS  {} after all ids changed", listed[0].name);
        }
        for environment in request["environments"].as_array_mut().into_iter().flatten() {
            if listed.iter().any(|one| environment["name"] == one.name) {
                about_the_copy(environment, work);
            }
        }
    }
    let answered = ask(&request)?;
    let asked: agree::Asked = serde_json::from_value(request)?;
    for (work, listed) in works {
        let report = work.graph()?;
        for one in listed {
            let is_it = |name: &String| *name == one.name;
            let asked = asked.environments.iter().find(|asked| is_it(&asked.name));
            let answer = answered
                .environments
                .iter()
                .find(|answer| is_it(&answer.name));
            let (Some(asked), Some(answer)) = (asked, answer) else {
                return Err(format!("the oracle gave no answer for {}", one.name).into());
            };
            let locations = answer
                .version_locations
                .iter()
                .map(String::as_str)
                .collect();
            let said = match one.find(&report, &locations) {
                Some(graph) => agree::differences(graph, asked, answer),
                None => vec!["not found".to_owned()],
            };
            differences += said.len();
            for line in said.iter().take(8) {
                let _ = writeln!(text, "DIFFERS  {} with other ids: {line}", one.name);
            }
        }
    }
    let _ = writeln!(
        text,
        "{files} revision files got another id and other parents, {bases} bases a parent, {} were refused, {differences} differences",
        refused.values().sum::<usize>()
    );
    for (reason, count) in refused {
        let _ = writeln!(text, "    {count} {reason}");
    }
    Ok((text, differences))
}

/// Alembic reads the rewritten copy: no merge is asked for, and what was added to it lies there already.
fn about_the_copy(environment: &mut serde_json::Value, work: &Work) {
    environment["root"] = work.root().to_string_lossy().into();
    environment["merge"] = serde_json::Value::Null;
    environment["synthetic_head"] = serde_json::Value::Null;
    for root in environment["import_roots"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        if root.as_str().is_some_and(|root| root.starts_with("../")) {
            *root = ".".into();
        }
    }
}

fn renamed(id: &str) -> String {
    format!("r{id}")
}

/// The changes that give every revision another id, and what was refused. A file that is refused keeps its
/// id and its parents, and whoever names one of those keeps that.
fn other_ids(work: &Work, before: &ScanReport) -> Fallible<(RenderReport, Vec<Finding>)> {
    let first = render(
        &plan(work, before, &BTreeSet::new())?,
        &RenderOptions::default(),
    )?;
    let is_refused = |path: &RepoPath| {
        let mut places = first
            .findings
            .iter()
            .filter_map(|finding| finding.location.as_ref());
        places.any(|place| place.path == *path)
    };
    let all = before.environments.iter().flat_map(|one| &one.revisions);
    let kept = all
        .filter(|revision| is_refused(&revision.path))
        .flat_map(|revision| {
            let names = revision.down_revisions.iter().map(RevisionId::as_str);
            let names = names.chain(revision.depends_on.iter().map(String::as_str));
            names.chain([revision.id.as_str()]).map(str::to_owned)
        })
        .collect();
    let mut second = render(&plan(work, before, &kept)?, &RenderOptions::default())?;
    second.findings.clear();
    Ok((second, first.findings))
}

fn plan(work: &Work, before: &ScanReport, kept: &BTreeSet<String>) -> Fallible<GraphReport> {
    let mut seen = BTreeSet::new();
    let mut report = graph(before);
    for (scanned, environment) in before.environments.iter().zip(&mut report.environments) {
        let ids: BTreeSet<&str> = scanned
            .revisions
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        environment.fixes.clear();
        for revision in &scanned.revisions {
            let replacements =
                replacements(revision, &|id: &str| ids.contains(id) && !kept.contains(id));
            // Two sections may share their files.
            if !replacements.is_empty() && seen.insert(&revision.path) {
                environment.rewrites.push(Rewrite {
                    path: revision.path.clone(),
                    content: content(work, &revision.path)?,
                    replacements,
                });
            }
        }
    }
    Ok(report)
}

fn replacements(revision: &Revision, is_known: &impl Fn(&str) -> bool) -> Vec<Replacement> {
    let own = [(Field::Revision, revision.id.as_str())];
    let parents = revision
        .down_revisions
        .iter()
        .map(|id| (Field::DownRevision, id.as_str()));
    let others = revision
        .depends_on
        .iter()
        .map(|id| (Field::DependsOn, id.as_str()));
    let all: BTreeSet<(Field, &str)> = own.into_iter().chain(parents).chain(others).collect();
    all.into_iter()
        .filter(|(_, id)| is_known(id))
        .map(|(field, id)| Replacement {
            field,
            from: Some(id.into()),
            to: RevisionId::new(renamed(id)),
        })
        .collect()
}

/// How many bases can be given a parent; each is tried alone, and nothing is written.
fn bases_with_parents(work: &Work, before: &ScanReport) -> Fallible<usize> {
    let mut bases = 0;
    for revision in before.environments.iter().flat_map(|one| &one.revisions) {
        if !revision.down_revisions.is_empty() {
            continue;
        }
        let mut report = graph(&ScanReport {
            environments: before.environments[..1].to_vec(),
            ..ScanReport::empty(Source::Worktree)
        });
        let environment: &mut EnvironmentGraph = &mut report.environments[0];
        environment.fixes.clear();
        environment.rewrites.push(Rewrite {
            path: revision.path.clone(),
            content: content(work, &revision.path)?,
            replacements: vec![Replacement {
                field: Field::DownRevision,
                from: None,
                to: RevisionId::from("0123456789ab"),
            }],
        });
        bases += render(&report, &RenderOptions::default())?.changes.len();
    }
    Ok(bases)
}

fn content(work: &Work, path: &RepoPath) -> Fallible<Content> {
    let bytes = fs::read(work.root().join(path.as_str()))?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Content::Text(text),
        Err(error) => Content::Base64(BASE64_STANDARD.encode(error.into_bytes())),
    })
}

/// A message without the lines that follow the ids: some docstrings have no blank line before those.
fn message(text: &str) -> String {
    let is_own = |line: &&str| !line.trim_start().starts_with("Revis");
    text.lines().filter(is_own).collect::<Vec<_>>().join("\n")
}

/// Whether two graphs are the same but for the ids that a plan changed.
fn is_renamed(before: &GraphReport, after: &GraphReport, plan: &RenderReport) -> bool {
    let changed: BTreeSet<&str> = plan
        .changes
        .iter()
        .map(|change| change.revision.as_str())
        .collect();
    let name = |id: &RevisionId| {
        let new = renamed(id.as_str());
        if changed.contains(new.as_str()) {
            new
        } else {
            id.to_string()
        }
    };
    let edges = |report: &GraphReport, name: &dyn Fn(&RevisionId) -> String| {
        let nodes = report.environments.iter().flat_map(|one| &one.revisions);
        let edges = nodes.map(|node| {
            let all = |ids: &[RevisionId]| ids.iter().map(name).collect::<Vec<_>>();
            (
                name(&node.id),
                all(&node.down_revisions),
                all(&node.depends_on),
                message(&node.message),
            )
        });
        let mut edges: Vec<_> = edges.collect();
        edges.sort();
        edges
    };
    edges(before, &name) == edges(after, &|id| id.to_string())
}
