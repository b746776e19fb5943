//! A new revision before a published one, whose twin at the head repeats it for the databases that skip it.

use onehead_graph::{Dag, Links};
use onehead_model::{EnvironmentGraph, Field, RevisionId};
use onehead_scan::ScanError;

use crate::change::Change;
use crate::files::Files;

/// Why a revision is not proved to repeat what databases skip; none if it is.
pub(crate) fn not_proved(
    files: &Files<'_>,
    (before, after): (&EnvironmentGraph, &EnvironmentGraph),
    change: &Change,
    twin: &RevisionId,
) -> Result<Option<String>, ScanError> {
    let [inserted] = &change.skipped.revisions[..] else {
        return Ok(Some("databases skip several revisions".into()));
    };
    let dag = Dag::of(after);
    let (Some(number), Some(published)) = (
        dag.number(twin.as_str()),
        dag.number(change.revision.as_str()),
    ) else {
        return Ok(Some("it is not there".into()));
    };
    if dag.revision(number).unknown.contains(&Field::DownRevision) {
        return Ok(Some("what it follows is not known".into()));
    }
    if before.revisions.iter().any(|node| node.id == *twin) {
        return Ok(Some("it is published itself".into()));
    }
    if twin == inserted || !dag.ancestors(Some(number), Links::All).contains(published) {
        return Ok(Some(format!(
            "it does not come after `{}`",
            change.revision
        )));
    }
    let is_before = |id: &&RevisionId| {
        let published = dag.number(id.as_str());
        dag.ancestors(published, Links::All).contains(number)
    };
    let mut published = before.revisions.iter().map(|node| &node.id);
    if let Some(id) = published.find(is_before) {
        return Ok(Some(format!("it lies before the published `{id}` too")));
    }
    Ok(match files.upgrades_alike(inserted, twin)? {
        true => None,
        false => Some(format!(
            "its `upgrade` is not the same as that of `{inserted}`"
        )),
    })
}
