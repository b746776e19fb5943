//! The revision graph of each environment: heads, where they part, what is wrong, and the plan that
//! would mend it.
//!
//! A pure function of the scan: no files, no git, no clock, no environment. The same document gives
//! the same bytes on any machine. Its rules are those of `alembic/script/revision.py`; where it
//! says more than Alembic or says it otherwise, `docs/divergences.md` has the reason.
//!
//! ```
//! use onehead_graph::graph;
//! use onehead_model::{ScanReport, Source};
//!
//! let scan = ScanReport { source: Source::Worktree, environments: vec![], findings: vec![] };
//! assert!(!graph(&scan).has_errors());
//! ```
//!
//! It never plans a merge revision where something else is wrong: two files with one id or a parent
//! that is not there are not mended by a merge, only hidden.

mod cycles;
pub mod draw;
pub mod explain;
mod labels;
mod loaded;
mod map;
mod policy;
pub mod program;
mod reparent;
pub mod upgrade;

use onehead_model::{
    Environment, EnvironmentGraph, Finding, GraphReport, Node, Revision, RevisionId, ScanReport,
};

pub use explain::explain;
use map::Map;
pub use reparent::{CannotReparent, Reparented, reparent};
pub use upgrade::upgrade;

/// Builds the graph of every environment of a scan.
#[must_use]
pub fn graph(scan: &ScanReport) -> GraphReport {
    GraphReport {
        source: scan.source.clone(),
        environments: scan.environments.iter().map(environment_graph).collect(),
        findings: scan.findings.clone(),
    }
}

/// Builds the graph of one environment.
#[must_use]
pub fn environment_graph(environment: &Environment) -> EnvironmentGraph {
    let mut findings = environment.findings.clone();
    let mut map = Map::new(&environment.revisions, &mut findings);
    cycles::find(&map, &mut findings);
    labels::spread(&mut map);
    let ids = |nodes: Vec<usize>| {
        nodes
            .into_iter()
            .map(|node| map.id(node).clone())
            .collect::<Vec<RevisionId>>()
    };
    let sorted = |nodes: Vec<usize>| {
        let mut ids = ids(nodes);
        ids.sort();
        ids
    };
    let groups = policy::groups(&map, &environment.policy, &environment.version_locations);
    policy::judge(&map, &environment.policy, &groups, &mut findings);
    let mends = policy::mends(&map, &groups, &environment.version_locations, &findings);
    findings.sort_by_cached_key(|finding: &Finding| {
        (
            std::cmp::Reverse(finding.severity),
            finding.code,
            finding.location.clone(),
            finding.message.clone(),
        )
    });
    let is_branch_point = |&node: &usize| map.next(node).len() > 1;
    let is_merge_point = |&node: &usize| map.revision(node).down_revisions.len() > 1;
    let heads = ids(map.heads());
    let effective_heads = ids(map.effective_heads());
    let bases = ids(map.bases());
    let branch_points = sorted(map.living().filter(is_branch_point).collect());
    let merge_points = sorted(map.living().filter(is_merge_point).collect());
    let links = links(&map);
    EnvironmentGraph {
        heads,
        effective_heads,
        bases,
        branch_points,
        merge_points,
        groups,
        findings,
        mends,
        rewrites: Vec::new(),
        revisions: nodes(&environment.revisions, links),
        name: environment.name.clone(),
        config: environment.config.clone(),
        script_location: environment.script_location.clone(),
        version_locations: environment.version_locations.clone(),
        policy: environment.policy.clone(),
        merge: environment.merge.clone(),
    }
}

/// What the graph adds to a revision.
struct Links {
    next: Vec<RevisionId>,
    depends_on: Vec<RevisionId>,
    branch_labels: Vec<String>,
}

fn links(map: &Map<'_>) -> Vec<Links> {
    let of = |node| {
        let ids = |nodes: &[usize]| nodes.iter().map(|&other| map.id(other).clone()).collect();
        let mut next: Vec<RevisionId> = ids(map.next(node));
        next.sort();
        Links {
            next,
            depends_on: ids(map.dependencies(node)),
            branch_labels: map.labels(node),
        }
    };
    (0..map.len()).map(of).collect()
}

fn nodes(revisions: &[Revision], links: Vec<Links>) -> Vec<Node> {
    let mut nodes: Vec<Node> = std::iter::zip(revisions, links)
        .map(|(revision, links)| Node {
            id: revision.id.clone(),
            path: revision.path.clone(),
            message: revision.message.clone(),
            down_revisions: revision.down_revisions.clone(),
            next: links.next,
            depends_on: links.depends_on,
            branch_labels: links.branch_labels,
            down_revision_at: revision.down_revision_at,
        })
        .collect();
    nodes.sort_by(|a, b| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
    nodes
}
