//! A table of every open pull request and its status.

use onehead_model::{CollidesWith, Judged, RejudgeReport, Request, words};

use crate::page::Page;

/// One line for each, what it would collide with below, and a count at the end.
pub fn text(report: &RejudgeReport) -> String {
    let mut out = Page::new();
    let width = |column: fn(&Request) -> String| {
        let cells = report.requests.iter().map(|one| column(&one.request));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (numbers, names) = (width(number), width(name));
    for one in &report.requests {
        let Judged {
            request, status, ..
        } = one;
        let line = format!(
            "{:<7}  {:<numbers$}  {:<names$}  {}",
            status.state.name(),
            number(request),
            name(request),
            status.description
        );
        out.line(line.trim_end());
    }
    for one in report
        .requests
        .iter()
        .filter(|one| !one.collides_with.is_empty())
    {
        out.line(&format!(
            "{} collides with {}",
            called(&one.request),
            others(&one.collides_with)
        ));
    }
    for one in &report.skipped {
        out.line(&format!(
            "skipped  {}: its target is {}",
            called(&one.request),
            one.base
        ));
    }
    out.line(&format!(
        "{} checked against {} ({}), {} skipped",
        report.requests.len(),
        report.target,
        words::short_id(&report.oid),
        report.skipped.len()
    ));
    out.into_text()
}

fn number(request: &Request) -> String {
    let number = request.number.map(|number| format!("#{number}"));
    number.unwrap_or_default()
}

fn name(request: &Request) -> String {
    let draft = if request.draft { " (draft)" } else { "" };
    format!("{}{draft}", request.name)
}

fn called(request: &Request) -> String {
    match request.number {
        Some(number) => format!("#{number}"),
        None => request.name.clone(),
    }
}

/// How many others are named; the document has all of them.
const NAMED: usize = 8;

fn others(others: &[CollidesWith]) -> String {
    let name = |other: &CollidesWith| match other.number {
        Some(number) => format!("#{number}"),
        None => other.name.clone(),
    };
    let mut names: Vec<String> = others.iter().take(NAMED).map(name).collect();
    if others.len() > NAMED {
        names.push(format!("and {} more", others.len() - NAMED));
    }
    names.join(", ")
}
