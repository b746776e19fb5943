//! A time in which an environment had another error than too many heads.

use onehead_model::{Code, EnvironmentGraph, Finding, OutageKind, RepoPath};

/// From the commit that brought an error to the one without it.
#[derive(Debug, Clone)]
pub(crate) struct Outage {
    pub(crate) kind: OutageKind,
    /// The place on the line of the first commit that had it.
    pub(crate) began: usize,
    /// That of the first without it.
    pub(crate) ended: Option<usize>,
    /// The errors of all of its commits.
    pub(crate) causes: Vec<Finding>,
}

/// The outages of an environment, by beginning; only the last one may last.
#[derive(Debug, Default)]
pub(crate) struct Outages(Vec<Outage>);

impl Outages {
    /// Takes in what a commit shows: an outage of a kind with its causes, or none.
    pub(crate) fn take(&mut self, at: usize, seen: Option<(OutageKind, Vec<Finding>)>) {
        let kind = seen.as_ref().map(|(kind, _)| *kind);
        if let Some(last) = self.open()
            && kind != Some(last.kind)
        {
            last.ended = Some(at);
        }
        let Some((kind, causes)) = seen else {
            return;
        };
        match self.open() {
            Some(last) => last.causes.extend(causes),
            None => self.0.push(Outage {
                kind,
                began: at,
                ended: None,
                causes,
            }),
        }
        if let Some(last) = self.open() {
            last.causes.sort_by_cached_key(cause_key);
            last.causes.dedup_by_key(|cause| cause_key(cause));
        }
    }

    /// Since when the heads had not been known before a commit, if it ends such a time or is in the middle of it.
    pub(crate) fn unseen_since(&self, at: usize) -> Option<usize> {
        let last = self.0.iter().rev().find(|outage| outage.began < at)?;
        let reaches = last.ended.is_none_or(|ended| ended >= at);
        (last.kind == OutageKind::HeadsUnknown && reaches).then_some(last.began)
    }

    pub(crate) fn all(&self) -> &[Outage] {
        &self.0
    }

    fn open(&mut self) -> Option<&mut Outage> {
        self.0.last_mut().filter(|last| last.ended.is_none())
    }
}

/// What an environment's graph shows.
pub(crate) fn seen(graph: &EnvironmentGraph) -> Option<(OutageKind, Vec<Finding>)> {
    let errors = graph.findings.iter();
    let causes: Vec<Finding> = errors
        .filter(|finding| finding.is_error() && finding.code != Code::MultipleHeads)
        .map(cause)
        .collect();
    if causes.is_empty() {
        return None;
    }
    // Where nothing at all could be read there is no head that could be unknown.
    let nothing_read = graph.heads.is_empty() && causes.iter().any(|cause| cause.code.is_unknown());
    let kind = match graph.heads_are_known() && !nothing_read {
        true => OutageKind::Broken,
        false => OutageKind::HeadsUnknown,
    };
    Some((kind, causes))
}

/// A finding as a cause: what to do about an old state is not said.
fn cause(finding: &Finding) -> Finding {
    Finding {
        hint: None,
        ..finding.clone()
    }
}

/// What could not be read comes before what may follow from it. An error of the same file that only moved to another
/// line is the same.
fn cause_key(cause: &Finding) -> (bool, Code, Option<RepoPath>, String) {
    let path = cause.location.as_ref().map(|place| place.path.clone());
    (
        !cause.code.is_unknown(),
        cause.code,
        path,
        cause.message.clone(),
    )
}
