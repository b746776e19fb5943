//! Several targets moved: the verdict on every open pull request, each against its own.

use onehead_git::Connection;
use onehead_model::{Judged, JudgedTarget, RejudgeReport, Request, Skipped};
use onehead_scan::ScanOptions;

use crate::rejudge::rejudge;
use crate::{ForecastError, Target};

/// What has become of requests that are merged into several targets, each with the number of its own. Those of one target
/// are compared with each other.
///
/// # Errors
/// As [`rejudge`].
pub fn rejudge_each(
    options: &ScanOptions,
    repository: &Connection,
    targets: &[Target],
    requests: &[(usize, Request)],
    skipped: Vec<Skipped>,
) -> Result<RejudgeReport, ForecastError> {
    let mut judged: Vec<Option<Judged>> = vec![None; requests.len()];
    let mut told = Vec::new();
    for (at, target) in targets.iter().enumerate() {
        let places: Vec<usize> = (0..requests.len())
            .filter(|&place| requests[place].0 == at)
            .collect();
        if places.is_empty() {
            continue;
        }
        let own: Vec<Request> = places
            .iter()
            .map(|&place| requests[place].1.clone())
            .collect();
        let report = rejudge(options, repository, target, &own, Vec::new())?;
        told.push(JudgedTarget {
            target: report.target,
            oid: report.oid,
            requests: places.len(),
        });
        for (place, one) in std::iter::zip(places, report.requests) {
            judged[place] = Some(Judged {
                target: Some(target.name.clone()),
                ..one
            });
        }
    }
    let requests: Vec<Judged> = judged.into_iter().flatten().collect();
    let verdict = requests.iter().map(|one| one.verdict).max();
    let verdict = verdict.unwrap_or(onehead_model::Verdict::Fine);
    Ok(RejudgeReport {
        verdict,
        ok: verdict.is_fine(),
        target: targets[0].name.clone(),
        oid: targets[0].oid.to_string(),
        targets: told,
        requests,
        skipped,
    })
}
