//! The doctor's answer for people.

use std::time::Duration;

use onehead_model::DoctorReport;

use crate::target;

/// What was found at every check; `took` is how long the check took.
#[must_use]
pub fn text(report: &DoctorReport, took: Duration) -> String {
    let mut lines = vec![format!("hooks folder      {}", report.hooks_folder)];
    for check in &report.checks {
        let state = match (check.covered, check.refuses) {
            (true, _) => "ok  ",
            (false, true) => "OPEN",
            (false, false) => "warn",
        };
        lines.push(format!("{:<17} {state}  {}", check.hook, check.says));
        if let Some(hint) = &check.hint {
            lines.push(format!("{:23} hint: {hint}", ""));
        }
    }
    let name = report.target.as_deref().unwrap_or(
        "none found; set `target` in the settings, or run `git remote set-head origin --auto`",
    );
    lines.push(format!("target            {name}"));
    if let Some(chosen) = &report.chosen {
        lines.push(format!("{:17} {}", "", target::words(chosen)));
    }
    let environments = if report.environments.is_empty() {
        "none found".to_owned()
    } else {
        report.environments.join(", ")
    };
    match &report.problem {
        Some(problem) => {
            lines.push(format!("a check           cannot run: {problem}"));
            if let Some(hint) = &report.hint {
                lines.push(format!("{:17} hint: {hint}", ""));
            }
        }
        None => {
            lines.push(format!("environments      {environments}"));
            lines.push(format!("a check           takes {} ms", took.as_millis()));
        }
    }
    crate::lines(&lines)
}
