//! Whether git holds what a merge revision names.

use onehead_git::Connection;
use onehead_model::Mend;
use onehead_scan::{ScanOptions, SourceSpec};

use onehead_forecast::Analysis;

/// The working tree may hold more than will be in the commit, and a merge revision must not name a
/// parent that is not. What is missing, in words.
pub(crate) fn what_is_missing(
    looked: &Analysis,
    options: &ScanOptions,
    repository: &Connection,
    base: &SourceSpec,
) -> Result<Option<String>, Box<dyn std::error::Error>> {
    let nothing = Some("the heads are".to_owned());
    if *base == SourceSpec::Commit("HEAD".into()) && repository.commit("HEAD")?.is_none() {
        return Ok(nothing);
    }
    let recorded = Analysis::at(&ScanOptions {
        source: base.clone(),
        allow_none: true,
        ..options.clone()
    })?;
    for environment in &looked.graph.environments {
        let there = recorded.environment(&environment.name);
        let parents = |mends: &[Mend]| -> Vec<Vec<String>> {
            let ids = |mend: &Mend| mend.parents.iter().map(|one| one.id.to_string()).collect();
            mends.iter().map(ids).collect()
        };
        if environment.mends.is_empty()
            || there.is_some_and(|there| parents(&there.mends) == parents(&environment.mends))
        {
            continue;
        }
        let missing: Vec<String> = environment
            .mends
            .iter()
            .flat_map(|mend| &mend.parents)
            .filter(|parent| {
                !there.is_some_and(|there| there.revisions.iter().any(|node| node.id == parent.id))
            })
            .map(|parent| format!("`{}`", parent.id))
            .collect();
        return Ok(match missing.as_slice() {
            [] => Some(format!(
                "the fork of {} as it lies in the working tree is",
                environment.name
            )),
            [one] => Some(format!("{one} is")),
            several => Some(format!("{} are", several.join(", "))),
        });
    }
    Ok(None)
}
