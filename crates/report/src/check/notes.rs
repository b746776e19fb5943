//! Findings one by one, each at a place: what a machine lists.

use std::collections::HashMap;

use onehead_model::{CheckReport, Code, Finding, Head, Location, Sides};
use sha2::{Digest, Sha256};

/// A finding at a place. A fork is said once at each of its heads, a conflict between sides on both sides.
pub(super) struct Note<'a> {
    /// The environment; none for what concerns the repository.
    pub(super) environment: Option<&'a str>,
    pub(super) finding: &'a Finding,
    pub(super) location: Option<Location>,
    /// The same for the same problem, whatever else changes: neither lines nor words are in it.
    pub(super) fingerprint: String,
}

/// Every finding of a verdict: the repository's, those of what is here, those of the forecast.
pub(super) fn notes(report: &CheckReport) -> Vec<Note<'_>> {
    let mut notes = Notes::default();
    let forecast = report.forecast.as_ref();
    let of_forecast = forecast.into_iter().flat_map(|forecast| &forecast.findings);
    for finding in report.findings.iter().chain(of_forecast) {
        notes.add(None, finding, &[], &[]);
    }
    for environment in &report.environments {
        let heads: Vec<&Head> = environment.heads.iter().collect();
        for finding in &environment.findings {
            notes.add(Some(&environment.name), finding, &heads, &environment.sides);
        }
    }
    let landed = forecast
        .into_iter()
        .flat_map(|forecast| &forecast.environments);
    for environment in landed {
        let heads: Vec<&Head> = environment.heads.iter().map(|one| &one.head).collect();
        for finding in &environment.findings {
            notes.add(Some(&environment.name), finding, &heads, &environment.sides);
        }
    }
    notes.list
}

/// Whether a finding is about heads that are too many.
pub(super) fn is_fork(finding: &Finding) -> bool {
    matches!(finding.code, Code::MultipleHeads | Code::TargetCollision)
}

/// The other place of a conflict between sides.
fn other_side(finding: &Finding, sides: &[Sides]) -> Option<Location> {
    let mut conflicts = sides.iter().flat_map(|sides| &sides.conflicts);
    let conflict = conflicts.find(|conflict| {
        finding.code == Code::ConflictingSides && conflict.message() == finding.message
    })?;
    Some(conflict.right.location.clone())
}

#[derive(Default)]
struct Notes<'a> {
    list: Vec<Note<'a>>,
    /// How often the same was said.
    seen: HashMap<Vec<String>, usize>,
}

impl<'a> Notes<'a> {
    fn add(
        &mut self,
        environment: Option<&'a str>,
        finding: &'a Finding,
        heads: &[&Head],
        sides: &[Sides],
    ) {
        if !is_fork(finding) {
            let about: Vec<String> = finding.revisions.iter().map(ToString::to_string).collect();
            let other = other_side(finding, sides);
            self.push(
                environment,
                finding,
                finding.location.clone(),
                about.clone(),
            );
            if other.is_some() {
                self.push(environment, finding, other, about);
            }
            return;
        }
        let mut concerned = heads
            .iter()
            .filter(|head| finding.revisions.contains(&head.id))
            .peekable();
        if concerned.peek().is_none() {
            return self.push(environment, finding, None, Vec::new());
        }
        for head in concerned {
            let place = Location {
                path: head.path.clone(),
                line: head.line,
                column: None,
            };
            self.push(environment, finding, Some(place), vec![head.id.to_string()]);
        }
    }

    fn push(
        &mut self,
        environment: Option<&'a str>,
        finding: &'a Finding,
        location: Option<Location>,
        about: Vec<String>,
    ) {
        let mut parts = vec![
            finding.code.to_string(),
            environment.unwrap_or_default().to_owned(),
            location
                .as_ref()
                .map(|place| place.path.to_string())
                .unwrap_or_default(),
        ];
        parts.extend(about);
        let count = self.seen.entry(parts.clone()).or_default();
        parts.push(count.to_string());
        *count += 1;
        self.list.push(Note {
            environment,
            finding,
            location,
            fingerprint: hash(&parts),
        });
    }
}

/// 32 hexadecimal digits.
fn hash(parts: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digits = hash.finalize();
    digits[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
