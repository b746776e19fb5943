//! What keeps the radar from seeing everything.

use onehead_git::{Connection, GitError};
use onehead_model::{Limit, LimitKind};

use crate::overview::Overview;
use onehead_forecast::{Outcome, Unknown};

/// The limits of an answer, by kind.
pub(crate) fn limits(
    repository: &Connection,
    overview: &Overview<'_>,
) -> Result<Vec<Limit>, GitError> {
    let mut limits = Vec::new();
    if repository.is_shallow()? {
        limits.push(Limit {
            kind: LimitKind::ShallowClone,
            message: "the clone is shallow: nothing before its oldest commits is known".into(),
            hint: Some("git fetch --unshallow".into()),
            commit: None,
        });
    }
    let missing = (0..overview.count()).find(|&work| {
        let outcome = overview.outcome(work);
        matches!(
            outcome,
            Outcome::Unknown(Unknown::MissingCommit | Unknown::MissingObject(_))
        )
    });
    if let Some(work) = missing {
        limits.push(Limit {
            kind: LimitKind::MissingContent,
            message: "some commits or files of branches are not in this clone".into(),
            hint: Some("git fetch --refetch --no-filter".into()),
            commit: Some(overview.all[work].commit.to_string()),
        });
    }
    Ok(limits)
}
