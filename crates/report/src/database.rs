//! Where a database is, for people.

use onehead_model::words::{counted, short_id};
use onehead_model::{DatabaseAnswer, DatabaseReport, RevisionId, Whereabouts};

use crate::page::Page;
use crate::whereabouts::{FETCH, limits, revision};

/// How many pending revisions are named before the rest is counted.
const MOST: usize = 8;

/// The answer, with the commands to run.
#[must_use]
pub fn text(report: &DatabaseReport) -> String {
    let mut page = Page::new();
    let environment = report.environment.as_deref();
    let environment = environment.map(|name| format!("  ({name})"));
    let at = match report.at.as_slice() {
        [] => "no revision".to_owned(),
        ids => listed(ids),
    };
    page.line(&format!(
        "database at {at}{}",
        environment.unwrap_or_default()
    ));
    page.line(&format!("{} {}", here(report), answer(report)));
    if let Some(reason) = &report.reason {
        page.line(&format!("  {reason}"));
    }
    for one in &report.lacking {
        page.blank();
        match &one.found {
            Some(found) => {
                let head = (report.branch.as_deref(), report.head.as_deref());
                // The commands that follow say what to do.
                let found = Whereabouts {
                    hint: None,
                    ..found.clone()
                };
                revision(&found, head, &mut page);
            }
            None => {
                page.line(&format!("no commit of this clone has `{}`", one.id));
                page.line(FETCH);
            }
        }
    }
    if !report.steps.is_empty() {
        page.blank();
        let width = report.steps.iter().map(|step| step.run.chars().count());
        let width = width.max().unwrap_or(0);
        for (place, step) in report.steps.iter().enumerate() {
            let first = if place == 0 { "run" } else { "" };
            page.line(&format!("{first:<4} {:<width$}   # {}", step.run, step.why));
        }
    }
    if report.answer == DatabaseAnswer::Lacking {
        page.line("note: `alembic stamp` changes only the version table: the schema keeps what these revisions did");
    }
    limits(&report.limits, &mut page);
    page.into_text()
}

fn here(report: &DatabaseReport) -> String {
    let commit = report.head.as_deref().map(short_id);
    match (&report.branch, commit) {
        (Some(branch), Some(commit)) => format!("{branch} ({commit})"),
        (Some(branch), None) => branch.clone(),
        (None, Some(commit)) => commit.to_owned(),
        (None, None) => "the working tree".into(),
    }
}

fn answer(report: &DatabaseReport) -> String {
    match report.answer {
        DatabaseAnswer::Current => "has nothing to upgrade".into(),
        DatabaseAnswer::Behind => format!(
            "can go on from there: an upgrade runs {}: {}",
            counted(report.pending.len(), "revision"),
            listed(&report.pending)
        ),
        DatabaseAnswer::Lacking => {
            let ids: Vec<RevisionId> = report.lacking.iter().map(|one| one.id.clone()).collect();
            format!("cannot go on from there: it does not have {}", listed(&ids))
        }
        DatabaseAnswer::Refused => "cannot go on from there: Alembic refuses".into(),
        DatabaseAnswer::Unknown => "may be able to go on from there: that is not known".into(),
    }
}

fn listed(ids: &[RevisionId]) -> String {
    let more = ids.len().saturating_sub(MOST);
    let mut shown: Vec<String> = ids.iter().take(MOST).map(ToString::to_string).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}
