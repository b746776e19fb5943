//! The revision graph of each environment: heads, where they part, what is wrong, and the plan that
//! would fix it.
//!
//! A pure function of the scan: no files, no git, no clock, no environment. The same document gives
//! the same bytes on any machine. Its rules are those of `alembic/script/revision.py`; where it
//! says more than Alembic or says it otherwise, `docs/divergences.md` has the reason.
//!
//! ```
//! use onehead_graph::graph;
//! use onehead_model::{ScanReport, Source};
//!
//! let scan = ScanReport::empty(Source::Worktree);
//! assert!(!graph(&scan).has_errors());
//! ```
//!
//! It never plans a merge revision where there are other findings: two files with one id or a parent
//! that is not there are not fixed by a merge, only hidden.

mod cycles;
pub mod dag;
pub mod draw;
mod elsewhere;
pub mod explain;
mod known;
mod labels;
mod link;
mod loaded;
mod policy;
pub mod program;
mod reparent;
mod sequence;
pub mod upgrade;

use std::sync::Arc;

use onehead_model::{
    Code, Environment, EnvironmentGraph, Field, Finding, GraphReport, HeadGroup, IdPattern, Node,
    Revision, RevisionId, ScanReport,
};

pub use dag::{Dag, Links};
use elsewhere::Elsewhere;
pub use explain::explain;
use known::Unread;
use labels::Labels;
use policy::{Fitting, Graph};
pub use reparent::{CannotReparent, Reparented, reparent};
pub use upgrade::upgrade;

/// Builds the graph of every environment of a scan.
#[must_use]
pub fn graph(scan: &ScanReport) -> GraphReport {
    GraphReport {
        source: scan.source.clone(),
        environments: scan
            .environments
            .iter()
            .map(|one| graph_of(&Elsewhere::of(one, Some(scan)), &scan.findings))
            .collect(),
        findings: scan.findings.clone(),
    }
}

/// Builds the graph of one environment, of which alone is known what it has.
#[must_use]
pub fn environment_graph(environment: &Environment) -> EnvironmentGraph {
    graph_beside(environment, &[])
}

/// The same, where `beside` was found and concerns no single environment.
#[must_use]
pub fn graph_beside(environment: &Environment, beside: &[Finding]) -> EnvironmentGraph {
    graph_of(&Elsewhere::of(environment, None), beside)
}

/// The heads of an environment and what is wrong with it: the part of its graph that a verdict takes.
#[derive(Debug, Clone)]
pub struct HeadsAndFindings {
    /// In Alembic's order.
    pub heads: Vec<Node>,
    /// Whether every head stays one whatever is said by what could not be read.
    pub are_known: bool,
    /// The errors first.
    pub findings: Vec<Finding>,
}

/// What [`graph`] says of the heads and the findings of every environment of a scan, without writing down the rest.
#[must_use]
pub fn heads_and_findings(scan: &ScanReport) -> Vec<HeadsAndFindings> {
    let environments = scan.environments.iter();
    environments
        .map(|one| Judged::of(&Elsewhere::of(one, Some(scan)), &scan.findings).known())
        .collect()
}

/// The graph of every environment of a scan, and beside it what [`heads_and_findings`] says, for the price of one.
#[must_use]
pub fn graph_and_heads(scan: &ScanReport) -> (GraphReport, Vec<HeadsAndFindings>) {
    let mut known = Vec::new();
    let mut environments = Vec::new();
    for one in &scan.environments {
        let judged = Judged::of(&Elsewhere::of(one, Some(scan)), &scan.findings);
        known.push(judged.known());
        environments.push(judged.into_document());
    }
    let graph = GraphReport {
        source: scan.source.clone(),
        environments,
        findings: scan.findings.clone(),
    };
    (graph, known)
}

/// Builds the graph of one environment; `beside` is what was found that concerns no single one.
fn graph_of(elsewhere: &Elsewhere<'_>, beside: &[Finding]) -> EnvironmentGraph {
    Judged::of(elsewhere, beside).into_document()
}

/// One environment, linked and judged by its policy.
struct Judged<'a> {
    environment: &'a Environment,
    linked: Graph<'a>,
    groups: Vec<HeadGroup>,
    fitting: Option<Fitting>,
    sequence: Option<IdPattern>,
    /// Whether a revision may be missing of which nothing is known.
    hides_revisions: bool,
    findings: Vec<Finding>,
}

impl<'a> Judged<'a> {
    fn of(elsewhere: &Elsewhere<'a>, beside: &[Finding]) -> Self {
        let environment = elsewhere.environment;
        let unread = Unread::of(environment, beside);
        let locations = &environment.version_locations;
        let mut findings = environment.findings.clone();
        let dag = link::link(elsewhere, &unread, &mut findings);
        let in_cycles = cycles::find(&dag, &mut findings);
        let labels = Labels::spread(&dag);
        let heads = unread.certain_heads(&dag, &in_cycles);
        let linked = Graph { dag, labels };
        let groups = policy::groups(&linked, &heads, &environment.policy, locations);
        let fitting = policy::fitting(&linked, &heads, &environment.policy, locations, &findings);
        policy::judge(
            &linked,
            &environment.policy,
            &groups,
            fitting.as_ref(),
            &mut findings,
        );
        if !unread.any_revision {
            policy::find_stale(&linked, &environment.policy, &mut findings);
        }
        let sequence = sequence::pattern(&linked.dag, environment.merge.revision_id);
        if let Some(pattern) = &sequence {
            sequence::find_out_of_order(&linked.dag, pattern, &mut findings);
        }
        // The cause before what may only follow from it.
        findings.sort_by_cached_key(|finding: &Finding| {
            (
                std::cmp::Reverse(finding.severity),
                !finding.code.is_unknown(),
                finding.code == Code::MultipleHeads,
                finding.code,
                finding.location.clone(),
                finding.message.clone(),
            )
        });
        Self {
            environment,
            linked,
            groups,
            fitting,
            sequence,
            hides_revisions: unread.any_revision,
            findings,
        }
    }

    /// Its heads in Alembic's order.
    fn heads(&self) -> Vec<Node> {
        let dag = &self.linked.dag;
        dag.heads()
            .map(|head| node(dag.revision(head), &self.linked))
            .collect()
    }

    fn known(&self) -> HeadsAndFindings {
        let certain = self.groups.iter().map(|group| group.heads.len());
        let certain: usize = certain.sum();
        let heads = self.heads();
        HeadsAndFindings {
            are_known: certain == heads.len() && !self.hides_revisions,
            heads,
            findings: self.findings.clone(),
        }
    }

    fn into_document(self) -> EnvironmentGraph {
        let environment = self.environment;
        let dag = &self.linked.dag;
        let ids = |is_wanted: &dyn Fn(usize) -> bool| -> Vec<RevisionId> {
            let wanted = (0..dag.len()).filter(|&number| is_wanted(number));
            wanted.map(|number| dag.id(number).clone()).collect()
        };
        let sorted = |mut ids: Vec<RevisionId>| {
            ids.sort();
            ids
        };
        let locations = &environment.version_locations;
        let (fitting_policy, labels_to_declare) = match self.fitting {
            Some(fitting) => (Some(fitting.policy), fitting.to_declare),
            None => (None, Vec::new()),
        };
        EnvironmentGraph {
            heads: ids(&|number| dag.children(number).is_empty()),
            effective_heads: ids(&|number| dag.above(number, Links::All).is_empty()),
            bases: ids(&|number| is_base(dag.revision(number))),
            branch_points: sorted(ids(&|number| dag.children(number).len() > 1)),
            merge_points: sorted(ids(&|number| dag.revision(number).down_revisions.len() > 1)),
            fixes: policy::fixes(&self.linked, &self.groups, locations, &self.findings),
            groups: self.groups,
            findings: self.findings,
            rewrites: Vec::new(),
            revisions: nodes(&environment.revisions, &self.linked),
            name: environment.name.clone(),
            config: environment.config.clone(),
            script_location: environment.script_location.clone(),
            version_locations: environment.version_locations.clone(),
            policy: environment.policy.clone(),
            fitting_policy,
            labels_to_declare,
            sequence: self.sequence,
            merge: environment.merge.clone(),
        }
    }
}

/// Whether it begins a line. Unknown parents are no sign of that.
fn is_base(revision: &Revision) -> bool {
    revision.down_revisions.is_empty() && !revision.unknown.contains(&Field::DownRevision)
}

/// Every file with what the graph adds to it, sorted by id.
fn nodes(revisions: &[Arc<Revision>], graph: &Graph<'_>) -> Vec<Node> {
    let mut nodes: Vec<Node> = revisions.iter().map(|one| node(one, graph)).collect();
    nodes.sort_by(|a, b| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
    nodes
}

/// A file with what the graph adds to it. One whose id another one has taken is linked to nothing.
fn node(revision: &Revision, graph: &Graph<'_>) -> Node {
    let dag = &graph.dag;
    let ids = |numbers: &[usize]| -> Vec<RevisionId> {
        let numbers = numbers.iter();
        numbers.map(|&number| dag.id(number).clone()).collect()
    };
    let number = dag.number(revision.id.as_str());
    let own = number.filter(|&number| std::ptr::eq(dag.revision(number), revision));
    let mut next = own.map_or_else(Vec::new, |number| ids(dag.children(number)));
    next.sort();
    Node {
        id: revision.id.clone(),
        path: revision.path.clone(),
        message: revision.message.clone(),
        down_revisions: revision.down_revisions.clone(),
        next,
        depends_on: own.map_or_else(Vec::new, |number| ids(dag.dependencies(number))),
        branch_labels: own.map_or_else(Vec::new, |number| graph.labels.of(number)),
        unknown: revision.unknown.clone(),
        down_revision_at: revision.down_revision_at,
    }
}
