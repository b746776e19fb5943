//! What was read, what was not, and why.

use onehead_model::words::counted;
use onehead_model::{Candidate, CandidateOutcome, CheckReport};

use crate::page::Page;

/// What was read, and if that was asked for, what came of everything that may have led to an environment.
pub(super) fn covered(report: &CheckReport) -> String {
    let mut out = Page::new();
    if !report.environments.is_empty() || !report.left_out.is_empty() {
        out.line(&coverage(report));
    }
    for candidate in &report.discovery {
        out.line(&discovered(candidate));
    }
    out.into_text()
}

/// How much was read, and how much the settings leave out.
fn coverage(report: &CheckReport) -> String {
    let revisions = report.environments.iter().map(|one| one.revision_count);
    let read = format!(
        "read {} in {}",
        counted(revisions.sum(), "revision"),
        counted(report.environments.len(), "environment")
    );
    let left_out: Vec<String> = report
        .left_out
        .iter()
        .map(|one| match one.files {
            0 => format!("`{}`", one.folder),
            files => format!("`{}` with {}", one.folder, counted(files, "revision file")),
        })
        .collect();
    match left_out.len() {
        0 => read,
        1..=MOST => format!("{read}; the settings leave out {}", left_out.join(", ")),
        more => format!(
            "{read}; the settings leave out {} and {} more",
            left_out[..MOST].join(", "),
            more - MOST
        ),
    }
}

/// What came of something that may have led to an environment.
fn discovered(candidate: &Candidate) -> String {
    let which = candidate.which.as_deref().unwrap_or_default();
    let outcome = match candidate.outcome {
        CandidateOutcome::Environment => format!("environment {which}"),
        CandidateOutcome::LeftOut => "left out".to_owned(),
        CandidateOutcome::Finding if which.is_empty() => "finding".to_owned(),
        CandidateOutcome::Finding => format!("finding {which}"),
        CandidateOutcome::Nothing => "no environment".to_owned(),
    };
    format!("{}: {outcome}: {}", candidate.path, candidate.why)
}

/// How many folders that are left out are named.
const MOST: usize = 3;
