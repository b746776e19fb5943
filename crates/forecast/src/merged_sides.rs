//! The sides that a fix would bring together, and whether the settings allow that.

use onehead_model::{Arms, Code, Finding, MergedArms, Severity};
use onehead_scan::OnCollision;

use crate::Analysis;
use crate::sides::of;

/// Why the settings forbid to merge the heads: the arms that conflict.
#[must_use]
pub fn refusals(analysis: &Analysis) -> Vec<Finding> {
    if analysis.scanned.settings.conflicting_arms == OnCollision::Warn {
        return Vec::new();
    }
    let conflicting = merged(analysis)
        .into_iter()
        .filter(|one| !one.arms.conflicts.is_empty());
    conflicting
        .map(|one| {
            let heads: Vec<String> = one.arms.heads.iter().map(|id| format!("`{id}`")).collect();
            let message = format!(
                "{}: the arms of {} conflict, and `conflicting-arms` is \"error\" in the settings",
                one.environment,
                heads.join(", ")
            );
            let finding = Finding::new(Code::ConflictingArms, message)
                .about(one.arms.heads.iter().cloned())
                .hint("`onehead check` shows each conflict; change one side of it");
            Finding {
                severity: Severity::Error,
                ..finding
            }
        })
        .collect()
}

/// The verdict on every group that a mend would merge.
#[must_use]
pub fn merged(analysis: &Analysis) -> Vec<MergedArms> {
    let mendable = analysis
        .graph
        .environments
        .iter()
        .filter(|environment| !environment.mends.is_empty());
    mendable
        .flat_map(|environment| {
            let is_mended = |arms: &Arms| {
                let mut mends = environment.mends.iter();
                mends.any(|mend| mend.group == arms.group)
            };
            of(&analysis.scanned, environment)
                .into_iter()
                .filter(is_mended)
                .map(|arms| MergedArms {
                    environment: environment.name.clone(),
                    arms,
                })
        })
        .collect()
}
