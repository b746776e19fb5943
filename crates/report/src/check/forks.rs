//! Every fork of a verdict with the heads and whom they concern, here and in the forecast.

use onehead_model::{BranchPoint, CheckReport, Finding, Head, HeadPolicy, Holder, Origin, Sides};

use super::heads::CUT;
use super::notes::is_fork;

/// Heads of one environment that are too many.
pub(super) struct Fork<'a> {
    pub(super) environment: &'a str,
    pub(super) finding: &'a Finding,
    /// Each with the holder that has it, if it takes two sides to fork.
    pub(super) heads: Vec<(Option<Holder>, &'a Head)>,
    /// The revisions that all of the heads descend from.
    pub(super) points: Vec<&'a BranchPoint>,
    /// The policy that allows them, if they look intended.
    pub(super) fitting_policy: Option<&'static str>,
    /// Whether that takes branch labels that are computed.
    pub(super) declare_labels: bool,
    /// Whether their sides get into one another's way.
    pub(super) sides: Option<&'a Sides>,
    /// The branch to land on, if that is when it forks.
    pub(super) target: Option<&'a str>,
}

/// The forks here, then those of the forecast.
pub(super) fn forks(report: &CheckReport) -> Vec<Fork<'_>> {
    let mut forks = Vec::new();
    for environment in &report.environments {
        for finding in forks_of(&environment.findings) {
            let group = environment
                .groups
                .iter()
                .find(|group| group.heads == finding.revisions);
            let heads = environment.heads.iter();
            let points = environment
                .branch_points
                .iter()
                .filter(|point| group.is_some_and(|group| group.branch_points.contains(&point.id)));
            forks.push(Fork {
                environment: &environment.name,
                finding,
                heads: heads
                    .filter(|head| finding.revisions.contains(&head.id))
                    .map(|head| (None, head))
                    .collect(),
                points: points.collect(),
                fitting_policy: environment
                    .fitting_policy
                    .as_ref()
                    .and_then(HeadPolicy::name),
                declare_labels: !environment.labels_to_declare.is_empty(),
                sides: of_heads(&environment.sides, finding),
                target: None,
            });
        }
    }
    let Some(forecast) = &report.forecast else {
        return forks;
    };
    for environment in &forecast.environments {
        let collisions = forks_of(&environment.findings);
        // Of several groups that fork, it is not known which branch point belongs to which.
        let alone = collisions.clone().count() == 1;
        for finding in collisions {
            let heads = environment.heads.iter();
            forks.push(Fork {
                environment: &environment.name,
                finding,
                heads: heads
                    .filter(|one| finding.revisions.contains(&one.head.id))
                    .map(|one| (Some(one.held_by), &one.head))
                    .collect(),
                points: environment.branch_points.iter().filter(|_| alone).collect(),
                fitting_policy: None,
                declare_labels: false,
                sides: of_heads(&environment.sides, finding),
                target: Some(&forecast.target),
            });
        }
    }
    forks
}

fn of_heads<'a>(sides: &'a [Sides], finding: &Finding) -> Option<&'a Sides> {
    sides.iter().find(|sides| sides.heads == finding.revisions)
}

/// Those about heads that are too many, and still are.
fn forks_of(findings: &[Finding]) -> impl Iterator<Item = &Finding> + Clone {
    let forks = findings.iter().filter(|finding| is_fork(finding));
    forks.filter(|finding| finding.origin != Some(Origin::Fixed))
}

/// A head, its file, and who brought it, in a line.
pub(super) fn who(head: &Head) -> String {
    let line = head.line.map(|line| format!(":{line}")).unwrap_or_default();
    let mut text = format!("{}  {}{line}", head.id, head.path);
    if let Some(known) = &head.attribution {
        let request = known.pull_request.map(|number| format!(", #{number}"));
        text = format!(
            "{text}, {} <{}>{}",
            known.author,
            known.email,
            request.unwrap_or_default()
        );
    } else if head.history_cut {
        text = format!("{text}, {CUT}");
    }
    text
}
