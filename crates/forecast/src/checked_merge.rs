//! A verdict on a commit with the forecast of its merge: in both, what the target has already is told from what the commit
//! introduces.

use onehead_git::Oid;
use onehead_model::{CheckReport, ComparedWith, Finding, GraphReport, Origin};
use onehead_scan::ScanError;

use crate::MergeForecast;
use crate::forecast::Forecast;
use crate::merge_forecast::Known;
use crate::origin::{Baseline, Origins, State, view_of};
use crate::touched::Touch;
use crate::view::{View, is_same};

impl MergeForecast<'_> {
    /// Adds the forecast of a commit to the verdict on it, and says in both what the target has already. Where the target
    /// cannot be read, everything counts.
    pub fn add_to(&self, report: &mut CheckReport, ours: &Oid) {
        let merged = match self.commit(ours) {
            Ok(merged) => merged,
            Err(error) => return report.add_forecast(self.unknown(error)),
        };
        match &merged.known {
            Known::Nothing => {}
            // Where the target cannot be read, nothing is inherited from it.
            Known::OnTop => drop(self.compare_on_top(report, ours)),
            Known::Forecast(forecast) => self.compare(report, ours, forecast),
        }
        report.add_forecast(merged.document);
    }

    /// The commit holds the target already, so it is itself what comes of the merge.
    fn compare_on_top(&self, report: &mut CheckReport, ours: &Oid) -> Result<(), ScanError> {
        let baseline = Baseline {
            repository: self.repository,
            options: self.options,
            name: &self.target.name,
            commit: &self.target.oid,
            or: None,
        };
        baseline.compare_commit(report, self.here, ours)
    }

    /// Says of what is wrong with the commit itself where it comes from. What it had when it and the target parted, and
    /// the merge no longer has, the target has fixed since.
    fn compare(&self, report: &mut CheckReport, ours: &Oid, forecast: &Forecast) {
        let after = forecast.only.as_ref().map(|(_, after)| after);
        let parted = self.parted(report, ours).ok().flatten();
        let here = &self.here.snapshot;
        let view = View::of(here, here.report());
        let origins = Origins {
            before: State::now(&self.target.name, forecast.target()),
            or: None,
            touch: Touch {
                changes: forecast.changes(0),
                view: &view,
            },
            fail_on: here.settings().fail_on,
        };
        let before = parted.as_ref().map(|parted| Origins {
            before: State::past(&self.target.name, parted),
            ..origins
        });
        let with = ComparedWith {
            name: self.target.name.clone(),
            oid: self.target.oid.to_string(),
        };
        report.compare(with, |environment, findings| {
            origins.mark_told(environment, findings, &self.here.graph);
            let Some(before) = &before else { return };
            for finding in findings {
                let mut left = after.into_iter().flat_map(|after| of(after, environment));
                let is_left = left.any(|one| is_same(one, finding));
                if !is_left && finding.origin == Some(Origin::Introduced) {
                    before.mark_told(environment, std::slice::from_mut(finding), &self.here.graph);
                }
            }
        });
    }

    /// What was there when the commit and the target parted, if anything is wrong with the commit.
    fn parted(&self, report: &CheckReport, ours: &Oid) -> Result<Option<View>, ScanError> {
        if report.verdict.is_fine() {
            return Ok(None);
        }
        let base = self.repository.merge_base(ours, &self.target.oid)?;
        base.map(|base| view_of(self.repository, self.options, &base))
            .transpose()
    }
}

/// What a graph says of an environment, or of none.
fn of<'a>(graph: &'a GraphReport, environment: Option<&str>) -> impl Iterator<Item = &'a Finding> {
    let findings = match environment {
        None => Some(&graph.findings),
        Some(name) => {
            let mut environments = graph.environments.iter();
            environments
                .find(|one| one.name == name)
                .map(|one| &one.findings)
        }
    };
    findings.into_iter().flatten()
}
