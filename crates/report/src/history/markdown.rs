//! Markdown for a weekly post. Whatever comes from the repository is inside of code spans, where nothing acts.

use std::fmt::Write;

use onehead_model::escape::for_markdown;
use onehead_model::words::{counted, day, duration};
use onehead_model::{Caught, EnvironmentHistory, HistoryReport, Incident, Outage};

use super::{published, text, words};

/// The post.
#[must_use]
pub fn markdown(report: &HistoryReport) -> String {
    let mut out = format!("### Migration heads of {}\n\n", code(&report.target.name));
    if let Some(line) = &report.line {
        let _ = writeln!(
            out,
            "{} to {}: {}, {} touch migrations; {}.\n",
            day(&line.first.date),
            day(&line.last.date),
            counted(line.commits, "commit"),
            line.touched,
            text::summary(&report.totals)
        );
    }
    for limit in &report.limits {
        let _ = writeln!(out, "> {}\n", code(&limit.message));
    }
    if report.unknown {
        out.push_str("Not known.\n");
        return out;
    }
    incidents(&mut out, report);
    outages(&mut out, report);
    published_changes(&mut out, report);
    people(&mut out, report);
    checks(&mut out, report);
    if let Some(last) = &report.totals.since_last_incident {
        let _ = writeln!(
            out,
            "No incident{} since {}: {}.",
            text::or_outage(&report.totals),
            day(&last.since.date),
            duration(last.seconds)
        );
    }
    out
}

fn incidents(out: &mut String, report: &HistoryReport) {
    let incidents = report.incidents();
    if incidents.is_empty() {
        out.push_str("Nothing forked.\n\n");
        return;
    }
    out.push_str("| began | environment | sides | lasted | ended by | first caught by |\n");
    out.push_str("|---|---|---|---|---|---|\n");
    for (environment, incident) in incidents {
        row(out, environment, incident);
    }
    out.push('\n');
}

fn outages(out: &mut String, report: &HistoryReport) {
    let outages = report.outages();
    if outages.is_empty() {
        return;
    }
    out.push_str("| from | environment | outage | lasted | to | cause |\n");
    out.push_str("|---|---|---|---|---|---|\n");
    for (environment, outage) in outages {
        outage_row(out, environment, outage);
    }
    out.push('\n');
}

fn outage_row(out: &mut String, environment: &EnvironmentHistory, outage: &Outage) {
    let ended = match &outage.ended {
        None => "**not yet**",
        Some(ended) => day(&ended.date),
    };
    let first = outage.causes.first().map(words::cause).unwrap_or_default();
    let more = match outage.causes.len() {
        0 | 1 => String::new(),
        count => format!(" and {}", counted(count - 1, "more error")),
    };
    let _ = writeln!(
        out,
        "| {} | {} | {} | {} | {ended} | {}{more} |",
        words::since(&outage.began, outage.at_boundary),
        cell(&environment.name),
        words::outage(outage.kind),
        words::lasted(outage.seconds, outage.at_boundary),
        cell(&first),
    );
}

fn row(out: &mut String, environment: &EnvironmentHistory, incident: &Incident) {
    let sides: Vec<String> = incident
        .sides
        .iter()
        .map(|side| {
            let request = side.pull_request.map(|number| format!(" (#{number})"));
            let who = match side.authors.as_slice() {
                [] if side.with.is_empty() => "by unknown author".to_owned(),
                [] => cell(&words::who(side)),
                _ => format!("by {}", cell(&words::who(side))),
            };
            format!(
                "{} {who}{}",
                cell(side.head.as_str()),
                request.unwrap_or_default()
            )
        })
        .collect();
    let ended = match &incident.ended {
        None => "**not yet**".to_owned(),
        Some(ended) => format!(
            "{}, {}",
            words::ending(ended.how),
            cell(&ended.commit.author.name)
        ),
    };
    let caught = words::checks(incident, Caught::Caught);
    let _ = writeln!(
        out,
        "| {} | {} | {} | {} | {ended} | {} |",
        words::since(&incident.began, incident.at_boundary),
        cell(&environment.name),
        sides.join("<br>"),
        words::lasted(incident.seconds, incident.at_boundary),
        caught.first().unwrap_or(&"")
    );
}

/// Every change of published revisions but other bodies, which are counted.
fn published_changes(out: &mut String, report: &HistoryReport) {
    let totals = &report.totals.published_changes;
    if totals.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "Published revisions changed: {}.\n",
        published::by_kind(totals)
    );
    let mut changes = report.published_changes();
    changes.retain(|(_, change)| !published::is_of_a_body(change));
    if changes.is_empty() {
        return;
    }
    out.push_str("| on | environment | what | by | tags that have it as it was |\n");
    out.push_str("|---|---|---|---|---|\n");
    for (environment, change) in changes {
        let tags = change
            .tags
            .as_ref()
            .map(|tags| cell(&published::tags(tags)));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            day(&change.commit.date),
            cell(&environment.name),
            cell(&words::cause(&change.finding)),
            cell(&published::by(change)),
            tags.unwrap_or_default()
        );
    }
    out.push('\n');
}

fn people(out: &mut String, report: &HistoryReport) {
    if report.totals.author_pairs.is_empty() {
        return;
    }
    out.push_str("Who collided:\n\n");
    for pair in &report.totals.author_pairs {
        let _ = writeln!(
            out,
            "- {} and {}: {}",
            code(&pair.left.name),
            code(&pair.right.name),
            counted(pair.incidents, "time")
        );
    }
    out.push('\n');
}

fn checks(out: &mut String, report: &HistoryReport) {
    if report.totals.incidents == 0 {
        return;
    }
    out.push_str("| check | caught | missed | not passed | not known |\n|---|---|---|---|---|\n");
    for check in &report.totals.checks {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            words::check(check.check),
            check.caught,
            check.missed,
            check.not_passed,
            check.unknown
        );
    }
    out.push('\n');
}

fn code(text: &str) -> String {
    for_markdown(text)
}

/// In a table, a bar ends the cell even within a code span.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}
