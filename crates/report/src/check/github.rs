//! Findings as GitHub's workflow commands, which it shows beside the lines of a pull request.

use std::fmt::Write;

use onehead_model::escape::for_log;
use onehead_model::{CheckReport, Severity};

use super::notes::{Note, notes};

/// One command a line, for every finding; the heads of a fork each get their own.
pub fn workflow_commands(report: &CheckReport) -> String {
    notes(report).iter().map(command).collect()
}

fn command(note: &Note<'_>) -> String {
    let finding = note.finding;
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    };
    let mut properties = String::new();
    if let Some(place) = &note.location {
        let _ = write!(properties, "file={},", property(place.path.as_str()));
        if let Some(line) = place.line {
            let _ = write!(properties, "line={line},");
        }
    }
    let lowered = match finding.is_lowered() {
        true => format!(" ({})", finding.word()),
        false => String::new(),
    };
    let title = format!("{} {}{lowered}", finding.code, finding.name);
    let mut text = finding.message.clone();
    if let Some(hint) = &finding.hint {
        let _ = write!(text, "\nhint: {hint}");
    }
    format!(
        "::{level} {properties}title={}::{}\n",
        property(&title),
        message(&text)
    )
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
