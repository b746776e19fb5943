//! The sides of a fork, with the people behind them.

use std::collections::BTreeSet;

use onehead_model::{BranchKind, IncidentSide, Person, SideRevision};

use crate::ancestry::Ancestry;
use crate::attribution::of_line;
use crate::fork::{Fork, Side};
use crate::totals::Window;

/// A side as a document says it.
pub(crate) fn side(
    fork: &Fork,
    side: &Side,
    window: &Window<'_>,
    ancestry: &Ancestry,
) -> IncidentSide {
    let place = fork.began.max(side.arrived);
    let revisions: Vec<SideRevision> = side
        .revisions
        .iter()
        .map(|revision| SideRevision {
            id: revision.id.clone(),
            path: revision.path.clone(),
            message: revision.message.clone(),
            attribution: ancestry.origin(&revision.path, place),
        })
        .collect();
    let arrived = &window.line[side.arrived].commit;
    let at_boundary = window.is_boundary(side.arrived);
    let head = revisions.iter().find(|revision| revision.id == side.head);
    let head = head.and_then(|revision| revision.attribution.as_ref());
    // What the oldest commit of a shallow clone has, it need not have brought.
    let bringing = Some(arrived).filter(|_| !at_boundary);
    let pull_request = bringing
        .and_then(|arrived| arrived.pull_request)
        .or_else(|| head.and_then(|head| head.pull_request));
    let branch = bringing
        .and_then(|arrived| arrived.branch.clone())
        .or_else(|| head.and_then(|head| head.branch.clone()));
    let branch_kind = match &branch {
        Some(branch) => kind_of(branch),
        None if at_boundary => BranchKind::Unknown,
        None if pull_request.is_some() || arrived.is_merge() => BranchKind::Unknown,
        None => BranchKind::Direct,
    };
    let (with, authors) = authors(&revisions)
        .into_iter()
        .partition(|one| window.bots.has(one));
    IncidentSide {
        head: side.head.clone(),
        authors,
        with,
        revisions,
        arrived: of_line(side.arrived, arrived),
        at_boundary,
        pull_request,
        branch,
        branch_kind,
    }
}

fn authors(revisions: &[SideRevision]) -> Vec<Person> {
    let known = revisions
        .iter()
        .filter_map(|revision| revision.attribution.as_ref());
    let people: BTreeSet<Person> = known
        .flat_map(|known| std::iter::once(known.author()).chain(known.co_authors.iter().cloned()))
        .collect();
    people.into_iter().collect()
}

/// The kind of a branch, by what its name begins with.
fn kind_of(branch: &str) -> BranchKind {
    let name = branch.to_lowercase();
    let first = name.split(['/', '-', '_']).next().unwrap_or(&name);
    let has_folder = name.contains('/');
    match first {
        "main" | "master" | "trunk" | "develop" | "development" | "dev" | "staging" | "next"
            if name == first =>
        {
            BranchKind::Trunk
        }
        "dependabot" | "renovate" | "pyup" | "snyk" => BranchKind::Bot,
        "pre" if name.starts_with("pre-commit-ci") => BranchKind::Bot,
        "release" | "releases" => BranchKind::Release,
        "hotfix" | "hotfixes" => BranchKind::Hotfix,
        "backport" | "backports" | "cherry" => BranchKind::Backport,
        "feature" | "features" | "feat" => BranchKind::Feature,
        "fix" | "fixes" | "bugfix" | "bug" => BranchKind::Fix,
        "chore" | "refactor" | "docs" | "doc" | "ci" | "build" | "test" | "tests" | "style"
        | "perf" | "maintenance" | "cleanup"
            if has_folder =>
        {
            BranchKind::Maintenance
        }
        _ => BranchKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::kind_of;
    use onehead_model::BranchKind;

    #[test]
    fn kinds_of_branches() {
        for (branch, kind) in [
            ("feature/teams", BranchKind::Feature),
            ("Feat-12", BranchKind::Feature),
            ("bugfix/x", BranchKind::Fix),
            ("hotfix/1.2", BranchKind::Hotfix),
            ("release/3.0", BranchKind::Release),
            ("dependabot/pip/alembic-1.2", BranchKind::Bot),
            ("pre-commit-ci-update-config", BranchKind::Bot),
            ("develop", BranchKind::Trunk),
            ("develop-teams", BranchKind::Other),
            ("chore/tidy", BranchKind::Maintenance),
            ("test-it", BranchKind::Other),
            ("ada/teams", BranchKind::Other),
        ] {
            assert_eq!(kind_of(branch), kind, "{branch}");
        }
    }
}
