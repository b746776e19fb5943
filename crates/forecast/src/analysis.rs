//! A scan with its graph, and the verdict on it.

use std::collections::HashMap;
use std::sync::Arc;

use onehead_configuration::OnCollision;
use onehead_git::Connection;
use onehead_graph::{HeadsAndFindings, graph, graph_and_heads};
use onehead_model::{
    Attribution, BranchPoint, CheckReport, CheckedEnvironment, EnvironmentGraph, Field, Finding,
    GraphReport, Head, MergedSides, Node, RepoPath, RevisionId, ScanReport, Sides,
};
use onehead_scan::{Delta, ScanError, ScanOptions, Snapshot, SourceSpec};

use crate::duplicates::{self, Origins};
use crate::{attribution, sides};

/// A file of what was scanned cannot be read any more.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{path}`: {reason}")]
pub struct ReadError {
    path: RepoPath,
    reason: String,
}

/// A scan and its graph. Cloning one is cheap.
#[derive(Clone)]
pub struct Analysis {
    /// What its graph says.
    pub graph: Arc<GraphReport>,
    /// Its heads and findings, where the graph is that of what was scanned.
    known: Option<Arc<Vec<HeadsAndFindings>>>,
    /// What was scanned. States that are told from it share it; its report is that of the scan.
    pub snapshot: Snapshot,
}

impl Analysis {
    /// Scans a state and judges.
    ///
    /// # Errors
    /// As [`Snapshot::find`].
    pub fn at(options: &ScanOptions, source: &SourceSpec) -> Result<Self, ScanError> {
        Snapshot::find(options, source).map(Self::of)
    }

    /// Scans a state of a repository that is known already, and judges.
    ///
    /// # Errors
    /// As [`Snapshot::open`].
    pub fn open(
        repository: &Connection,
        options: &ScanOptions,
        source: &SourceSpec,
    ) -> Result<Self, ScanError> {
        Snapshot::open(repository, options, source).map(Self::of)
    }

    fn of(snapshot: Snapshot) -> Self {
        let (graph, known) = graph_and_heads(snapshot.report());
        Self {
            graph: Arc::new(graph),
            known: Some(Arc::new(known)),
            snapshot,
        }
    }

    /// The graph of another scan, and its heads and findings. They are those of this one where both say the same.
    pub(crate) fn judged_beside(
        &self,
        report: &ScanReport,
    ) -> Option<(Arc<GraphReport>, Vec<HeadsAndFindings>)> {
        let known = self.known.as_ref()?;
        is_same(self.snapshot.report(), report).then(|| (Arc::clone(&self.graph), known.to_vec()))
    }

    /// The same, had the scan said something else. Nothing is scanned again.
    #[must_use]
    pub fn with_changes(&self, change: impl FnOnce(&mut ScanReport)) -> Self {
        let mut report = self.snapshot.report().clone();
        change(&mut report);
        Self {
            graph: Arc::new(graph(&report)),
            known: None,
            snapshot: self.snapshot.clone(),
        }
    }

    /// The same with other files in it. Only they are read.
    ///
    /// # Errors
    /// As [`Snapshot::apply`].
    pub fn apply(&self, delta: &Delta) -> Result<Self, ScanError> {
        self.snapshot.apply(delta).map(Self::of)
    }

    /// The bytes of a file of what was scanned.
    ///
    /// # Errors
    /// It is not there any more, or git failed.
    pub fn read(&self, path: &RepoPath) -> Result<Vec<u8>, ReadError> {
        let fail = |reason: String| ReadError {
            path: path.clone(),
            reason,
        };
        match self.snapshot.read(path) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(fail("it is not in the source".into())),
            Err(ScanError::Read { reason, .. }) => Err(fail(reason)),
            Err(error) => Err(fail(error.to_string())),
        }
    }

    /// The environment of that name.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<&EnvironmentGraph> {
        self.graph
            .environments
            .iter()
            .find(|environment| environment.name == name)
    }

    /// The verdict, with the people whom it concerns.
    #[must_use]
    pub fn report(&self) -> CheckReport {
        let paths = paths_with_people(&self.graph);
        let (git, source) = (self.snapshot.git(), &self.graph.source);
        let known = attribution::of(git, source, &paths);
        let cut = attribution::cut_off(git, source, &paths, &known);
        let mut environments: Vec<CheckedEnvironment> = self
            .graph
            .environments
            .iter()
            .map(|environment| self.checked(environment, &known))
            .collect();
        let bots = &self.snapshot.settings().bots;
        for head in environments.iter_mut().flat_map(|one| &mut one.heads) {
            head.by_program = bots.by_program(head.attribution.as_ref());
            head.history_cut = cut.contains(head.path.as_str());
        }
        let findings = self.graph.findings.clone();
        let scanned = self.snapshot.report();
        CheckReport {
            unread: scanned.unread.clone(),
            left_out: scanned.left_out.clone(),
            ..CheckReport::new(self.graph.source.clone(), environments, findings)
        }
    }

    /// The newest of some files by git, as far as it is known.
    #[must_use]
    pub fn newest<'n>(&self, files: &[&'n Node]) -> Option<&'n Node> {
        let paths: Vec<String> = files.iter().map(|node| node.path.to_string()).collect();
        let known = attribution::of(self.snapshot.git(), &self.graph.source, &paths);
        self.origins(&known).newest(files)
    }

    fn origins<'a>(&self, known: &'a HashMap<String, Attribution>) -> Origins<'a> {
        let git = self.snapshot.git();
        Origins {
            known,
            complete: git.is_some_and(|git| git.is_shallow().is_ok_and(|shallow| !shallow)),
        }
    }

    fn checked(
        &self,
        environment: &EnvironmentGraph,
        known: &HashMap<String, Attribution>,
    ) -> CheckedEnvironment {
        let (sides, conflicts) = self.sides(environment);
        let mut findings = environment.findings.clone();
        findings.extend(conflicts);
        if duplicates::files(environment).next().is_some() && self.snapshot.git().is_some() {
            self.origins(known)
                .tell(environment, &mut findings, "onehead fix");
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        CheckedEnvironment {
            name: environment.name.clone(),
            config: environment.config.clone(),
            script_location: environment.script_location.clone(),
            revision_count: environment.revisions.len(),
            heads: environment
                .heads
                .iter()
                .filter_map(|id| Some(head(node(environment, id)?, known)))
                .collect(),
            effective_heads: environment.effective_heads.clone(),
            groups: environment.groups.clone(),
            fitting_policy: environment.fitting_policy.clone(),
            labels_to_declare: environment.labels_to_declare.clone(),
            branch_points: branch_points(environment),
            sides,
            findings,
        }
    }

    /// Whether the sides of its forks conflict, with a finding for each conflict.
    pub(crate) fn sides(&self, environment: &EnvironmentGraph) -> (Vec<Sides>, Vec<Finding>) {
        let sides = sides::of(&|paths| self.snapshot.texts(paths), environment);
        let conflicts = sides::findings(&sides, self.snapshot.settings().conflicting_sides);
        (sides, conflicts)
    }
}

impl Analysis {
    /// The verdict on the sides of every group that a fix would merge.
    #[must_use]
    pub fn merged_sides(&self) -> Vec<MergedSides> {
        let fixable = self
            .graph
            .environments
            .iter()
            .filter(|environment| !environment.fixes.is_empty());
        fixable
            .flat_map(|environment| {
                let is_fixed = |sides: &Sides| {
                    let mut fixes = environment.fixes.iter();
                    fixes.any(|fix| fix.group == sides.group)
                };
                let (sides, _) = self.sides(environment);
                sides.into_iter().filter(is_fixed).map(|sides| MergedSides {
                    environment: environment.name.clone(),
                    sides,
                })
            })
            .collect()
    }

    /// Why the settings forbid to merge the heads: the sides that conflict.
    #[must_use]
    pub fn refusals(&self) -> Vec<Finding> {
        match self.snapshot.settings().conflicting_sides {
            OnCollision::Warn => Vec::new(),
            weight => sides::refusals(&self.merged_sides(), weight),
        }
    }
}

/// Whether two scans report the same, wherever they looked.
fn is_same(one: &ScanReport, other: &ScanReport) -> bool {
    let ScanReport {
        source: _,
        environments,
        findings,
        unread,
        left_out,
        suggested,
    } = one;
    *environments == other.environments
        && *findings == other.findings
        && *unread == other.unread
        && *left_out == other.left_out
        && *suggested == other.suggested
}

pub(crate) fn node<'a>(environment: &'a EnvironmentGraph, id: &RevisionId) -> Option<&'a Node> {
    environment.revisions.iter().rfind(|node| node.id == *id)
}

/// The files of which people have to be told who brought them: heads of environments that forked, and those that share
/// an id.
pub(crate) fn paths_with_people(graph: &GraphReport) -> Vec<String> {
    let is_forked = |environment: &EnvironmentGraph| {
        environment.groups.iter().any(|group| group.heads.len() > 1)
    };
    let mut paths = Vec::new();
    for environment in &graph.environments {
        if is_forked(environment) {
            let heads = environment.heads.iter();
            paths.extend(heads.filter_map(|id| Some(node(environment, id)?.path.to_string())));
        }
        let same = duplicates::files(environment).flatten();
        paths.extend(same.map(|node| node.path.to_string()));
    }
    paths.sort();
    paths.dedup();
    paths
}

/// A head with what people need to find its author.
pub(crate) fn head(node: &Node, known: &HashMap<String, Attribution>) -> Head {
    Head {
        id: node.id.clone(),
        path: node.path.clone(),
        line: node.down_revision_at.map(|span| span.line),
        message: node.message.clone(),
        down_revisions: node.down_revisions.clone(),
        parents_unknown: node.unknown.contains(&Field::DownRevision),
        attribution: known.get(node.path.as_str()).cloned(),
        by_program: None,
        history_cut: false,
    }
}

/// The revisions where the heads of a forked group part.
pub(crate) fn branch_points(environment: &EnvironmentGraph) -> Vec<BranchPoint> {
    let parting = environment.revisions.iter().filter(|node| {
        environment
            .groups
            .iter()
            .any(|group| group.branch_points.contains(&node.id))
    });
    parting
        .map(|node| BranchPoint {
            id: node.id.clone(),
            path: node.path.clone(),
            message: node.message.clone(),
        })
        .collect()
}
