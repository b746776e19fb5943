//! Whether a commit of the fix alone would hold together: whether git has what it builds on.

use onehead_forecast::Analysis;
use onehead_git::Connection;
use onehead_model::PlannedMerge;
use onehead_scan::{ScanOptions, SourceSpec};

use crate::refusal::FixError;

/// The working tree may hold more than will be in the commit, and a merge revision must not name a
/// parent that is not. What is missing, with its verb.
pub(crate) fn what_is_missing(
    analysis: &Analysis,
    options: &ScanOptions,
    connection: &Connection,
    base: &SourceSpec,
) -> Result<Option<String>, FixError> {
    let nothing = Some("the heads are".to_owned());
    if *base == SourceSpec::Commit("HEAD".into()) && connection.commit("HEAD")?.is_none() {
        return Ok(nothing);
    }
    let options = ScanOptions {
        allow_none: true,
        ..options.clone()
    };
    let recorded = Analysis::at(&options, base)?;
    for environment in &analysis.graph.environments {
        let there = recorded.environment(&environment.name);
        let parents = |fixes: &[PlannedMerge]| -> Vec<Vec<String>> {
            let ids =
                |fix: &PlannedMerge| fix.parents.iter().map(|one| one.id.to_string()).collect();
            fixes.iter().map(ids).collect()
        };
        if environment.fixes.is_empty()
            || there.is_some_and(|there| parents(&there.fixes) == parents(&environment.fixes))
        {
            continue;
        }
        let missing: Vec<String> = environment
            .fixes
            .iter()
            .flat_map(|fix| &fix.parents)
            .filter(|parent| {
                !there.is_some_and(|there| there.revisions.iter().any(|node| node.id == parent.id))
            })
            .map(|parent| format!("`{}`", parent.id))
            .collect();
        return Ok(match missing.as_slice() {
            [] => Some(format!(
                "the fork of {} in the working tree is",
                environment.name
            )),
            [one] => Some(format!("{one} is")),
            several => Some(format!("{} are", several.join(", "))),
        });
    }
    Ok(None)
}
