//! A table of every open pull request and its status.

use onehead_model::{Judged, RejudgeReport, Request, collision_words, words};

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
    for one in &report.requests {
        if !one.collides_with.is_empty() {
            let others = one.collides_with.iter();
            let others = others.map(|other| (other.number, &other.name));
            out.line(&format!(
                "{} {}",
                called(&one.request),
                collision_words::collides_with(&named(others))
            ));
        }
        for other in &one.unknown_with {
            out.line(&collision_words::unknown_whether(
                &called(&one.request),
                &named([(other.number, &other.name)].into_iter()),
                &other.reasons.join("; "),
            ));
        }
    }
    for one in &report.skipped {
        out.line(&format!(
            "skipped  {}: its target is {}",
            called(&one.request),
            one.base
        ));
    }
    let against = |count: usize, target: &str, oid: &str| {
        format!(
            "{count} checked against {target} ({})",
            words::short_id(oid)
        )
    };
    let targets = report.targets.iter();
    let mut counts: Vec<String> = targets
        .map(|one| against(one.requests, &one.target, &one.oid))
        .collect();
    if counts.is_empty() {
        counts.push(against(report.requests.len(), &report.target, &report.oid));
    }
    out.line(&format!(
        "{}, {} skipped",
        counts.join(", "),
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
    named([(request.number, &request.name)].into_iter())
}

/// How many others are named; the document has all of them.
const NAMED: usize = 8;

/// Requests by their numbers, or else their branches.
fn named<'a>(requests: impl ExactSizeIterator<Item = (Option<u64>, &'a String)>) -> String {
    let more = requests.len().saturating_sub(NAMED);
    let mut names: Vec<String> = requests
        .take(NAMED)
        .map(|(number, name)| match number {
            Some(number) => format!("#{number}"),
            None => name.clone(),
        })
        .collect();
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}
