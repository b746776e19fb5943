//! Findings as GitHub's workflow commands, which it shows beside the lines of a pull request.

use std::fmt::Write;

use onehead_model::escape::for_log;
use onehead_model::{Arms, CheckReport, Code, Finding, Head, Severity};

use crate::arms::message as conflict_message;

/// One command a line, for every finding; the heads of a fork, and both sides of a conflict between
/// arms, each get their own.
pub(crate) fn workflow_commands(report: &CheckReport) -> String {
    let mut out = String::new();
    let landing = report.landing.as_ref();
    let repository = report.findings.iter();
    for finding in repository.chain(landing.into_iter().flat_map(|landing| &landing.findings)) {
        command(&mut out, finding, &[], &[]);
    }
    for environment in &report.environments {
        let heads: Vec<&Head> = environment.heads.iter().collect();
        for finding in &environment.findings {
            command(&mut out, finding, &heads, &environment.arms);
        }
    }
    for environment in landing
        .into_iter()
        .flat_map(|landing| &landing.environments)
    {
        let heads: Vec<&Head> = environment.heads.iter().map(|one| &one.head).collect();
        for finding in &environment.findings {
            command(&mut out, finding, &heads, &environment.arms);
        }
    }
    out
}

fn command(out: &mut String, finding: &Finding, heads: &[&Head], arms: &[Arms]) {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    };
    let title = format!("{} {}", finding.code, finding.name);
    let mut places: Vec<(String, Option<u32>)> = Vec::new();
    if matches!(finding.code, Code::MultipleHeads | Code::TargetCollision) {
        let concerned = heads
            .iter()
            .filter(|head| finding.revisions.contains(&head.id));
        places.extend(concerned.map(|head| (head.path.to_string(), head.line)));
    } else if let Some(location) = &finding.location {
        places.push((location.path.to_string(), location.line));
    }
    // A conflict has two places.
    if finding.code == Code::ConflictingArms {
        let conflicts = arms.iter().flat_map(|arms| &arms.conflicts);
        let other = conflicts
            .filter(|conflict| conflict_message(conflict) == finding.message)
            .map(|conflict| &conflict.right.location);
        places.extend(other.map(|location| (location.path.to_string(), location.line)));
    }
    let mut text = finding.message.clone();
    if let Some(hint) = &finding.hint {
        let _ = write!(text, "\nhint: {hint}");
    }
    let mut line = |place: String| {
        let _ = writeln!(
            out,
            "::{level} {place}title={}::{}",
            property(&title),
            message(&text)
        );
    };
    if places.is_empty() {
        line(String::new());
    }
    for (path, number) in places {
        let number = number.map(|number| format!("line={number},"));
        line(format!(
            "file={},{}",
            property(&path),
            number.unwrap_or_default()
        ));
    }
}

/// What stands behind `::`. The three characters that GitHub would act on are escaped as it wants
/// them, everything else that could act on a terminal is made visible.
fn message(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| for_log(&line.replace('%', "%25").replace('\r', "%0D")).into_owned())
        .collect();
    lines.join("%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{message, property};

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(message("100%\r\n::error::x"), "100%25%0D%0A\\x3a:error::x");
        assert_eq!(property("a,b:c%\u{1b}"), "a%2Cb%3Ac%25\\x1b");
    }
}
