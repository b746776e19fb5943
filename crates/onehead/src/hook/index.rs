//! The verdict on the index: what the commit that git is about to make introduces over HEAD.

use onehead_forecast::{Analysis, Baseline, Target};
use onehead_git::{Connection, Difference, Differences, Oid};
use onehead_model::CheckReport;

use crate::context::Context;
use crate::target::say_that_all_counts;

/// Of an index that differs from HEAD in these. What HEAD or the target has already is not introduced; where HEAD cannot be
/// read, everything counts.
pub(super) fn verdict(
    context: &Context<'_>,
    repository: &Connection,
    index: &Analysis,
    head: Option<&Oid>,
    staged: &[Difference],
) -> CheckReport {
    let mut verdict = index.report();
    let Some(head) = head.filter(|_| !verdict.ok) else {
        return verdict;
    };
    let setting = &index.snapshot.settings().target;
    // Without a target only HEAD tells.
    let target = Target::find(repository, None, setting, None).ok().flatten();
    let baseline = Baseline {
        repository,
        options: &context.options(),
        name: "HEAD",
        commit: head,
        or: target.as_ref(),
    };
    let changes = Differences {
        paths: staged.to_vec(),
        ..Differences::default()
    };
    if let Err(error) = baseline.compare(&mut verdict, index, &changes) {
        say_that_all_counts("HEAD", &error);
    }
    verdict
}
