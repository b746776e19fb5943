//! Whether what is checked out can go on from where a database is, and what to run.

mod current;
mod steps;

use std::collections::BTreeSet;

use onehead_git::{Connection, Oid, RefName};
use onehead_graph::environment_graph;
use onehead_graph::upgrade::{UpgradeError, upgrade};
use onehead_model::{
    DatabaseAnswer, DatabaseReport, Environment, LackingRevision, Limit, LimitKind, RevisionId,
    WhereReport,
};
use onehead_scan::{ScanOptions, Snapshot, SourceSpec};

use crate::HistoryError;
use crate::whereabouts::whereabouts;
pub use current::{Current, CurrentError};
use steps::{Steps, has};

/// Compares a database with the working tree; in a bare repository with HEAD. With `environment`, only with that one.
///
/// # Errors
/// git failed, or what is checked out cannot be scanned.
pub fn database(
    repository: &Connection,
    options: &ScanOptions,
    current: &Current,
    environment: Option<&str>,
) -> Result<DatabaseReport, HistoryError> {
    let source = match repository.is_bare() {
        true => SourceSpec::Commit("HEAD".into()),
        false => SourceSpec::Worktree,
    };
    let here = Snapshot::open(repository, options, &source)?;
    let mut report = DatabaseReport {
        at: current.rows.clone(),
        answer: DatabaseAnswer::Unknown,
        environment: None,
        branch: repository
            .symbolic_ref(&RefName::head())?
            .map(|name| name.short().to_owned()),
        head: repository.commit("HEAD")?.as_ref().map(Oid::to_string),
        reason: None,
        pending: Vec::new(),
        lacking: Vec::new(),
        steps: Vec::new(),
        limits: Vec::new(),
    };
    if current.may_have_more {
        report.limits.push(limit(
            "Alembic names only the first revision that it cannot locate: the database may be at others too".into(),
        ));
    }
    let environments = fitting(&here, &report.at, environment);
    let [one] = environments.as_slice() else {
        report.reason = Some(which(&environments, environment));
        return Ok(report);
    };
    report.environment = Some(one.name.clone());
    let lacking: Vec<RevisionId> = report
        .at
        .iter()
        .filter(|id| !has(one, id))
        .cloned()
        .collect();
    match lacking.is_empty() {
        true => go_on(&here, one, &mut report),
        false => look_for(repository, options, &here, one, &lacking, &mut report)?,
    }
    Ok(report)
}

fn limit(message: String) -> Limit {
    Limit {
        kind: LimitKind::UnreadVersions,
        message,
        hint: None,
        commit: None,
    }
}

/// The environments that have most of these revisions.
fn fitting<'a>(here: &'a Snapshot, at: &[RevisionId], named: Option<&str>) -> Vec<&'a Environment> {
    let environments = here.report().environments.iter();
    let mut best = 0;
    let mut found: Vec<&Environment> = Vec::new();
    for one in environments.filter(|one| named.is_none_or(|name| one.name == name)) {
        let count = at.iter().filter(|id| has(one, id)).count();
        if count > best {
            found.clear();
            best = count;
        }
        if count == best {
            found.push(one);
        }
    }
    found
}

/// Why it is not known which environment the database belongs to.
fn which(environments: &[&Environment], named: Option<&str>) -> String {
    match (environments, named) {
        ([], Some(name)) => format!("there is no environment `{name}` here"),
        ([], None) => "there is no environment here".into(),
        _ => {
            let names: Vec<String> = environments
                .iter()
                .map(|one| format!("`{}`", one.name))
                .collect();
            format!(
                "it is not known which environment the database belongs to: {}",
                names.join(", ")
            )
        }
    }
}

/// What an upgrade does, where everything that the database is at is here.
fn go_on(here: &Snapshot, environment: &Environment, report: &mut DatabaseReport) {
    let graph = environment_graph(environment);
    let rows: BTreeSet<RevisionId> = report.at.iter().cloned().collect();
    match upgrade(&graph, &rows) {
        Ok(upgrade) if upgrade.runs.is_empty() => report.answer = DatabaseAnswer::Current,
        Ok(upgrade) => {
            report.answer = DatabaseAnswer::Behind;
            report.pending = upgrade.runs;
            report
                .steps
                .push(steps::upgrade(here, environment, graph.heads.len()));
        }
        Err(error @ UpgradeError::Unsound(_)) => report.reason = Some(error.to_string()),
        Err(error) => {
            report.answer = DatabaseAnswer::Refused;
            report.reason = Some(error.to_string());
        }
    }
}

/// Where the revisions are that are not here, and how to get the database to where it can go on.
fn look_for(
    repository: &Connection,
    options: &ScanOptions,
    here: &Snapshot,
    environment: &Environment,
    lacking: &[RevisionId],
    report: &mut DatabaseReport,
) -> Result<(), HistoryError> {
    report.answer = DatabaseAnswer::Lacking;
    for id in lacking {
        let found: WhereReport = whereabouts(repository, options, id.as_str())?;
        for limit in found.limits {
            if !report.limits.contains(&limit) {
                report.limits.push(limit);
            }
        }
        let mut revisions = found.revisions;
        // A database has whole ids, so that one that only begins like it is another.
        revisions.retain(|one| one.id == *id);
        let belongs = revisions
            .iter()
            .position(|one| one.environment.as_ref() == Some(&environment.name));
        report.lacking.push(LackingRevision {
            id: id.clone(),
            found: match revisions.is_empty() {
                true => None,
                false => Some(revisions.swap_remove(belongs.unwrap_or(0))),
            },
        });
    }
    let steps = Steps {
        repository,
        options,
        here,
        environment,
    };
    steps.back(report)?;
    // What could not be read may be it.
    if let Some(unread) = unread(environment) {
        report.answer = DatabaseAnswer::Unknown;
        report.reason = Some(unread);
    }
    Ok(())
}

/// Why it is not known which revisions an environment has.
fn unread(environment: &Environment) -> Option<String> {
    let mut findings = environment.findings.iter();
    let finding = findings.find(|finding| finding.is_error() && finding.code.is_unknown())?;
    let place = finding.location.as_ref().map(|place| format!("{place}: "));
    Some(format!("{}{}", place.unwrap_or_default(), finding.message))
}
