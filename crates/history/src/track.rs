//! One environment over the commits of the line, wherever it goes.

use std::collections::{BTreeMap, HashMap, HashSet};

use onehead_graph::{Dag, graph_beside};
use onehead_model::{
    EndingKind, Environment, EnvironmentGraph, Finding, HeadPolicy, OutageKind, RepoPath,
    RevisionId,
};
use onehead_scan::RevisionChange;

use crate::ending::ending;
use crate::fork::{Ended, Fork, Shape};
use crate::incremental::IncrementalHeads;
use crate::outage::{Outages, seen};
use crate::published::change::Change;

/// An environment, and what happened to it.
pub(crate) struct Track {
    pub(crate) name: String,
    pub(crate) script_location: RepoPath,
    pub(crate) policy: HeadPolicy,
    pub(crate) formerly: Vec<Former>,
    /// The place on the line of the first commit that has it.
    pub(crate) appeared: usize,
    /// Whether that commit added none of the revisions that are there: they were there before, unseen.
    pub(crate) was_unseen: bool,
    /// That of the first commit that has it no more.
    pub(crate) gone: Option<usize>,
    pub(crate) steps: Vec<Stepped>,
    /// Forks that are over, by their end.
    pub(crate) closed: Vec<Fork>,
    /// Forks that last, by group.
    pub(crate) open: BTreeMap<String, Fork>,
    pub(crate) outages: Outages,
    pub(crate) arrivals: Vec<Arrival>,
    /// By place.
    pub(crate) published: Vec<Change>,
    /// The revisions that are there, with the commit of the line that brought each.
    arrived: HashMap<RevisionId, usize>,
    incremental: Option<IncrementalHeads>,
    /// The graph of the last commit that was looked at, while a fork lasts.
    graph: Option<EnvironmentGraph>,
    /// Whether the last commits could not be scanned.
    is_out_of_sight: bool,
}

/// Where an environment was.
pub(crate) struct Former {
    pub(crate) name: String,
    pub(crate) script_location: RepoPath,
    pub(crate) until: usize,
}

/// What it is from a commit on.
#[derive(PartialEq, Eq)]
pub(crate) struct Stepped {
    pub(crate) at: usize,
    pub(crate) shape: Shape,
    pub(crate) revisions: usize,
}

/// A revision that came to the line.
pub(crate) struct Arrival {
    pub(crate) at: usize,
    pub(crate) is_merge: bool,
}

impl Track {
    /// An environment that a commit brought.
    pub(crate) fn new(at: usize, environment: &Environment, beside: &[Finding]) -> Self {
        let mut track = Self {
            name: environment.name.clone(),
            script_location: environment.script_location.clone(),
            policy: environment.policy.clone(),
            formerly: Vec::new(),
            appeared: at,
            was_unseen: false,
            gone: None,
            steps: Vec::new(),
            closed: Vec::new(),
            open: BTreeMap::new(),
            outages: Outages::default(),
            arrivals: Vec::new(),
            published: Vec::new(),
            arrived: HashMap::new(),
            incremental: None,
            graph: None,
            is_out_of_sight: false,
        };
        track.look(at, environment, beside);
        track
    }

    /// The place of the commit that brought the first of some revisions.
    pub(crate) fn arrived(&self, ids: &[RevisionId]) -> usize {
        let places = ids.iter().filter_map(|id| self.arrived.get(id).copied());
        places.min().unwrap_or(self.appeared)
    }

    /// Some revision files of it are other than before.
    pub(crate) fn revise(
        &mut self,
        at: usize,
        environment: &Environment,
        changes: &[&RevisionChange],
        beside: &[Finding],
    ) {
        let incremental = self.incremental.as_mut();
        let heads = incremental.and_then(|heads| heads.take(changes));
        match heads {
            Some(heads) if heads.len() < 2 => {
                let shape = Shape {
                    heads: heads.iter().cloned().collect(),
                    ..Shape::default()
                };
                for revised in changes {
                    self.exchange(at, revised);
                }
                self.step(at, shape, environment.revisions.len());
            }
            _ => self.look(at, environment, beside),
        }
    }

    /// Builds its graph; `beside` is what was found that concerns no single environment.
    pub(crate) fn look(&mut self, at: usize, environment: &Environment, beside: &[Finding]) {
        self.move_to(at, environment);
        self.policy = environment.policy.clone();
        self.gone = None;
        let there: HashSet<&RevisionId> = environment.revisions.iter().map(|one| &one.id).collect();
        self.arrived.retain(|id, _| there.contains(id));
        for revision in &environment.revisions {
            if !self.arrived.contains_key(&revision.id) {
                self.land(at, &revision.id, revision.down_revisions.len());
            }
        }
        let graph = graph_beside(environment, beside);
        let errors = seen(&graph);
        let unknown = matches!(errors, Some((OutageKind::HeadsUnknown, _)));
        let shape = Shape::of(&graph, unknown);
        self.outages.take(at, errors);
        self.is_out_of_sight = false;
        self.incremental = IncrementalHeads::of(&graph, &shape);
        self.judge(at, graph, unknown);
        self.step(at, shape, environment.revisions.len());
    }

    /// The commit cannot be scanned, so nothing is known of it there.
    pub(crate) fn lose_sight(&mut self, at: usize, why: &Finding) {
        self.outages
            .take(at, Some((OutageKind::HeadsUnknown, vec![why.clone()])));
        self.is_out_of_sight = true;
        self.incremental = None;
        let revisions = self.steps.last().map_or(0, |last| last.revisions);
        let shape = Shape {
            unknown: true,
            errors: vec![why.name.clone()],
            ..Shape::default()
        };
        self.step(at, shape, revisions);
    }

    /// Whether nothing is known of the last commit.
    pub(crate) fn is_out_of_sight(&self) -> bool {
        self.is_out_of_sight
    }

    /// It is no longer there.
    pub(crate) fn leave(&mut self, at: usize) {
        self.gone = Some(at);
        let unseen_since = self.outages.unseen_since(at);
        self.outages.take(at, None);
        self.is_out_of_sight = false;
        self.incremental = None;
        self.arrived.clear();
        for (_, mut fork) in std::mem::take(&mut self.open) {
            fork.ended = Some(Ended {
                at,
                unseen_since,
                how: EndingKind::EnvironmentGone,
                revisions: Vec::new(),
                paths: Vec::new(),
            });
            self.closed.push(fork);
        }
        self.step(at, Shape::default(), 0);
    }

    fn move_to(&mut self, at: usize, environment: &Environment) {
        let has_moved =
            self.name != environment.name || self.script_location != environment.script_location;
        if has_moved {
            self.formerly.push(Former {
                name: std::mem::replace(&mut self.name, environment.name.clone()),
                script_location: std::mem::replace(
                    &mut self.script_location,
                    environment.script_location.clone(),
                ),
                until: at,
            });
        }
    }

    fn exchange(&mut self, at: usize, revised: &RevisionChange) {
        let before = revised.before.as_ref().map(|revision| revision.id.clone());
        let after = revised.after.as_ref().map(|revision| revision.id.clone());
        if before == after {
            return;
        }
        if let Some(revision) = &revised.after
            && !self.arrived.contains_key(&revision.id)
        {
            self.land(at, &revision.id, revision.down_revisions.len());
        }
        if let Some(id) = before {
            self.arrived.remove(&id);
        }
    }

    fn land(&mut self, at: usize, id: &RevisionId, parents: usize) {
        self.arrived.insert(id.clone(), at);
        self.arrivals.push(Arrival {
            at,
            is_merge: parents > 1,
        });
    }

    /// Begins, goes on with and ends forks. Where not all heads are known, those that are may fork, and nothing ends.
    fn judge(&mut self, at: usize, graph: EnvironmentGraph, unknown: bool) {
        let unseen_since = self.outages.unseen_since(at);
        let forked: Vec<_> = graph
            .groups
            .iter()
            .filter(|group| group.heads.len() > 1)
            .collect();
        if forked.is_empty() && (unknown || self.open.is_empty()) {
            self.graph = self.graph.take().filter(|_| unknown);
            return;
        }
        let dag = Dag::of(&graph);
        for group in &forked {
            match self.open.get_mut(&group.name) {
                Some(fork) => fork.go_on(group, &dag, &self.arrived),
                None => {
                    let mut fork = Fork::begun(at, group, &dag, &self.arrived);
                    fork.unseen_since = unseen_since;
                    self.open.insert(group.name.clone(), fork);
                }
            }
        }
        let is_over = |name: &String| !unknown && !forked.iter().any(|group| group.name == *name);
        let over: Vec<String> = self
            .open
            .keys()
            .filter(|name| is_over(name))
            .cloned()
            .collect();
        for name in over {
            if let Some(mut fork) = self.open.remove(&name) {
                let before = self.graph.as_ref().unwrap_or(&graph);
                let mut ended = ending(at, &fork, before, &graph);
                ended.unseen_since = unseen_since;
                fork.ended = Some(ended);
                self.closed.push(fork);
            }
        }
        drop(dag);
        self.graph = Some(graph);
    }

    fn step(&mut self, at: usize, shape: Shape, revisions: usize) {
        let is_news = self
            .steps
            .last()
            .is_none_or(|last| last.shape != shape || last.revisions != revisions);
        if is_news {
            self.steps.push(Stepped {
                at,
                shape,
                revisions,
            });
        }
    }
}
