//! Markdown for the summary of a job and for comments: what collides, with whom, drawn, and what to type.
//!
//! Whatever comes from the repository is inside of code spans, where nothing acts.

use std::fmt::Write;

use onehead_model::escape::{for_markdown, for_markdown_block};
use onehead_model::{
    CheckReport, Code, Finding, Head, Holder, NextCommand, Origin, SidesVerdict, words,
};

use super::forks::{Fork, forks};
use super::heads::CUT;
use super::mermaid::{drawing, first_line, shown};
use super::notes::{is_fork, notes};
use crate::DOCS;

/// The verdict. `target` is the branch that work lands on, if it is known.
pub fn markdown(report: &CheckReport, target: Option<&str>) -> String {
    let mut out = format!("### onehead: {}\n", headline(report));
    details(&mut out, report, target);
    out
}

/// The verdict in a few words.
pub(super) fn headline(report: &CheckReport) -> String {
    let forks = forks(report);
    let has_forecast = forks.iter().any(|fork| fork.target.is_some());
    let count = report.environments.len();
    match (report.ok, has_forecast, forks.is_empty()) {
        (true, _, false) => "adds no problem; the target has several heads".into(),
        (true, _, true) if has(report, Origin::Fixed) => {
            "adds no problem, and fixes what the target has".into()
        }
        (true, _, true) if has(report, Origin::Inherited) => {
            "adds no problem; the target has findings".into()
        }
        (true, _, _) if count == 1 => "one environment, one head".into(),
        (true, _, _) => format!("{count} environments without findings"),
        _ if report.verdict == onehead_model::Verdict::Unknown => {
            "unknown: something could not be read".into()
        }
        (false, true, _) => "several heads after merging".into(),
        (false, false, false) => "several heads".into(),
        (false, false, true) => "migrations have findings".into(),
    }
}

/// Whether there is anything of this origin that fails nothing here.
fn has(report: &CheckReport, origin: Origin) -> bool {
    let mut findings = report.all_findings();
    findings.any(|finding| finding.is_lowered() && finding.origin == Some(origin))
}

/// All that there is to say.
pub(super) fn details(out: &mut String, report: &CheckReport, target: Option<&str>) {
    let forks = forks(report);
    for fork in &forks {
        out.push('\n');
        describe(out, fork);
    }
    others(out, report, |finding| {
        !is_fork(finding) || finding.origin == Some(Origin::Fixed)
    });
    if forks.iter().any(|fork| fork.finding.is_error()) {
        let forecast = report.forecast.as_ref();
        let target = forecast.map(|forecast| forecast.target.as_str()).or(target);
        commands(out, target);
    }
    let _ = writeln!(
        out,
        "\n[What each finding means]({DOCS}/findings.md), [how to fix]({DOCS}/fix.md)"
    );
}

fn describe(out: &mut String, fork: &Fork<'_>) {
    let _ = writeln!(
        out,
        "**{}** {}{} in {}: {}\n",
        fork.finding.code,
        fork.finding.name,
        lowered(fork.finding),
        for_markdown(fork.environment),
        for_markdown(&fork.finding.message)
    );
    for (holder, head) in &fork.heads {
        out.push_str(&head_line(*holder, head, fork.target));
    }
    for point in &fork.points {
        let _ = writeln!(
            out,
            "- branch point {} ({})",
            for_markdown(point.id.as_str()),
            for_markdown(point.path.as_str())
        );
    }
    let hint = fork.finding.hint.as_ref();
    if let Some(hint) = hint.filter(|_| fork.finding.is_lowered()) {
        let _ = writeln!(out, "- hint: {}", for_markdown(hint));
    }
    if let Some(policy) = fork.fitting_policy {
        let policy = for_markdown(&format!("policy = \"{policy}\""));
        let _ = match fork.declare_labels {
            true => writeln!(
                out,
                "- if these heads are intended, declare their branch labels ({}) with {} under {policy}",
                Code::LabelNotStatic,
                for_markdown("[[declare]]")
            ),
            false => writeln!(
                out,
                "- if these heads are intended, set {policy}, which {} writes",
                for_markdown("onehead init")
            ),
        };
    }
    if let Some(sides) = fork.sides {
        let verdict = match sides.verdict {
            SidesVerdict::Independent => "schema changes: no conflict found",
            SidesVerdict::Conflicting => "schema changes: conflict",
            SidesVerdict::Unknown => "schema changes: unknown",
        };
        let _ = writeln!(out, "- {verdict}");
    }
    let _ = write!(out, "\n{}", for_markdown_block("mermaid", &drawing(fork)));
}

/// What a finding that fails nothing here has behind its name.
fn lowered(finding: &Finding) -> String {
    match finding.is_lowered() {
        true => format!(" ({})", finding.word()),
        false => String::new(),
    }
}

/// A head, where it stands, and whose it is.
fn head_line(holder: Option<Holder>, head: &Head, target: Option<&str>) -> String {
    let line = head.line.map(|line| format!(":{line}"));
    let mut text = format!(
        "- {} in {}",
        for_markdown(head.id.as_str()),
        for_markdown(&format!("{}{}", head.path, line.unwrap_or_default()))
    );
    if !head.message.is_empty() {
        let _ = write!(text, ", {}", for_markdown(first_line(&head.message)));
    }
    match holder {
        Some(Holder::Target) => {
            let _ = write!(
                text,
                ", only on {}",
                for_markdown(target.unwrap_or_default())
            );
        }
        Some(holder) => {
            let _ = write!(text, ", {}", shown(holder, ""));
        }
        None => {}
    }
    if let Some(known) = &head.attribution {
        let _ = write!(text, ", by {}", for_markdown(&known.author));
        if let Some(number) = known.pull_request {
            let _ = write!(
                text,
                " in pull request {}",
                for_markdown(&format!("#{number}"))
            );
        }
        let _ = write!(
            text,
            ", commit {}",
            for_markdown(words::short_id(&known.commit))
        );
    } else if head.history_cut {
        let _ = write!(text, ", {CUT}");
    }
    text.push('\n');
    text
}

/// What concerns published revisions: it is said though nothing fails.
pub(super) fn about_published(out: &mut String, report: &CheckReport) {
    others(out, report, |finding| finding.code.is_about_published());
}

/// Findings in a line each.
fn others(out: &mut String, report: &CheckReport, are_wanted: fn(&Finding) -> bool) {
    let mut opened = false;
    for note in notes(report) {
        let Finding {
            code,
            name,
            message,
            hint,
            ..
        } = note.finding;
        if !are_wanted(note.finding) {
            continue;
        }
        if !std::mem::replace(&mut opened, true) {
            out.push('\n');
        }
        let place = match (&note.location, note.environment) {
            (Some(place), _) => format!(" at {}", for_markdown(&place.to_string())),
            (None, Some(environment)) => format!(" in {}", for_markdown(environment)),
            (None, None) => String::new(),
        };
        let _ = writeln!(
            out,
            "- {} **{code}** {name}{place}: {}",
            note.finding.word(),
            for_markdown(message)
        );
        if let Some(hint) = hint {
            let _ = writeln!(out, "  hint: {}", for_markdown(hint));
        }
    }
}

/// The ways out, to be typed where the branch is checked out.
fn commands(out: &mut String, target: Option<&str>) {
    let fix = NextCommand::new("onehead fix");
    let fix = match target {
        Some(name) => fix.option("--target", name).with("--fetch"),
        None => fix.to_string(),
    };
    let ways = [
        (
            " --dry-run --explain",
            "only show the files, and what it means for databases",
        ),
        ("", "write a merge revision"),
        (
            " --strategy reparent",
            "or re-parent the unpublished holder",
        ),
    ];
    let width = fix.chars().count() + ways[0].0.len();
    let lines: String = ways
        .iter()
        .map(|(option, why)| format!("{:<width$}   # {why}\n", format!("{fix}{option}")))
        .collect();
    let _ = write!(
        out,
        "\nRun one of these on the branch:\n\n{}",
        for_markdown_block("sh", &lines)
    );
    if target.is_some() {
        out.push_str("\nThen push. Add `--rebase` to rebase the branch instead of merging.\n");
    }
}
